"""How SVG can colour one shape: a plain fill, or one gradient with 8-bit stops.

Every rule of colours says itself what its paint is. `Paint` holds both what is written and what our own engine has to
draw to show the same, so the loss can be measured without an SVG renderer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..primitives import Primitive
from ..primitives.rotation import Matrix
from .shading import MIN_FRAME

GRID = 8  # sample points per axis for the moments of a shape
HALF_STEP = 0.5 / 255.0  # a gradient that changes less is a plain fill


Stops = tuple[tuple[float, str], ...]  # offset from 0 to 1, and colour as #rrggbb


POINTS = ("x1", "y1"), ("x2", "y2"), ("cx", "cy"), ("fx", "fy")  # of gradients


class Server(NamedTuple):
    """What SVG calls a paint server: an element of a gradient, in pixels."""

    tag: str
    numbers: dict[str, float]
    """Its attributes"""
    matrix: Matrix | None = None
    """Of the space of these numbers, if that is not the canvas"""

    def moved(self, by: Matrix) -> Server:
        """Return the gradient after a turn or a move of everything."""
        a, b, c, d, e, f = by
        if self.matrix is not None:
            m = np.array([[a, c, e], [b, d, f], [0.0, 0.0, 1.0]])
            own = np.array([*self.matrix, 1.0])[[0, 2, 4, 1, 3, 5]].reshape(2, 3)
            (a, c, e), (b, d, f) = (m[:2, :2] @ own + np.array([[0.0, 0.0, e], [0.0, 0.0, f]])).tolist()
            return self._replace(matrix=(a, b, c, d, e, f))
        numbers = dict(self.numbers)
        for across, down in (name for name in POINTS if name[0] in numbers):
            x, y = numbers[across], numbers[down]
            numbers[across], numbers[down] = a * x + c * y + e, b * x + d * y + f
        return self._replace(numbers=numbers)


@dataclass(frozen=True)
class Paint:
    """What SVG draws in place of one colour.

    Attributes
    ----------
    color : ndarray
        The same as a colour of a `Layer`, of its shape. Exact, but for linear colours that leave 0..1: these are not
        clamped here.
    stops : tuple of (float, str)
        Offsets and colours; a plain fill has one.
    server : Server or None
        The gradient; None for a plain fill.
    """

    color: NDArray[np.float64]
    stops: Stops
    server: Server | None = None


def quantized(color: ArrayLike) -> NDArray[np.float64]:
    """Return the colour clamped to 0..1 and rounded to 8 bits."""
    return np.rint(np.clip(np.asarray(color, np.float64), 0.0, 1.0) * 255.0) / 255.0


def hexadecimal(color: ArrayLike) -> str:
    """Return the colour as #rrggbb."""
    r, g, b = np.rint(quantized(color) * 255.0).astype(int)
    return f"#{r:02x}{g:02x}{b:02x}"


def plain(color: ArrayLike) -> Paint:
    """Return the paint of a constant colour."""
    return Paint(quantized(color), ((0.0, hexadecimal(color)),))


def frame_of(shape: Primitive, p: Sequence[float]) -> tuple[float, float, float]:
    """Return origin and unit of the frame of a shape."""
    cx, cy, unit = shape.frame(p)
    return cx, cy, max(unit, MIN_FRAME)


def corners_of(shape: Primitive, p: Sequence[float], frame: tuple[float, float, float]) -> NDArray[np.float64]:
    """Return the corners (4, 2) of the box around a shape in its frame, one after the other."""
    cx, cy, unit = frame
    x0, y0, x1, y1 = shape.bounds(p)
    return np.array([[x0 - cx, y0 - cy], [x1 - cx, y0 - cy], [x1 - cx, y1 - cy], [x0 - cx, y1 - cy]]) / unit


def range_of(
    shape: Primitive, p: Sequence[float], frame: tuple[float, float, float], g: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the least and the largest of ``g . (u, v)`` in the box around a shape."""
    along = corners_of(shape, p, frame) @ g
    return float(along.min()), float(along.max())


def line_of(frame: tuple[float, float, float], g: NDArray[np.float64], first: float, last: float) -> Server:
    """Return the linear gradient along which ``g . (u, v)`` goes from `first` to `last`."""
    cx, cy, unit = frame
    x, y = (unit / (g @ g) * g).tolist()
    ends = cx + x * first, cy + y * first, cx + x * last, cy + y * last
    return Server("linearGradient", dict(zip(("x1", "y1", "x2", "y2"), ends, strict=True)))


def moments(shape: Primitive, p: Sequence[float], frame: tuple[float, float, float]) -> Any:
    """Return mean (2,) and covariance (2, 2) of (u, v) over the shape, from a grid over its bounds."""
    cx, cy, unit = frame
    x0, y0, x1, y1 = shape.bounds(p)
    at = (np.arange(GRID) + 0.5) / GRID
    grid = [(x, y) for x in (x0 + (x1 - x0) * at).tolist() for y in (y0 + (y1 - y0) * at).tolist()]
    inside = [point for point in grid if shape.distance(p, *point) < 0.0]
    points = np.array(inside if len(inside) > 2 else grid)  # a sliver between the points: its box instead
    local = (points - [cx, cy]) / unit
    return local.mean(axis=0), np.cov(local.T, bias=True)
