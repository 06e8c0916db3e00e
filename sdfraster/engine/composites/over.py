"""Painting the shapes of a tile one over the other, the adjoint of it, and what each shape is worth.

The stack keeps, for every shape, its distances and the colours below it: the reverse sweeps need both, and getting the
colour back by dividing by 1 - alpha would break for opaque shapes.
"""

from __future__ import annotations

from ...model.composite import over, over_adjoint
from ...model.coverage import Filter
from ...model.loss import square_growth
from ..bins import ALL_INSIDE
from ..compile.kernel import separate
from ..compile.tuples import tuple_functions
from ..functions import ALL, NONE, ShapeFunctions, TileFunctions
from ..tiles import fill
from .cover import cover_functions

CHUNK = 64  # shapes whose stack (256 KiB in float32) stays in the cache; deeper tiles are painted again chunk by chunk
WORK = 3  # planes: gradient by alpha, of the alpha channel, or what shines through; gradient by distance; scratch


def pixel_loops(functions: ShapeFunctions, filter: Filter, keep: bool):
    """Return the loops over the pixels of a tile for one shape of known distances: painting, adjoint, and removal."""
    shade, shade_adjoint = functions.shading.shade, functions.shading.shade_adjoint
    frame, coverage, coverage_slope = functions.frame, filter.coverage, filter.slope
    color_tuple = tuple_functions(functions.shading.values)
    zeros, add, store = color_tuple.zeros, color_tuple.add, color_tuple.store

    def paint(low, high, p, color, o, inverse, x, y, stack, canvas):
        cx, cy, unit = frame(p)
        d = stack[0]
        c0, c1, c2 = canvas[0], canvas[1], canvas[2]
        b0, b1, b2 = stack[1], stack[2], stack[3]
        for i in range(low, high):
            alpha = o * coverage(d[i] * inverse)
            r, g, b = shade(color, (x[i] - cx) * unit, (y[i] - cy) * unit)
            if keep:
                b0[i], b1[i], b2[i] = c0[i], c1[i], c2[i]
            c0[i] = over(c0[i], r, alpha)
            c1[i] = over(c1[i], g, alpha)
            c2[i] = over(c2[i], b, alpha)
        if len(canvas) == 4:
            c3, b3 = canvas[3], stack[4]
            for i in range(low, high):
                if keep:
                    b3[i] = c3[i]
                c3[i] = over(c3[i], 1.0, o * coverage(d[i] * inverse))

    def adjoint(low, high, p, color, o, inverse, x, y, stack, g_canvas, work, rows, j, first):
        """Turn g_canvas into that of the colours below, set work[1] to g_d and row j from column `first`."""
        cx, cy, unit = frame(p)
        d, g_alpha, g_d = stack[0], work[0], work[1]
        if len(g_canvas) == 4:
            g3, b3 = g_canvas[3], stack[4]
            for i in range(low, high):
                g3[i], _, g_alpha[i] = over_adjoint(b3[i], 1.0, o * coverage(d[i] * inverse), g3[i])
        g0, g1, g2 = g_canvas[0], g_canvas[1], g_canvas[2]
        b0, b1, b2 = stack[1], stack[2], stack[3]
        g_color = zeros(o)
        g_o = o - o
        for i in range(low, high):
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

    def removal(low, high, p, color, o, inverse, x, y, stack, weight, residual, through):
        """Return the growth of the error without the shape, and let through to the next only what it lets through."""
        cx, cy, unit = frame(p)
        d = stack[0]
        growth = o - o
        if len(residual) == 4:
            r3, b3 = residual[3], stack[4]
            for i in range(low, high):
                share = through[i] * o * coverage(d[i] * inverse)
                growth += weight[i] * square_growth(r3[i], share * (b3[i] - 1.0))
        r0, r1, r2 = residual[0], residual[1], residual[2]
        b0, b1, b2 = stack[1], stack[2], stack[3]
        for i in range(low, high):
            share = through[i] * o * coverage(d[i] * inverse)
            r, g, b = shade(color, (x[i] - cx) * unit, (y[i] - cy) * unit)
            g0, g1 = square_growth(r0[i], share * (b0[i] - r)), square_growth(r1[i], share * (b1[i] - g))
            growth += weight[i] * (g0 + g1 + square_growth(r2[i], share * (b2[i] - b)))
            through[i] -= share
        return growth

    return paint, adjoint, removal


def build(functions: ShapeFunctions, filter: Filter, keep: bool) -> TileFunctions:
    """Return the functions that paint a tile, pull a gradient back through it, and judge its shapes."""
    load, load_color, pixels = functions.load, functions.load_color, functions.pixels
    measure, pull = cover_functions(functions, filter)
    first_color = functions.row
    paint_shape, adjoint_shape, removal_of_shape = pixel_loops(functions, filter, keep)

    def stack_planes(channels: int) -> int:
        """Return the number of planes kept for a shape: its geometry, and the channels of the canvas below it."""
        return functions.planes + channels

    @separate
    def paint(start, end, tile, shapes, rho, x, y, stack, work, canvas):
        tile_shape, tile_entry = tile
        geometry, color, opacity, box = shapes
        inverse = 1.0 / rho
        for j in range(start, end):
            k = tile_shape[j]
            p, tint, level = load(geometry, k, tile_entry[j]), load_color(color, k), stack[j - start if keep else 0]
            low, high = NONE, ALL
            if tile_entry[j] == ALL_INSIDE:
                fill(level[0], -2.0 * rho)  # distances that mean a coverage of exactly 1 and no slope
            else:
                low, high = pixels(p, box, k, rho, y[0] - 0.5)
                measure(p, low, high, rho, x, y, level, work[2])
            paint_shape(low, high, p, tint, opacity[k], inverse, x, y, level, canvas)

    @separate
    def adjoint(start, stop, end, tile, shapes, rho, x, y, stack, work, below, g_canvas, rows):
        tile_shape, tile_entry = tile
        geometry, color, opacity, box = shapes
        inverse = 1.0 / rho
        fill(work[0], rho - rho)
        for j in range(end - 1, stop - 1, -1):
            k = tile_shape[j]
            p, tint, level = load(geometry, k, tile_entry[j]), load_color(color, k), stack[j - start]
            inside = tile_entry[j] == ALL_INSIDE
            low, high = NONE, ALL
            if not inside:
                low, high = pixels(p, box, k, rho, y[0] - 0.5)
            adjoint_shape(low, high, p, tint, opacity[k], inverse, x, y, level, g_canvas, work, rows, j, first_color)
            if inside:
                for q in range(first_color):
                    rows[j, q] = 0.0
            else:
                pull(p, low, high, rho, x, y, level, work[1], work[2], rows, j)

    @separate
    def removal(start, end, tile, shapes, rho, x, y, stack, work, below, weight, residual, growth):
        tile_shape, tile_entry = tile
        geometry, color, opacity, box = shapes
        inverse = 1.0 / rho
        fill(work[0], rho / rho)
        for j in range(end - 1, start - 1, -1):
            k = tile_shape[j]
            p, tint, level = load(geometry, k, tile_entry[j]), load_color(color, k), stack[j - start]
            low, high = NONE, ALL
            if tile_entry[j] != ALL_INSIDE:
                low, high = pixels(p, box, k, rho, y[0] - 0.5)
            o = opacity[k]
            growth[j] = removal_of_shape(low, high, p, tint, o, inverse, x, y, level, weight, residual, work[0])

    return TileFunctions(stack_planes, WORK, CHUNK, paint, adjoint, removal)
