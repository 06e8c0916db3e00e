"""Which edges are near a tile, and the winding number at its left; the twin of `engine.outlines.pairs`.

A warp for a hit. It looks at all edges of its shape, twice. That is work of hits times edges, but threads of a
warp share it, it needs no memory of the size of the picture, and pairs come out in the order of edges.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numba
import numpy as np
from numba import cuda

from ...engine.bins import ALL_INSIDE, HALF_DIAGONAL, SIDE
from ...engine.compile.rounding import round_up
from ...engine.outlines.arrays import HALF, X0, X1, Y0, Y1
from ...engine.outlines.flatten import SLACK, edge_rows, segment_distance
from ...engine.outlines.pairs import edge_columns, is_chain, is_point, lies_on
from ...engine.tiles import TILE
from ...primitives import primitive
from ..bins import DROPPED
from ..compile.kernel import CudaKernel
from ..compile.warp import WARP, ballot, rank, warp_sums


@cache
def pair_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the search for the pairs of every hit."""
    outline: Any = primitive(kind).outline
    stroked, real = outline.stroked, dtype.type
    sums = warp_sums(2)

    def columns_of(edges, m, r, reach, view):
        """Return first and last + 1 tile of row r that edge m is near to; beyond the last one if to none at all."""
        first_row, last_row = edge_rows(edges, m, reach, real(view.rows))
        first, last = view.columns, view.columns
        if r >= first_row and r < last_row:
            x0, y0, x1, y1 = edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1]
            first, last = edge_columns(x0, y0, x1, y1, real(r), reach, real(view.columns))
        return first, last

    def fills(edges, m, c, r, half, rho):
        """Return whether the brush along an edge covers a tile."""
        x, y = (real(c) + 0.5) * SIDE, (real(r) + 0.5) * SIDE
        d = segment_distance(edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1], x, y)
        return d <= half - rho - HALF_DIAGONAL

    def find_pairs(
        fill,  # False: only count, and find out what is inside; True: write from the starts on
        flat,
        frames,  # (N, 5)
        view,
        evenodd,
        lists,  # out: the hits
        pairs,  # out, except the starts
    ):
        edges, rho = flat.edges, view.radius[0]
        change = cuda.shared.array(TILE, numba.int32)
        e, lane = cuda.blockIdx.x, cuda.threadIdx.x
        if e >= lists.start[len(lists.start) - 1]:
            if not fill and lane == 0:
                pairs.counts[e] = 0
            return
        k, c, r = lists.shape[e], lists.tile[e] % view.columns, lists.tile[e] // view.columns
        half = frames[k, HALF]
        reach = rho + half + SLACK
        start, end = flat.start[flat.curves.start[k]], flat.start[flat.curves.start[k + 1]]
        if fill:
            found = pairs.start[e]
            for first in range(start, end, WARP):
                m = first + lane
                near = False
                if m < end and lists.hit[e] == e:
                    left, right = columns_of(edges, m, r, reach, view)
                    near = left <= c and c < right
                mask = ballot(near)
                q = found + rank(mask, lane)
                if near and q < pairs.start[e + 1]:
                    pairs.edge[q] = m
                found += cuda.popc(mask)
            cuda.syncthreads()
            again = False
            start, end = pairs.start[e], pairs.start[e + 1]
            if not stroked and start < end and not is_chain(edges, pairs.edge, start, end):
                for q in range(start + lane, end, WARP):
                    again = again or is_point(edges, pairs.edge[q])
                    for i in range(start, q):
                        again = again or lies_on(edges, pairs.edge[q], pairs.edge[i])
            mask = ballot(again)
            if lane == 0:
                pairs.retraced[e] = 1 if mask != 0 else 0
            return
        if lane < TILE:
            change[lane] = 0
        cuda.syncthreads()
        total, full = 0, 0
        top = real(r) * SIDE
        for m in range(start + lane, end, WARP):
            left, right = columns_of(edges, m, r, reach, view)
            if left <= c and c < right:
                total += 1
                if stroked and fills(edges, m, c, r, half, rho):
                    full += 1
            elif not stroked and c >= right:
                y0, y1 = edges[m, Y0], edges[m, Y1]
                first = int(min(max(round_up(min(y0, y1) - top - 0.5), 0.0), SIDE))
                last = int(min(max(round_up(max(y0, y1) - top - 0.5), 0.0), SIDE))
                for j in range(first, last):
                    cuda.atomic.add(change, j, 1 if y1 > y0 else -1)
        cuda.syncthreads()
        near = sums((total, full))
        if lane == 0:
            winding = change[0] & 1 if evenodd else change[0]
            inside = near[1] > 0 or (near[0] == 0 and winding != 0)
            pairs.counts[e] = 0 if inside else near[0]
            lists.hit[e] = ALL_INSIDE if inside else (e if near[0] > 0 else DROPPED)
        if lane < TILE:
            pairs.base[e, lane] = real(change[lane])

    return CudaKernel(find_pairs, dtype)
