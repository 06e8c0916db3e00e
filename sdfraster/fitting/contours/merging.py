"""Merging the regions of a picture until there are few enough.

The next pair is always the one that costs the least squared error (Ward 1963), which is what the fit minimises; regions
of a few pixels go first, whatever they cost.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from ..strategy import FlatRegions

BEFORE_ALL = 1e9  # taken off the cost of merging a speck: more than any merging costs


def merge(
    labels: NDArray[np.int32],
    pixels: NDArray[np.float64],
    pure: NDArray[np.bool_],
    count: int,
    around: NDArray[np.float64],
    strategy: FlatRegions,
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Merge neighbours until `count` regions are left beside region 0, which keeps its colour.

    Parameters
    ----------
    labels : ndarray, shape (H, W)
        Region of every pixel.
    pixels : ndarray, shape (H, W, C)
        Colours.
    pure : ndarray, shape (H, W)
        Pixels whose mean is the colour of a region; if it has none, all are.
    count : int
        Largest number of regions.
    around : ndarray, shape (C,)
        Colour of region 0.
    strategy : FlatRegions
        What is too small for a region.

    Returns
    -------
    ndarray, shape (H, W)
        New region of every pixel; 0 is still 0.
    ndarray, shape (R, C)
        Colours of the regions.
    """
    n = int(labels.max()) + 1
    flat = labels.ravel()
    trust = np.where(pure, 1.0, strategy.mixed).ravel()
    weight = np.bincount(flat, trust, n)
    channels = pixels.shape[2]
    mean = np.zeros((n, 4))
    mean[:, :channels] = np.stack(
        [np.bincount(flat, trust * c.ravel(), n) / weight for c in np.moveaxis(pixels, 2, 0)], axis=1
    )
    mean[0, :channels] = around
    # numbers of Python: arrays of a few numbers take five times as long, and a region has few neighbours
    colors = [tuple(color) for color in mean.tolist()]
    trusted, area = weight.tolist(), np.bincount(flat, minlength=n).astype(np.float64).tolist()
    neighbors = _neighbors(labels, n)

    speck = strategy.speck

    def cost(p: int, q: int) -> float:
        (r, g, b, a), (s, h, c, o), m, k = colors[p], colors[q], area[p], area[q]
        square = (r - s) * (r - s) + (g - h) * (g - h) + (b - c) * (b - c) + (a - o) * (a - o)
        price: float = m * k / (m + k) * square - (BEFORE_ALL if m < speck or k < speck else 0.0)
        return price

    def mixed(p: int, q: int) -> tuple[float, ...]:
        share = trusted[q] / (trusted[p] + trusted[q])
        return tuple(x + share * (y - x) for x, y in zip(colors[p], colors[q], strict=True))

    parent = list(range(n))
    version = [0] * n  # of a region, that a cost was worked out for
    heap = [(cost(p, q), p, q, 0, 0) for p in range(n) for q in neighbors[p] if p < q]
    heapq.heapify(heap)
    left = n - 1
    while heap and (left > count or heap[0][0] < 0.0):
        _, p, q, seen_p, seen_q = heapq.heappop(heap)
        if (seen_p, seen_q) != (version[p], version[q]):
            continue
        if p != 0:  # the background keeps its colour
            colors[p] = mixed(p, q)
        area[p] += area[q]
        trusted[p] += trusted[q]
        parent[q] = p
        version[p] += 1
        version[q] = -1
        neighbors[p] |= neighbors[q]
        neighbors[p] -= {p, q}
        for r in neighbors[q] - {p}:
            neighbors[r].discard(q)
            neighbors[r].add(p)
        for r in neighbors[p]:
            first, second = min(p, r), max(p, r)
            heapq.heappush(heap, (cost(p, r), first, second, version[first], version[second]))
        left -= 1
    for k in range(n):  # a region was merged into one of a lower number
        parent[k] = parent[parent[k]]
    kept, number = np.unique(parent, return_inverse=True)
    return number[labels].astype(np.int32), np.array(colors)[kept, :channels]


def _neighbors(labels: NDArray[np.int32], n: int) -> list[set[int]]:
    """Return the regions that every region touches."""
    touching: list[set[int]] = [set() for _ in range(n)]
    for a, b in ((labels[1:], labels[:-1]), (labels[:, 1:], labels[:, :-1])):
        for p, q in np.unique(np.stack([a[a != b], b[a != b]], axis=1), axis=0).tolist():
            touching[p].add(q)
            touching[q].add(p)
    return touching


def worth(labels: NDArray[np.int32], colors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the squared error (R,) that merging each region with its most similar neighbour would cost."""
    area = np.bincount(labels.ravel(), minlength=len(colors)).astype(np.float64)
    least = np.full(len(colors), np.inf)
    for p, touching in enumerate(_neighbors(labels, len(colors))):
        for q in touching:
            square = float(((colors[p] - colors[q]) ** 2).sum())
            least[p] = min(least[p], area[p] * area[q] / (area[p] + area[q]) * square)
    return least
