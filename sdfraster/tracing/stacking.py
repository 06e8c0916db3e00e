"""Which region lies over which: shapes are painted in that order, and reach beneath those above them.

Where three regions meet, the one whose border runs straight on lies over the other two (Guzman 1968). A region within
another lies over it. Where nothing tells, the smaller one lies above.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .borders import Loop
from .regions import Regions

STRAIGHT = 0.3  # radians by which a border that runs on may turn
SKIP, REACH = 2, 9  # cracks from a place where three regions meet to those that tell its direction
WITHIN, SMALLER = 20.0, 0.2  # votes, beside one of a straight border
MANY = 200  # regions that are only ordered by size


def paint_order(regions: Regions, loops: list[Loop], ground: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the rank (R,) of every region, the lowest first; those of `ground`, which nothing paints, have -1."""
    count = len(regions.ink)
    sizes = np.bincount(regions.labels.ravel(), minlength=count)
    votes = np.zeros((count, count)) if count <= MANY else None
    if votes is not None:
        for loop in loops:
            _vote(loop, votes)
        larger = sizes[None, :] > sizes[:, None]
        votes += SMALLER * (larger & ((votes + votes.T) > 0.0))
    order = [int(k) for k in np.argsort(-sizes, kind="stable") if not ground[k]]
    if votes is not None:
        order = _improved(order, votes)
    rank = np.full(count, -1)
    rank[order] = np.arange(len(order))
    return rank


def _vote(loop: Loop, votes: NDArray[np.float64]) -> None:
    """Add what a loop tells: votes[a, b] that region a lies over b."""
    me, across = loop.region, loop.across
    others = np.unique(across[across >= 0])
    votes[me, others] += 1e-6  # they are neighbours
    if loop.area > 0.0 and len(others) == 1 and (across >= 0).all():
        votes[me, others[0]] += WITHIN
    n = len(across)
    if n < 4 * REACH:
        return
    good = loop.good > 0
    for k in np.flatnonzero(across != np.roll(across, -1)):
        a, b = across[k], across[(k + 1) % n]
        if a < 0 or b < 0:
            continue
        before, after = (k - np.arange(SKIP, REACH)) % n, (k + 1 + np.arange(SKIP, REACH)) % n
        before, after = before[good[before]], after[good[after]]
        if len(before) < 3 or len(after) < 3:
            continue
        way_in, way_out = loop.at[before[0]] - loop.at[before[-1]], loop.at[after[-1]] - loop.at[after[0]]
        across_gap = loop.at[after].mean(axis=0) - loop.at[before].mean(axis=0)
        turn = _angle(way_in, way_out)
        if turn < STRAIGHT and _angle(way_in, across_gap) < STRAIGHT:
            weight = 1.0 - turn / STRAIGHT
            votes[me, a] += weight
            votes[me, b] += weight


def _angle(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the angle between two directions."""
    return abs(float(np.arctan2(a[0] * b[1] - a[1] * b[0], a @ b)))


def _improved(order: list[int], votes: NDArray[np.float64]) -> list[int]:
    """Return the order after moving single regions to where most votes agree, until none gains."""
    for _ in range(4):
        moved = False
        for me in list(order):
            rest = [k for k in order if k != me]
            above, below = votes[me, rest], votes[rest, me]  # gained if the other is lower, or higher
            gain = np.concatenate([[0.0], np.cumsum(above)]) + below.sum() - np.concatenate([[0.0], np.cumsum(below)])
            now = order.index(me)
            best = int(gain.argmax())
            if gain[best] > gain[now] + 1e-9:
                rest.insert(best, me)
                order, moved = rest, True
        if not moved:
            break
    return order
