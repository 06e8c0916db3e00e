"""From blocks of tiles to a sparse matrix: what tiles say of a pair of shapes is added up, tile after tile.

Sums are formed in float64 and in one order, so that they do not depend on the number of workers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from .pairs import Entries, Numbers, Owner


class BlockSums:
    """Adds up what tiles say of pairs of shapes.

    Parameters
    ----------
    owners : list of Owner
        What values belong to.
    size : int
        Length of the vector.

    Attributes
    ----------
    gradient : ndarray, shape (size,)
        J'r as far as it was added up.
    square : float
        r'r, which its owner adds up.
    """

    def __init__(self, owners: list[Owner], size: int) -> None:
        self._owners, self._size = owners, size
        self._matrix: Any = sparse.csr_matrix((size, size))
        self.gradient, self.square = np.zeros(size), 0.0

    def add_blocks(self, entries: Entries, pairs: tuple[Numbers, Numbers], place: Numbers, values: Any) -> None:
        """Add the blocks of pairs of entries, which begin at a place of the values."""
        a, b = pairs
        parts = []
        sort = np.stack([entries.owner, entries.sizes(self._owners)], axis=1)
        sorts, code = np.unique(sort, axis=0, return_inverse=True)
        code = code.ravel()[a] * len(sorts) + code.ravel()[b]
        for pair in np.unique(code).tolist():  # owners, and numbers of values: blocks of one shape at a time
            (first, rows), (second, columns) = sorts[pair // len(sorts)].tolist(), sorts[pair % len(sorts)].tolist()
            chosen, shape, count = np.flatnonzero(code == pair), (rows, columns), len(self._owners[second].sizes)
            numbers = place[chosen, None] + np.arange(rows * columns)
            key = entries.shape[a[chosen]] * count + entries.shape[b[chosen]]
            key, blocks = _added(key, values[numbers])
            i = self._owners[first].columns(key // count, rows)
            j = self._owners[second].columns(key % count, columns)
            i, j = np.broadcast_arrays(i[:, :, None], j[:, None, :])
            parts.append((i.ravel(), j.ravel(), blocks.ravel()))
            off = (i != j).any(axis=(1, 2)) & (i[:, 0, 0] != j[:, 0, 0])  # of two shapes: the block across the diagonal
            parts.append((j[off].ravel(), i[off].ravel(), blocks.reshape(len(key), *shape)[off].ravel()))
        if parts:
            i, j, data = (np.concatenate(each) for each in zip(*parts, strict=True))
            self._matrix = self._matrix + sparse.csr_matrix((data, (i, j)), shape=self._matrix.shape)

    def add_gradient(self, entries: Entries, first: Numbers, values: Any) -> None:
        """Add products with the residual, of which those of an entry begin at its first row."""
        sizes = entries.sizes(self._owners)
        for number, owner in enumerate(self._owners):
            for size in np.unique(owner.sizes).tolist():
                chosen = np.flatnonzero((entries.owner == number) & (sizes == size))
                shapes, total = _added(entries.shape[chosen], values[first[chosen, None] + np.arange(size)])
                self.gradient[owner.columns(shapes, size)] += total

    @property
    def matrix(self) -> Any:
        """What was added up, without zeros: a sparse matrix (size, size) in CSR."""
        matrix = self._matrix.copy()
        matrix.eliminate_zeros()
        matrix.sort_indices()
        return matrix


def _added(key: Numbers, values: NDArray[Any]) -> tuple[Numbers, NDArray[np.float64]]:
    """Return the different keys, and the sum of the rows of each, in float64."""
    if len(key) == 0:
        return key, values.astype(np.float64)
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(sorted_key) > 0]))
    return sorted_key[starts], np.add.reduceat(values[order], starts, axis=0, dtype=np.float64)
