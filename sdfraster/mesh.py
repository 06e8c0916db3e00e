"""Triangle meshes: a layer of triangles whose corners are shared.

A mesh is no primitive. It is a *mean* layer of triangles whose corners are gathered from its vertices, so it is drawn
without seams, and its gradient is that of the triangles, added up vertex by vertex.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arguments import check_flag
from .layer import Layer
from .model.mesh import gather_colors
from .primitives import Outline, Parameter, Search, primitive
from .primitives.parameter import point
from .shapes import Array, Shapes, array_of, check_composite, colors_of, dtype_of, freeze, opacities_of

MESH = "mesh"  # stands for a mesh where the name of a kind is asked for
SHADES = ("flat", "linear", "vertex")  # one colour for each face, a linear one for each face, one for each vertex


def outline_of(kind: str) -> Outline | None:
    """Return the outline of the shapes of a kind; those of a formula have none, nor has a mesh."""
    return None if kind == MESH else primitive(kind).outline


def search_of(kind: str) -> Search:
    """Return how fits search for shapes of a kind, or for a mesh."""
    return Search(steps=1000, steps_of_many=1000) if kind == MESH else primitive(kind).search


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Mesh(Shapes):
    """Triangles that share vertices; `dataclasses.replace` makes one that differs in some fields.

    Parameters
    ----------
    vertices : array_like, shape (V, 2)
        Positions in pixels. A float64 array makes the mesh float64; anything else becomes float32.
    faces : array_like of int, shape (F, 3)
        Vertices of each triangle, in either orientation.
    color : array_like, shape (F, 3) or (F, 3, 3), optional
        Colour of each face, as in a `Layer` of triangles: constant or linear.
    opacity : array_like, shape (F,) or scalar
        0 is invisible, 1 opaque.
    composite : {"mean", "over"}
        ``"mean"`` has no seams.
    vertex_color : array_like, shape (V, 3), optional
        Colour of each vertex, interpolated linearly over the faces. Exactly one of it and `color` must be given.
    oriented : bool
        Refuse faces that are not all oriented in the same way (positive area, clockwise on the screen).

    Raises
    ------
    ValueError
        If a shape does not fit, a value is not finite or out of its range; the message names the argument.
    """

    kind: ClassVar[str] = MESH
    vertices: Array  # (V, 2)
    faces: NDArray[np.int32]  # (F, 3)
    color: Array | None  # (F, 3) or (F, 3, 3)
    opacity: Array  # (F,)
    composite: str
    vertex_color: Array | None  # (V, 3)

    def __init__(
        self,
        vertices: ArrayLike,
        faces: ArrayLike,
        color: ArrayLike | None = None,
        opacity: ArrayLike = 1.0,
        composite: str = "mean",
        vertex_color: ArrayLike | None = None,
        oriented: bool = False,
    ) -> None:
        check_composite(composite)
        check_flag("oriented", oriented)
        dtype = dtype_of(vertices)
        v = array_of("vertices", vertices, dtype)
        if v.shape == (0,):
            v = v.reshape(0, 2)
        if v.ndim != 2 or v.shape[1] != 2:
            raise ValueError(f"vertices must have shape (V, 2), not {v.shape}")
        f = _faces(faces, len(v))
        if (color is None) == (vertex_color is None):
            raise ValueError("exactly one of color and vertex_color must be given")
        n = len(f)
        c = w = None
        if color is not None:
            c = colors_of("color", color, dtype)
            c = c.reshape(0, 3) if c.shape == (0,) else c
            if c.shape not in ((n, 3), (n, 3, 3)):
                raise ValueError(f"color must have shape ({n}, 3) or ({n}, 3, 3), one for each face, not {c.shape}")
        else:
            assert vertex_color is not None
            w = colors_of("vertex_color", vertex_color, dtype)
            w = w.reshape(0, 3) if w.shape == (0,) else w
            if w.shape != (len(v), 3):
                raise ValueError(f"vertex_color must have shape ({len(v)}, 3), one for each vertex, not {w.shape}")
        o = opacities_of(opacity, n, dtype)
        freeze(self, vertices=v, faces=f, color=c, opacity=o, composite=composite, vertex_color=w)
        if oriented:
            wrong = np.flatnonzero(self.areas <= 0.0)
            if len(wrong):
                raise ValueError(
                    f"faces must all be oriented clockwise on the screen (positive area), but {len(wrong)} of {n} are "
                    f"not, the first is face {wrong[0]}; exchange two of its vertices"
                )

    def __len__(self) -> int:
        return len(self.faces)

    def __repr__(self) -> str:
        return f"Mesh({self.summary}, {self.dtype})"

    @property
    def summary(self) -> str:
        """What it is, in a few words."""
        colored = "vertices" if self.color is None else "faces"
        return f"{len(self)} faces on {len(self.vertices)} vertices, colours of {colored}, {self.composite}"

    @property
    def values(self) -> tuple[Array, Array, Array]:
        """Vertices, colour of faces or vertices, opacity: what an optimiser may change."""
        color = self.vertex_color if self.color is None else self.color
        assert color is not None
        return self.vertices, color, self.opacity

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What the columns of `vertices` are."""
        return point("x", "y")

    @property
    def areas(self) -> NDArray[np.float64]:
        """Signed area of each face in square pixels; positive is clockwise on the screen."""
        a, b, c = self.vertices.astype(np.float64)[self.faces.T]
        e, f = b - a, c - a
        areas: NDArray[np.float64] = 0.5 * (e[:, 0] * f[:, 1] - e[:, 1] * f[:, 0])
        return areas

    def with_values(self, vertices: ArrayLike, color: ArrayLike, opacity: ArrayLike) -> Mesh:
        """Return the mesh with other `values`."""
        name = "vertex_color" if self.color is None else "color"
        changes: dict[str, Any] = {"vertices": vertices, name: color, "opacity": opacity}
        return replace(self, **changes)

    def gradient(self, vertices: Array, color: Array, opacity: Array) -> MeshGradient:
        """Return the derivative of a loss by the `values` as an object laid out like the mesh."""
        face = self.color is not None
        return MeshGradient(vertices, color if face else None, None if face else color, opacity)

    def layer(self) -> Layer:
        """Return the mesh as a layer of triangles, with linear colours if vertices have the colours."""
        dtype = self.vertices.dtype
        params = self.vertices[self.faces].reshape(-1, 6)
        color = self.color
        if color is None:
            linear = np.zeros((len(self), 9))
            gather_colors(params.astype(np.float64), self.faces, np.asarray(self.vertex_color, np.float64), linear)
            color = linear.reshape(-1, 3, 3).astype(dtype)
        return Layer("triangle", params, color, self.opacity, self.composite)


@dataclass(frozen=True, eq=False)
class MeshGradient:
    """Derivative of a loss by the arrays of a `Mesh`, with the same shapes.

    Attributes
    ----------
    vertices : ndarray, shape (V, 2)
        By the positions.
    color : ndarray, shape (F, 3) or (F, 3, 3), or None
        By the colours of faces; None if vertices have the colours.
    vertex_color : ndarray, shape (V, 3), or None
        By the colours of vertices; None if faces have the colours.
    opacity : ndarray, shape (F,)
        By the opacities.
    """

    vertices: Array
    color: Array | None
    vertex_color: Array | None
    opacity: Array

    @property
    def values(self) -> tuple[Array, Array, Array]:
        """The arrays, in the order of those of a mesh."""
        color = self.vertex_color if self.color is None else self.color
        assert color is not None
        return self.vertices, color, self.opacity


def _faces(faces: ArrayLike, vertices: int) -> NDArray[np.int32]:
    """Return faces as a contiguous copy, or say what is wrong with them."""
    try:
        f: NDArray[Any] = np.array(faces)
    except ValueError:
        raise ValueError("faces must be an array of whole numbers with rows of equal length") from None
    if f.shape == (0,):
        f = f.reshape(0, 3).astype(np.int32)
    if f.ndim != 2 or f.shape[1] != 3:
        raise ValueError(f"faces must have shape (F, 3), not {f.shape}")
    if not np.issubdtype(f.dtype, np.integer):
        raise ValueError(f"faces must be whole numbers, not {f.dtype}")
    if f.size and not (f.min() >= 0 and f.max() < vertices):
        raise ValueError(
            f"faces must be indices of the {vertices} vertices, from 0 to {vertices - 1}, "
            f"but there are values from {f.min()} to {f.max()}"
        )
    return np.ascontiguousarray(f, np.int32)
