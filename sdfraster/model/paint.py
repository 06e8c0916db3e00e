"""How SVG can colour one shape: a plain fill, or one linear gradient with 8-bit stops.

Every rule of colours says itself what its paint is. `Paint` holds both what is written and what our own engine has to
draw to show the same, so the loss can be measured without an SVG renderer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..primitives import Primitive
from .shading import MIN_FRAME

GRID = 8  # sample points per axis for the moments of a shape
HALF_STEP = 0.5 / 255.0  # a gradient that changes less is a plain fill


@dataclass(frozen=True)
class Paint:
    """What SVG draws in place of one colour.

    Attributes
    ----------
    color : ndarray
        The same as a colour of a `Layer`, of its shape. Exact, but for linear colours that leave 0..1: these are not
        clamped here.
    stops : tuple of (float, str)
        Offset on the line from 0 to 1, and colour as #rrggbb; a plain fill has one.
    line : tuple of float
        x1, y1, x2, y2 of the gradient in pixels; empty for a plain fill.
    """

    color: NDArray[np.float64]
    stops: tuple[tuple[float, str], ...]
    line: tuple[float, ...] = ()


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


def range_of(
    shape: Primitive, p: Sequence[float], frame: tuple[float, float, float], g: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the least and the largest of ``g . (u, v)`` in the box around a shape."""
    cx, cy, unit = frame
    x0, y0, x1, y1 = shape.bounds(p)
    corners = np.array([[x - cx, y - cy] for x in (x0, x1) for y in (y0, y1)]) / unit
    return float((corners @ g).min()), float((corners @ g).max())


def line_of(
    frame: tuple[float, float, float], g: NDArray[np.float64], first: float, last: float
) -> tuple[float, float, float, float]:
    """Return the line in pixels on which ``g . (u, v)`` goes from `first` to `last`."""
    cx, cy, unit = frame
    x, y = (unit / (g @ g) * g).tolist()
    return cx + x * first, cy + y * first, cx + x * last, cy + y * last


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
