"""Painting the shapes of a tile as one group averaged by coverage, the adjoint of it, and what each shape is worth.

A group needs no stack of colours: its sums S, A and P are enough. A shape that covers the whole tile changes the sums
by the same numbers at every pixel (or, with a linear colour, by a linear function), so it costs nothing per pixel:
painting adds it to one `base`, and the adjoint takes its gradient from sums over the tile.
"""

from __future__ import annotations

from ...model.composites.mean import mean, mean_adjoint
from ...model.coverage import Filter
from ...model.loss import square_growth
from ..bins import ALL_INSIDE
from ..compile.kernel import noinline
from ..compile.tuples import tuple_functions
from ..functions import ShapeFunctions, TileFunctions, shape_in_tile
from ..tiles import PIXELS, TILE, fill
from .cover import cover_functions

CHUNK = 2**31 - 1  # a group cannot be split; its stack is a single plane for every shape
S, A, P0, P1, P2 = range(5)  # planes of work: sums of coverage, with opacity, and with each channel
G_S, G_A, G_P0, G_P1, G_P2 = range(5, 10)  # gradients by these
G_D, INVERSE, SPARE = range(10, 13)  # gradient by distance; 1/m; to work in
COVERAGE = G_D
WORK = 13
HALF = TILE / 2.0


def build(functions: ShapeFunctions, filter: Filter, keep: bool) -> TileFunctions:
    """Return the functions that paint a tile, its adjoint, and the one that judges its shapes."""
    shape_at = shape_in_tile(functions)
    coverage, coverage_slope = filter.coverage, filter.slope
    distances, distance_adjoint = cover_functions(functions, filter)
    frame, shading, first_color = functions.frame, functions.shading, functions.row
    shade, shade_adjoint = shading.shade, shading.shade_adjoint
    rebase, rebase_adjoint = shading.rebase, shading.rebase_adjoint
    assert rebase is not None  # see `check_adding`
    assert rebase_adjoint is not None
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

    def add_shape(shape, tile):
        cx, cy, unit = frame(shape.p)
        color, o, inverse, x, y, d = shape.color, shape.opacity, tile.inverse, tile.x, tile.y, shape.level[0]
        s, a, p0, p1, p2 = tile.work[S], tile.work[A], tile.work[P0], tile.work[P1], tile.work[P2]
        for i in range(shape.low, shape.high):
            c = coverage(d[i] * inverse)
            w = c * o
            r, g, b = shade(color, (x[i] - cx) * unit, (y[i] - cy) * unit)
            s[i] += c
            a[i] += w
            p0[i] += w * r
            p1[i] += w * g
            p2[i] += w * b

    def add_base(count, opacity, color, tile):
        s, a, p0, p1, p2 = tile.work[S], tile.work[A], tile.work[P0], tile.work[P1], tile.work[P2]
        x, y = tile.x, tile.y
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
        a, inverse = work[A], work[INVERSE]
        for i in range(PIXELS):
            canvas[i] = mean(canvas[i], p[i], a[i], inverse[i])

    @noinline
    def paint(start, end, tile, shapes, canvas):
        if start == end:
            return
        work, zero = tile.work, tile.rho - tile.rho
        for plane in range(S, P2 + 1):
            fill(work[plane], zero)
        base, base_count, base_opacity = zeros(zero), zero, zero
        for j in range(start, end):
            shape = shape_at(tile, shapes, j, tile.stack[j - start if keep else 0])
            if tile.hit[j] == ALL_INSIDE:
                cx, cy, unit = frame(shape.p)
                u, v = (tile.x[0] - 0.5 + HALF - cx) * unit, (tile.y[0] - 0.5 + HALF - cy) * unit
                base = axpy(shape.opacity, rebase(shape.color, u, v, unit), base)
                base_count += 1.0
                base_opacity += shape.opacity
            else:
                distances(shape, tile, work[SPARE])
                add_shape(shape, tile)
        if base_count > 0.0:
            add_base(base_count, base_opacity, base, tile)
        divide(work[S], work[INVERSE])
        for channel in range(3):
            resolve(work, work[P0 + channel], canvas[channel])
        if len(canvas) == 4:
            resolve(work, work[A], canvas[3])

    def resolve_adjoint(work, p, below, g_canvas, g_p):
        """Add to g_S and g_A, set g_p, and turn g_canvas into the gradient by `below`."""
        s, a, g_s, g_a, inverse = work[S], work[A], work[G_S], work[G_A], work[INVERSE]
        for i in range(PIXELS):
            g_below, g_p_i, g_a_i, g_m = mean_adjoint(below[i], p[i], a[i], inverse[i], g_canvas[i])
            g_canvas[i] = g_below
            g_p[i] = g_p_i
            g_a[i] += g_a_i
            g_s[i] += g_m if s[i] > 1.0 else 0.0  # (1/m is rounded and cannot tell)

    def shape_adjoint(shape, tile, rows, j):
        cx, cy, unit = frame(shape.p)
        color, o, inverse, x, y, d = shape.color, shape.opacity, tile.inverse, tile.x, tile.y, shape.level[0]
        work = tile.work
        g_s, g_a, g_p0, g_p1, g_p2, g_d = work[G_S], work[G_A], work[G_P0], work[G_P1], work[G_P2], work[G_D]
        g_color = zeros(o)
        g_o = o - o
        for i in range(shape.low, shape.high):
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
        distance_adjoint(shape, tile, g_d, work[SPARE], rows, j)

    def tile_sums(tile):
        """Return the sum of g_A and the gradient by a colour in the frame of the tile with coverage and opacity 1.

        It is the same for every colour, and so for `total`, because the colours of a group add up as their values do.
        """
        work, x, y = tile.work, tile.x, tile.y
        g_a, g_p0, g_p1, g_p2 = work[G_A], work[G_P0], work[G_P1], work[G_P2]
        cx, cy = x[0] - 0.5 + HALF, y[0] - 0.5 + HALF
        total_a = cx - cx
        total = zeros(cx)
        for i in range(PIXELS):
            total_a += g_a[i]
            total = add(shade_adjoint(total, x[i] - cx, y[i] - cy, (g_p0[i], g_p1[i], g_p2[i])), total)
        return total_a, total

    @noinline
    def adjoint(start, stop, end, tile, shapes, canvases, rows):
        if stop == end:
            return
        below, g_canvas = canvases
        work, zero = tile.work, tile.rho - tile.rho
        fill(work[G_S], zero)
        fill(work[G_A], zero)
        if len(g_canvas) == 4:
            resolve_adjoint(work, work[A], below[3], g_canvas[3], work[G_P0])
            for i in range(PIXELS):
                work[G_A, i] += work[G_P0, i]  # the sum P of the alpha channel is A
        for channel in range(3):
            resolve_adjoint(work, work[P0 + channel], below[channel], g_canvas[channel], work[G_P0 + channel])
        total_a, total = tile_sums(tile)
        for j in range(stop, end):
            shape = shape_at(tile, shapes, j, tile.stack[j - start])
            if tile.hit[j] == ALL_INSIDE:
                cx, cy, unit = frame(shape.p)
                u, v = (tile.x[0] - 0.5 + HALF - cx) * unit, (tile.y[0] - 0.5 + HALF - cy) * unit
                g_color = rebase_adjoint(u, v, unit, total)
                for q in range(first_color):
                    rows[j, q] = 0.0
                rows[j, first_color] = dot(shape.color, g_color) + total_a
                store(axpy(shape.opacity, g_color, zeros(zero)), rows, j, first_color + 1)
            else:
                shape_adjoint(shape, tile, rows, j)

    def growth_without(shape, tile, below, error):
        """Return the growth of the error without a shape of known coverages."""
        cx, cy, unit = frame(shape.p)
        color, o, x, y, work = shape.color, shape.opacity, tile.x, tile.y, tile.work
        s, a, p0, p1, p2, c, inverse = work[S], work[A], work[P0], work[P1], work[P2], work[COVERAGE], work[INVERSE]
        residual, weight = error
        total = o - o
        if len(residual) == 4:
            for i in range(shape.low, shape.high):
                w, m = c[i] * o, 1.0 / max(s[i] - c[i], 1.0)
                without = mean(below[3, i], a[i] - w, a[i] - w, m)
                total += weight[i] * square_growth(residual[3, i], without - mean(below[3, i], a[i], a[i], inverse[i]))
        for i in range(shape.low, shape.high):
            w, m = c[i] * o, 1.0 / max(s[i] - c[i], 1.0)
            r, g, b = shade(color, (x[i] - cx) * unit, (y[i] - cy) * unit)
            d0 = mean(below[0, i], p0[i] - w * r, a[i] - w, m) - mean(below[0, i], p0[i], a[i], inverse[i])
            d1 = mean(below[1, i], p1[i] - w * g, a[i] - w, m) - mean(below[1, i], p1[i], a[i], inverse[i])
            d2 = mean(below[2, i], p2[i] - w * b, a[i] - w, m) - mean(below[2, i], p2[i], a[i], inverse[i])
            growths = square_growth(residual[0, i], d0) + square_growth(residual[1, i], d1)
            total += weight[i] * (growths + square_growth(residual[2, i], d2))
        return total

    @noinline
    def leave_one_out(start, end, tile, shapes, below, error, growth):
        inverse = tile.inverse
        for j in range(start, end):
            shape = shape_at(tile, shapes, j, tile.stack[j - start])
            c = tile.work[COVERAGE]
            if tile.hit[j] == ALL_INSIDE:
                fill(c, tile.rho / tile.rho)
            else:
                for i in range(shape.low, shape.high):
                    c[i] = coverage(shape.level[0, i] * inverse)
            growth[j] = growth_without(shape, tile, below, error)

    return TileFunctions(stack_planes, WORK, CHUNK, paint, adjoint, leave_one_out)
