"""Outlines cut by a convex polygon, exactly: the curves are split where they meet its sides.

Outside of a side an outline is replaced by the line along that (Sutherland and Hodgman 1974, for curves). What the
outline winds around inside stays the same, so any fill rule still holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .contour import Contour, Points, between, joined, line, turns
from .geometry import area

STEPS = 50  # of halving


class Side(NamedTuple):
    """A half plane: where ``nx x + ny y <= c``; (nx, ny) has length 1."""

    nx: float
    ny: float
    c: float


def sides_of(polygon: Points) -> list[Side]:
    """Return the half planes that a convex polygon (n, 2) is common to."""
    p = polygon if area(polygon) > 0.0 else polygon[::-1]
    sides = []
    for (ax, ay), (bx, by) in zip(p.tolist(), np.roll(p, -1, axis=0).tolist(), strict=True):
        length = float(np.hypot(bx - ax, by - ay))
        if length > 0.0:
            nx, ny = (by - ay) / length, (ax - bx) / length
            sides.append(Side(nx, ny, nx * ax + ny * ay))
    return sides


def cut(contours: Iterable[Contour], sides: Sequence[Side]) -> list[Contour]:
    """Return filled contours inside of all sides."""
    kept = []
    for whole in contours:
        part: Contour | None = whole.filled()
        for side in sides:
            part = None if part is None else _cut(part, side)
        if part is not None:
            kept.append(part)
    return kept


def inside(contours: Iterable[Contour], sides: Sequence[Side], tolerance: float = 1e-9) -> bool:
    """Return whether the control points of contours are inside of all sides, and so the contours."""
    return all((_beyond(contour.points, side) <= tolerance).all() for contour in contours for side in sides)


def _beyond(points: Points, side: Side) -> Points:
    """Return how far points are outside."""
    out: Points = points @ np.array([side.nx, side.ny]) - side.c
    return out


def _cut(contour: Contour, side: Side) -> Contour | None:
    beyond = _beyond(contour.points, side)
    if (beyond <= 0.0).all():
        return contour
    of_curve = np.stack([beyond[0:-1:3], beyond[1::3], beyond[2::3], beyond[3::3]])
    low, high = of_curve.min(axis=0), of_curve.max(axis=0)
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
    return joined(parts)._replace(closed=True)


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
        t = 0.5 * (first + last)
        s = 1.0 - t
        if last > first and s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d < 0.0:
            out.append((first, last))
    return out


def _crossings(a: float, b: float, c: float, d: float) -> list[float]:
    """Return where a cubic with these control values is 0: between its extremes, by halving."""

    def value(t: float) -> float:
        s = 1.0 - t
        return s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d

    found = []
    ends = [0.0, *turns([a, b, c, d]), 1.0]
    for low, high in pairwise(ends):
        below = value(low) < 0.0
        if below == (value(high) < 0.0):
            continue
        for _ in range(STEPS):
            middle = 0.5 * (low + high)
            if (value(middle) < 0.0) == below:
                low = middle
            else:
                high = middle
        found.append(0.5 * (low + high))
    return found


def _on_side(curve: Points, ends: tuple[bool, bool], side: Side) -> Points:
    """Return a curve with the ends that were cut moved onto the side, from which they differ by rounding."""
    moved: Points = curve.copy()
    for k, was_cut in zip((0, 3), ends, strict=True):
        if was_cut:
            moved[k] -= _beyond(moved[k], side) * np.array([side.nx, side.ny])
    return moved
