"""Measuring a shape at a pixel by the nearest of its edges, and the adjoint of that; see `engine.outlines.nearest`."""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

import numpy as np
from numba import cuda

from ...engine.compile.tuples import tuple_functions
from ...engine.outlines.arrays import AFTER, BEFORE, EVENODD, HALF, INVERSE_SQUARE, LENGTH, X0, X1, Y0, Y1, Spot
from ...engine.outlines.edge_sums import STROKE_ROW
from ...engine.outlines.interior_edges import crossing_adjoint, is_inside, nearest_boundary, sides
from ...engine.outlines.nearest import FAR, QUARTER_PI, crossings, edge_adjoint, near_parameter, offset_square, side
from ...engine.outlines.nearest import edge_functions as engine_functions
from ...engine.tiles import TILE
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
    stroked, real, functions = outline.stroked, numba_type(dtype), engine_functions(kind, shading)
    sums, store = warp_sums(4), tuple_functions(4).store

    def value(geometry, k, i):
        return geometry.frames[k, i]

    def gather(geometry, staged, slot, k, e):
        return geometry, k, e

    def distance_of_stroke(p, rho, x, y):
        geometry, k, e = p
        edges, pair_start, pair_edge = geometry.edges, geometry.pair_start, geometry.pair_edge
        half = geometry.frames[k, HALF]
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

    def distance_of_filled(p, rho, x, y):
        geometry, _, e = p
        evenodd, edges, base = geometry.fill_rule[EVENODD], geometry.edges, geometry.base
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
        interior = evenodd == 0.0 and min(abs(winding), beyond) > 0.0  # the nearest edge has the inside on both sides
        d = -root if is_inside(winding, evenodd) else root
        if root < rho and (interior or geometry.retraced[e] != 0):
            d, winner = nearest_boundary(Spot(geometry, e, x, y, winding), rho, d, winner)
        return d, winner

    def slopes_stroke(p, pixel):
        return -0.5 * pixel.g, pixel.g - pixel.g

    def strip_stroke(p):
        frames, k = p[0].frames, p[1]
        width = 2.0 * frames[k, HALF]
        return width, frames[k, LENGTH] + QUARTER_PI * width, width - width

    def strip_slopes(p, g_width, g_length, g_rest):
        return g_width + QUARTER_PI * g_length, g_length

    def no_slopes(p, pixel):
        return pixel.g

    def adjoint(p, pixel):
        """Set the rows of the pairs of a hit, a few at a time."""
        partial = cuda.shared.array((PAIR_ROWS, 4), real)
        geometry, _, e = p
        d, winner, g_d = pixel.d, pixel.winner, pixel.g
        edges, pair_rows = geometry.edges, geometry.pair_rows
        pair_start, pair_edge = geometry.pair_start, geometry.pair_edge
        first, last, thread = pair_start[e], pair_start[e + 1], cuda.threadIdx.x
        count, number = last - first, int(abs(winner))
        a, b = -1, -1  # pairs whose edges this pixel is about
        s = a_x = a_y = t = b_x = b_y = g_d - g_d
        if g_d != 0.0 and number > count:
            a, b = first + (number - count - 1) // count, first + (number - count - 1) % count
            of_a, of_b = crossing_adjoint(edges, pair_edge[a], pair_edge[b], pixel.x, pixel.y, -g_d if d < 0.0 else g_d)
            s, a_x, a_y = of_a
            t, b_x, b_y = of_b
        elif g_d != 0.0 and number > 0:
            a = first + number - 1
            s, a_x, a_y = edge_adjoint(edges, pair_edge[a], stroked, pixel)
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
        functions.shading,
        value,
        gather,
        functions.frame,
        distance_of_stroke if stroked else distance_of_filled,
        slopes_stroke if stroked else no_slopes,
        adjoint,
        *((strip_stroke, strip_slopes) if stroked else ()),
    )
