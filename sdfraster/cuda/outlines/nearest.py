"""Measuring a shape at a pixel by the nearest of its edges, and the adjoint of that; see `engine.outlines.nearest`."""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

import numpy as np
from numba import cuda

from ...engine.arrays import AFTER, BEFORE, CX, CY, INVERSE_SQUARE, LENGTH, UNIT, X0, X1, Y0, Y1
from ...engine.compile.tuples import tuple_functions
from ...engine.outlines.edges import STROKE_ROW
from ...engine.outlines.hidden import is_inside, pull_crossing, sides, uncover
from ...engine.outlines.nearest import FAR, QUARTER_PI, crossings, near_parameter, offset_square, pull_edge, side
from ...engine.tiles import TILE
from ...model.shading import MIN_FRAME, SHADINGS
from ...primitives import primitive
from ..compile.kernel import numba_type
from ..compile.warp import WARP, warp_any, warp_sums
from ..functions import WARPS, PixelFunctions

PAIRS = 8  # whose gradients a block adds up at once
PAIR_ROWS = PAIRS * WARPS


@cache
def edge_functions(kind: str, shading: str, dtype: np.dtype[Any]) -> PixelFunctions:
    """Return the functions of a kind with edges.

    Its geometry is `Outlines`, without ``near_rows``.
    """
    outline: Any = primitive(kind).outline
    stroked, real, rule = outline.stroked, numba_type(dtype), SHADINGS[shading]
    sums, store = warp_sums(4), tuple_functions(4).store

    def load(geometry, staged, slot, k, e):
        return geometry, k, e

    def frame(p):
        frames, k = p[0].frames, p[1]
        return frames[k, CX], frames[k, CY], 1.0 / max(frames[k, UNIT], MIN_FRAME)

    def no_frame(p):
        zero = p[0].frames[p[1], 0]
        return zero, zero, zero  # never read: a constant colour is the same everywhere

    def measure_stroke(p, rho, x, y):
        geometry, k, e = p
        params, edges = geometry.params, geometry.edges
        pair_start, pair_edge = geometry.pair_start, geometry.pair_edge
        half = 0.5 * params[k, params.shape[1] - 1]
        d, winner, number = (2.0 * rho + half) * (2.0 * rho + half), rho - rho, rho - rho
        for q in range(pair_start[e], pair_start[e + 1]):
            m = pair_edge[q]
            x0, y0 = edges[m, X0], edges[m, Y0]
            dx, dy, ex, ey = x - x0, y - y0, edges[m, X1] - x0, edges[m, Y1] - y0
            square = offset_square(dx, dy, ex, ey, near_parameter(dx, dy, ex, ey, edges[m, INVERSE_SQUARE]))
            number += 1.0
            winner = number if square < d else winner
            d = min(square, d)
        return sqrt(d) - half, winner

    def measure_filled(p, rho, x, y):
        geometry, _, e = p
        rule, edges, base = geometry.rule, geometry.edges, geometry.base
        pair_start, pair_edge = geometry.pair_start, geometry.pair_edge
        d, winner, number = 4.0 * rho * rho, rho - rho, rho - rho
        winding = base[e, int(y) % TILE]
        for q in range(pair_start[e], pair_start[e + 1]):
            m = pair_edge[q]
            x0, y0, y1 = edges[m, X0], edges[m, Y0], edges[m, Y1]
            dx, dy, ex, ey = x - x0, y - y0, edges[m, X1] - x0, y1 - y0
            t = near_parameter(dx, dy, ex, ey, edges[m, INVERSE_SQUARE])
            square, cross = offset_square(dx, dy, ex, ey, t), ex * dy - ey * dx
            sign, tie = sides(ex, ey)
            number += 1.0
            signed = number if side(cross, t, FAR * edges[m, BEFORE], FAR * edges[m, AFTER], tie) else -number
            winner = signed if square < d else winner
            d = min(square, d)
            winding += crossings(cross, y, min(y0, y1), max(y0, y1), sign, tie)
        root = sqrt(d)
        beyond = abs(winding + (1.0 if winner > 0.0 else -1.0))
        hidden = rule[0] == 0.0 and min(abs(winding), beyond) > 0.0  # the nearest edge has the inside on both sides
        d = -root if is_inside(winding, rule[0]) else root
        if root < rho and (hidden or geometry.retraced[e] != 0):
            d, winner = uncover(geometry, e, rho, x, y, d, winner, winding)
        return d, winner

    def slopes_stroke(p, x, y, d, winner, g_d):
        return -0.5 * g_d, g_d - g_d

    def strip_stroke(p):
        geometry, k, _ = p
        width = geometry.params[k, geometry.params.shape[1] - 1]
        return width, geometry.frames[k, LENGTH] + QUARTER_PI * width, width - width

    def strip_slopes(p, g_width, g_length, g_rest):
        return g_width + QUARTER_PI * g_length, g_length

    def no_slopes(p, x, y, d, winner, g_d):
        return g_d

    def pull(p, x, y, d, winner, g_d):
        """Set the rows of the pairs of an entry, a few at a time."""
        partial = cuda.shared.array((PAIR_ROWS, 4), real)
        geometry, _, e = p
        edges, pair_rows = geometry.edges, geometry.pair_rows
        pair_start, pair_edge = geometry.pair_start, geometry.pair_edge
        first, last, thread = pair_start[e], pair_start[e + 1], cuda.threadIdx.x
        count, number = last - first, int(abs(winner))
        a, b = -1, -1  # pairs whose edges this pixel is about
        s = a_x = a_y = t = b_x = b_y = g_d - g_d
        if g_d != 0.0 and number > count:
            a, b = first + (number - count - 1) // count, first + (number - count - 1) % count
            of_a, of_b = pull_crossing(edges, pair_edge[a], pair_edge[b], x, y, -g_d if d < 0.0 else g_d)
            s, a_x, a_y = of_a
            t, b_x, b_y = of_b
        elif g_d != 0.0 and number > 0:
            a = first + number - 1
            s, a_x, a_y = pull_edge(edges, pair_edge[a], stroked, x, y, d, winner, g_d)
        for start in range(first, last, PAIRS):
            end = min(start + PAIRS, last)
            for q in range(start, end):
                at = (q - start) * WARPS + thread // WARP
                if warp_any(q == a or q == b):  # noqa: SIM109 (a tuple would be made in every step)
                    g_x0, g_y0, g_x1, g_y1 = g_d - g_d, g_d - g_d, g_d - g_d, g_d - g_d
                    if q == a:
                        g_x0, g_y0, g_x1, g_y1 = (1.0 - s) * a_x, (1.0 - s) * a_y, s * a_x, s * a_y
                    elif q == b:
                        g_x0, g_y0, g_x1, g_y1 = (1.0 - t) * b_x, (1.0 - t) * b_y, t * b_x, t * b_y
                    total = sums((g_x0, g_y0, g_x1, g_y1))
                    if thread % WARP == 0:
                        store(total, partial, at, 0)
                elif thread % WARP == 0:
                    for i in range(4):
                        partial[at, i] = 0.0
            cuda.syncthreads()
            if thread < 4 * (end - start):
                value = partial[thread // 4 * WARPS, thread % 4]
                for warp in range(1, WARPS):
                    value += partial[thread // 4 * WARPS + warp, thread % 4]
                pair_rows[start + thread // 4, thread % 4] = value
            cuda.syncthreads()

    return PixelFunctions(
        STROKE_ROW if stroked else 0,
        1,
        rule,
        load,
        frame if rule.framed else no_frame,
        measure_stroke if stroked else measure_filled,
        slopes_stroke if stroked else no_slopes,
        pull,
        *((strip_stroke, strip_slopes) if stroked else ()),
    )
