"""Outlines cut by a convex polygon, exactly: the curves are split where they meet its sides.

Outside of a side an outline is replaced by the line along that (Sutherland and Hodgman 1974, for curves). What the
outline winds around inside stays the same, so any fill rule still holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .contour import Contour, Points, between, joined, line, turns
from .geometry import area
from .limits import Budget

STEPS = 50  # to a crossing; mostly five are enough
ENOUGH = 1e-15  # of a parameter
TOLERANCE = 1e-9  # pixels by which what is inside may be outside
POINTS = 8192  # that are compared with a side in the time of a cut
CONTOURS = 8  # that are found to be inside in the time of a cut

Sides = NDArray[np.float64]  # (n, 3): half planes nx, ny, c where ``nx x + ny y <= c``; (nx, ny) has length 1


def sides_of(polygon: Points) -> Sides:
    """Return the half planes that a convex polygon (n, 2) is common to."""
    p = polygon if area(polygon) > 0.0 else polygon[::-1]
    along = np.roll(p, -1, axis=0) - p
    length = np.hypot(along[:, 0], along[:, 1])
    p, along, length = p[length > 0.0], along[length > 0.0], length[length > 0.0]
    normal = np.stack([along[:, 1], -along[:, 0]], axis=1) / length[:, None]
    return np.column_stack([normal, (normal * p).sum(axis=1)])


def beyond(boxes: NDArray[np.float64], sides: Sides) -> NDArray[np.bool_]:
    """Return which of some boxes (n, 4) reach out of which sides, (n, sides)."""
    normal, middle, half = sides[:, :2].T, 0.5 * (boxes[:, 2:] + boxes[:, :2]), 0.5 * (boxes[:, 2:] - boxes[:, :2])
    return np.asarray(middle @ normal + half @ np.abs(normal) - sides[:, 2] > TOLERANCE)


def within(points: Points, polygon: Points) -> NDArray[np.bool_]:
    """Return which of some points (m, 2) are inside of a convex polygon (n, 2).

    Its corners are looked up by the direction from its middle, so that each point is compared with one side only.
    """
    p = polygon if area(polygon) > 0.0 else polygon[::-1]
    p = p[(p != np.roll(p, 1, axis=0)).any(axis=1)]
    away, middle = p - p.mean(axis=0), p.mean(axis=0)
    angles = np.arctan2(away[:, 1], away[:, 0])
    first = int(angles.argmin())
    a, angles = np.roll(p, -first, axis=0), np.roll(angles, -first)
    along = np.roll(a, -1, axis=0) - a
    to = points - middle
    k = np.searchsorted(angles, np.arctan2(to[:, 1], to[:, 0]), side="right") - 1  # -1: from the last one to the first
    beside = along[k, 0] * (points[:, 1] - a[k, 1]) - along[k, 1] * (points[:, 0] - a[k, 0])
    inside: NDArray[np.bool_] = beside >= -TOLERANCE * np.hypot(along[k, 0], along[k, 1])
    return inside


def cut(contours: Iterable[Contour], sides: Sides, cuts: Budget) -> list[Contour] | None:
    """Return filled contours inside of all sides; None if there have been too many cuts."""
    kept = []
    for k, contour in enumerate(contours):
        if k % CONTOURS == 0 and not cuts.allows(1):
            return None
        part: Contour | None = contour.filled()
        for side in _crossed(contour, sides):
            if part is None:
                break
            d = _distances(part.points, side)
            of_curve = np.stack([d[0:-1:3], d[1::3], d[2::3], d[3::3]])
            crossing = int(((of_curve.min(axis=0) < 0.0) & (of_curve.max(axis=0) > 0.0)).sum())
            if not cuts.allows(1 + crossing + len(d) // POINTS):
                return None
            part = _cut(part, side, of_curve)
        if part is not None:
            kept.append(part)
    return kept


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
        for first, last in _stretches(of_curve[:, k], bool(straight[0])):
            piece = _on_side(between(contour.curve(k), first, last), (first > 0.0, last < 1.0), side)
            _append(parts, Contour(piece, straight, False))
    _append(parts, _whole(contour, kept, len(contour.straight)))
    if not parts:
        return None
    start = parts[0].points[0]
    if (parts[-1].points[-1] != start).any():
        parts.append(line(parts[-1].points[-1], start))
    return joined(parts).as_closed()


def _whole(contour: Contour, first: int, last: int) -> Contour | None:
    """Return some of the curves of a contour, if there are any."""
    if first >= last:
        return None
    return Contour(contour.points[3 * first : 3 * last + 1], contour.straight[first:last], False)


def _append(parts: list[Contour], piece: Contour | None) -> None:
    """Add a piece, and before it a line from where the last one ended."""
    if piece is None:
        return
    if parts and (parts[-1].points[-1] != piece.points[0]).any():
        parts.append(line(parts[-1].points[-1], piece.points[0]))
    parts.append(piece)


def _stretches(values: Points, straight: bool) -> list[tuple[float, float]]:
    """Return the parameters between which a cubic with four control values is below 0."""
    a, b, c, d = values.tolist()
    if straight:
        found = [a / (a - d)] if (a < 0.0) != (d < 0.0) else []
    else:
        found = _crossings(a, b, c, d)
    ends = [0.0, *found, 1.0]
    out = []
    for first, last in pairwise(ends):
        if last > first and _value(a, b, c, d, 0.5 * (first + last)) < 0.0:
            out.append((first, last))
    return out


def _crossings(a: float, b: float, c: float, d: float) -> list[float]:
    """Return where a cubic with these control values is 0: between its extremes, by Newton's method or by halving."""
    found = []
    ends = [0.0, *turns([a, b, c, d]), 1.0]
    for low, high in pairwise(ends):
        below = _value(a, b, c, d, low) < 0.0
        if below == (_value(a, b, c, d, high) < 0.0):
            continue
        t = 0.5 * (low + high)
        for _ in range(STEPS):
            s = 1.0 - t
            value = s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d
            if (value < 0.0) == below:
                low = t
            else:
                high = t
            slope = 3.0 * (s * s * (b - a) + 2.0 * s * t * (c - b) + t * t * (d - c))
            after = t - value / slope if slope != 0.0 else low
            if not low < after < high:
                after = 0.5 * (low + high)
            if abs(after - t) < ENOUGH:
                break
            t = after
        found.append(t)
    return found


def _value(a: float, b: float, c: float, d: float, t: float) -> float:
    s = 1.0 - t
    return s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d


def _on_side(curve: Points, ends: tuple[bool, bool], side: NDArray[np.float64]) -> Points:
    """Return a curve with the ends that were cut moved onto the side, from which they differ by rounding."""
    moved: Points = curve.copy()
    for k, was_cut in zip((0, 3), ends, strict=True):
        if was_cut:
            moved[k] -= _distances(moved[k], side) * side[:2]
    return moved
