"""From rows of entries to the gradient of every shape: the second half of the adjoint, for kinds without edges.

A warp for a shape. It walks over the tiles in the shape's box and finds the shape's place in the list of each by
bisection, because lists are in the order of shapes. So no list of the entries of a shape is needed, and sums are formed
in the same order in every run.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import cuda

from ..engine.compile.tuples import tuple_functions
from ..engine.functions import shape_functions
from ..model.shading import SHADINGS
from ..primitives import primitive
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

    def total_of(k, rect, columns, tile_start, tile_shape, rows):
        total = zeros(rows[0, 0])
        left, top = rect[k, 0], rect[k, 1]
        width, height = max(rect[k, 2] - left, 0), max(rect[k, 3] - top, 0)
        for n in range(cuda.threadIdx.x, width * height, WARP):
            t = (top + n // width) * columns + left + n % width
            j = place_of(k, tile_start[t], tile_start[t + 1], tile_shape)
            if j >= 0:
                total = add(load(rows, j), total)
        return sums(total)

    return total_of


@cache
def sum_kernel(kind: str, shading: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the sum of the rows of each shape, with the gradient of its frame carried to its geometry."""
    shape, framed = shape_functions(kind, shading), SHADINGS[shading].framed
    load_color, frame = shape.load_color, shape.frame
    frame_adjoint, shading_frame_adjoint = primitive(kind).frame_adjoint, shape.shading.frame_adjoint
    geometry = tuple_functions(shape.row)
    load, add_geometry, store_geometry = geometry.load, geometry.add, geometry.store
    store_color = tuple_functions(shape.shading.values).store
    at_opacity, at_color = shape.row, shape.row + 1
    total_of = sum_rows(at_color + shape.shading.values)

    def sum_shape(
        rect,  # (N, 4)
        columns,
        tile_start,  # (T + 1,)
        tile_shape,  # (E,)
        rows,  # (E, P + 1 + values)
        params,  # (N, P)
        color,  # (N, values)
        g_params,  # (N, P) out
        g_color,  # (N, values) out
        g_opacity,  # (N,) out
    ):
        k = cuda.blockIdx.x
        total = total_of(k, rect, columns, tile_start, tile_shape, rows)
        if cuda.threadIdx.x == 0:
            g_p, g_c = total[:at_opacity], total[at_color:]
            if framed:
                p = load(params, k)
                _, _, unit = frame(p)
                g_cx, g_cy, g_l = shading_frame_adjoint(load_color(color, k), g_c, unit)
                g_p = add_geometry(g_p, frame_adjoint(p, g_cx, g_cy, g_l))
            store_geometry(g_p, g_params, k, 0)
            g_opacity[k] = total[at_opacity]
            store_color(g_c, g_color, k, 0)

    return CudaKernel(sum_shape, dtype)
