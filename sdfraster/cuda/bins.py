"""Binning on the device: which shapes touch which tile, in paint order. See `engine.bins` for what a tile hit is.

Tiles look for their shapes, not shapes for their tiles: a large shape then is no longer work for one thread than a
small one, lists come out in paint order without being sorted, and nothing is added up atomically. So that not every
tile looks at every shape, cells of 8 x 8 tiles do first. A warp makes a list: 32 candidates at a time, those that touch
put in order by their votes. Every list is made twice, first to be counted.

Here a hit is the place it has in the list of its tile; there is no numbering shape after shape.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numba import cuda

from ..engine.bins import ALL_INSIDE, INSIDE, OUTSIDE, SIDE, classify, tile_range
from ..engine.compile.tuples import tuple_functions
from ..primitives import primitive
from .compile.kernel import CudaKernel
from .compile.warp import WARP, ballot, highest, rank

CELL = 8  # tiles, side of a cell
SEGMENT = 512  # shapes that one warp looks at for a cell
DROPPED = -2  # for the place of a hit that turned out to lie outside


@cache
def rect_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the search for the box of every shape, in pixels and in tiles."""
    shape = primitive(kind)
    bounds = shape.bounds
    load = tuple_functions(len(shape.parameters)).load
    real = dtype.type

    def rects(
        params,  # (N, P)
        view,
        rect,  # (N, 4) out: first column and row of tiles, last + 1
    ):
        rho = view.radius[0]
        k = cuda.grid(1)
        if k < len(params):
            x0, y0, x1, y1 = bounds(load(params, k))
            rect[k, 0], rect[k, 2] = tile_range(x0, x1, rho, real(view.columns))
            rect[k, 1], rect[k, 3] = tile_range(y0, y1, rho, real(view.rows))

    return CudaKernel(rects, dtype)


@cache
def cell_kernel() -> CudaKernel:
    """Compile the search for the shapes of every cell; one warp for a cell and a segment of the shapes."""

    def find_cells(
        fill,  # False: only count; True: write from the starts on
        rect,  # (N, 4)
        cells,  # out
    ):
        b, lane = cuda.blockIdx.x, cuda.threadIdx.x
        cell, first = b // cells.segments, b % cells.segments * SEGMENT
        left, top = cell % cells.columns * CELL, cell // cells.columns * CELL
        last, found = min(first + SEGMENT, len(rect)), 0
        for base in range(first, last, WARP):
            k = base + lane
            hit = False
            if k < last:
                hit = rect[k, 0] < left + CELL and rect[k, 2] > left and rect[k, 1] < top + CELL and rect[k, 3] > top
            mask = ballot(hit)
            if fill and hit:
                j = cells.start[b] + found + rank(mask, lane)
                if j < cells.start[b + 1]:
                    cells.shape[j] = k
            found += cuda.popc(mask)
        if not fill and lane == 0:
            cells.counts[b] = found

    return CudaKernel(find_cells, np.dtype(np.float64))


@cache
def tile_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the search for the hits of every tile among the shapes of its cell; one warp for a tile."""
    shape = primitive(kind)
    formula, distance = shape.outline is None, shape.distance
    load = tuple_functions(len(shape.parameters)).load
    real = dtype.type

    def tile_class(params, k, c, r, rho):
        return classify(distance(load(params, k), (real(c) + 0.5) * SIDE, (real(r) + 0.5) * SIDE), rho)

    def unknown_class(params, k, c, r, rho):
        return INSIDE + 1

    class_of = tile_class if formula else unknown_class  # of outlines, edge by edge: see `pairs`

    def tiles(
        fill,  # False: only count; True: write from the starts on
        params,  # (N, P)
        view,
        rect,  # (N, 4)
        cells,
        counts,  # (T,) out
        lists,  # out: what comes before `paint_from`, except the starts
    ):
        rho = view.radius[0]
        t, lane = cuda.blockIdx.x, cuda.threadIdx.x
        c, r = t % view.columns, t // view.columns
        cell = (r // CELL * cells.columns + c // CELL) * cells.segments
        last, found = cells.start[cell + cells.segments], 0
        for base in range(cells.start[cell], last, WARP):
            k, hit, inside = 0, False, False
            if base + lane < last:
                k = cells.shape[base + lane]
                if rect[k, 0] <= c and c < rect[k, 2] and rect[k, 1] <= r and r < rect[k, 3]:
                    of_tile = class_of(params, k, c, r, rho)
                    hit, inside = of_tile != OUTSIDE, of_tile == INSIDE
            mask = ballot(hit)
            if fill and hit:
                j = lists.start[t] + found + rank(mask, lane)
                if j < lists.start[t + 1]:
                    lists.shape[j], lists.hit[j], lists.tile[j] = k, ALL_INSIDE if inside else j, t
            found += cuda.popc(mask)
        if not fill and lane == 0:
            counts[t] = found

    return CudaKernel(tiles, dtype)


@cache
def cover_kernel(dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the search for opaque covers, as `engine.bins.find_covers`; one warp for a tile."""

    def covers(
        opacity,  # (N,)
        lists,  # out: the last two
        mean,
        needed,
        covered,  # (T,) in, out
    ):
        tile_start, tile_shape, tile_hit = lists.start, lists.shape, lists.hit
        t, lane = cuda.blockIdx.x, cuda.threadIdx.x
        start, end, count = tile_start[t], tile_start[t + 1], covered[t]
        paint = end if count >= needed else start
        gradient = end if count >= 1 else start
        if mean:
            full, opaque = 0, True
            for base in range(start, end, WARP):
                j = base + lane
                full |= ballot(j < end and tile_hit[min(j, end - 1)] == ALL_INSIDE)
                opaque = opaque and ballot(j < end and opacity[tile_shape[min(j, end - 1)]] < 1.0) == 0
            if full != 0 and opaque:
                count += 1
        else:
            last = end
            while last > start and count < needed:
                j = last - WARP + lane
                cover = False
                if j >= start and tile_hit[max(j, start)] == ALL_INSIDE:
                    cover = opacity[tile_shape[max(j, start)]] >= 1.0
                mask = ballot(cover)
                while mask != 0 and count < needed:
                    bit = highest(mask)
                    mask ^= 1 << bit
                    count += 1
                    paint = last - WARP + bit if count == needed else paint
                    gradient = last - WARP + bit if count == 1 else gradient
                last -= WARP
        if lane == 0:
            covered[t], lists.paint_from[t], lists.gradient_from[t] = count, paint, gradient

    return CudaKernel(covers, dtype)
