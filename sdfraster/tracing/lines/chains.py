"""Branches joined to the lines that a pen drew: through every crossing runs the line that runs on straight."""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from ..palette import Pixels
from .graph import NONE, Graph
from .sections import Sections

NEAR, FAR = 1.4, 4.0  # halves of the width from a node to the part of a branch that tells where it goes
BEND = np.radians(35.0)  # by which lines may turn at a crossing
FEWEST, MANY = 3, 8  # points that tell a direction, and a bend
STRAIGHT = 0.1  # pixels, in the mean, by which the middles of cuts are off a line that is straight

End = tuple[int, int]  # branch, and which end of it: 0 or 1


class Chain(NamedTuple):
    """The way of a pen, about."""

    points: Pixels  # (N, 2)
    closed: bool
    ends: tuple[int, int]  # nodes where it starts and ends, NONE where it is free


def find_chains(graph: Graph, sections: list[Sections]) -> list[Chain]:
    """Return the ways of a pen along the branches of a graph, across which cuts are known."""
    joined = _joined(graph, sections)
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


def _joined(graph: Graph, sections: list[Sections]) -> dict[End, End]:
    """Return which ends of branches go on as which."""
    joined: dict[End, End] = {}
    for node in range(len(graph.places)):
        ends = [(k, end) for k, b in enumerate(graph.branches) for end in (0, 1) if b.nodes[end] == node]
        ways = {end: _ways(graph, sections, end) for end in ends}
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


def _ways(graph: Graph, sections: list[Sections], end: End) -> Pixels:
    """Return directions (N, 2), of length 1, in which a branch may leave the node at an end.

    Thinning bends branches towards each other where they meet; cuts that are as wide as the line are beyond that, and
    tell the tangent, of a line if they are on one. Of branches without, it may be that of a line, or of a parabola.
    """
    branch, cuts = graph.branches[end[0]], sections[end[0]]
    points, sure = (each if end[1] == 0 else each[::-1] for each in (branch.points, cuts.points[cuts.good]))
    place = graph.places[branch.nodes[end[1]]]
    far = np.linalg.norm(sure - place, axis=1) / graph.half
    tells = sure[np.cumsum(far > far[:1] + FAR - NEAR) == 0]
    if len(tells) > FEWEST:
        line, rms = _tangent(tells, place, 1)
        return line[None] if rms < STRAIGHT or len(tells) < MANY else _tangent(tells, place, 2)[0][None]
    far = np.linalg.norm(points - place, axis=1) / graph.half
    tells = points[(far > NEAR) & (np.cumsum(far > FAR) == 0)]
    if len(tells) > FEWEST:
        return np.array([_tangent(tells, place, degree)[0] for degree in (1, 2)])
    way = points[-FEWEST:].mean(axis=0) - place
    return np.asarray(way / max(float(np.linalg.norm(way)), 1e-9))[None]


def _tangent(points: Pixels, place: Pixels, degree: int) -> tuple[Pixels, float]:
    """Return the direction, at a place, of a curve of some degree through points; and how far it is from these."""
    powers = np.linalg.norm(points - place, axis=1)[:, None] ** np.arange(degree + 1)
    fit = np.linalg.lstsq(powers, points, rcond=None)[0]
    rms = float(np.sqrt(((powers @ fit - points) ** 2).sum(axis=1).mean()))
    return np.asarray(fit[1] / max(float(np.linalg.norm(fit[1])), 1e-9)), rms


def _turn(a: Pixels, b: Pixels) -> float:
    """Return by how much a line turns at least that comes back along one way and leaves along the other."""
    return float(np.arccos(np.clip(-(a @ b.T), -1.0, 1.0)).min())
