"""Outlines cut by a convex polygon, exactly: the curves are split where they meet its sides.

Outside of a side an outline is replaced by the line along that (Sutherland and Hodgman 1974, for curves). What the
outline winds around inside stays the same, so any fill rule still holds.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from .contour import Contour, Points, between, joined, line
from .geometry import area, rolled
from .limits import Budget
from .snipping import GAP, snipped, stretches

TOLERANCE = 1e-9  # pixels by which what is inside may be outside
WHOLE = 10  # lines that are cut by a side in the time in which this is done to an outline of many curves
CURVES = 2  # of an outline of few, beside the first ones, that are compared with a side in the time of such a line
POINTS = 800  # of one of many

Sides = NDArray[np.float64]  # (n, 3): half planes nx, ny, c where ``nx x + ny y <= c``; (nx, ny) has length 1


def sides_of(polygon: Points) -> Sides:
    """Return the half planes that a convex polygon (n, 2) is common to."""
    p = polygon if area(polygon) > 0.0 else polygon[::-1]
    along = rolled(p) - p
    length = np.hypot(along[:, 0], along[:, 1])
    p, along, length = p[length > 0.0], along[length > 0.0], length[length > 0.0]
    normal = np.stack([along[:, 1], -along[:, 0]], axis=1) / length[:, None]
    return np.column_stack([normal, (normal * p).sum(axis=1)])


def beyond(boxes: NDArray[np.float64], sides: Sides) -> NDArray[np.bool_]:
    """Return which of some boxes (n, 4) reach out of which sides, (n, sides)."""
    normal, middle, half = sides[:, :2].T, 0.5 * (boxes[:, 2:] + boxes[:, :2]), 0.5 * (boxes[:, 2:] - boxes[:, :2])
    return np.asarray(middle @ normal + half @ np.abs(normal) - sides[:, 2] > TOLERANCE)


class Around:
    """A convex polygon (n, 2), whose sides are looked up by the direction from its middle.

    So each point, or box, is compared with one side only.
    """

    def __init__(self, polygon: Points) -> None:
        p = polygon if area(polygon) > 0.0 else polygon[::-1]
        p = p[(p != rolled(p)).any(axis=1)]
        self._middle = p.mean(axis=0)
        away = p - self._middle
        angles = np.arctan2(away[:, 1], away[:, 0])
        first = int(angles.argmin())
        self._start, self._angles = rolled(p, first), rolled(angles, first)
        self._along = rolled(self._start) - self._start

    def holds(self, points: Points) -> NDArray[np.bool_]:
        """Return which of some points (m, 2) are inside."""
        return self._inside(points, self._side(points)) >= -TOLERANCE

    def misses(self, boxes: NDArray[np.float64], by: float) -> NDArray[np.bool_]:
        """Return which of some boxes (n, 4) are plainly outside, farther than a distance."""
        side = self._side(0.5 * (boxes[:, :2] + boxes[:, 2:]))
        corners = (boxes[:, [0, 1]], boxes[:, [2, 1]], boxes[:, [2, 3]], boxes[:, [0, 3]])
        nearest = np.max([self._inside(points, side) for points in corners], axis=0)
        return np.asarray(nearest < -by)

    def _side(self, points: Points) -> NDArray[np.intp]:
        """Return which side is in the direction of points."""
        to = points - self._middle
        side: NDArray[np.intp] = np.searchsorted(self._angles, np.arctan2(to[:, 1], to[:, 0]), side="right")
        return side - 1  # -1: the last one

    def _inside(self, points: Points, side: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return how far points are inside of sides, one for each."""
        along, a = self._along[side], self._start[side]
        beside = along[:, 0] * (points[:, 1] - a[:, 1]) - along[:, 1] * (points[:, 0] - a[:, 0])
        return np.asarray(beside / np.hypot(along[:, 0], along[:, 1]))


def cut(contours: Iterable[Contour], sides: Sides, cuts: Budget) -> list[Contour] | None:
    """Return filled contours inside of all sides; None if there have been too many cuts."""
    kept = []
    for contour in contours:
        if not cuts.allows(1):
            return None
        part: Contour | None = contour.filled()
        for side in _crossed(contour, sides):
            if part is None:
                break
            small = part.few is not None
            of_curve = None if small else _of_curves(part, side)
            if not cuts.allows(1 + len(part) // CURVES if of_curve is None else _cost(of_curve)):
                return None
            part = snipped(part, side.tolist()) if of_curve is None else _cut(part, side, of_curve)
        if part is not None:
            kept.append(part)
    return kept


def _of_curves(contour: Contour, side: NDArray[np.float64]) -> Points:
    """Return how far the control points of curves are outside of a side, (4, n)."""
    d = _distances(contour.points, side)
    return np.stack([d[0:-1:3], d[1::3], d[2::3], d[3::3]])


def _cost(of_curve: Points) -> int:
    """Return in the time of how many lines an outline is cut, see `_of_curves`."""
    crossing = int(((of_curve.min(axis=0) < 0.0) & (of_curve.max(axis=0) > 0.0)).sum())
    return WHOLE * (1 + crossing) + of_curve.size // POINTS


def _crossed(contour: Contour, sides: Sides) -> Sides:
    """Return the sides that the box around a contour reaches out of."""
    p = contour.points
    crossed: Sides = sides[beyond(np.concatenate([p.min(axis=0), p.max(axis=0)])[None], sides)[0]]
    return crossed


def _distances(points: Points, side: NDArray[np.float64]) -> Points:
    """Return how far points are outside."""
    out: Points = points @ side[:2] - side[2]
    return out


def _cut(contour: Contour, side: NDArray[np.float64], of_curve: Points) -> Contour | None:
    """Return what of a closed contour is inside of a side, given how far (4, n) its control points are outside."""
    low, high = of_curve.min(axis=0), of_curve.max(axis=0)
    if (high <= 0.0).all():
        return contour
    parts: list[Contour] = []
    kept = 0  # the first curve that is whole and not yet in `parts`
    for k in np.flatnonzero(high > 0.0).tolist():
        _append(parts, _whole(contour, kept, k))
        kept = k + 1
        if low[k] >= 0.0:
            continue
        straight = contour.straight[k : k + 1]
        for first, last in stretches(of_curve[:, k].tolist(), bool(straight[0])):
            piece = _on_side(between(contour.curve(k), first, last), (first > 0.0, last < 1.0), side)
            _append(parts, Contour(piece, straight, False))
    _append(parts, _whole(contour, kept, len(contour.straight)))
    if not parts:
        return None
    if not _meet(parts[-1], parts[0]):
        parts.append(line(parts[-1].points[-1], parts[0].points[0]))
    whole = joined(parts)
    whole.points[-1] = whole.points[0]
    return whole.as_closed()


def _whole(contour: Contour, first: int, last: int) -> Contour | None:
    """Return some of the curves of a contour, if there are any."""
    if first >= last:
        return None
    return Contour(contour.points[3 * first : 3 * last + 1], contour.straight[first:last], False)


def _append(parts: list[Contour], piece: Contour | None) -> None:
    """Add a piece, and before it a line from where the last one ended."""
    if piece is None:
        return
    if parts and not _meet(parts[-1], piece):
        parts.append(line(parts[-1].points[-1], piece.points[0]))
    parts.append(piece)


def _meet(piece: Contour, after: Contour) -> bool:
    """Return whether one piece ends where the next one begins, but for rounding."""
    gap = piece.points[-1] - after.points[0]
    return float(np.abs(gap).max()) <= GAP


def _on_side(curve: Points, ends: tuple[bool, bool], side: NDArray[np.float64]) -> Points:
    """Return a curve with the ends that were cut moved onto the side, from which they differ by rounding."""
    moved: Points = curve.copy()
    for k, was_cut in zip((0, 3), ends, strict=True):
        if was_cut:
            moved[k] -= _distances(moved[k], side) * side[:2]
    return moved
