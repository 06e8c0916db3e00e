"""Kinds whose outline is a list of edges: flattened, binned edge by edge, and the sum of their gradient.

Curves are cut into edges at fixed parameters, so the adjoint is exact for what is drawn; how many is not
differentiated. An edge is *near* a tile if it can be within the filter of one of its pixel centres; every such pair of
an edge and an entry is a *pair*, numbered entry after entry (``pair_start``). The winding number of a pixel is that at
the left end of its row of the tile (``base``, the backdrop of vello and pathfinder) plus the crossings of near edges
left of the pixel. The backdrop counts edges that lie left of a tile **and are not near it**, for which no rounding can
change on which side they are; so a tile without near edges is inside or outside as a whole and costs nothing.
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

import numpy as np

from ..model.shading import CONSTANT, LINEAR, MIN_FRAME
from ..primitives import primitive
from ..primitives.curve import bernstein, cut, pieces
from .bins import HALF_DIAGONAL, SIDE, tile_range
from .jit import Kernel
from .tiles import TILE
from .tuples import tuple_functions

SLACK = 0.01  # pixels, so that rounding never loses a pair
TINY = 1e-30
SAME = 1e-3  # pixels between edges that may lie on each other


def turn(edges, a, b):
    """Return the sign of the cross product of edge a, or b after it, with an offset that is nearest to their corner.

    There are such offsets on the outer side of a corner only. Where edges go straight on, or back, the answer is 0.
    """
    ux, uy = edges[a, 2] - edges[a, 0], edges[a, 3] - edges[a, 1]
    vx, vy = edges[b, 2] - edges[b, 0], edges[b, 3] - edges[b, 1]
    cross = ux * vy - uy * vx
    return -1.0 if cross > 0.0 else (1.0 if cross < 0.0 else 0.0)


@cache
def flatten_kernel(kind: str, dtype: np.dtype[Any]) -> Kernel:
    """Compile the cutting of every outline into edges, with its box and the frame of its colour."""
    outline: Any = primitive(kind).outline
    degree, closed, stroked = outline.degree, outline.closed, outline.stroked
    real = dtype.type

    def visit(
        worker,
        workers,
        fill,  # False: only count, into edge_start[1:]; True: write edges from edge_start on
        params,  # (N, P)
        rho,
        rows,
        edge_start,  # (N + 1,) out or in
        span_start,  # (N + 1,) out: rows of tiles that the edges of a shape are near to, into span_start[1:]
        edges,  # (M, 8) out: x0, y0, x1, y1; on which side those are that are nearest to these ends (see `turn`);
        # 1 / (squared length); 1 / length
        edge_curve,  # (M,) out
        edge_t,  # (M, 2) out: parameters of the ends on the curve
        frames,  # (N, 3) out: origin and length
        box,  # (N, 4) out
    ):
        points = params.shape[1] // 2
        curves = (points if closed else points - 1) // degree
        for k in range(worker, len(params), workers):
            p = params[k]
            m = edge_start[k] if fill else 0
            for c in range(curves):
                a, d = degree * c, (degree * c + degree) % points
                x, y = p[2 * a], p[2 * a + 1]
                n, more = 1, 0
                if degree == 3:
                    controls = p[2 * a + 2], p[2 * a + 3], p[2 * a + 4], p[2 * a + 5]
                    n, more = pieces(x, y, *controls, p[2 * d], p[2 * d + 1])
                if fill:
                    t = x - x
                    for i in range(n + more):
                        start, t = t, cut(real(i + 1), real(n), real(more))
                        x1, y1 = p[2 * d], p[2 * d + 1]
                        if i + 1 < n + more:
                            w = bernstein(t)
                            x1 = w[0] * p[2 * a] + w[1] * p[2 * a + 2] + w[2] * p[2 * a + 4] + w[3] * x1
                            y1 = w[0] * p[2 * a + 1] + w[1] * p[2 * a + 3] + w[2] * p[2 * a + 5] + w[3] * y1
                        edges[m, 0], edges[m, 1], edges[m, 2], edges[m, 3] = x, y, x1, y1
                        edge_curve[m], edge_t[m, 0], edge_t[m, 1] = c, start, t
                        x, y, m = x1, y1, m + 1
                else:
                    m += n + more
            if not fill:
                edge_start[k + 1] = m
                continue
            first, spans = edge_start[k], 0
            half = 0.5 * p[2 * points] if stroked else rho - rho
            x0, y0, x1, y1 = edges[first, 0], edges[first, 1], edges[first, 0], edges[first, 1]
            for m in range(first, edge_start[k + 1]):
                first_row, last_row = edge_rows(edges, m, rho + half + SLACK, real(rows))
                spans += max(last_row - first_row, 0)
                ex, ey = edges[m, 2] - edges[m, 0], edges[m, 3] - edges[m, 1]
                edges[m, 6] = 1.0 / max(ex * ex + ey * ey, TINY)
                edges[m, 7] = sqrt(edges[m, 6])
                x0, x1 = min(x0, edges[m, 2]), max(x1, edges[m, 2])
                y0, y1 = min(y0, edges[m, 3]), max(y1, edges[m, 3])
            if not stroked:
                before = edge_start[k + 1] - 1
                for m in range(first, edge_start[k + 1]):
                    edges[before, 5] = edges[m, 4] = turn(edges, before, m)
                    before = m
            span_start[k + 1] = spans
            box[k, 0], box[k, 1], box[k, 2], box[k, 3] = x0 - half, y0 - half, x1 + half, y1 + half
            cx, cy, square = half - half, half - half, half - half
            for i in range(points):
                cx += p[2 * i]
                cy += p[2 * i + 1]
            cx, cy = cx / real(points), cy / real(points)
            for i in range(points):
                square += (p[2 * i] - cx) * (p[2 * i] - cx) + (p[2 * i + 1] - cy) * (p[2 * i + 1] - cy)
            frames[k, 0], frames[k, 1], frames[k, 2] = cx, cy, sqrt(square / real(points))

    return Kernel(visit, dtype, f"flatten {kind}")


def edge_rows(edges, m, reach, rows):
    """Return first and last + 1 row of tiles that an edge is near to."""
    return tile_range(min(edges[m, 1], edges[m, 3]), max(edges[m, 1], edges[m, 3]), reach, rows)


def pixel_rows(y0, y1, reach, top):
    """Return first and last + 1 row of pixels of a tile, whose upper edge is at `top`, that an edge can be near to."""
    first = min(max(np.ceil(min(y0, y1) - reach - top - 0.5), 0.0), SIDE)
    last = min(max(np.floor(max(y0, y1) + reach - top - 0.5) + 1.0, first), SIDE)
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


def along(x0, y0, x1, y1, x, y):
    """Return the parameter of the closest point on a segment."""
    ex, ey = x1 - x0, y1 - y0
    return min(max(((x - x0) * ex + (y - y0) * ey) / max(ex * ex + ey * ey, TINY), 0.0), 1.0)


def segment_distance(x0, y0, x1, y1, x, y):
    """Return the distance from a point to a segment."""
    ex, ey, dx, dy = x1 - x0, y1 - y0, x - x0, y - y0
    t = along(x0, y0, x1, y1, x, y)
    return sqrt((dx - t * ex) * (dx - t * ex) + (dy - t * ey) * (dy - t * ey))


def is_point(edges, m):
    """Return whether an edge has no length, and so no sides."""
    ex, ey = edges[m, 2] - edges[m, 0], edges[m, 3] - edges[m, 1]
    return ex * ex + ey * ey <= TINY


def lies_on(edges, a, b):
    """Return whether edge b may lie on edge a, along some of its length."""
    x0, y0, inverse = edges[a, 0], edges[a, 1], edges[a, 6]
    ex, ey = edges[a, 2] - x0, edges[a, 3] - y0
    ux, uy = edges[b, 0] - x0, edges[b, 1] - y0
    cross = ex * uy - ey * ux
    if cross * cross * inverse > SAME * SAME:  # almost always
        return False
    vx, vy = edges[b, 2] - x0, edges[b, 3] - y0
    cross = ex * vy - ey * vx
    if cross * cross * inverse > SAME * SAME:
        return False
    s, t = (ux * ex + uy * ey) * inverse, (vx * ex + vy * ey) * inverse
    return min(max(s, t), 1.0) - max(min(s, t), 0.0) > SAME * edges[a, 7]


def is_chain(edges, pair_edge, first, last):
    """Return whether edges follow each other in about one direction, and so cannot lie on each other."""
    m = pair_edge[first]
    ux, uy = edges[m, 2] - edges[m, 0], edges[m, 3] - edges[m, 1]
    for q in range(first, last):
        n = pair_edge[q]
        if n != m + q - first or (edges[n, 2] - edges[n, 0]) * ux + (edges[n, 3] - edges[n, 1]) * uy <= 0.0:
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
        rows,
        evenodd,
        near,  # (workers, T) scratch: near edges of a tile, then where to put the next; below 0: inside
        wind,  # (workers, T * TILE) scratch: by how much the winding number changes from the tile on the left
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
        count, change = near[worker], wind[worker]
        backdrop = np.zeros(TILE, np.int32)
        for k in range(worker, len(params), workers):
            half = 0.5 * params[k, params.shape[1] - 1] if stroked else rho - rho
            reach = rho + half + SLACK
            c0, c1 = tile_range(box[k, 0] + half, box[k, 2] - half, reach, real(columns))
            r0, r1 = tile_range(box[k, 1] + half, box[k, 3] - half, reach, real(rows))
            e, q = (shape_start[k], shape_pairs[k]) if fill else (0, 0)
            span, height = max(c1 - c0, 0), max(r1 - r0, 0)
            for i in range(span * height):
                count[i] = 0
            if not stroked:
                for i in range(span * height * TILE):
                    change[i] = 0
            s = span_start[k]
            for m in range(edge_start[k], edge_start[k + 1]):
                x0, y0, x1, y1 = edges[m, 0], edges[m, 1], edges[m, 2], edges[m, 3]
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
                        start = int(min(max(np.ceil(low - top - 0.5), 0.0), SIDE))
                        end = int(min(max(np.ceil(high - top - 0.5), 0.0), SIDE))
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
                    first, last = pixel_rows(edges[m, 1], edges[m, 3], reach, top)
                    start, end = min(start, first), max(end, last)
                near_rows[e, 0], near_rows[e, 1] = min(start, end), end
                retraced[e] = not stroked and is_retraced(edges, pair_edge, pair_start[e], pair_start[e + 1])

    return Kernel(visit, dtype, f"pairs {kind}")


@cache
def edge_sum_kernel(kind: str, linear: bool, dtype: np.dtype[Any]) -> Kernel:
    """Compile the sum of the rows and pairs of each shape, carried from ends of edges and frame to the points."""
    outline: Any = primitive(kind).outline
    degree, stroked = outline.degree, outline.stroked
    shading = LINEAR if linear else CONSTANT
    shading_frame_adjoint = shading.frame_adjoint
    color_tuple = tuple_functions(shading.values)
    load_color, store_color = color_tuple.load, color_tuple.store
    own = int(stroked)
    row = tuple_functions(own + 1 + shading.values)
    load_row, zeros, add = row.load, row.zeros, row.add
    at_color = own + 1

    def visit(
        worker,
        workers,
        shape_start,  # (N + 1,)
        entry_place,  # (E,)
        rows,  # (E, own + 1 + values)
        params,  # (N, P)
        frames,  # (N, 3)
        edge_start,  # (N + 1,)
        edge_curve,  # (M,)
        edge_t,  # (M, 2)
        shape_pairs,  # (N + 1,)
        pair_edge,  # (Q,)
        pair_rows,  # (Q, 4)
        g_edges,  # (M, 4) scratch
        color,  # (N, values)
        g_params,  # (N, P) out
        g_color,  # (N, values) out
        g_opacity,  # (N,) out
    ):
        points = params.shape[1] // 2
        for k in range(worker, len(params), workers):
            total = zeros(params[k, 0])
            for e in range(shape_start[k], shape_start[k + 1]):
                total = add(load_row(rows, entry_place[e]), total)
            g_opacity[k] = total[own]
            g_c = total[at_color:]
            store_color(g_c, g_color, k, 0)
            for m in range(edge_start[k], edge_start[k + 1]):
                for i in range(4):
                    g_edges[m, i] = 0.0
            for q in range(shape_pairs[k], shape_pairs[k + 1]):
                for i in range(4):
                    g_edges[pair_edge[q], i] += pair_rows[q, i]
            g = g_params[k]
            for i in range(len(g)):
                g[i] = 0.0
            if stroked:
                g[2 * points] = total[0]
            for m in range(edge_start[k], edge_start[k + 1]):
                first = 2 * degree * edge_curve[m]
                last = 2 * ((degree * edge_curve[m] + degree) % points)
                for end in range(2):
                    gx, gy = g_edges[m, 2 * end], g_edges[m, 2 * end + 1]
                    t = edge_t[m, end]
                    if degree == 3:
                        w = bernstein(t)
                        g[first] += w[0] * gx
                        g[first + 1] += w[0] * gy
                        g[first + 2] += w[1] * gx
                        g[first + 3] += w[1] * gy
                        g[first + 4] += w[2] * gx
                        g[first + 5] += w[2] * gy
                        g[last] += w[3] * gx
                        g[last + 1] += w[3] * gy
                    else:
                        g[first] += (1.0 - t) * gx
                        g[first + 1] += (1.0 - t) * gy
                        g[last] += t * gx
                        g[last + 1] += t * gy
            if linear:
                cx, cy, length = frames[k, 0], frames[k, 1], frames[k, 2]
                unit = 1.0 / max(length, MIN_FRAME)
                g_cx, g_cy, g_l = shading_frame_adjoint(load_color(color, k), g_c, unit)
                part = 1.0 / (zeros(cx)[0] + points)
                along = g_l * unit * part
                for i in range(points):
                    g[2 * i] += g_cx * part + along * (params[k, 2 * i] - cx)
                    g[2 * i + 1] += g_cy * part + along * (params[k, 2 * i + 1] - cy)

    return Kernel(visit, dtype, f"sum {kind} {linear}")
