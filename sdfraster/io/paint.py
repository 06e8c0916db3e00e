"""How SVG can colour one shape: a plain fill, or one linear gradient with 8-bit stops.

A linear colour of ours has three channels that each slope in a direction of their own; an SVG gradient has one
direction, and channels that are clamped to 0..1. So the slopes, a 3x2 matrix M, must become a matrix of rank 1, and
the stops must include every place where a channel leaves the range. `Paint` holds both what is written and what our
own engine has to draw to show the same, so the loss can be measured without an SVG renderer.
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
    cx, cy, unit = shape.frame(p)
    unit = max(unit, MIN_FRAME)
    mean, covariance = _moments(shape, p, cx, cy, unit)
    w = np.linalg.eigh(slopes @ covariance @ slopes.T)[1][:, -1]
    w = w * np.sign(w[np.argmax(np.abs(w))])  # its sign is arbitrary; the file should not be
    g = w @ slopes  # (2,): colour = offset + w t with t = g . (u, v)
    offset = offset + (slopes - np.outer(w, g)) @ mean

    x0, y0, x1, y1 = shape.bounds(p)
    corners = np.array([[x - cx, y - cy] for x in (x0, x1) for y in (y0, y1)]) / unit
    first, last = float((corners @ g).min()), float((corners @ g).max())
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
    step = unit / (g @ g) * g  # pixels per unit of t
    line = (cx + step[0] * first, cy + step[1] * first, cx + step[0] * last, cy + step[1] * last)
    stops = tuple(((t - first) / (last - first), hexadecimal(item)) for t, item in zip(ts, colors, strict=True))
    return Paint(_matrix(np.outer(w, g), offset), stops, tuple(map(float, line)))


def _matrix(slopes: NDArray[Any], offset: NDArray[Any]) -> NDArray[np.float64]:
    """Return the linear colour [channel, (slope_u, slope_v, offset)]."""
    color = np.empty((3, 3))
    color[:, :2], color[:, 2] = slopes, offset
    return color


def _moments(shape: Primitive, p: Sequence[float], cx: float, cy: float, unit: float) -> Any:
    """Return mean (2,) and covariance (2, 2) of (u, v) over the shape, from a grid over its bounds."""
    x0, y0, x1, y1 = shape.bounds(p)
    at = (np.arange(GRID) + 0.5) / GRID
    grid = [(x, y) for x in (x0 + (x1 - x0) * at).tolist() for y in (y0 + (y1 - y0) * at).tolist()]
    inside = [point for point in grid if shape.distance(p, *point) < 0.0]
    points = np.array(inside if len(inside) > 2 else grid)  # a sliver between the points: its box instead
    local = (points - [cx, cy]) / unit
    return local.mean(axis=0), np.cov(local.T, bias=True)
