"""Which faces of a mesh meet at an edge, and what they become when a vertex appears on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .triangulation import Faces

Index = NDArray[np.int64]


@dataclass
class Edges:
    """The edges of a triangulation, with the one or two faces of each."""

    ends: Index  # (E, 2) in the orientation of the first face
    faces: Index  # (E, 2) the second is -1 on the border
    opposite: Index  # (E, 2) vertex of each face that is not an end


def find_edges(faces: Faces) -> Edges:
    """Return the edges of faces (F, 3)."""
    f = faces.astype(np.int64)
    start, end, apex = f.ravel(), f[:, (1, 2, 0)].ravel(), f[:, (2, 0, 1)].ravel()
    owner = np.repeat(np.arange(len(f)), 3)
    key = np.minimum(start, end) * (f.max() + 1) + np.maximum(start, end)
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    twins = np.diff(first, append=len(order)) == 2
    a = order[first]
    b = order[np.where(twins, first + 1, first)]
    return Edges(
        np.stack([start[a], end[a]], axis=1),
        np.stack([owner[a], np.where(twins, owner[b], -1)], axis=1),
        np.stack([apex[a], np.where(twins, apex[b], -1)], axis=1),
    )


def halves(e: Edges, k: int, vertex: int) -> Faces:
    """Return the faces (2 or 4, 3) that those on edge k become with a vertex on it."""
    (a, b), (c, d) = e.ends[k], e.opposite[k]
    made = [(a, vertex, c), (vertex, b, c), (d, vertex, a), (d, b, vertex)]
    return np.array(made[: 4 if d >= 0 else 2], np.int32)
