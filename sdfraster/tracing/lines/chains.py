"""Branches joined to the lines that a pen drew: through every crossing runs the line that runs on straight."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from ..palette import Pixels
from .graph import NONE, Graph

NEAR, FAR = 1.4, 4.0  # halves of the width from a node to the part of a branch that tells where it goes
BEND = np.radians(35.0)  # by which lines may turn at a crossing
FEWEST = 3  # points that tell a direction

End = tuple[int, int]  # branch, and which end of it: 0 or 1


class Chain(NamedTuple):
    """The way of a pen, about."""

    points: Pixels  # (N, 2)
    closed: bool
    ends: tuple[int, int]  # nodes where it starts and ends, NONE where it is free


def find_chains(graph: Graph) -> list[Chain]:
    """Return the ways of a pen along the branches of a graph."""
    joined = _joined(graph)
    left = set(range(len(graph.branches)))
    chains = []
    starts: list[End] = [(k, end) for k in left for end in (0, 1) if (k, end) not in joined]
    for start in (*starts, *((k, 0) for k in range(len(graph.branches)))):
        if start[0] not in left:
            continue
        parts: list[Pixels] = []
        at: End | None = start
        closed = graph.branches[start[0]].closed
        while at is not None:
            k, end = at
            if k not in left:
                closed = True
                break
            left.discard(k)
            branch = graph.branches[k]
            if parts:
                parts.append(graph.places[branch.nodes[end]][None])
            parts.append(branch.points if end == 0 else branch.points[::-1])
            last = (k, 1 - end)
            at = joined.get(last)
        first_node, last_node = (graph.branches[k].nodes[end] for k, end in (start, last))
        if closed and first_node != NONE:
            parts.append(graph.places[first_node][None])
        chains.append(Chain(np.concatenate(parts), closed, (NONE, NONE) if closed else (first_node, last_node)))
    return chains


def _joined(graph: Graph) -> dict[End, End]:
    """Return which ends of branches go on as which."""
    joined: dict[End, End] = {}
    for node in range(len(graph.places)):
        ends = [(k, end) for k, b in enumerate(graph.branches) for end in (0, 1) if b.nodes[end] == node]
        ways = {end: _ways(graph, end) for end in ends}
        pairs = sorted((_turn(ways[a], ways[b]), a, b) for a, b in combinations(ends, 2))
        free = set(ends)
        for turn, a, b in pairs:
            if turn <= BEND and a in free and b in free:
                joined[a], joined[b] = b, a
                free -= {a, b}
        if len(free) == len(ends) == 3:  # the tip of an arrow, or a corner: the two that are most alike
            sizes = {end: len(graph.branches[end[0]].points) for end in ends}
            a, b = min(combinations(ends, 2), key=lambda pair: abs(np.log(sizes[pair[0]] / sizes[pair[1]])))
            joined[a], joined[b] = b, a
    return joined


def _ways(graph: Graph, end: End) -> Pixels:
    """Return directions (2, 2), of length 1, in which a branch may leave the node at an end.

    They are the tangents of a line and of a parabola: the one is nearer for noisy branches, the other for bent ones.
    """
    branch = graph.branches[end[0]]
    points = branch.points if end[1] == 0 else branch.points[::-1]
    place = graph.places[branch.nodes[end[1]]]
    far = np.linalg.norm(points - place, axis=1) / graph.half
    tells = points[(far > NEAR) & (far < FAR) & (np.cumsum(far > FAR) == 0)]
    if len(tells) <= FEWEST:
        ways = np.tile(points[-FEWEST:].mean(axis=0) - place, (2, 1))
    else:
        t = np.linalg.norm(tells - place, axis=1)[:, None]
        ways = np.array([np.linalg.lstsq(t ** np.arange(degree + 1), tells, rcond=None)[0][1] for degree in (1, 2)])
    return np.asarray(ways / np.maximum(np.linalg.norm(ways, axis=1), 1e-9)[:, None])


def _turn(a: Pixels, b: Pixels) -> float:
    """Return by how much a line turns at least that comes back along one way and leaves along the other."""
    return float(np.arccos(np.clip(-(a @ b.T), -1.0, 1.0)).min())
