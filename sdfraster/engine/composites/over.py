"""Painting the shapes of a tile one over the other, the adjoint of it, and what each shape is worth.

The stack keeps, for every shape, its distances and the colours below it: the reverse sweeps need both, and getting the
colour back by dividing by 1 - alpha would break for opaque shapes.
"""

from __future__ import annotations

from ...model.composites.over import over, over_adjoint
from ...model.coverage import Filter
from ...model.loss import square_growth
from ..bins import ALL_INSIDE
from ..compile.kernel import noinline
from ..compile.tuples import tuple_functions
from ..functions import ShapeFunctions, TileFunctions, shape_in_tile
from ..tiles import fill
from .cover import cover_functions

CHUNK = 64  # shapes whose stack (256 KiB in float32) stays in the cache; deeper tiles are painted again chunk by chunk
G_ALPHA, G_D, SPARE = range(3)  # planes of work: gradient by alpha, of the alpha channel; gradient by distance
THROUGH = G_ALPHA  # what shines through
WORK = 3


def pixel_loops(functions: ShapeFunctions, filter: Filter, keep: bool):
    """Return the loops over the pixels of a tile for one shape of known distances: painting, adjoint, leaving out."""
    shade, shade_adjoint = functions.shading.shade, functions.shading.shade_adjoint
    frame, coverage, coverage_slope = functions.frame, filter.coverage, filter.slope
    color_tuple = tuple_functions(functions.shading.values)
    zeros, add, store = color_tuple.zeros, color_tuple.add, color_tuple.store

    def paint(shape, tile, canvas):
        cx, cy, unit = frame(shape.p)
        color, o, inverse, x, y = shape.color, shape.opacity, tile.inverse, tile.x, tile.y
        d, b0, b1, b2 = shape.level[0], shape.level[1], shape.level[2], shape.level[3]
        c0, c1, c2 = canvas[0], canvas[1], canvas[2]
        for i in range(shape.low, shape.high):
            alpha = o * coverage(d[i] * inverse)
            r, g, b = shade(color, (x[i] - cx) * unit, (y[i] - cy) * unit)
            if keep:
                b0[i], b1[i], b2[i] = c0[i], c1[i], c2[i]
            c0[i] = over(c0[i], r, alpha)
            c1[i] = over(c1[i], g, alpha)
            c2[i] = over(c2[i], b, alpha)
        if len(canvas) == 4:
            c3, b3 = canvas[3], shape.level[4]
            for i in range(shape.low, shape.high):
                if keep:
                    b3[i] = c3[i]
                c3[i] = over(c3[i], 1.0, o * coverage(d[i] * inverse))

    def adjoint(shape, tile, g_canvas, rows, j, first):
        """Turn g_canvas into that of the colours below, and set the plane G_D and row j from column `first`."""
        cx, cy, unit = frame(shape.p)
        color, o, inverse, x, y = shape.color, shape.opacity, tile.inverse, tile.x, tile.y
        d, b0, b1, b2 = shape.level[0], shape.level[1], shape.level[2], shape.level[3]
        g_alpha, g_d = tile.work[G_ALPHA], tile.work[G_D]
        if len(g_canvas) == 4:
            g3, b3 = g_canvas[3], shape.level[4]
            for i in range(shape.low, shape.high):
                g3[i], _, g_alpha[i] = over_adjoint(b3[i], 1.0, o * coverage(d[i] * inverse), g3[i])
        g0, g1, g2 = g_canvas[0], g_canvas[1], g_canvas[2]
        g_color = zeros(o)
        g_o = o - o
        for i in range(shape.low, shape.high):
            t = d[i] * inverse
            c = coverage(t)
            u, v = (x[i] - cx) * unit, (y[i] - cy) * unit
            r, g, b = shade(color, u, v)
            g0[i], s0, a0 = over_adjoint(b0[i], r, o * c, g0[i])
            g1[i], s1, a1 = over_adjoint(b1[i], g, o * c, g1[i])
            g2[i], s2, a2 = over_adjoint(b2[i], b, o * c, g2[i])
            g_color = add(shade_adjoint(color, u, v, (s0, s1, s2)), g_color)
            a = a0 + a1 + a2 + g_alpha[i]
            g_o += c * a
            g_d[i] = o * a * coverage_slope(t) * inverse
        rows[j, first] = g_o
        store(g_color, rows, j, first + 1)

    def leave_out(shape, tile, error):
        """Return the growth of the error without the shape, and let through to the next only what it lets through."""
        cx, cy, unit = frame(shape.p)
        color, o, inverse, x, y = shape.color, shape.opacity, tile.inverse, tile.x, tile.y
        d, b0, b1, b2 = shape.level[0], shape.level[1], shape.level[2], shape.level[3]
        residual, weight = error
        through = tile.work[THROUGH]
        growth = o - o
        if len(residual) == 4:
            r3, b3 = residual[3], shape.level[4]
            for i in range(shape.low, shape.high):
                share = through[i] * o * coverage(d[i] * inverse)
                growth += weight[i] * square_growth(r3[i], share * (b3[i] - 1.0))
        r0, r1, r2 = residual[0], residual[1], residual[2]
        for i in range(shape.low, shape.high):
            share = through[i] * o * coverage(d[i] * inverse)
            r, g, b = shade(color, (x[i] - cx) * unit, (y[i] - cy) * unit)
            g0, g1 = square_growth(r0[i], share * (b0[i] - r)), square_growth(r1[i], share * (b1[i] - g))
            growth += weight[i] * (g0 + g1 + square_growth(r2[i], share * (b2[i] - b)))
            through[i] -= share
        return growth

    return paint, adjoint, leave_out


def build(functions: ShapeFunctions, filter: Filter, keep: bool) -> TileFunctions:
    """Return the functions that paint a tile, its adjoint, and the one that judges its shapes."""
    shape_at = shape_in_tile(functions)
    distances, distance_adjoint = cover_functions(functions, filter)
    first_color = functions.row
    paint_shape, adjoint_shape, growth_without = pixel_loops(functions, filter, keep)

    def stack_planes(channels: int) -> int:
        """Return the number of planes kept for a shape: its geometry, and the channels of the canvas below it."""
        return functions.planes + channels

    @noinline
    def paint(start, end, tile, shapes, canvas):
        for j in range(start, end):
            shape = shape_at(tile, shapes, j, tile.stack[j - start if keep else 0])
            if tile.hit[j] == ALL_INSIDE:
                fill(shape.level[0], -2.0 * tile.rho)  # distances that mean a coverage of exactly 1 and no slope
            else:
                distances(shape, tile, tile.work[SPARE])
            paint_shape(shape, tile, canvas)

    @noinline
    def adjoint(start, stop, end, tile, shapes, canvases, rows):
        _, g_canvas = canvases
        fill(tile.work[G_ALPHA], tile.rho - tile.rho)
        for j in range(end - 1, stop - 1, -1):
            shape = shape_at(tile, shapes, j, tile.stack[j - start])
            adjoint_shape(shape, tile, g_canvas, rows, j, first_color)
            if tile.hit[j] == ALL_INSIDE:
                for q in range(first_color):
                    rows[j, q] = 0.0
            else:
                distance_adjoint(shape, tile, tile.work[G_D], tile.work[SPARE], rows, j)

    @noinline
    def leave_one_out(start, end, tile, shapes, below, error, growth):
        fill(tile.work[THROUGH], tile.rho / tile.rho)
        for j in range(end - 1, start - 1, -1):
            shape = shape_at(tile, shapes, j, tile.stack[j - start])
            growth[j] = growth_without(shape, tile, error)

    return TileFunctions(stack_planes, WORK, CHUNK, paint, adjoint, leave_one_out)
