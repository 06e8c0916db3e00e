"""Kinds whose outline is a list of edges: cutting it into edges.

Curves are cut at fixed parameters, so the adjoint is exact for what is drawn; how many edges there are is not
differentiated. Which edges are near which tile is found in `pairs`; `edge_sums` adds up their gradient.
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

import numpy as np

from ...primitives import primitive
from ...primitives.curve import bernstein, cut, pieces
from ..bins import tile_range
from ..compile.kernel import Kernel
from .arrays import (
    AFTER,
    BEFORE,
    CX,
    CY,
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

SLACK = 0.01  # pixels, so that rounding never loses a pair
TINY = 1e-30


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
    degree, stroked = outline.degree, outline.stroked
    real = dtype.type

    def visit(
        worker,
        workers,
        fill,  # False: only count, into flat.start[1:]; True: write edges from the starts on, and the rest
        window,
        flat,
    ):
        p, edges, rho = flat.params, flat.edges, window.rho
        curve, shapes = flat.curves.curve, flat.curves.first
        for k in range(worker, len(shapes) - 1, workers):
            m, next_contour = flat.start[k] if fill else 0, flat.curves.start[k]
            while next_contour < flat.curves.start[k + 1]:
                contour, next_contour, ring = next_contour, curve[next_contour, LAST], m
                for c in range(contour, next_contour):
                    a, d = curve[c, FROM], curve[c, TO]
                    x, y = p[a], p[a + 1]
                    n, more = 1, 0
                    if degree == 3:
                        first, second = (p[a + 2], p[a + 3]), (p[a + 4], p[a + 5])
                        n, more = pieces((x, y), first, second, (p[d], p[d + 1]))
                    if not fill:
                        m += n + more
                        continue
                    t = x - x
                    for i in range(n + more):
                        start, t = t, cut(real(i + 1), real(n), real(more))
                        x1, y1 = p[d], p[d + 1]
                        if i + 1 < n + more:
                            w = bernstein(t)
                            x1 = w[0] * p[a] + w[1] * p[a + 2] + w[2] * p[a + 4] + w[3] * x1
                            y1 = w[0] * p[a + 1] + w[1] * p[a + 3] + w[2] * p[a + 5] + w[3] * y1
                        edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1] = x, y, x1, y1
                        flat.curve[m], flat.t[m, 0], flat.t[m, 1] = c, start, t
                        x, y, m = x1, y1, m + 1
                if fill and not stroked:
                    before = m - 1
                    for after in range(ring, m):
                        edges[before, AFTER] = edges[after, BEFORE] = turn(edges, before, after)
                        before = after
            if not fill:
                flat.start[k + 1] = m
                continue
            first, spans = flat.start[k], 0
            q = p[shapes[k] : shapes[k + 1]]
            points = len(q) // 2
            half = 0.5 * q[2 * points] if stroked else rho - rho
            x0, y0, x1, y1 = edges[first, X0], edges[first, Y0], edges[first, X0], edges[first, Y0]
            length = half - half
            for m in range(first, flat.start[k + 1]):
                first_row, last_row = edge_rows(edges, m, rho + half + SLACK, real(window.bottom))
                spans += max(last_row - first_row, 0)
                ex, ey = edges[m, X1] - edges[m, X0], edges[m, Y1] - edges[m, Y0]
                edges[m, INVERSE_SQUARE] = 1.0 / max(ex * ex + ey * ey, TINY)
                edges[m, INVERSE] = sqrt(edges[m, INVERSE_SQUARE])
                length += sqrt(ex * ex + ey * ey)
                x0, x1 = min(x0, edges[m, X1]), max(x1, edges[m, X1])
                y0, y1 = min(y0, edges[m, Y1]), max(y1, edges[m, Y1])
            flat.span_start[k + 1] = spans
            box, frames = flat.box, flat.frames
            box[k, 0], box[k, 1], box[k, 2], box[k, 3] = x0 - half, y0 - half, x1 + half, y1 + half
            cx, cy, square = half - half, half - half, half - half
            for i in range(points):
                cx += q[2 * i]
                cy += q[2 * i + 1]
            cx, cy = cx / real(points), cy / real(points)
            for i in range(points):
                square += (q[2 * i] - cx) * (q[2 * i] - cx) + (q[2 * i + 1] - cy) * (q[2 * i + 1] - cy)
            frames[k, CX], frames[k, CY], frames[k, UNIT] = cx, cy, sqrt(square / real(points))
            frames[k, LENGTH], frames[k, HALF] = length, half

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
