"""Binning: which shapes touch which tile, in paint order, and what of that can be skipped.

Every (shape, tile) pair that matters is one *tile hit*. Hits are numbered shape after shape (`arrays.TileHits`), which
is the order in which the adjoint sums them, and have a *place* in lists tile after tile in paint order
(`arrays.TileLists`), which is the order in which they are painted. What a tile writes for a hit stands at its place, so
that workers do not write to the same cache lines. A pair is *inside* if the shape covers every pixel of the tile
completely; its distance is then never evaluated. Signed distances are 1-Lipschitz, so one evaluation at the tile's
centre decides.

Below an opaque shape that covers a whole tile nothing can be seen, and nothing has a gradient except the opacity of the
cover itself, which needs the colour directly below it. So painting starts (``paint_from``) at the topmost cover, or,
when gradients are wanted, at the second. Differentiating (``gradient_from``) starts at the topmost in any case.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..primitives import primitive
from .compile.kernel import Kernel, serial
from .compile.rounding import round_down, round_up
from .compile.tuples import tuple_functions
from .tiles import TILE

SIDE = float(TILE)
HALF_DIAGONAL = (SIDE - 1.0) / 2.0 * sqrt(2.0)  # from the centre of a tile to its outermost pixel centres

RUN = 16  # shapes in a row for one worker
OUTSIDE, EDGE, INSIDE = 0, 1, 2
ALL_INSIDE = -1


def tile_range(low, high, rho, tiles):
    """Return first and last + 1 tile, along one axis, with a pixel centre no further than rho from [low, high]."""
    first = round_up((low - rho - (SIDE - 0.5)) / SIDE)
    last = round_down((high + rho - 0.5) / SIDE) + 1.0
    return int(min(max(first, 0.0), tiles)), int(min(max(last, 0.0), tiles))


def classify(d, rho):
    """Return the class of a tile whose centre is at signed distance d."""
    if d >= rho + HALF_DIAGONAL:
        return OUTSIDE
    return INSIDE if d <= -rho - HALF_DIAGONAL else EDGE


def sort_by_tile(hits, lists):
    """List `TileHits` (`ALL_INSIDE` for one that is inside) by tile in paint order and return the most in one tile."""
    shape_start, hit_tile, hit_inside = hits
    tile_start, tile_shape, tile_hit, hit_place = lists.start, lists.shape, lists.hit, lists.place
    tile_start[:] = 0
    for e in range(shape_start[-1]):
        tile_start[hit_tile[e] + 1] += 1
    depth = 0
    for t in range(tile_start.size - 1):
        depth = max(depth, tile_start[t + 1])
        tile_start[t + 1] += tile_start[t]
    for k in range(shape_start.size - 1):
        for e in range(shape_start[k], shape_start[k + 1]):
            t = hit_tile[e]
            j = tile_start[t]
            tile_shape[j], tile_hit[j], hit_place[e] = k, ALL_INSIDE if hit_inside[e] else e, j
            tile_start[t] = j + 1  # ends as the start of the next tile
    for t in range(tile_start.size - 1, 0, -1):
        tile_start[t] = tile_start[t - 1]
    tile_start[0] = 0
    return depth


def find_covers(lists, opacity, mean, needed, covered):
    """Set from which place of its list on each tile is painted and differentiated, and count its opaque covers.

    Layers are visited from the top, so `covered` counts the covers above. `needed` is the number of covers below which
    nothing matters: 1 to render, 2 for a gradient.
    """
    tile_start, tile_shape, tile_hit = lists.start, lists.shape, lists.hit
    paint_from, gradient_from = lists.paint_from, lists.gradient_from
    for t in range(tile_start.size - 1):
        start, end = tile_start[t], tile_start[t + 1]
        paint_from[t] = end if covered[t] >= needed else start
        gradient_from[t] = end if covered[t] >= 1 else start
        if mean:  # one group: a cover if it is opaque and at least one of its shapes fills the tile
            full = False
            opaque = True
            for j in range(start, end):
                full = full or tile_hit[j] == ALL_INSIDE
                opaque = opaque and opacity[tile_shape[j]] >= 1.0
            covered[t] += full and opaque
        else:
            j = end - 1
            while j >= start and covered[t] < needed:
                if tile_hit[j] == ALL_INSIDE and opacity[tile_shape[j]] >= 1.0:
                    covered[t] += 1
                    paint_from[t] = j if covered[t] == needed else paint_from[t]
                    gradient_from[t] = j if covered[t] == 1 else gradient_from[t]
                j -= 1


def add_up(counts: NDArray[np.int32]) -> int:
    """Turn counts, written from index 1 on, into starts, and return the total."""
    counts[0] = 0
    np.cumsum(counts, out=counts)
    return int(counts[-1])


@cache
def hit_kernel(kind: str, dtype: np.dtype[Any]) -> Kernel:
    """Compile the search for the hits of every shape of one kind."""
    shape = primitive(kind)
    distance, bounds = shape.distance, shape.bounds
    load = tuple_functions(len(shape.parameters)).load
    real = dtype.type

    def visit(
        worker,
        workers,
        fill,  # False: only count, into hits.start[1:]; True: write hits from the starts on
        params,  # (N, P)
        window,
        box,  # (N, 4) out
        hits,  # out
    ):
        rho, columns = window.rho, window.columns
        for first in range(worker * RUN, len(params), workers * RUN):
            for k in range(first, min(first + RUN, len(params))):
                p = load(params, k)
                x0, y0, x1, y1 = bounds(p)
                box[k, 0], box[k, 1], box[k, 2], box[k, 3] = x0, y0, x1, y1
                c0, c1 = tile_range(x0, x1, rho, real(columns))
                r0, r1 = tile_range(y0, y1, rho, real(window.bottom))
                e = hits.start[k] if fill else 0
                for r in range(max(r0, window.top), r1):
                    for c in range(c0, c1):
                        tile_class = classify(distance(p, (real(c) + 0.5) * SIDE, (real(r) + 0.5) * SIDE), rho)
                        if tile_class != OUTSIDE:
                            if fill:
                                hits.tile[e] = r * columns + c
                                hits.inside[e] = tile_class == INSIDE
                            e += 1
                if not fill:
                    hits.start[k + 1] = e

    return Kernel(visit, dtype, f"hits {kind}")


@cache
def tile_lists(dtype: np.dtype[Any]) -> Callable[..., int]:
    """Compile what comes after the search for hits, the same for every kind."""

    def list_tiles(
        hits,
        lists,  # out
        opacity,  # (N,)
        mean,  # whether the layer is one group
        needed,
        covered,  # (T,) in, out
    ):
        depth = sort_by_tile(hits, lists)
        find_covers(lists, opacity, mean, needed, covered)
        return depth

    return serial(list_tiles, dtype, "tiles")
