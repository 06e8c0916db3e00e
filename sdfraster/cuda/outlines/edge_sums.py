"""The sum of the gradient of outlines, from pairs of an edge and a tile to the points of shapes.

The twin of `engine.outlines.edge_sums`. An edge finds the tiles it is near to once more, and its pair in each by
bisection, so sums are formed in the order of tiles.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import cuda

from ...engine.compile.tuples import tuple_functions
from ...engine.outlines.arrays import CX, CY, FROM, HALF, INVERSE, LENGTH, SHAPE, UNIT, X0, X1, Y0, Y1
from ...engine.outlines.curves import AT, ENDS, OF_SHAPE, ON
from ...engine.outlines.edge_sums import STROKE_ROW
from ...engine.outlines.flatten import SLACK, edge_rows
from ...engine.outlines.pairs import edge_columns
from ...model.shading import MIN_FRAME, SHADINGS
from ...primitives import primitive
from ...primitives.curve import bernstein
from ..compile.kernel import CudaKernel
from ..rows import place_of, sum_rows


@cache
def shape_sum_kernel(kind: str, shading: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the sum of the rows of each shape: colour, opacity, width, frame; a warp for a shape."""
    outline: Any = primitive(kind).outline
    stroked = outline.stroked
    shader = SHADINGS[shading]
    framed, shading_frame_adjoint = shader.framed, shader.frame_adjoint
    color_tuple = tuple_functions(shader.values)
    load_color, store_color = color_tuple.load, color_tuple.store
    own = STROKE_ROW if stroked else 0
    at_color = own + 1
    total_of = sum_rows(at_color + shader.values)

    def sum_shape(
        places,
        rows,  # (E, own + 1 + values)
        first,  # (N + 1,) int32: first parameter of every shape
        frames,  # (N, 5)
        color,  # (N, values)
        g_frames,  # (N, 4) out
        gradient,  # out: of colour, opacity and the width
    ):
        k = cuda.blockIdx.x
        total = total_of(k, places, rows)
        if cuda.threadIdx.x == 0:
            g_c = total[at_color:]
            store_color(g_c, gradient.color, k, 0)
            gradient.opacity[k] = total[own]
            if stroked:
                gradient.params[first[k + 1] - 1], g_frames[k, LENGTH] = total[0], total[1]
            if framed:
                unit = 1.0 / max(frames[k, UNIT], MIN_FRAME)
                g_frames[k, CX], g_frames[k, CY], g_frames[k, UNIT] = shading_frame_adjoint(
                    load_color(color, k), g_c, unit
                )

    return CudaKernel(sum_shape, dtype)


@cache
def edge_sum_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the sum of the pairs of every edge; a thread for an edge."""
    outline: Any = primitive(kind).outline
    stroked, real = outline.stroked, dtype.type
    row = tuple_functions(4)
    load, zeros_of, add, store = row.load, row.zeros, row.add, row.store

    def sum_edge(
        flat,
        view,
        places,
        pairs,  # `EdgeRows`
        frames,  # (N, 5)
        g_frames,  # (N, 4)
        g_edges,  # (M, 4) out: gradient by the ends
    ):
        edges, rect, rho = flat.edges, places.rect, view.radius[0]
        m = cuda.grid(1)
        if m >= flat.start[len(flat.start) - 1]:
            return
        k = flat.curves.curve[flat.curve[m], SHAPE]
        reach = rho + SLACK + frames[k, HALF]
        total = zeros_of(rho)
        first_row, last_row = edge_rows(edges, m, reach, real(view.rows))
        for r in range(max(first_row, rect[k, 1]), min(last_row, rect[k, 3])):
            x0, y0, x1, y1 = edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1]
            first, last = edge_columns(x0, y0, x1, y1, real(r), reach, real(view.columns))
            for c in range(max(first, rect[k, 0]), min(last, rect[k, 2])):
                t = r * view.columns + c
                j = place_of(k, places.start[t], places.start[t + 1], places.shape)
                if j >= 0 and places.hit[j] >= 0:
                    q = place_of(m, pairs.start[j], pairs.start[j + 1], pairs.edge)
                    if q >= 0:
                        total = add(load(pairs.values, q), total)
        if stroked:
            along = g_frames[k, LENGTH] * edges[m, INVERSE]
            gx, gy = along * (edges[m, X1] - edges[m, X0]), along * (edges[m, Y1] - edges[m, Y0])
            total = add((-gx, -gy, gx, gy), total)
        store(total, g_edges, m, 0)

    return CudaKernel(sum_edge, dtype)


@cache
def curve_sum_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the sum of the edges of every curve, carried to its control points; a thread for a curve."""
    outline: Any = primitive(kind).outline
    degree = outline.degree

    def weights(t):
        return bernstein(t) if degree == 3 else (1.0 - t, t)

    def sum_curve(
        flat,
        g_edges,  # (M, 4)
        g_curves,  # (K, 2 (degree + 1)) out: gradient by the control points
    ):
        curve = cuda.grid(1)
        if curve >= len(flat.start) - 1:
            return
        for i in range(2 * (degree + 1)):
            g_curves[curve, i] = 0.0
        for m in range(flat.start[curve], flat.start[curve + 1]):
            for end in range(2):
                w = weights(flat.t[m, end])
                for i in range(degree + 1):
                    g_curves[curve, 2 * i] += w[i] * g_edges[m, 2 * end]
                    g_curves[curve, 2 * i + 1] += w[i] * g_edges[m, 2 * end + 1]

    return CudaKernel(sum_curve, dtype)


@cache
def point_sum_kernel(kind: str, shading: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the sum of what the curves and the frame of a shape say of its points; a thread for a point."""
    outline: Any = primitive(kind).outline
    degree, real = outline.degree, dtype.type
    framed = SHADINGS[shading].framed

    def sum_point(
        flat,
        points,  # (n, 4) int32; see `engine.outlines.curves.points_of`
        g_curves,  # (K, 2 (degree + 1))
        frames,  # (N, 5)
        g_frames,  # (N, 4)
        g_params,  # (V,) out
    ):
        p, curves = flat.params, flat.curves
        n = cuda.grid(1)
        if n >= len(points):
            return
        i, k, curve, before = points[n, AT], points[n, OF_SHAPE], points[n, ON], points[n, ENDS]
        gx, gy = p[i] - p[i], p[i] - p[i]
        if curve >= 0:
            place = i - curves.curve[curve, FROM]
            gx += g_curves[curve, place]
            gy += g_curves[curve, place + 1]
        if before >= 0:
            gx += g_curves[before, 2 * degree]
            gy += g_curves[before, 2 * degree + 1]
        if framed:
            along = g_frames[k, UNIT] / max(frames[k, UNIT], MIN_FRAME)
            count = real((curves.first[k + 1] - curves.first[k]) // 2)
            gx += (g_frames[k, CX] + along * (p[i] - frames[k, CX])) / count
            gy += (g_frames[k, CY] + along * (p[i + 1] - frames[k, CY])) / count
        g_params[i], g_params[i + 1] = gx, gy

    return CudaKernel(sum_point, dtype)
