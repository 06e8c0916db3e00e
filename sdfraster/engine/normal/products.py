"""Products of the rows of Jacobians, tile by tile: the kernel under J'J and J'r, the same for all kinds and colours."""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any, NamedTuple

import numpy as np

from ..compile.kernel import Kernel, vectorized
from ..tiles import PIXELS


class Products(NamedTuple):
    """Which products are wanted, and where they go; n tiles, Q pairs of shapes that are in one tile."""

    tiles: Any  # (n,) int32
    first: Any  # (n + 1,) int64: first row of every tile
    pair: Any  # (n + 1,) int64: first pair of every tile
    a: Any  # (Q, 2) int64: first row, and number of rows, of the one
    b: Any  # (Q, 2) int64: of the other
    place: Any  # (Q,) int64: where the block (rows of a, rows of b) of the pair begins
    blocks: Any  # (all values,), out
    by_residual: Any  # (rows,), out: products with the residual
    square: Any  # (n,) float64, out: sum of the squared residuals of every tile


class Compared(NamedTuple):
    """What is left of a picture; outer pixels have no weight."""

    residual: Any  # (T, C, PIXELS)
    weight: Any  # (T, PIXELS)


@vectorized
def dot(a, b):
    """Return the sum of products over the pixels of a tile."""
    total = a[0] - a[0]
    for i in range(PIXELS):
        total += a[i] * b[i]
    return total


@cache
def product_kernel(dtype: np.dtype[Any]) -> Kernel:
    """Compile the products of all rows of a tile; rows are multiplied by the root of the weights, in place."""

    def visit(
        worker,
        workers,
        products,
        compared,
        rows,  # (all values, C, PIXELS), in, out
        used,  # (all values, C) uint8, scratch: whether anything is there
        residuals,  # (W, C + 1, PIXELS), scratch; the last plane: roots of the weights
    ):
        tiles, first, pair, of_a, of_b, place, blocks, by_residual, square = products
        channels = rows.shape[1]
        r, root = residuals[worker], residuals[worker, channels]
        for n in range(worker, len(tiles), workers):
            weight, residual = compared.weight[tiles[n]], compared.residual[tiles[n]]
            for i in range(PIXELS):
                root[i] = sqrt(weight[i])
            total = root[0] - root[0]
            for channel in range(channels):
                for i in range(PIXELS):
                    r[channel, i] = root[i] * residual[channel, i]
                total += dot(r[channel], r[channel])
            square[n] = total
            for row in range(first[n], first[n + 1]):
                total = root[0] - root[0]
                for channel in range(channels):
                    values = rows[row, channel]
                    most = root[0] - root[0]
                    for i in range(PIXELS):
                        values[i] *= root[i]
                        most += abs(values[i])
                    used[row, channel] = 1 if most > 0.0 else 0
                    if most > 0.0:
                        total += dot(values, r[channel])
                by_residual[row] = total
            for q in range(pair[n], pair[n + 1]):
                a, b, size = of_a[q, 0], of_b[q, 0], of_b[q, 1]
                for j in range(of_a[q, 1]):
                    for k in range(j if a == b else 0, size):
                        total = root[0] - root[0]
                        for channel in range(channels):
                            if used[a + j, channel] and used[b + k, channel]:
                                total += dot(rows[a + j, channel], rows[b + k, channel])
                        blocks[place[q] + j * size + k] = total
                        if a == b:
                            blocks[place[q] + k * size + j] = total

    return Kernel(visit, dtype, "products")
