"""From rows of hits to the gradient of every shape: the second half of the adjoint, for kinds without edges.

A warp for a shape. It walks over the tiles in the shape's box and finds the shape's place in the list of each by
bisection, because lists are in the order of shapes. So no list of the hits of a shape is needed, and sums are formed
in the same order in every run.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import cuda

from ..engine.compile.tuples import tuple_functions
from ..engine.rows import row_functions
from .compile.kernel import CudaKernel
from .compile.warp import WARP, warp_sums


def place_of(k, first, last, tile_shape):
    """Return the place of shape k in the part first..last of the list, or -1."""
    end = last
    while first < last:
        middle = (first + last) // 2
        if tile_shape[middle] < k:
            first = middle + 1
        else:
            last = middle
    return first if first < end and tile_shape[first] == k else -1


def sum_rows(length: int):
    """Return the function that adds up the rows of a shape with the threads of a warp, for its first thread."""
    row, sums = tuple_functions(length), warp_sums(length)
    load, zeros, add = row.load, row.zeros, row.add

    def total_of(k, places, rows):
        rect, start = places.rect, places.start
        total = zeros(rows[0, 0])
        left, top = rect[k, 0], rect[k, 1]
        width, height = max(rect[k, 2] - left, 0), max(rect[k, 3] - top, 0)
        for n in range(cuda.threadIdx.x, width * height, WARP):
            t = (top + n // width) * places.columns + left + n % width
            j = place_of(k, start[t], start[t + 1], places.shape)
            if j >= 0:
                total = add(load(rows, j), total)
        return sums(total)

    return total_of


@cache
def sum_kernel(kind: str, shading: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the sum of the rows of each shape."""
    length, store = row_functions(kind, shading)
    total_of = sum_rows(length)

    def sum_shape(
        places,
        rows,  # (E, P + 1 + values)
        params,  # (N, P)
        color,  # (N, values)
        gradient,  # out
    ):
        k = cuda.blockIdx.x
        total = total_of(k, places, rows)
        if cuda.threadIdx.x == 0:
            store(total, k, params, color, gradient)

    return CudaKernel(sum_shape, dtype)
