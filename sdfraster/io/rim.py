"""The rim of a mesh: the edges that only one face has, as closed lines."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from ..mesh import Mesh


def rim(mesh: Mesh) -> list[NDArray[np.float64]]:
    """Return the closed lines (K, 2) around a mesh and its holes, whatever the orientation of its faces."""
    edges = np.sort(mesh.faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
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
            lines.append(mesh.vertices[line[:-1]].astype(np.float64))
    return lines


def runs_outside(line: NDArray[np.float64], width: int, height: int) -> bool:
    """Return whether a closed line has no edge inside of the canvas."""
    ends = line, np.roll(line, -1, axis=0)
    sides = [np.stack([x <= 0.0, x >= width, y <= 0.0, y >= height]) for x, y in (end.T for end in ends)]
    return bool((sides[0] & sides[1]).any(axis=0).all())
