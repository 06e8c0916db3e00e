"""Which shapes of a scene meet in which tile: the blocks of J'J that are not 0."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...scene import Array

Numbers = NDArray[np.int64]


class Owner(NamedTuple):
    """What values belong to: the shapes of a layer, or, as a single one, the background."""

    columns: Numbers  # (N, R): places of the values of every shape in the vector
    box: Array  # (N, 4): where it can be seen


class Entries(NamedTuple):
    """Everything in some tiles that has values, tile after tile, and there owner after owner; E in all."""

    tile: Numbers  # (E,): which of the tiles
    owner: Numbers  # (E,)
    shape: Numbers  # (E,): which of the owner's

    def sizes(self, owners: list[Owner]) -> Numbers:
        """Return how many values each has (E,)."""
        return np.array([owner.columns.shape[1] for owner in owners])[self.owner]

    def boxes(self, owners: list[Owner]) -> NDArray[Any]:
        """Return where each can be seen (E, 4)."""
        first = np.cumsum([0, *(len(owner.box) for owner in owners)])
        boxes: NDArray[Any] = np.concatenate([owner.box for owner in owners])[first[self.owner] + self.shape]
        return boxes


def entries_of(hits: list[tuple[Numbers, Numbers]]) -> Entries:
    """Return the entries of some tiles, given for every owner the tile and the shape of all its hits, by tile."""
    tile, shape = (np.concatenate(parts) for parts in zip(*hits, strict=True))
    owner = np.repeat(np.arange(len(hits)), [len(each) for each, _ in hits])
    order = np.argsort(tile, kind="stable")
    return Entries(tile[order], owner[order], shape[order])


def pairs_of(entries: Entries, boxes: NDArray[Any]) -> tuple[Numbers, Numbers]:
    """Return the pairs (a, b) of entries of one tile, a <= b, whose boxes meet."""
    count = len(entries.tile)
    end = np.searchsorted(entries.tile, entries.tile, side="right")
    following = end - np.arange(count)
    a = np.repeat(np.arange(count), following)
    b = a + np.arange(len(a)) - np.repeat(np.cumsum(following) - following, following)
    meet = (boxes[a, :2] <= boxes[b, 2:]).all(axis=1) & (boxes[b, :2] <= boxes[a, 2:]).all(axis=1)
    return a[meet], b[meet]
