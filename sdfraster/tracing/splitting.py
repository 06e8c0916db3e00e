"""Where borders that end on a curve cut it."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from ..drawing.contour import Contour, at, between
from .palette import Pixels

DENSE = 8.0  # places of a curve that are tried, for each pixel
AGAINST = 100.0  # square pixels that a place counts as farther where the curve runs the other way
NODE = 0.4  # pixels within which a node is cut at, not beside


def find_cuts(contour: Contour, wanted: Pixels, ways: Pixels) -> list[float]:
    """Return where to cut a contour, as piece plus parameter: at the nearest places that are in order.

    Parameters
    ----------
    contour : Contour
        Open, or closed; an open one is not cut at its ends.
    wanted : ndarray, shape (J, 2)
        Where it should be cut, in order.
    ways : ndarray, shape (J, 2)
        In which direction it runs there: thin shapes have their other side nearby.
    """
    count = len(contour.straight)
    tried = []
    for k in range(count):
        length = float(np.linalg.norm(np.diff(contour.curve(k), axis=0), axis=1).sum())
        steps = max(ceil(DENSE * length), len(wanted) + 1)
        tried.append(k + np.arange(steps) / steps)
    where = np.concatenate(tried)
    points = np.concatenate([at(contour.curve(k), t - k) for k, t in enumerate(tried)])
    if not contour.closed:
        where, points = where[1:], points[1:]
    along = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    cost = ((points[None] - wanted[:, None]) ** 2).sum(axis=2) + AGAINST * (ways @ along.T < 0.0)
    if contour.closed:
        shift = int(cost[0].argmin())
        where, cost = np.roll(where, -shift), np.roll(cost, -shift, axis=1)
        cost[0, 1:] = np.inf
    cuts = where[_rising(cost)]
    return _at_nodes(contour, cuts)


def _rising(cost: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the columns, one for each row and rising, of the least sum of costs (J, M)."""
    rows, columns = cost.shape
    best, back = cost[0], np.zeros((rows, columns), np.int64)
    for j in range(1, rows):
        least = np.minimum.accumulate(best)
        first = np.maximum.accumulate(np.where(best <= least, np.arange(columns), 0))
        back[j, 1:] = first[:-1]
        best = cost[j] + np.concatenate([[np.inf], least[:-1]])
    chosen = [int(best.argmin())]
    for j in range(rows - 1, 0, -1):
        chosen.append(int(back[j, chosen[-1]]))
    return np.array(chosen[::-1])


def _at_nodes(contour: Contour, cuts: NDArray[np.float64]) -> list[float]:
    """Return the cuts with those next to a node moved to it, one to each."""
    count = len(contour.straight)
    found: list[float] = cuts.tolist()
    taken: set[int] = set() if contour.closed else {0, count}
    for j, cut in enumerate(found):
        node = round(cut)
        name = node % count if contour.closed else node
        place = at(contour.curve(min(floor(cut), count - 1)), cut - floor(cut))
        if name not in taken and float(np.linalg.norm(contour.nodes[node] - place)) < NODE:
            taken.add(name)
            found[j] = float(name)
    return found


def split(contour: Contour, cuts: list[float]) -> list[Contour]:
    """Return the parts of a contour between cuts; those of a closed one begin at the first cut."""
    count = len(contour.straight)
    ends = [*cuts, cuts[0]] if contour.closed else [0.0, *cuts, float(count)]
    return [_part(contour, first, last if last > first else last + count) for first, last in pairwise(ends)]


def _part(contour: Contour, first: float, last: float) -> Contour:
    """Return a contour from one place to another that is farther on."""
    points: list[Pixels] = []
    straight: list[bool] = []
    here = first
    while here < last:
        piece = floor(here)
        end = min(piece + 1.0, last)
        k = piece % len(contour.straight)
        curve = between(contour.curve(k), here - piece, end - piece)
        points.append(curve if not points else curve[1:])
        straight.append(bool(contour.straight[k]))
        here = end
    return Contour(np.concatenate(points), np.array(straight), False)
