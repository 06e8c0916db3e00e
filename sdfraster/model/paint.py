"""How SVG can colour one shape: a plain fill, or one gradient with 8-bit stops.

Every rule of colours says itself what its paint is. `Paint` holds both what is written and what our own engine has to
draw to show the same, so the loss can be measured without an SVG renderer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, log2
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..primitives import PathData, Primitive
from ..primitives.rotation import Matrix
from .shading import MIN_FRAME

GRID = 8  # sample points per axis for the moments of a shape
HALF_STEP = 0.5 / 255.0  # a gradient that changes less is a plain fill
SLID = 1  # powers of two above the length of a line: as far as it is slid, so that rounding hardly turns it more
UNEVEN = 0.14  # of that: what is half way between two multiples is common, and must not be near a border
DIAGONAL = 0.9  # slope from which on a line is slid along x; lines of slope 1 are common, and rounded either way


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

    def slid(self) -> Server:
        """Return a linear gradient with its line moved across itself, so that it looks the same.

        One coordinate of its start is a multiple of about twice its length then. The values of a colour do not say
        where a line is across, so a line that was rounded would come back at another place; this one is found again.
        """
        if "x1" not in self.numbers:
            return self
        x1, y1, x2, y2 = self.numbers.values()
        x, y = x2 - x1, y2 - y1
        step = 2.0 ** (SLID + round(log2(hypot(x, y))))
        if abs(y) > DIAGONAL * abs(x):
            across = (step * round(x1 / step - UNEVEN) - x1) / y
        else:
            across = -(step * round(y1 / step - UNEVEN) - y1) / x
        ends = x1 + across * y, y1 - across * x, x2 + across * y, y2 - across * x
        return self._replace(numbers=dict(zip(self.numbers, ends, strict=True)))


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
    """Return the least and the largest of ``g . (u, v)`` in a shape: of the points of an outline, or of its box."""
    data = shape.svg(p)[1].get("d")
    if isinstance(data, PathData) and data.closed:
        points = (np.reshape(data.points, (-1, 2)) - frame[:2]) / frame[2]
    else:
        points = corners_of(shape, p, frame)
    along = points @ g
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
