"""Binning outlines edge by edge: which tiles they touch, and which edges are near each of them.

An edge is *near* a tile if it can be within the filter of one of its pixel centres; every such pair of an edge and an
entry is a *pair*, numbered entry after entry (``pair_start``). The winding number of a pixel is that at the left end of
its row of the tile (``base``, the backdrop of vello and pathfinder) plus the crossings of near edges left of the pixel.
The backdrop counts edges that lie left of a tile **and are not near it**, for which no rounding can change on which
side they are; so a tile without near edges is inside or outside as a whole and costs nothing.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ...primitives import primitive
from ..arrays import INVERSE, INVERSE_SQUARE, X0, X1, Y0, Y1
from ..bins import HALF_DIAGONAL, SIDE, tile_range
from ..compile.kernel import Kernel
from ..compile.rounding import round_down, round_up
from ..tiles import TILE
from .edges import SLACK, TINY, edge_rows, segment_distance

SAME = 1e-3  # pixels between edges that may lie on each other


def pixel_rows(y0, y1, reach, top):
    """Return first and last + 1 row of pixels of a tile, whose upper edge is at `top`, that an edge can be near to."""
    first = min(max(round_up(min(y0, y1) - reach - top - 0.5), 0.0), SIDE)
    last = min(max(round_down(max(y0, y1) + reach - top - 0.5) + 1.0, first), SIDE)
    return int(first), int(last)


def edge_columns(x0, y0, x1, y1, row, reach, columns):
    """Return first and last + 1 tile of a row of tiles that an edge is near to."""
    slack = SLACK + 4e-7 * max(abs(x0), abs(x1))
    top, bottom = row * SIDE + 0.5 - reach, (row + 1.0) * SIDE - 0.5 + reach
    left, right = min(x0, x1), max(x0, x1)
    if abs(y1 - y0) > TINY and (min(y0, y1) < top or max(y0, y1) > bottom):  # only the part near the row of tiles
        slope = (x1 - x0) / (y1 - y0)
        xa, xb = x0 + (top - y0) * slope, x0 + (bottom - y0) * slope
        xa, xb = min(max(min(xa, xb), left), right), min(max(max(xa, xb), left), right)
        left, right = xa, xb
    return tile_range(left - slack, right + slack, reach, columns)


def is_point(edges, m):
    """Return whether an edge has no length, and so no sides."""
    ex, ey = edges[m, X1] - edges[m, X0], edges[m, Y1] - edges[m, Y0]
    return ex * ex + ey * ey <= TINY


def lies_on(edges, a, b):
    """Return whether edge b may lie on edge a, along some of its length."""
    x0, y0, inverse = edges[a, X0], edges[a, Y0], edges[a, INVERSE_SQUARE]
    ex, ey = edges[a, X1] - x0, edges[a, Y1] - y0
    ux, uy = edges[b, X0] - x0, edges[b, Y0] - y0
    cross = ex * uy - ey * ux
    if cross * cross * inverse > SAME * SAME:  # almost always
        return False
    vx, vy = edges[b, X1] - x0, edges[b, Y1] - y0
    cross = ex * vy - ey * vx
    if cross * cross * inverse > SAME * SAME:
        return False
    s, t = (ux * ex + uy * ey) * inverse, (vx * ex + vy * ey) * inverse
    return min(max(s, t), 1.0) - max(min(s, t), 0.0) > SAME * edges[a, INVERSE]


def is_chain(edges, pair_edge, first, last):
    """Return whether edges follow each other in about one direction, and so cannot lie on each other."""
    m = pair_edge[first]
    ux, uy = edges[m, X1] - edges[m, X0], edges[m, Y1] - edges[m, Y0]
    for q in range(first, last):
        n = pair_edge[q]
        if n != m + q - first or (edges[n, X1] - edges[n, X0]) * ux + (edges[n, Y1] - edges[n, Y0]) * uy <= 0.0:
            return False
    return True


def is_retraced(edges, pair_edge, first, last):
    """Return whether some of a tile's edges may lie on each other."""
    if first == last or is_chain(edges, pair_edge, first, last):
        return False
    for q in range(first, last):
        if is_point(edges, pair_edge[q]):
            return True
        for i in range(first, q):
            if lies_on(edges, pair_edge[q], pair_edge[i]):
                return True
    return False


@cache
def pair_kernel(kind: str, dtype: np.dtype[Any]) -> Kernel:
    """Compile the search for entries and pairs of every shape."""
    outline: Any = primitive(kind).outline
    stroked = outline.stroked
    real = dtype.type

    def visit(
        worker,
        workers,
        fill,  # False: only count, into shape_start[1:] and shape_pairs[1:]; True: write from the starts on
        params,  # (N, P)
        edge_start,  # (N + 1,)
        edges,  # (M, 8)
        span_start,  # (N + 1,)
        spans,  # (S, 2) out or in: first and last + 1 tile of the rows of tiles of every edge
        box,  # (N, 4)
        rho,
        columns,
        top_row,
        rows,  # last + 1; tiles above `top_row` are not wanted
        evenodd,
        near,  # (workers, T) scratch: near edges of a tile, then where to put the next; below 0: inside
        wind,  # (workers, T * TILE) scratch: by how much the winding number changes from the tile on the left
        backdrops,  # (workers, TILE) scratch: winding numbers of the rows of pixels of a tile
        shape_start,  # (N + 1,) out or in
        shape_pairs,  # (N + 1,) out or in
        entry_tile,  # (E,) out
        entry_inside,  # (E,) out
        pair_start,  # (E + 1,) out
        pair_edge,  # (Q,) out
        base,  # (E, TILE) out
        retraced,  # (E,) out: whether some of its edges may lie on each other
        near_rows,  # (E, 2) out: first and last + 1 row of pixels that are near to an edge or inside
    ):
        count, change, backdrop = near[worker], wind[worker], backdrops[worker]
        for k in range(worker, len(params), workers):
            half = 0.5 * params[k, params.shape[1] - 1] if stroked else rho - rho
            reach = rho + half + SLACK
            c0, c1 = tile_range(box[k, 0] + half, box[k, 2] - half, reach, real(columns))
            r0, r1 = tile_range(box[k, 1] + half, box[k, 3] - half, reach, real(rows))
            r0 = max(r0, top_row)
            e, q = (shape_start[k], shape_pairs[k]) if fill else (0, 0)
            span, height = max(c1 - c0, 0), max(r1 - r0, 0)
            for i in range(span * height):
                count[i] = 0
            if not stroked:
                for i in range(span * height * TILE):
                    change[i] = 0
            s = span_start[k]
            for m in range(edge_start[k], edge_start[k + 1]):
                x0, y0, x1, y1 = edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1]
                first_row, last_row = edge_rows(edges, m, reach, real(rows))
                low, high = min(y0, y1), max(y0, y1)
                sign = 1 if y1 > y0 else -1
                for r in range(max(first_row, r0), min(last_row, r1)):
                    if not fill:
                        first, last = edge_columns(x0, y0, x1, y1, real(r), reach, real(columns))
                        spans[s, 0], spans[s, 1] = max(first, c0), min(last, c1)
                    first, last = spans[s, 0], spans[s, 1]
                    s += 1
                    i = (r - r0) * span - c0
                    for c in range(first, last):
                        count[i + c] += 1
                        if stroked:
                            d = segment_distance(x0, y0, x1, y1, (real(c) + 0.5) * SIDE, (real(r) + 0.5) * SIDE)
                            if d <= half - rho - HALF_DIAGONAL:
                                count[i + c] = -(2**30)
                    last = max(last, c0)
                    if not stroked and last < c1:
                        top = real(r) * SIDE
                        start = int(min(max(round_up(low - top - 0.5), 0.0), SIDE))
                        end = int(min(max(round_up(high - top - 0.5), 0.0), SIDE))
                        for j in range((i + last) * TILE + start, (i + last) * TILE + end):
                            change[j] += sign
            for r in range(height):
                for j in range(TILE):
                    backdrop[j] = 0
                for c in range(span):
                    i = r * span + c
                    if not stroked:
                        for j in range(TILE):
                            backdrop[j] += change[i * TILE + j]
                    n = count[i]
                    inside = n < 0 or (n == 0 and (backdrop[0] & 1 if evenodd else backdrop[0]) != 0)
                    if n > 0 or inside:
                        if fill:
                            entry_tile[e] = (r + r0) * columns + c + c0
                            entry_inside[e] = inside
                            pair_start[e] = q
                            count[i] = -1 if inside else q
                            for j in range(TILE):
                                base[e, j] = real(backdrop[j])
                        e += 1
                        q += 0 if inside else n
            if not fill:
                shape_start[k + 1], shape_pairs[k + 1] = e, q
                continue
            pair_start[e] = q
            s = span_start[k]
            for m in range(edge_start[k], edge_start[k + 1]):
                first_row, last_row = edge_rows(edges, m, reach, real(rows))
                for r in range(max(first_row, r0), min(last_row, r1)):
                    for c in range(spans[s, 0], spans[s, 1]):
                        i = (r - r0) * span + c - c0
                        if count[i] >= 0:
                            pair_edge[count[i]] = m
                            count[i] += 1
                    s += 1
            for e in range(shape_start[k], shape_start[k + 1]):
                start, end = TILE, 0
                top = real(entry_tile[e] // columns) * SIDE
                if not stroked:
                    for j in range(TILE):
                        if base[e, j] != 0.0:
                            start, end = min(start, j), j + 1
                for q in range(pair_start[e], pair_start[e + 1]):
                    m = pair_edge[q]
                    first, last = pixel_rows(edges[m, Y0], edges[m, Y1], reach, top)
                    start, end = min(start, first), max(end, last)
                near_rows[e, 0], near_rows[e, 1] = min(start, end), end
                retraced[e] = not stroked and is_retraced(edges, pair_edge, pair_start[e], pair_start[e + 1])

    return Kernel(visit, dtype, f"pairs {kind}")
