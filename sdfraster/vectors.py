"""Scenes of one layout as flat vectors: ranges, natural steps, values by name, and masks of what is held."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .lazy import Lazy
from .named import Index, NamedValues, mask_of, named_values, where_in
from .pictures.arrays import as_array
from .primitives import primitive
from .scene import Scene
from .shapes import Array
from .vector import Layout, layout_key

if TYPE_CHECKING:
    from .bounds import UnpackedBounds

STEPS = 10.0  # of a first-order optimiser that make a natural step

V = TypeVar("V", bound="SceneVectors")


class SceneVectors:
    """What vectors of scenes of one layout mean.

    Parameters
    ----------
    scene : Scene
        Any scene of the layout.

    Attributes
    ----------
    x : ndarray, shape (n,)
        The values of the scene, read-only.
    """

    def __init__(self, scene: Scene) -> None:
        self._layout = Layout(scene)
        self._held: NDArray[np.bool_] | None = None
        self._hidden: NDArray[np.bool_] | None = None  # values that have no effect
        self.x: Array = self._layout.vector(scene)
        self.x.setflags(write=False)

    @Lazy
    def bounds(self) -> UnpackedBounds:
        """Lowest and highest valid value of every place: ``lower, upper = objective.bounds``; what SciPy wants, too.

        Both are arrays (n,), infinite for none. Values that are not free have those of `x` as both.
        """
        from .bounds import UnpackedBounds  # with SciPy, which takes longer to import than many fits

        lower, upper = self._layout.bounds()
        if self._held is not None:
            lower[self._held] = upper[self._held] = self.x[self._held]
        return UnpackedBounds(lower, upper)

    @Lazy
    def scale(self) -> Array:
        """A natural step of every value (n,), of about the same effect.

        It is 1 pixel for positions and lengths, what moves the rim by about that for angles, 0.2 for colours and
        opacities, and 0.1 for the background.
        """
        scale = self._layout.by_role(lambda role: STEPS * role.rate)
        for layer, view in zip(self._layout.template.layers, self._layout.views(scale)[0], strict=True):
            angles = [k for k, parameter in enumerate(layer.parameters) if parameter.role.turns]
            if angles:
                boxes = np.array([primitive(layer.kind).bounds(p) for p in layer.shapes()]).reshape(-1, 4)
                half = 0.5 * np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
                view.params[:, angles] = 1.0 / np.maximum(half, 1.0)[:, None]
        return scale

    @property
    def layout(self) -> Layout:
        """Where the values stand, for those who want them by layer and not by name."""
        return self._layout

    def scene(self, x: ArrayLike) -> Scene:
        """Return the scene of a vector; ValueError if a value is out of its range."""
        return self._layout.scene(self._checked(x))

    def vector(self, scene: Scene) -> Array:
        """Return the vector of a scene of the same layout."""
        if layout_key(scene) != layout_key(self._layout.template):
            raise ValueError(
                f"scene must have the layout of the objective's, {_described(self._layout.template)}, "
                f"not {_described(scene)}"
            )
        return self._layout.vector(scene)

    def named(self, x: Array) -> NamedValues:
        """Return a vector, or a gradient, by layer and name, as views through which it can be changed.

        ``objective.named(x).layers[0]["position"][:, 0] += 1.0`` moves all shapes of the first layer to the right, and
        ``objective.named(x).background`` is the background. See `sdfraster.named.LayerValues` for the keys.
        """
        if not isinstance(x, np.ndarray) or x.shape != self.x.shape:
            raise ValueError(f"x must be an array of shape {self.x.shape}, not {_shape(x)}")
        return named_values(self._layout, x)

    def where(self, layer: int | None = None, role: str | None = None, index: Index | None = None) -> NDArray[np.bool_]:
        """Return a mask (n,) of some values, to be combined by ``&``, ``|`` and ``~``.

        Parameters
        ----------
        layer : int, optional
            Number of a layer; by default all, and the background.
        role : str, optional
            A role (``"position"``, ``"length"``, ``"angle"``, ``"color"``, ``"opacity"``, ``"background"``, ...) or the
            name of a parameter, such as ``"r"``; by default all.
        index : int, slice, or array of int or bool, optional
            Which shapes of the layer (of a mesh, which vertices, colours and faces); by default all.
        """
        return mask_of(self._layout, layer, role, index)

    def free(
        self: V,
        mask: ArrayLike | None = None,
        *,
        layer: int | None = None,
        role: str | None = None,
        index: Index | None = None,
        at: ArrayLike | None = None,
    ) -> V:
        """Return the same with only some values free; it shares all that is prepared.

        The others are held: their gradient is 0, and their bounds are their values in `at`.

        Parameters
        ----------
        mask : array_like of bool, shape (n,), optional
            True for the values that are free.
        layer, role, index
            Instead of a mask, what `where` takes.
        at : array_like, shape (n,), optional
            The `x` of what is returned; by default that of this one.
        """
        chosen = self.where(layer, role, index) if mask is None else np.array(mask)
        if chosen.shape != self.x.shape or chosen.dtype != bool:
            raise ValueError(f"mask must be bool of shape {self.x.shape}, not {chosen.dtype} of {chosen.shape}")
        other = copy(self)
        other.__dict__.pop("bounds", None)
        other._held = ~chosen if self._hidden is None else ~chosen | self._hidden
        if at is not None:
            other.x = np.array(self._checked(at))
            other.x.setflags(write=False)
        return other

    def _checked(self, x: ArrayLike) -> Array:
        """Return a vector in the dtype of the scene."""
        vector = as_array(x, "x")
        if vector.shape != self.x.shape or vector.dtype.kind not in "fiub":
            raise ValueError(f"x must hold the {self.x.size} values of the scene, not {vector.dtype} of {vector.shape}")
        if not np.isfinite(vector).all():
            place = int(np.flatnonzero(~np.isfinite(vector))[0])
            raise ValueError(not_finite(self._layout, place, str(vector[place])))
        if vector.dtype == self.x.dtype:
            return vector
        with np.errstate(over="ignore"):  # kernels take no numbers that large
            return np.asarray(vector, self.x.dtype)

    def _gradient_like(self, x: ArrayLike, out: Array | None) -> Array:
        """Return where to put a gradient: `out`, or a new array of the dtype of the vector that was given."""
        wide = str(getattr(x, "dtype", "")).endswith("float64")  # also of a tensor, whose dtypes are not NumPy's
        return self._room(self.x.shape, out, np.dtype(np.float64) if wide else self.x.dtype)

    def _hold(self, gradient: Array) -> None:
        """Set the gradient of values that are held to 0."""
        if self._held is not None:
            gradient[self._held] = 0.0

    def _room(self, shape: tuple[int, ...], out: Array | None, dtype: np.dtype[Any] | None = None) -> Array:
        """Return where to put a result of a shape: a new array of a dtype, or `out`, if it fits."""
        if out is None:
            return np.empty(shape, self.x.dtype if dtype is None else dtype)
        if not isinstance(out, np.ndarray) or out.shape != shape or out.dtype.kind != "f" or not out.flags.writeable:
            raise ValueError(f"out must be a writable float array of shape {shape}, not {_shape(out)}")
        return out


def not_finite(layout: Layout, place: int, value: str = "not") -> str:
    """Return what to say of a value that is not finite."""
    return f"x must be finite, but x[{place}], {where_in(layout, place)}, is {value}"


def _described(scene: Scene) -> str:
    """Return a layout in a few words."""
    layers = ", ".join(f"{len(layer)} of {layer.kind}" for layer in scene.layers) or "no layers"
    return f"{scene.width} x {scene.height} {scene.dtype} with {layers}"


def _shape(value: Any) -> str:
    """Return what to call an array in a message."""
    return f"{value.dtype} of shape {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
