"""Binning outlines edge by edge: which tiles they touch, and which edges are near each of them.

An edge is *near* a tile if it can be within the filter of one of its pixel centres; every such pair of an edge and an
hit is a *pair*, numbered hit after hit (``pair_start``). The winding number of a pixel is that at the left end of
its row of the tile (``base``, the backdrop of vello and pathfinder) plus the crossings of near edges left of the pixel.
The backdrop counts edges that lie left of a tile **and are not near it**, for which no rounding can change on which
side they are; so a tile without near edges is inside or outside as a whole and costs nothing.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ...primitives import primitive
from ..bins import HALF_DIAGONAL, SIDE, tile_range
from ..compile.kernel import Kernel
from ..compile.rounding import round_down, round_up
from ..tiles import TILE
from .arrays import HALF, INVERSE, INVERSE_SQUARE, X0, X1, Y0, Y1, Search
from .flatten import SLACK, TINY, edge_rows, segment_distance

SAME = 1e-3  # pixels between edges that may lie on each other
COVERED = -(2**30)  # for the number of near edges of a tile that the brush of a stroke covers


class Area(NamedTuple):
    """The tiles that one outline can touch."""

    left: Any
    top: Any
    right: Any  # last + 1, as
    bottom: Any
    reach: Any  # how far from an edge pixels are near to it


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
    x, y = edges[m, X0], edges[m, Y0]
    for q in range(first, last):
        n = pair_edge[q]
        if n != m + q - first or edges[n, X0] != x or edges[n, Y0] != y:  # the next one, of the same contour
            return False
        x, y = edges[n, X1], edges[n, Y1]
        if (x - edges[n, X0]) * ux + (y - edges[n, Y0]) * uy <= 0.0:
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
    """Compile the search for hits and pairs of every shape."""
    outline: Any = primitive(kind).outline
    stroked = outline.stroked
    real = dtype.type

    def list_hits(k, area, window, hits, pairs, search):
        """Make hits of the tiles that are counted, or only find out how many there are, and how many pairs."""
        near, wind, backdrop = search.near, search.wind, search.backdrops
        e, q = (hits.start[k], pairs.shape_start[k]) if search.fill else (0, 0)
        width = area.right - area.left
        for r in range(area.bottom - area.top):
            for j in range(TILE):
                backdrop[j] = 0
            for c in range(width):
                i = r * width + c
                if not stroked:
                    for j in range(TILE):
                        backdrop[j] += wind[i * TILE + j]
                n = near[i]
                inside = n < 0 or (n == 0 and (backdrop[0] & 1 if search.evenodd else backdrop[0]) != 0)
                if n > 0 or inside:
                    if search.fill:
                        hits.tile[e] = (r + area.top) * window.columns + c + area.left
                        hits.inside[e] = inside
                        pairs.start[e] = q
                        near[i] = -1 if inside else q
                        for j in range(TILE):
                            pairs.base[e, j] = real(backdrop[j])
                    e += 1
                    q += 0 if inside else n
        if search.fill:
            pairs.start[e] = q
        else:
            hits.start[k + 1], pairs.shape_start[k + 1] = e, q

    def list_pairs(k, area, window, flat, hits, pairs, near):
        """Write the near edges of every hit, which rows of pixels matter, and whether edges may lie on each other."""
        edges, spans, width, s = flat.edges, flat.spans, area.right - area.left, flat.span_start[k]
        for m in range(flat.start[k], flat.start[k + 1]):
            first_row, last_row = edge_rows(edges, m, area.reach, real(window.bottom))
            for r in range(max(first_row, area.top), min(last_row, area.bottom)):
                for c in range(spans[s, 0], spans[s, 1]):
                    i = (r - area.top) * width + c - area.left
                    if near[i] >= 0:
                        pairs.edge[near[i]] = m
                        near[i] += 1
                s += 1
        for e in range(hits.start[k], hits.start[k + 1]):
            start, end = TILE, 0
            top = real(hits.tile[e] // window.columns) * SIDE
            if not stroked:
                for j in range(TILE):
                    if pairs.base[e, j] != 0.0:
                        start, end = min(start, j), j + 1
            for q in range(pairs.start[e], pairs.start[e + 1]):
                m = pairs.edge[q]
                first, last = pixel_rows(edges[m, Y0], edges[m, Y1], area.reach, top)
                start, end = min(start, first), max(end, last)
            pairs.near_rows[e, 0], pairs.near_rows[e, 1] = min(start, end), end
            pairs.retraced[e] = not stroked and is_retraced(edges, pairs.edge, pairs.start[e], pairs.start[e + 1])

    def visit(
        worker,
        workers,
        window,
        flat,  # its spans are set while pairs are counted
        hits,  # out; only counted into start[1:], and
        pairs,  # into shape_start[1:], unless `search.fill`
        search,
    ):
        frames, box, edges, spans, rho = flat.frames, flat.box, flat.edges, flat.spans, window.rho
        near, wind = search.near[worker], search.wind[worker]
        own = Search(search.fill, search.evenodd, near, wind, search.backdrops[worker])
        for k in range(worker, len(frames), workers):
            half = frames[k, HALF] if stroked else rho - rho
            reach = rho + half + SLACK
            left, right = tile_range(box[k, 0] + half, box[k, 2] - half, reach, real(window.columns))
            top, bottom = tile_range(box[k, 1] + half, box[k, 3] - half, reach, real(window.bottom))
            top = max(top, window.top)
            area = Area(left, top, max(right, left), max(bottom, top), reach)
            width, height = area.right - left, area.bottom - top
            for i in range(width * height):
                near[i] = 0
            if not stroked:
                for i in range(width * height * TILE):
                    wind[i] = 0
            s = flat.span_start[k]
            for m in range(flat.start[k], flat.start[k + 1]):
                x0, y0, x1, y1 = edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1]
                first_row, last_row = edge_rows(edges, m, reach, real(window.bottom))
                low, high = min(y0, y1), max(y0, y1)
                sign = 1 if y1 > y0 else -1
                for r in range(max(first_row, top), min(last_row, bottom)):
                    if not search.fill:
                        first, last = edge_columns(x0, y0, x1, y1, real(r), reach, real(window.columns))
                        spans[s, 0], spans[s, 1] = max(first, left), min(last, right)
                    first, last = spans[s, 0], spans[s, 1]
                    s += 1
                    i = (r - top) * width - left
                    for c in range(first, last):
                        near[i + c] += 1
                        if stroked:
                            d = segment_distance(x0, y0, x1, y1, (real(c) + 0.5) * SIDE, (real(r) + 0.5) * SIDE)
                            if d <= half - rho - HALF_DIAGONAL:
                                near[i + c] = COVERED
                    last = max(last, left)
                    if not stroked and last < right:
                        y = real(r) * SIDE
                        start = int(min(max(round_up(low - y - 0.5), 0.0), SIDE))
                        end = int(min(max(round_up(high - y - 0.5), 0.0), SIDE))
                        for j in range((i + last) * TILE + start, (i + last) * TILE + end):
                            wind[j] += sign
            list_hits(k, area, window, hits, pairs, own)
            if search.fill:
                list_pairs(k, area, window, flat, hits, pairs, near)

    return Kernel(visit, dtype, f"pairs {kind}")
