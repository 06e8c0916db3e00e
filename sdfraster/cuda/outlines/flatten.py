"""Kinds whose outline is a list of edges, on the device: cutting it into edges.

The twin of `engine.outlines.flatten`, with a thread for every curve or edge instead of one for every shape: an outline
of 10,000 edges would keep a single thread busy for milliseconds.
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

import numpy as np
from numba import cuda

from ...engine.bins import tile_range
from ...engine.outlines.arrays import (
    AFTER,
    BEFORE,
    CX,
    CY,
    FIRST,
    FROM,
    HALF,
    INVERSE,
    INVERSE_SQUARE,
    LAST,
    LENGTH,
    TO,
    UNIT,
    X0,
    X1,
    Y0,
    Y1,
)
from ...engine.outlines.flatten import SLACK, TINY, turn
from ...primitives import primitive
from ...primitives.curve import bernstein, cut, pieces
from ..compile.kernel import CudaKernel, numba_type
from ..compile.warp import WARP, warp_sums


@cache
def flatten_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the cutting of every curve into edges; a thread for a curve."""
    outline: Any = primitive(kind).outline
    degree = outline.degree
    real = dtype.type

    def flatten(
        fill,  # False: only count; True: write from the starts on
        flat,  # out, except the starts, and of the edges what `side_kernel` sets
        counts,  # (K,) out
    ):
        p, edges = flat.params, flat.edges
        curve = cuda.grid(1)
        if curve >= len(counts):
            return
        a, d = flat.curves.curve[curve, FROM], flat.curves.curve[curve, TO]
        x, y = p[a], p[a + 1]
        n, more = 1, 0
        if degree == 3:
            first, second = (p[a + 2], p[a + 3]), (p[a + 4], p[a + 5])
            n, more = pieces((x, y), first, second, (p[d], p[d + 1]))
        if not fill:
            counts[curve] = n + more
            return
        t = x - x
        for i in range(n + more):
            start, t = t, cut(real(i + 1), real(n), real(more))
            x1, y1 = p[d], p[d + 1]
            if i + 1 < n + more:
                w = bernstein(t)
                x1 = w[0] * p[a] + w[1] * p[a + 2] + w[2] * p[a + 4] + w[3] * x1
                y1 = w[0] * p[a + 1] + w[1] * p[a + 3] + w[2] * p[a + 5] + w[3] * y1
            m = flat.start[curve] + i
            if m < flat.start[curve + 1]:
                edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1] = x, y, x1, y1
                flat.t[m, 0], flat.t[m, 1], flat.curve[m] = start, t, curve
            x, y = x1, y1

    return CudaKernel(flatten, dtype)


@cache
def side_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile what else is kept of an edge: lengths, and the sides beyond its ends; a thread for an edge."""
    outline: Any = primitive(kind).outline
    stroked = outline.stroked

    def sides(
        flat,  # in, out
    ):
        edges, start, curves = flat.edges, flat.start, flat.curves.curve
        m = cuda.grid(1)
        if m >= start[len(start) - 1]:
            return
        ex, ey = edges[m, X1] - edges[m, X0], edges[m, Y1] - edges[m, Y0]
        edges[m, INVERSE_SQUARE] = 1.0 / max(ex * ex + ey * ey, TINY)
        edges[m, INVERSE] = sqrt(edges[m, INVERSE_SQUARE])
        if not stroked:
            first, last = curves[flat.curve[m], FIRST], curves[flat.curve[m], LAST]
            before = m - 1 if m > start[first] else start[last] - 1
            edges[before, AFTER] = edges[m, BEFORE] = turn(edges, before, m)

    return CudaKernel(sides, dtype)


@cache
def box_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the box of every shape in tiles, and the frame of its colour; a warp for a shape."""
    outline: Any = primitive(kind).outline
    stroked, number, real = outline.stroked, numba_type(dtype), dtype.type
    sums = warp_sums(2)

    def boxes(
        flat,
        view,
        rect,  # (N, 4) out
        frames,  # (N, 5) out
    ):
        p, edges, rho, curves = flat.params, flat.edges, view.radius[0], flat.curves
        box = cuda.shared.array((WARP, 4), number)
        mean = cuda.shared.array(2, number)
        k, lane = cuda.blockIdx.x, cuda.threadIdx.x
        first, last = flat.start[curves.start[k]], flat.start[curves.start[k + 1]]
        begin, end = curves.first[k], curves.first[k + 1]
        points = (end - begin) // 2
        x0, y0, x1, y1 = p[begin], p[begin + 1], p[begin], p[begin + 1]
        length = rho - rho
        for m in range(first + lane, last, WARP):
            x0, x1 = min(x0, edges[m, X0], edges[m, X1]), max(x1, edges[m, X0], edges[m, X1])
            y0, y1 = min(y0, edges[m, Y0], edges[m, Y1]), max(y1, edges[m, Y0], edges[m, Y1])
            ex, ey = edges[m, X1] - edges[m, X0], edges[m, Y1] - edges[m, Y0]
            length += sqrt(ex * ex + ey * ey)
        box[lane, 0], box[lane, 1], box[lane, 2], box[lane, 3] = x0, y0, x1, y1
        cx, cy = rho - rho, rho - rho
        for i in range(lane, points, WARP):
            cx += p[begin + 2 * i]
            cy += p[begin + 2 * i + 1]
        total = sums((cx, cy))
        if lane == 0:
            mean[0], mean[1] = total[0] / real(points), total[1] / real(points)
        cuda.syncthreads()
        square = rho - rho
        for i in range(lane, points, WARP):
            dx, dy = p[begin + 2 * i] - mean[0], p[begin + 2 * i + 1] - mean[1]
            square += dx * dx + dy * dy
        total = sums((square, length))
        if lane == 0:
            for i in range(WARP):
                x0, y0 = min(x0, box[i, 0]), min(y0, box[i, 1])
                x1, y1 = max(x1, box[i, 2]), max(y1, box[i, 3])
            half = 0.5 * p[end - 1] if stroked else rho - rho
            reach = rho + SLACK + half
            rect[k, 0], rect[k, 2] = tile_range(x0, x1, reach, real(view.columns))
            rect[k, 1], rect[k, 3] = tile_range(y0, y1, reach, real(view.rows))
            frames[k, CX], frames[k, CY], frames[k, UNIT] = mean[0], mean[1], sqrt(total[0] / real(points))
            frames[k, LENGTH], frames[k, HALF] = total[1], half

    return CudaKernel(boxes, dtype)
