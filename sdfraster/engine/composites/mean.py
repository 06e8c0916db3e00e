"""Painting the shapes of a tile as one group averaged by coverage, the adjoint of it, and what each shape is worth.

A group needs no stack of colours: its sums S, A and P are enough. A shape that covers the whole tile changes the sums
by the same numbers at every pixel (or, with a linear colour, by a linear function), so it costs nothing per pixel:
painting adds it to one `base`, and the adjoint takes its gradient from sums over the tile.
"""

from __future__ import annotations

from ...model.composite import mean, mean_adjoint
from ...model.coverage import Filter
from ...model.loss import square_growth
from ..bins import ALL_INSIDE
from ..compile.kernel import separate
from ..compile.tuples import tuple_functions
from ..functions import ALL, NONE, ShapeFunctions, TileFunctions
from ..tiles import PIXELS, TILE, fill
from .cover import cover_functions

CHUNK = 2**31 - 1  # a group cannot be split; its stack is a single plane for every shape
WORK = 13  # planes: S, A, P; g_S, g_A, g_P; g_d, or coverage; 1/m; scratch
HALF = TILE / 2.0


def build(functions: ShapeFunctions, filter: Filter, keep: bool) -> TileFunctions:
    """Return the functions that paint a tile, pull a gradient back through it, and judge its shapes."""
    load, load_color, pixels = functions.load, functions.load_color, functions.pixels
    coverage, coverage_slope = filter.coverage, filter.slope
    measure, pull = cover_functions(functions, filter)
    frame, shading, first_color = functions.frame, functions.shading, functions.row
    shade, shade_adjoint, rebase, rebase_adjoint = (
        shading.shade,
        shading.shade_adjoint,
        shading.rebase,
        shading.rebase_adjoint,
    )
    color_tuple = tuple_functions(shading.values)
    zeros, add, axpy, dot, store = (
        color_tuple.zeros,
        color_tuple.add,
        color_tuple.axpy,
        color_tuple.dot,
        color_tuple.store,
    )

    def stack_planes(channels: int) -> int:
        """Return the number of planes kept for a shape: its geometry."""
        return functions.planes

    def add_edge(low, high, p, color, o, inverse, x, y, d, work):
        cx, cy, unit = frame(p)
        s, a, p0, p1, p2 = work[0], work[1], work[2], work[3], work[4]
        for i in range(low, high):
            c = coverage(d[i] * inverse)
            w = c * o
            r, g, b = shade(color, (x[i] - cx) * unit, (y[i] - cy) * unit)
            s[i] += c
            a[i] += w
            p0[i] += w * r
            p1[i] += w * g
            p2[i] += w * b

    def add_base(count, opacity, color, x, y, work):
        s, a, p0, p1, p2 = work[0], work[1], work[2], work[3], work[4]
        cx, cy = x[0] - 0.5 + HALF, y[0] - 0.5 + HALF
        for i in range(PIXELS):
            r, g, b = shade(color, x[i] - cx, y[i] - cy)
            s[i] += count
            a[i] += opacity
            p0[i] += r
            p1[i] += g
            p2[i] += b

    def divide(s, inverse):
        for i in range(PIXELS):
            inverse[i] = 1.0 / max(s[i], 1.0)

    def resolve(work, p, canvas):
        a, inverse = work[1], work[11]
        for i in range(PIXELS):
            canvas[i] = mean(canvas[i], p[i], a[i], inverse[i])

    @separate
    def paint(start, end, tile, shapes, rho, x, y, stack, work, canvas):
        tile_shape, tile_entry = tile
        geometry, color, opacity, box = shapes
        if start == end:
            return
        inverse = 1.0 / rho
        for plane in range(5):
            fill(work[plane], rho - rho)
        base, base_count, base_opacity = zeros(rho), rho - rho, rho - rho
        for j in range(start, end):
            k = tile_shape[j]
            p, tint = load(geometry, k, tile_entry[j]), load_color(color, k)
            if tile_entry[j] == ALL_INSIDE:
                cx, cy, unit = frame(p)
                u, v = (x[0] - 0.5 + HALF - cx) * unit, (y[0] - 0.5 + HALF - cy) * unit
                base = axpy(opacity[k], rebase(tint, u, v, unit), base)
                base_count += 1.0
                base_opacity += opacity[k]
            else:
                level = stack[j - start if keep else 0]
                low, high = pixels(p, box, k, rho, y[0] - 0.5)
                measure(p, low, high, rho, x, y, level, work[12])
                add_edge(low, high, p, tint, opacity[k], inverse, x, y, level[0], work)
        if base_count > 0.0:
            add_base(base_count, base_opacity, base, x, y, work)
        divide(work[0], work[11])
        for channel in range(3):
            resolve(work, work[2 + channel], canvas[channel])
        if len(canvas) == 4:
            resolve(work, work[1], canvas[3])

    def resolve_adjoint(work, p, below, g_canvas, g_p):
        """Add to g_S and g_A, set g_p, and turn g_canvas into the gradient by `below`."""
        s, a, g_s, g_a, inverse = work[0], work[1], work[5], work[6], work[11]
        for i in range(PIXELS):
            g_below, g_p_i, g_a_i, g_m = mean_adjoint(below[i], p[i], a[i], inverse[i], g_canvas[i])
            g_canvas[i] = g_below
            g_p[i] = g_p_i
            g_a[i] += g_a_i
            g_s[i] += g_m if s[i] > 1.0 else 0.0  # (1/m is rounded and cannot tell)

    def pull_edge(low, high, p, color, o, rho, x, y, level, work, rows, j):
        cx, cy, unit = frame(p)
        d = level[0]
        g_s, g_a, g_p0, g_p1, g_p2, g_d = work[5], work[6], work[7], work[8], work[9], work[10]
        g_color = zeros(o)
        g_o = o - o
        inverse = 1.0 / rho
        for i in range(low, high):
            t = d[i] * inverse
            c = coverage(t)
            w = c * o
            u, v = (x[i] - cx) * unit, (y[i] - cy) * unit
            r, g, b = shade(color, u, v)
            q = g_p0[i] * r + g_p1[i] * g + g_p2[i] * b + g_a[i]
            g_o += c * q
            g_color = add(shade_adjoint(color, u, v, (w * g_p0[i], w * g_p1[i], w * g_p2[i])), g_color)
            g_d[i] = (o * q + g_s[i]) * coverage_slope(t) * inverse
        rows[j, first_color] = g_o
        store(g_color, rows, j, first_color + 1)
        pull(p, low, high, rho, x, y, level, g_d, work[12], rows, j)

    def tile_sums(x, y, work):
        """Return the sum of g_A and the gradient by a colour in the frame of the tile with coverage and opacity 1.

        It is the same for every colour, and so for `total`, because the colours of a group add up as their values do.
        """
        g_a, g_p0, g_p1, g_p2 = work[6], work[7], work[8], work[9]
        cx, cy = x[0] - 0.5 + HALF, y[0] - 0.5 + HALF
        total_a = cx - cx
        total = zeros(cx)
        for i in range(PIXELS):
            total_a += g_a[i]
            total = add(shade_adjoint(total, x[i] - cx, y[i] - cy, (g_p0[i], g_p1[i], g_p2[i])), total)
        return total_a, total

    @separate
    def adjoint(start, stop, end, tile, shapes, rho, x, y, stack, work, below, g_canvas, rows):
        tile_shape, tile_entry = tile
        geometry, color, opacity, box = shapes
        if stop == end:
            return
        fill(work[5], rho - rho)
        fill(work[6], rho - rho)
        if len(g_canvas) == 4:
            resolve_adjoint(work, work[1], below[3], g_canvas[3], work[7])
            for i in range(PIXELS):
                work[6, i] += work[7, i]  # the sum P of the alpha channel is A
        for channel in range(3):
            resolve_adjoint(work, work[2 + channel], below[channel], g_canvas[channel], work[7 + channel])
        total_a, total = tile_sums(x, y, work)
        for j in range(stop, end):
            k = tile_shape[j]
            p, tint = load(geometry, k, tile_entry[j]), load_color(color, k)
            if tile_entry[j] == ALL_INSIDE:
                cx, cy, unit = frame(p)
                u, v = (x[0] - 0.5 + HALF - cx) * unit, (y[0] - 0.5 + HALF - cy) * unit
                g_color = rebase_adjoint(u, v, unit, total)
                for q in range(first_color):
                    rows[j, q] = 0.0
                rows[j, first_color] = dot(tint, g_color) + total_a
                store(axpy(opacity[k], g_color, zeros(rho)), rows, j, first_color + 1)
            else:
                low, high = pixels(p, box, k, rho, y[0] - 0.5)
                pull_edge(low, high, p, tint, opacity[k], rho, x, y, stack[j - start], work, rows, j)

    def removal_of_shape(low, high, p, color, o, x, y, work, below, weight, residual):
        """Return the growth of the error without a shape of known coverages (plane 10)."""
        cx, cy, unit = frame(p)
        s, a, p0, p1, p2, c, inverse = work[0], work[1], work[2], work[3], work[4], work[10], work[11]
        total = o - o
        if len(residual) == 4:
            for i in range(low, high):
                w, m = c[i] * o, 1.0 / max(s[i] - c[i], 1.0)
                without = mean(below[3, i], a[i] - w, a[i] - w, m)
                total += weight[i] * square_growth(residual[3, i], without - mean(below[3, i], a[i], a[i], inverse[i]))
        for i in range(low, high):
            w, m = c[i] * o, 1.0 / max(s[i] - c[i], 1.0)
            r, g, b = shade(color, (x[i] - cx) * unit, (y[i] - cy) * unit)
            d0 = mean(below[0, i], p0[i] - w * r, a[i] - w, m) - mean(below[0, i], p0[i], a[i], inverse[i])
            d1 = mean(below[1, i], p1[i] - w * g, a[i] - w, m) - mean(below[1, i], p1[i], a[i], inverse[i])
            d2 = mean(below[2, i], p2[i] - w * b, a[i] - w, m) - mean(below[2, i], p2[i], a[i], inverse[i])
            growths = square_growth(residual[0, i], d0) + square_growth(residual[1, i], d1)
            total += weight[i] * (growths + square_growth(residual[2, i], d2))
        return total

    @separate
    def removal(start, end, tile, shapes, rho, x, y, stack, work, below, weight, residual, growth):
        tile_shape, tile_entry = tile
        geometry, color, opacity, box = shapes
        inverse = 1.0 / rho
        for j in range(start, end):
            k = tile_shape[j]
            p, tint = load(geometry, k, tile_entry[j]), load_color(color, k)
            low, high = NONE, ALL
            if tile_entry[j] == ALL_INSIDE:
                fill(work[10], rho / rho)
            else:
                low, high = pixels(p, box, k, rho, y[0] - 0.5)
                for i in range(low, high):
                    work[10, i] = coverage(stack[j - start, 0, i] * inverse)
            growth[j] = removal_of_shape(low, high, p, tint, opacity[k], x, y, work, below, weight, residual)

    return TileFunctions(stack_planes, WORK, CHUNK, paint, adjoint, removal)
