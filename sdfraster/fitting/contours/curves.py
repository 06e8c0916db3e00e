"""Closed curves of a given number of cubic pieces, or of straight ones, through the points of an outline.

Schneider, "An algorithm for automatically fitting digitized curves", Graphics Gems 1990: a piece is fitted by least
squares over parameters that start as chord lengths and are improved by Newton's method; where it is worst, it is cut.
Cuts begin at corners and go on until there are as many pieces as asked for.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from ..strategy import Curves

DAMPING = 1e-9 * np.eye(2)  # keeps the equations of few points solvable

Points = NDArray[np.float64]


def closed_curve(points: Points, most: int, degree: int, tolerance: float, strategy: Curves) -> list[Points]:
    """Fit a closed curve.

    Parameters
    ----------
    points : ndarray, shape (N, 2)
        The outline, closed.
    most : int
        Largest number of pieces.
    degree : int
        3 for cubic Beziers, 1 for straight lines.
    tolerance : float
        Distance in pixels at which no more cuts are needed.
    strategy : Curves
        What is a corner.

    Returns
    -------
    list of ndarray, shape (degree + 1, 2)
        Control points of the pieces.
    """
    n = len(points)
    ring = np.concatenate([points, points, points[:1]])
    start, *cuts = _first_cuts(points, most, strategy)
    ends = [*cuts, start + n]
    heap: list[tuple[float, int, int, int, Points]] = []

    def add(first: int, last: int) -> None:
        control, error, worst = _piece(ring[first : last + 1], degree, strategy.rounds)
        if last - first < 2:  # nothing to cut at
            error = 0.0
        heapq.heappush(heap, (-error, first, last, first + worst, control))

    here = start
    for end in ends:
        add(here, end)
        here = end
    while len(heap) < most and -heap[0][0] > tolerance**2:
        _, first, last, worst, _ = heapq.heappop(heap)
        middle = min(max(worst, first + 1), last - 1)
        add(first, middle)
        add(middle, last)
    return [item[4] for item in sorted(heap, key=lambda item: item[1])]


def in_pieces(curve: list[Points], count: int) -> Points:
    """Return the same curve in more pieces: their control points, each without its last, the first of the next one.

    The additional pieces are points at the first cut, see `docs/decisions/fit-contours.md`.
    """
    first = curve[0]
    return np.concatenate(
        [np.repeat(first[:1], len(first) - 1, axis=0)] * (count - len(curve)) + [p[:-1] for p in curve]
    )


def _first_cuts(points: Points, most: int, strategy: Curves) -> list[int]:
    """Return where the outline has its corners, the sharpest ones if there are too many, and at least two places."""
    n = len(points)
    step = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    reach = max(1, min(n // 4, round(strategy.reach / max(float(step.mean()), 1e-9))))
    back, ahead = points - np.roll(points, reach, axis=0), np.roll(points, -reach, axis=0) - points
    lengths = np.linalg.norm(back, axis=1) * np.linalg.norm(ahead, axis=1)
    cosine = (back * ahead).sum(axis=1) / np.maximum(lengths, 1e-12)
    corner = np.cos(np.radians(strategy.corner))
    cuts: list[int] = []
    taken = np.zeros(n, bool)  # too close to a cut for another
    for k in np.argsort(cosine, kind="stable"):
        if cosine[k] > corner or len(cuts) == most:
            break
        if not taken[k]:
            cuts.append(int(k))
            taken[np.arange(k - reach, k + reach + 1) % n] = True
    if not cuts:
        cuts = [0]
    if len(cuts) == 1:
        cuts.append(int(np.linalg.norm(points - points[cuts[0]], axis=1).argmax()))
    return sorted(set(cuts))


def _piece(points: Points, degree: int, rounds: int) -> tuple[Points, float, int]:
    """Return the control points of the piece through some points, its largest squared error and where that is."""
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    t = length / max(length[-1], 1e-12)
    first, last = points[0], points[-1]
    if degree == 1:
        along = last - first
        t = np.clip((points - first) @ along / max(float(along @ along), 1e-12), 0.0, 1.0)
        error = ((first + t[:, None] * along - points) ** 2).sum(axis=1)
        return np.stack([first, last]), float(error.max()), int(error.argmax())
    control = first + np.array([0.0, 1.0, 2.0, 3.0])[:, None] / 3.0 * (last - first)
    if len(points) > 3:
        for k in range(rounds):
            if k > 0:
                t = _improved(points, control, t)
            basis = _bernstein(t)
            (a, b), (_, c) = basis[1:3] @ basis[1:3].T + DAMPING
            right = basis[1:3] @ (points - basis[::3].T @ control[::3])
            control[1:3] = np.array([[c, -b], [-b, a]]) @ right / (a * c - b * b)
    error = ((_bernstein(t).T @ control - points) ** 2).sum(axis=1)
    return control, float(error.max()), int(error.argmax())


def _bernstein(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights (4, N) of the control points of a cubic Bezier."""
    s = 1.0 - t
    return np.array([s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t])


def _improved(points: Points, control: Points, t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the parameters after a Newton step towards the nearest points of the curve."""
    s = 1.0 - t
    away = _bernstein(t).T @ control - points
    d1 = 3.0 * np.diff(control, axis=0)
    d2 = 2.0 * np.diff(d1, axis=0)
    velocity = np.array([s * s, 2.0 * s * t, t * t]).T @ d1
    slope = (velocity**2).sum(axis=1) + (away * (np.array([s, t]).T @ d2)).sum(axis=1)
    step = (away * velocity).sum(axis=1) / np.where(slope > 1e-9, slope, np.inf)
    closer: NDArray[np.float64] = np.clip(t - step, 0.0, 1.0)
    return closer
