"""How SVG can colour one shape: a plain fill, or one linear gradient with 8-bit stops.

A gradient of ours is one of SVG. A linear colour has three channels that each slope in a direction of their own; an
SVG gradient has one direction, and channels that are clamped to 0..1. So the slopes, a 3x2 matrix M, must become a
matrix of rank 1, and the stops must include every place where a channel leaves the range. `Paint` holds both what is
written and what our own engine has to draw to show the same, so the loss can be measured without an SVG renderer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..model.shading import MIN_FRAME
from ..primitives import Primitive

GRID = 8  # sample points per axis for the moments of a shape
HALF_STEP = 0.5 / 255.0  # a gradient that changes less is a plain fill
SHORTEST = 0.1  # pixels of the line of a gradient: SVG paints nothing in between if its ends are the same


@dataclass(frozen=True)
class Paint:
    """What SVG draws in place of one colour.

    Attributes
    ----------
    color : ndarray, shape (3,) or (3, 3)
        The same as a colour of a `Layer`. Exact, but for linear colours that leave 0..1: these are not clamped here.
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


def constant(color: ArrayLike) -> Paint:
    """Return the paint of a constant colour."""
    return Paint(quantized(color), ((0.0, hexadecimal(color)),))


def linear(shape: Primitive, p: Sequence[float], color: ArrayLike) -> Paint:
    """Return the paint closest to a linear colour in the mean square over the shape.

    With mean q and covariance C of (u, v) over the shape, the best matrix of rank 1 is ``w w^T M``, w being the first
    eigenvector of ``M C M^T`` (Eckart-Young in the metric of C), and ``(M - w w^T M) q`` moves into the offsets. If M
    has rank 1 already, this returns M itself.
    """
    c = np.asarray(color, np.float64)
    slopes, offset = c[:, :2], c[:, 2]
    frame = _frame(shape, p)
    mean, covariance = _moments(shape, p, frame)
    w = np.linalg.eigh(slopes @ covariance @ slopes.T)[1][:, -1]
    w = w * np.sign(w[np.argmax(np.abs(w))])  # its sign is arbitrary; the file should not be
    g = w @ slopes  # (2,): colour = offset + w t with t = g . (u, v)
    offset = offset + (slopes - np.outer(w, g)) @ mean

    first, last = _range(shape, p, frame, g)
    crossings = [(level - e) / k for e, k in zip(offset, w, strict=True) for level in (0.0, 1.0) if k != 0.0]
    ts = [first, *sorted(t for t in crossings if first < t < last), last]
    colors = [offset + w * t for t in ts]
    drawn = np.clip(colors, 0.0, 1.0)
    if np.ptp(drawn, axis=0).max() < HALF_STEP:
        middle = constant(0.5 * (drawn.min(axis=0) + drawn.max(axis=0)))
        return Paint(_matrix(np.zeros((3, 2)), middle.color), middle.stops)
    if len(ts) == 2:  # no clamping: the two rounded stops are a linear colour again
        w = (quantized(colors[1]) - quantized(colors[0])) / (last - first)
        offset = quantized(colors[0]) - w * first
    stops = tuple(((t - first) / (last - first), hexadecimal(item)) for t, item in zip(ts, colors, strict=True))
    return Paint(_matrix(np.outer(w, g), offset), stops, _line(frame, g, first, last))


def gradient(shape: Primitive, p: Sequence[float], color: ArrayLike) -> Paint:
    """Return the paint of a gradient: that part of its line which is seen in the shape, with 8-bit colours at the ends.

    A line that is shorter than a tenth of a pixel is made so long.
    """
    c = np.asarray(color, np.float64)
    g, offset = c[2, :2], float(c[2, 2])
    frame = _frame(shape, p)
    first, last = _range(shape, p, frame, g)
    first, last = max(first + offset, 0.0), min(last + offset, 1.0)
    ends = c[0] + np.outer([min(first, 1.0), max(last, 0.0)], c[1] - c[0])
    if last <= first or np.abs(ends[1] - ends[0]).max() < HALF_STEP:
        middle = constant(ends[0] if last <= first else ends.mean(axis=0))
        return Paint(np.array([middle.color, middle.color, c[2]]), middle.stops)
    g, offset = g / (last - first), (offset - first) / (last - first)
    shrunk = min(1.0, frame[2] / SHORTEST / float(np.hypot(*g)))
    g, offset = g * shrunk, 0.5 + (offset - 0.5) * shrunk
    seen = np.array([quantized(ends[0]), quantized(ends[1]), [*g, offset]])
    stops = (0.0, hexadecimal(ends[0])), (1.0, hexadecimal(ends[1]))
    return Paint(seen, stops, _line(frame, g, -offset, 1.0 - offset))


def _frame(shape: Primitive, p: Sequence[float]) -> tuple[float, float, float]:
    """Return origin and unit of the frame of a shape."""
    cx, cy, unit = shape.frame(p)
    return cx, cy, max(unit, MIN_FRAME)


def _range(
    shape: Primitive, p: Sequence[float], frame: tuple[float, float, float], g: NDArray[np.float64]
) -> tuple[float, float]:
    """Return the least and the largest of ``g . (u, v)`` in the box around a shape."""
    cx, cy, unit = frame
    x0, y0, x1, y1 = shape.bounds(p)
    corners = np.array([[x - cx, y - cy] for x in (x0, x1) for y in (y0, y1)]) / unit
    return float((corners @ g).min()), float((corners @ g).max())


def _line(
    frame: tuple[float, float, float], g: NDArray[np.float64], first: float, last: float
) -> tuple[float, float, float, float]:
    """Return the line in pixels on which ``g . (u, v)`` goes from `first` to `last`."""
    cx, cy, unit = frame
    x, y = (unit / (g @ g) * g).tolist()
    return cx + x * first, cy + y * first, cx + x * last, cy + y * last


def _matrix(slopes: NDArray[Any], offset: NDArray[Any]) -> NDArray[np.float64]:
    """Return the linear colour [channel, (slope_u, slope_v, offset)]."""
    color = np.empty((3, 3))
    color[:, :2], color[:, 2] = slopes, offset
    return color


def _moments(shape: Primitive, p: Sequence[float], frame: tuple[float, float, float]) -> Any:
    """Return mean (2,) and covariance (2, 2) of (u, v) over the shape, from a grid over its bounds."""
    cx, cy, unit = frame
    x0, y0, x1, y1 = shape.bounds(p)
    at = (np.arange(GRID) + 0.5) / GRID
    grid = [(x, y) for x in (x0 + (x1 - x0) * at).tolist() for y in (y0 + (y1 - y0) * at).tolist()]
    inside = [point for point in grid if shape.distance(p, *point) < 0.0]
    points = np.array(inside if len(inside) > 2 else grid)  # a sliver between the points: its box instead
    local = (points - [cx, cy]) / unit
    return local.mean(axis=0), np.cov(local.T, bias=True)
