"""Which shapes of a scene meet in which tile: the blocks of J'J that are not 0."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...scene import Array

Numbers = NDArray[np.int64]


class Owner(NamedTuple):
    """What values belong to: the shapes of a layer, or, as a single one, the background."""

    places: Numbers  # (all values,): places of the values of every shape in the vector, one shape after the other
    sizes: Numbers  # (N,): number of values of every shape
    box: Array  # (N, 4): where it can be seen

    def columns(self, shape: Numbers, size: int) -> Numbers:
        """Return the places of the values of some shapes (K,) that have so many (K, size)."""
        first = np.cumsum(self.sizes) - self.sizes
        columns: Numbers = self.places[first[shape, None] + np.arange(size)]
        return columns


class Entries(NamedTuple):
    """Everything in some tiles that has values, tile after tile, and there owner after owner; E in all."""

    tile: Numbers  # (E,): which of the tiles
    owner: Numbers  # (E,)
    shape: Numbers  # (E,): which of the owner's

    def sizes(self, owners: list[Owner]) -> Numbers:
        """Return how many values each has (E,)."""
        return self._of(owners, [owner.sizes for owner in owners])

    def boxes(self, owners: list[Owner]) -> NDArray[Any]:
        """Return where each can be seen (E, 4)."""
        return self._of(owners, [owner.box for owner in owners])

    def _of(self, owners: list[Owner], values: list[NDArray[Any]]) -> NDArray[Any]:
        """Return what each has of the values of all shapes of every owner."""
        first = np.cumsum([0, *(len(owner.sizes) for owner in owners)])
        return np.concatenate(values)[first[self.owner] + self.shape]


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
