"""The registry of primitives: every module of this folder that defines ``PARAMETERS`` is one kind.

A kind with any number of points says so with ``OUTLINE``; its ``PARAMETERS`` are those of a typical shape. How fits
search for shapes of a kind is its ``SEARCH``, if it is not `Search()`.

A kind is added by adding its file. Nothing else lists kinds: tests, command line, documentation and SVG all ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..registry import Registry
from .outline import Contoured, Outline, PathData
from .parameter import Parameter
from .rotation import Placement, Rotation
from .search import Search

__all__ = [
    "Contoured",
    "Outline",
    "Parameter",
    "PathData",
    "Placement",
    "Primitive",
    "Rotation",
    "Search",
    "kinds",
    "primitive",
]


@dataclass(frozen=True)
class Primitive:
    """One kind of shape: its parameters and the plain scalar functions of its module.

    In these functions ``p`` is the sequence of the shape's parameters, and x and y are in pixels. If the shape has
    several contours the sequence is `Contoured`.

    `distance`, `gradient`, `bounds`, `frame`, `strip` and their adjoints of kinds without an outline are compiled, for
    the CPU and for the GPU, in float32 and in float64. So they take and return numbers and tuples of fixed length only,
    and call what both devices know: functions of `math`, ``abs``, ``min`` and ``max`` **of two arguments**, and plain
    functions of the same sort. Tuples are written out, not built in a loop. A kernel takes for granted that no number
    is infinite or NaN, so nothing may become one on the way, whatever the parameters are: a shape without size, corners
    that coincide. `sample` and `svg` are ordinary Python.

    Attributes
    ----------
    kind : str
        Name of the kind, e.g. ``"circle"``.
    parameters : tuple of Parameter
        Parameters in order; of a kind with any number of points, those of a typical shape (see `parameters_of`).
    distance : callable
        ``distance(p, x, y) -> d``, signed distance in pixels, negative inside. It must be exact, or at least
        1-Lipschitz: by that whole tiles are found to be inside or outside, see `engine.bins`.
    gradient : callable
        ``gradient(p, x, y) -> (dd/dp0, dd/dp1, ...)``, on the outline too, where the distance is 0.
    bounds : callable
        ``bounds(p) -> (x0, y0, x1, y1)``, box of the zero set, without the pixel filter.
    frame, frame_adjoint : callable
        ``frame(p) -> (cx, cy, l)``, origin and unit of linear colours and gradients, and
        ``frame_adjoint(p, g_cx, g_cy, g_l) -> (g_p0, g_p1, ...)``. The unit is the depth of the shape at the origin,
        ``abs(distance(p, cx, cy))``: of a circle its radius, of a rectangle half the shorter side. Kinds with an
        outline have the spread of their points instead, see `primitives.outline.frame`.
    sample : callable
        ``sample(rng, x, y, size) -> p``, a typical shape at (x, y) about as large as a circle of radius `size`.
        Kinds with an outline take the number of its segments as a fifth argument.
    strip, strip_adjoint : callable or None
        Of kinds that may be thinner than the pixel filter, ``strip(p) -> (width, length, rest)``: the width of the
        shape (twice its depth), its area divided by that, and what its tips and corners add to the length of a very
        thin one, in pixels, see `model.thin`; and ``strip_adjoint(p, g_width, g_length, g_rest) -> (g_p0, ...)``.
    svg : callable
        ``svg(p) -> (tag, attributes)``; attribute values are numbers, flat sequences of coordinates, strings, a
        `Rotation` for ``transform`` or `PathData`. An element with a ``stroke-width`` is painted by its stroke, others
        are filled.
    outline : Outline or None
        The curve of a kind with any number of points, None for the others. `distance` and `gradient` of those that
        enclose something take a fill rule, ``"nonzero"`` or ``"evenodd"``, as their last argument.
    search : Search
        How fits search for shapes of the kind.
    """

    kind: str
    parameters: tuple[Parameter, ...]
    distance: Callable[..., Any]
    gradient: Callable[..., Any]
    bounds: Callable[..., Any]
    frame: Callable[..., Any]
    frame_adjoint: Callable[..., Any]
    sample: Callable[..., Any]
    svg: Callable[..., Any]
    strip: Callable[..., Any] | None = None
    strip_adjoint: Callable[..., Any] | None = None
    outline: Outline | None = None
    search: Search = field(default_factory=Search)

    @property
    def params(self) -> tuple[str, ...]:
        """Parameter names in order."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def filled(self) -> bool:
        """Whether it is what an outline encloses, which a fill rule decides about."""
        return self.outline is not None and self.outline.filled

    @property
    def stroked(self) -> bool:
        """Whether it is what a brush covers along an outline."""
        return self.outline is not None and self.outline.stroked

    @property
    def curved(self) -> bool:
        """Whether it is made of curves that run through its points."""
        return self.outline is not None and self.outline.degree > 1

    @property
    def signature(self) -> str:
        """Parameter names in order, or their pattern, for people to read."""
        return " ".join(self.params) if self.outline is None else self.outline.names

    @property
    def counts(self) -> str:
        """How many parameters a shape can have, for people to read."""
        if self.outline is None:
            return str(len(self.parameters))
        return ", ".join(map(str, self.outline.counts)) + ", ..."

    def hull(self, p: Sequence[float]) -> tuple[float, float, float, float]:
        """Return a box that holds a shape, as `bounds` does, quickly: curves stay between their control points."""
        if self.outline is None:
            box: tuple[float, float, float, float] = self.bounds(p)
            return box
        return self.outline.hull(p)

    def check_count(self, count: int) -> None:
        """Refuse a number of parameters that no shape of this kind has.

        Raises
        ------
        ValueError
            The message says how many it can have.
        """
        if count != len(self.parameters) and (self.outline is None or not self.outline.accepts(count)):
            raise ValueError(f"a {self.kind} has {self.counts} parameters ({self.signature}), not {count}")

    def parameters_of(self, count: int) -> tuple[Parameter, ...]:
        """Return the parameters of a shape that has `count` of them.

        Raises
        ------
        ValueError
            If no shape of this kind has so many; the message says how many it can have.
        """
        self.check_count(count)
        own = self.outline is None or count == len(self.parameters)
        return self.parameters if own else self.outline.parameters(count)  # type: ignore[union-attr]


_FUNCTIONS = ("distance", "gradient", "bounds", "frame", "frame_adjoint", "sample", "svg")
_OPTIONAL = ("strip", "strip_adjoint")


def _primitive(kind: str, module: Any) -> dict[str, Primitive]:
    functions = {name: getattr(module, name) for name in _FUNCTIONS}
    functions |= {name: getattr(module, name, None) for name in _OPTIONAL}
    outline, search = getattr(module, "OUTLINE", None), getattr(module, "SEARCH", Search())
    return {kind: Primitive(kind, module.PARAMETERS, **functions, outline=outline, search=search)}


PRIMITIVES = Registry(__name__, "PARAMETERS", _primitive)


def kinds() -> tuple[str, ...]:
    """Return the names of all primitives, in alphabetical order."""
    return tuple(PRIMITIVES)


def primitive(kind: str) -> Primitive:
    """Return the primitive of that name.

    Raises
    ------
    ValueError
        If there is no such kind; the message lists those there are.
    """
    if kind not in PRIMITIVES:
        raise ValueError(f"unknown kind {kind!r}; the kinds are {', '.join(kinds())}")
    return PRIMITIVES[kind]
