"""Kinds whose outline is a list of edges: cutting it into edges, and the sum of their gradient.

Curves are cut into edges at fixed parameters, so the adjoint is exact for what is drawn; how many is not
differentiated. Which edges are near which tile is found in `pairs`.
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

import numpy as np

from ...model.shading import MIN_FRAME, SHADINGS
from ...primitives import primitive
from ...primitives.curve import bernstein, cut, pieces
from ..arrays import AFTER, BEFORE, CX, CY, INVERSE, INVERSE_SQUARE, LENGTH, UNIT, X0, X1, Y0, Y1
from ..bins import tile_range
from ..compile.kernel import Kernel
from ..compile.tuples import tuple_functions

SLACK = 0.01  # pixels, so that rounding never loses a pair
TINY = 1e-30
STROKE_ROW = 2  # what rows of the gradient say of the geometry of a stroke: that by its width, and by its length


def turn(edges, a, b):
    """Return the sign of the cross product of edge a, or b after it, with an offset that is nearest to their corner.

    There are such offsets on the outer side of a corner only. Where edges go straight on, or back, the answer is 0.
    """
    ux, uy = edges[a, X1] - edges[a, X0], edges[a, Y1] - edges[a, Y0]
    vx, vy = edges[b, X1] - edges[b, X0], edges[b, Y1] - edges[b, Y0]
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
        edges,  # (M, 8) out
        edge_curve,  # (M,) out
        edge_t,  # (M, 2) out: parameters of the ends on the curve
        frames,  # (N, 4) out
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
                        edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1] = x, y, x1, y1
                        edge_curve[m], edge_t[m, 0], edge_t[m, 1] = c, start, t
                        x, y, m = x1, y1, m + 1
                else:
                    m += n + more
            if not fill:
                edge_start[k + 1] = m
                continue
            first, spans = edge_start[k], 0
            half = 0.5 * p[2 * points] if stroked else rho - rho
            x0, y0, x1, y1 = edges[first, X0], edges[first, Y0], edges[first, X0], edges[first, Y0]
            length = half - half
            for m in range(first, edge_start[k + 1]):
                first_row, last_row = edge_rows(edges, m, rho + half + SLACK, real(rows))
                spans += max(last_row - first_row, 0)
                ex, ey = edges[m, X1] - edges[m, X0], edges[m, Y1] - edges[m, Y0]
                edges[m, INVERSE_SQUARE] = 1.0 / max(ex * ex + ey * ey, TINY)
                edges[m, INVERSE] = sqrt(edges[m, INVERSE_SQUARE])
                length += sqrt(ex * ex + ey * ey)
                x0, x1 = min(x0, edges[m, X1]), max(x1, edges[m, X1])
                y0, y1 = min(y0, edges[m, Y1]), max(y1, edges[m, Y1])
            if not stroked:
                before = edge_start[k + 1] - 1
                for m in range(first, edge_start[k + 1]):
                    edges[before, AFTER] = edges[m, BEFORE] = turn(edges, before, m)
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
            frames[k, CX], frames[k, CY], frames[k, UNIT] = cx, cy, sqrt(square / real(points))
            frames[k, LENGTH] = length

    return Kernel(visit, dtype, f"flatten {kind}")


def edge_rows(edges, m, reach, rows):
    """Return first and last + 1 row of tiles that an edge is near to."""
    return tile_range(min(edges[m, Y0], edges[m, Y1]), max(edges[m, Y0], edges[m, Y1]), reach, rows)


def along(x0, y0, x1, y1, x, y):
    """Return the parameter of the closest point on a segment."""
    ex, ey = x1 - x0, y1 - y0
    return min(max(((x - x0) * ex + (y - y0) * ey) / max(ex * ex + ey * ey, TINY), 0.0), 1.0)


def segment_distance(x0, y0, x1, y1, x, y):
    """Return the distance from a point to a segment."""
    ex, ey, dx, dy = x1 - x0, y1 - y0, x - x0, y - y0
    t = along(x0, y0, x1, y1, x, y)
    return sqrt((dx - t * ex) * (dx - t * ex) + (dy - t * ey) * (dy - t * ey))


@cache
def edge_sum_kernel(kind: str, shading: str, dtype: np.dtype[Any]) -> Kernel:
    """Compile the sum of the rows and pairs of each shape, carried from ends of edges and frame to the points."""
    outline: Any = primitive(kind).outline
    degree, stroked = outline.degree, outline.stroked
    rule = SHADINGS[shading]
    framed, shading_frame_adjoint = rule.framed, rule.frame_adjoint
    color_tuple = tuple_functions(rule.values)
    load_color, store_color = color_tuple.load, color_tuple.store
    own = STROKE_ROW if stroked else 0
    row = tuple_functions(own + 1 + rule.values)
    load_row, zeros, add = row.load, row.zeros, row.add
    at_color = own + 1

    def visit(
        worker,
        workers,
        shape_start,  # (N + 1,)
        entry_place,  # (E,)
        rows,  # (E, own + 1 + values)
        params,  # (N, P)
        frames,  # (N, 4)
        edges,  # (M, 8)
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
                    if stroked:
                        along = (total[1] if end == 1 else -total[1]) * edges[m, INVERSE]
                        gx += along * (edges[m, X1] - edges[m, X0])
                        gy += along * (edges[m, Y1] - edges[m, Y0])
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
            if framed:
                cx, cy = frames[k, CX], frames[k, CY]
                unit = 1.0 / max(frames[k, UNIT], MIN_FRAME)
                g_cx, g_cy, g_l = shading_frame_adjoint(load_color(color, k), g_c, unit)
                part = 1.0 / (zeros(cx)[0] + points)
                along = g_l * unit * part
                for i in range(points):
                    g[2 * i] += g_cx * part + along * (params[k, 2 * i] - cx)
                    g[2 * i + 1] += g_cy * part + along * (params[k, 2 * i + 1] - cy)

    return Kernel(visit, dtype, f"sum {kind} {shading}")
