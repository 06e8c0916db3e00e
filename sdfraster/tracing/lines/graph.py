"""The middle lines of a region as a graph: branches that meet at nodes.

The region is drawn larger from the shares of its pixels, so that its outline is smooth, and thinned. What thinning
makes of round ends, of corners and of noise along the outline is shorter than half a width, and is taken off.
"""

from __future__ import annotations

from functools import cache
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, distance_transform_edt, label, map_coordinates

from ...engine.compile.kernel import serial
from ..kernels import thinning
from ..palette import EVERYWHERE, Pixels

ZOOM, FINE = 3, 12.0  # fine pixels in one at most, and in half the width of a line: enough for its middle
MOST = 1_000_000  # of them; of larger regions pixels are taken as they are
MANY = 400  # branches of what is not made of lines
SPUR = 0.35  # widths: shorter branches with a free end are none
SHORT = 1.1  # widths: nodes that are nearer are one
SHARP, DEEP = 1.0, 0.9  # of a ridge: how much higher it is than both sides, and share of the usual height
NONE = -1
RING = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))


class Branch(NamedTuple):
    """A middle line between two nodes, or free ends."""

    points: Pixels  # (N, 2)
    nodes: tuple[int, int]  # at its start and its end, NONE where it is free
    closed: bool = False  # a ring without nodes


class Graph(NamedTuple):
    """Middle lines."""

    branches: list[Branch]
    places: Pixels  # (M, 2): of the nodes
    half: float  # half the width of most lines, about


@cache
def _thin() -> Any:
    return serial(thinning.thin, np.dtype(np.float64), "thinning")


@cache
def _ridge() -> Any:
    return serial(thinning.ridge, np.dtype(np.float64), "ridge")


def find_graph(share: NDArray[np.float64], about: float) -> Graph | None:
    """Return the middle lines of a region, None if it is not made of any.

    Parameters
    ----------
    share : ndarray, shape (H, W)
        How much of every pixel it covers.
    about : float
        Half the width of its lines, if it is made of some.
    """
    height, width = share.shape
    zoom = min(ZOOM, ceil(FINE / about)) if ZOOM * ZOOM * share.size <= MOST else 1
    rows, columns = ((np.arange(zoom * n) + 0.5) / zoom - 0.5 for n in (height, width))
    fine = map_coordinates(share, np.meshgrid(rows, columns, indexing="ij"), order=1, mode="nearest")
    mask = np.pad((fine > 0.5).astype(np.uint8), 1)
    depth = distance_transform_edt(mask)
    kept = np.zeros(mask.shape, bool)
    _ridge()(depth, SHARP, kept)
    if not kept.any():
        return None
    half = float(np.median(depth[kept]))
    _thin()(mask, kept & (depth > DEEP * half))
    _thin()(mask, np.zeros_like(kept))
    ridge = mask > 0
    crossings = np.zeros(mask.shape, np.int64)
    y, x = np.nonzero(ridge)
    ring = np.array([mask[y + dy, x + dx] for dy, dx in RING])
    crossings[y, x] = ((ring == 0) & (np.roll(ring, -1, axis=0) == 1)).sum(axis=0)
    square = ridge[1:, 1:] & ridge[1:, :-1] & ridge[:-1, 1:] & ridge[:-1, :-1]  # four lines may meet around one
    meeting = (crossings >= 3) | np.pad(square, ((0, 1), (0, 1)))
    junction = ridge & binary_dilation(meeting, EVERYWHERE)  # so that branches do not touch beside one
    clusters, count = label(junction, EVERYWHERE)
    parts, many = label(ridge & ~junction, EVERYWHERE)
    if many > MANY:
        return None
    places = np.array([np.argwhere(clusters == k + 1).mean(axis=0) for k in range(count)]).reshape(-1, 2)
    walks = _walks(parts, many, clusters)
    branches, places = _cleaned(walks, places, half)
    long = [walk for walk in branches if len(walk.points) > 1]
    found = [walk._replace(points=(walk.points[:, ::-1] - 0.5) / zoom) for walk in long]  # the rim is one pixel wide
    return Graph(found, (places[:, ::-1] - 0.5) / zoom, (half - 0.5) / zoom) if found else None


def _walks(parts: NDArray[np.int32], many: int, clusters: NDArray[np.int32]) -> list[Branch]:
    """Return the pixels of every part of the ridge in order, rows first, with the nodes at both ends."""
    y, x = np.nonzero(parts)
    pairs = list(zip(y.tolist(), x.tolist(), strict=True))
    met = np.max([clusters[y + dy, x + dx] for dy, dx in RING], axis=0, initial=0) - 1
    touched = dict(zip(pairs, met.tolist(), strict=True))  # the node that a pixel is next to, or NONE
    members: list[list[tuple[int, int]]] = [[] for _ in range(many)]
    for part, place in zip((parts[y, x] - 1).tolist(), pairs, strict=True):
        members[part].append(place)
    walks = []
    for pixels in members:
        left = set(pixels)
        beside = {p: [q for q in _around(p) if q in left] for p in pixels}
        ends = [p for p in pixels if len(beside[p]) <= 1]
        touching = [p for p in pixels if touched[p] != NONE]
        start = next(iter(ends or touching or pixels))
        way = [start]
        left.discard(start)
        while True:
            steps = [q for q in beside[way[-1]] if q in left]
            if not steps:
                break
            way.append(steps[0])
            left.discard(steps[0])
        first, last = touched[way[0]], touched[way[-1]]
        if len(way) == 1 and len(touching) == 1:
            found = sorted({int(clusters[q]) for q in _around(way[0])} - {0})
            first, last = (found[0] - 1, found[-1] - 1 if len(found) > 1 else NONE)
        closed = not ends and not touching and len(way) > 8
        walks.append(Branch(np.array(way, np.float64), (first, last), closed))
    return walks


def _around(place: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the neighbours of a pixel, those that share a side first."""
    y, x = place
    return [(y + dy, x + dx) for dy, dx in (*RING[::2], *RING[1::2])]


def _cleaned(walks: list[Branch], places: Pixels, half: float) -> tuple[list[Branch], Pixels]:
    """Return branches without spurs and nodes, where nodes that are near each other and what meets alone are one."""
    width = 2.0 * half
    walks = _through(walks)
    while True:
        spurs = [k for k, b in enumerate(walks) if _is_spur(b, places, width)]
        if spurs:
            shortest = min(spurs, key=lambda k: len(walks[k].points))
            walks = [b for k, b in enumerate(walks) if k != shortest]
        else:
            near = [k for k, b in enumerate(walks) if min(b.nodes) != NONE and _length(b, places) < SHORT * width]
            if not near:
                return walks, places
            gone = walks.pop(min(near, key=lambda k: _length(walks[k], places)))
            a, b = gone.nodes
            if a != b:
                places = places.copy()
                places[a] = 0.5 * (places[a] + places[b])
                walks = [_renamed(other, b, a) for other in walks]
        walks = _through(walks)


def _renamed(branch: Branch, old: int, new: int) -> Branch:
    """Return a branch at another node."""
    first, last = branch.nodes
    return branch._replace(nodes=(new if first == old else first, new if last == old else last))


def _is_spur(branch: Branch, places: Pixels, width: float) -> bool:
    """Return whether a branch with a free end at a node is too short to be a line."""
    first, last = branch.nodes
    return (first == NONE) != (last == NONE) and _length(branch, places) < SPUR * width


def _length(branch: Branch, places: Pixels) -> float:
    """Return the length of a branch from node to node."""
    way = [places[n][None] if n != NONE else branch.points[:0] for n in branch.nodes]
    steps = np.diff(np.concatenate([way[0], branch.points, way[1]]), axis=0)
    return float(np.linalg.norm(steps, axis=1).sum())


def _through(walks: list[Branch]) -> list[Branch]:
    """Return branches in which those that meet alone at a node are one."""
    walks = list(walks)
    for node in {n for b in walks for n in b.nodes} - {NONE}:
        here = [(k, end) for k, b in enumerate(walks) for end in (0, 1) if b.nodes[end] == node]
        if len(here) == 1:
            ((k, end),) = here
            nodes = (NONE, walks[k].nodes[1]) if end == 0 else (walks[k].nodes[0], NONE)
            walks[k] = walks[k]._replace(nodes=nodes)
        elif len(here) == 2:
            (k, end), (m, other) = here
            if k == m:
                walks[k] = Branch(walks[k].points, (NONE, NONE), True)
                continue
            a, b = walks[k], walks[m]
            a_points, a_far = (a.points[::-1], a.nodes[1]) if end == 0 else (a.points, a.nodes[0])
            b_points, b_far = (b.points, b.nodes[1]) if other == 0 else (b.points[::-1], b.nodes[0])
            walks[k] = Branch(np.concatenate([a_points, b_points]), (a_far, b_far))
            walks = [w for j, w in enumerate(walks) if j != m]
    return walks
