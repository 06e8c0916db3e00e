"""The rim of a mesh: the edges that only one face has, as closed lines."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..mesh import Mesh


def rim(mesh: Mesh) -> list[NDArray[np.float64]]:
    """Return the closed lines (K, 2) around a mesh and its holes, whatever the orientation of its faces.

    They do not depend on the order of its vertices, nor on how many there are at one place.
    """
    places, faces = _numbered(mesh)
    edges = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    pairs, count = np.unique(edges, axis=0, return_counts=True)
    around: defaultdict[int, list[int]] = defaultdict(list)  # an even number at every vertex
    for a, b in pairs[count % 2 == 1].tolist():
        around[a].append(b)
        around[b].append(a)
    lines = []
    for start in list(around):
        while around[start]:
            line, here = [start], start
            while around[here]:
                there = around[here].pop()
                around[there].remove(here)
                line.append(there)
                here = there
            lines.append(places[line[:-1]].astype(np.float64))
    return lines


def _numbered(mesh: Mesh) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the places (V, 2) of vertices in the order in which the faces have them, and these by their numbers."""
    places, which = np.unique(mesh.vertices, axis=0, return_inverse=True)
    corners = which.ravel()[mesh.faces].ravel()
    used, first = np.unique(corners, return_index=True)
    order = used[np.argsort(first)]
    ranks = np.empty(len(places), np.intp)
    ranks[order] = np.arange(len(order))
    return places[order], ranks[corners].reshape(-1, 3)


def runs_outside(line: NDArray[np.float64], width: int, height: int) -> bool:
    """Return whether a closed line has no edge inside of the canvas."""
    ends = line, np.roll(line, -1, axis=0)
    sides = [np.stack([x <= 0.0, x >= width, y <= 0.0, y >= height]) for x, y in (end.T for end in ends)]
    return bool((sides[0] & sides[1]).any(axis=0).all())
