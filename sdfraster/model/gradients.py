"""Gradients as an SVG says them, as values of colours: for those who read one, or know their gradients in pixels.

Spread is pad. `layer.Layer` says what the values are, and that there are 2 to 8 stops.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..primitives.rotation import Matrix
from .clamped import unclamped
from .cone import INSIDE
from .ramp import EDGE, FEWEST, MOST
from .shading import rules_of, shading_of
from .stops import NARROW, Graded, graded

IDENTITY = 1.0, 0.0, 0.0, 1.0, 0.0, 0.0
Frame = tuple[float, float, float]  # see `paint.frame_of`
GivenStops = Sequence[tuple[float, ArrayLike]] | Graded  # offset, and red, green and blue from 0 to 1; or `held`


def linear_gradient(
    frame: Frame, line: tuple[float, float, float, float], stops: GivenStops, matrix: Matrix = IDENTITY
) -> NDArray[np.float64]:
    """Return the values of a linear gradient, or of a plain colour (3,) if it is one.

    Parameters
    ----------
    frame : tuple of 3 float
        Of the shape: origin and unit, see `paint.frame_of`.
    line : tuple of 4 float
        x1, y1, x2, y2.
    stops : sequence of (float, array_like), or Graded
        Offsets and colours, or what `held` makes of them. Offsets are held within 0..1, and each at least at that
        before it.
    matrix : tuple of 6 float
        Leads from the space of the line to pixels of the canvas.

    Raises
    ------
    ValueError
        If there are more than eight stops that matter, or none.
    """
    along, t = held(stops), _along(frame, line, matrix)
    if t is None or len(along.offsets) == 1:
        return np.array(along.colors[-1])
    along = along.padded() if along.narrow else along
    first, last = along.offsets[[0, -1]]
    t = (t - [0.0, 0.0, first]) / (last - first)
    return _values(Graded((along.offsets - first) / (last - first), along.colors), t, "gradient")


def unclamped_gradient(
    frame: Frame, line: tuple[float, float, float, float], stops: GivenStops, matrix: Matrix = IDENTITY
) -> NDArray[np.float64]:
    """Return a linear gradient as a *linear* colour (3, 3), whose channels go on where those of the stops are clamped.

    The parameters are those of `linear_gradient`.
    """
    along, t = held(stops), _along(frame, line, matrix)
    if t is None or len(along.offsets) == 1:
        start, change, t = along.colors[-1], np.zeros(3), np.zeros(3)
    else:
        start, change = unclamped(along)
    return np.outer(change, t) + np.outer(start, [0.0, 0.0, 1.0])


def radial_gradient(
    frame: Frame,
    circle: tuple[float, float, float],
    focal: tuple[float, float, float],
    stops: GivenStops,
    matrix: Matrix = IDENTITY,
) -> NDArray[np.float64]:
    """Return the values of a radial gradient, or of a plain colour (3,) if it is one; a focus outside is moved inside.

    Parameters
    ----------
    frame, stops, matrix
        As of `linear_gradient`.
    circle : tuple of 3 float
        cx, cy and r: where the gradient ends.
    focal : tuple of 3 float
        fx, fy and fr: where it begins.

    Raises
    ------
    ValueError
        If there are more than eight stops that matter, or none.
    """
    along, r = held(stops), circle[2]
    to_space = _inverse(matrix)
    if to_space is None or not r > 0.0 or len(along.offsets) == 1 or focal[2] >= r:
        return np.array(along.colors[-1])
    along = along.padded() if along.offsets[-1] < NARROW else along
    start = max(focal[2], 0.0) / r
    focus = (np.array(focal[:2]) - circle[:2]) / r
    focus *= min(1.0, INSIDE * (1.0 - start) / max(float(np.hypot(*focus)), EDGE))
    focus /= 1.0 - start  # the tip of the cone, from which on circles have 0 to `start` of the radius
    offsets = start + (1.0 - start) * along.offsets
    end = float(offsets[-1])
    to_circle = np.array([[1.0 / r, 0.0, -circle[0] / r], [0.0, 1.0 / r, -circle[1] / r]]) @ to_space
    to_circle[:, 2] -= (1.0 - end) * focus
    rows = to_circle / end @ _in_pixels(frame)
    return _values(Graded(offsets / end, along.colors), [*rows.ravel(), *focus], "radial")


def with_stops(values: NDArray[np.float64], shading: str, stops: int) -> NDArray[np.float64]:
    """Return values of a gradient as ones of so many stops, the last one repeated; what is drawn is the same."""
    rule = rules_of(shading)[shading_of((1, *values.shape), shading)]
    own, place = len(rule.tones) // 3, rule.values - len(rule.offsets)
    starts = len(rule.offsets) == own - 1
    return graded(values.ravel(), own, place, starts).values(stops, values.ravel()[3 * own : place], starts)


def held(stops: GivenStops) -> Graded:
    """Return the stops that matter, with offsets as SVG holds them: for gradients that have them in common."""
    if isinstance(stops, Graded):
        return stops
    if not stops:
        raise ValueError("stops must be at least one")
    offsets = np.array(list(accumulate((min(max(offset, 0.0), 1.0) for offset, _ in stops), max)))
    return Graded(offsets, np.array([color for _, color in stops], np.float64)).fewer()


def _along(frame: Frame, line: tuple[float, float, float, float], matrix: Matrix) -> NDArray[np.float64] | None:
    """Return slopes by u and by v, and offset, of what is 0 where a line begins and 1 where it ends, if it does."""
    x, y = line[2] - line[0], line[3] - line[1]
    to_line = _inverse(matrix)
    if to_line is None or x == y == 0.0:
        return None
    t: NDArray[np.float64] = np.array([x, y, -x * line[0] - y * line[1]]) / (x * x + y * y) @ to_line  # of a pixel
    return t @ _in_pixels(frame)


def _inverse(matrix: Matrix) -> NDArray[np.float64] | None:
    """Return the inverse (3, 3) of a matrix of SVG, if it has one."""
    a, b, c, d, e, f = matrix
    if not abs(a * d - b * c) > 0.0:
        return None
    k = 1.0 / (a * d - b * c)
    return np.array([[d * k, -c * k, (c * f - d * e) * k], [-b * k, a * k, (b * e - a * f) * k], [0.0, 0.0, 1.0]])


def _in_pixels(frame: Frame) -> NDArray[np.float64]:
    """Return the matrix (3, 3) from a frame to pixels."""
    cx, cy, unit = frame
    return np.array([[unit, 0.0, cx], [0.0, unit, cy], [0.0, 0.0, 1.0]])


def _values(stops: Graded, geometry: ArrayLike, shading: str) -> NDArray[np.float64]:
    """Return stops and geometry as the values of a rule of colours."""
    count = len(stops.offsets)
    if count > MOST:
        raise ValueError(f"a gradient has {FEWEST} to {MOST} stops, not {count}")
    rule = list(rules_of(shading).values())[count - 1]
    return stops.values(count, geometry, len(rule.offsets) == count - 1).reshape(rule.shape)
