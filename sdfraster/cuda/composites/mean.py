"""Painting the shapes of a tile as one group averaged by coverage, and the adjoint of it; a thread for a pixel.

The sums of the group are kept for the adjoint, which then measures every shape once more.
"""

from __future__ import annotations

from functools import cache

import numba
from numba import cuda

from ...engine.compile.tuples import tuple_functions
from ...engine.composites.kernels import LayerSpec
from ...engine.tiles import PIXELS, TILE
from ...model.composite import mean, mean_adjoint
from ...model.coverage import FILTERS
from ..compile.kernel import CudaKernel, numba_type
from ..functions import CHUNK, PARTIAL, clear_rows, distances, pixel_of, row_functions, stage, write_rows
from .cover import cover_functions
from .select import functions_of

SUMS = 5  # S, A, and P of every channel


def kept_shape(entries: int, tiles: int) -> tuple[int, ...]:
    """Return the shape of what painting keeps for the adjoint."""
    return tiles, SUMS, PIXELS


@cache
def paint_kernel(spec: LayerSpec, channels: int, keep: bool) -> CudaKernel:
    """Compile the painting of a layer; with `keep` it leaves its sums for the adjoint."""
    functions = functions_of(spec)
    coverage = cover_functions(functions, FILTERS[spec.filter]).coverage
    real, number = numba_type(spec.dtype), spec.dtype.type
    width, values = functions.staged, functions.shading.values
    load, frame, shade, measured = functions.load, functions.frame, functions.shading.shade, distances(functions)
    load_color = tuple_functions(values).load

    def paint(
        tile_start,  # (T + 1,)
        paint_from,  # (T,)
        gradient_from,  # (T,)
        tile_shape,  # (E,)
        tile_entry,  # (E,)
        geometry,  # arrays of the kind
        color,  # (N, values)
        opacity,  # (N,)
        radius,  # (1,) of the filter
        columns,
        below,  # (T, C, PIXELS)
        above,  # (T, C, PIXELS) out
        kept,  # (T, SUMS, PIXELS) out, with `keep`
    ):
        rho = radius[0]
        staged = cuda.shared.array((CHUNK, width), real)
        tints = cuda.shared.array((CHUNK, values), real)
        solid = cuda.shared.array(CHUNK, real)
        numbers = cuda.shared.array((CHUNK, 2), numba.int32)
        t, i = cuda.blockIdx.x, pixel_of(cuda.threadIdx.x)
        x, y = number(t % columns * TILE + i % TILE) + 0.5, number(t // columns * TILE + i // TILE) + 0.5
        s, a = rho - rho, rho - rho
        r, g, b = rho - rho, rho - rho, rho - rho
        first, end = paint_from[t], tile_start[t + 1]
        while first < end:
            last = min(first + CHUNK, end)
            cuda.syncthreads()
            stage(first, last, tile_shape, tile_entry, (geometry, color, opacity), staged, tints, solid, numbers)
            cuda.syncthreads()
            for slot in range(last - first):
                p = load(geometry, staged, slot, numbers[slot, 0], numbers[slot, 1])
                d, _ = measured(p, numbers[slot, 1], rho, x, y)
                c = coverage(p, d, rho)
                w = c * solid[slot]
                cx, cy, unit = frame(p)
                tint = shade(load_color(tints, slot), (x - cx) * unit, (y - cy) * unit)
                s += c
                a += w
                r += w * tint[0]
                g += w * tint[1]
                b += w * tint[2]
            first = last
        inverse = 1.0 / max(s, 1.0)
        above[t, 0, i] = mean(below[t, 0, i], r, a, inverse)
        above[t, 1, i] = mean(below[t, 1, i], g, a, inverse)
        above[t, 2, i] = mean(below[t, 2, i], b, a, inverse)
        if channels == 4:
            above[t, 3, i] = mean(below[t, 3, i], a, a, inverse)
        if keep:
            kept[t, 0, i], kept[t, 1, i] = s, a
            kept[t, 2, i], kept[t, 3, i], kept[t, 4, i] = r, g, b

    return CudaKernel(paint, spec.dtype)


@cache
def adjoint_kernel(spec: LayerSpec, channels: int) -> CudaKernel:
    """Compile the adjoint of a layer, which turns the gradient of the picture into that of what is below."""
    functions = functions_of(spec)
    coverage, coverage_slope, slopes = cover_functions(functions, FILTERS[spec.filter])
    real, number = numba_type(spec.dtype), spec.dtype.type
    width, values = functions.staged, functions.shading.values
    load, frame, measured = functions.load, functions.frame, distances(functions)
    pull = functions.pull
    shade, shade_adjoint = functions.shading.shade, functions.shading.shade_adjoint
    load_color = tuple_functions(values).load
    length, join, reduce = row_functions(functions.row, values)

    def adjoint(
        tile_start,  # (T + 1,)
        paint_from,  # (T,)
        gradient_from,  # (T,)
        tile_shape,  # (E,)
        tile_entry,  # (E,)
        geometry,  # arrays of the kind
        color,  # (N, values)
        opacity,  # (N,)
        radius,  # (1,) of the filter
        columns,
        below,  # (T, C, PIXELS)
        kept,  # (T, SUMS, PIXELS)
        g_canvas,  # (T, C, PIXELS) in: gradient of the picture; out: of what is below
        rows,  # (E, P + 1 + values) out: by place, the gradient by geometry, opacity and colour
    ):
        rho = radius[0]
        staged = cuda.shared.array((CHUNK, width), real)
        tints = cuda.shared.array((CHUNK, values), real)
        solid = cuda.shared.array(CHUNK, real)
        numbers = cuda.shared.array((CHUNK, 2), numba.int32)
        partial = cuda.shared.array((PARTIAL, length), real)
        t, i = cuda.blockIdx.x, pixel_of(cuda.threadIdx.x)
        x, y = number(t % columns * TILE + i % TILE) + 0.5, number(t // columns * TILE + i // TILE) + 0.5
        first, end = gradient_from[t], tile_start[t + 1]
        clear_rows(tile_start[t], first, rows)
        if paint_from[t] == end:
            return
        s, a = kept[t, 0, i], kept[t, 1, i]
        inverse = 1.0 / max(s, 1.0)
        g_a, g_s = rho - rho, rho - rho
        if channels == 4:
            g_canvas[t, 3, i], g_p, g_a, g_s = mean_adjoint(below[t, 3, i], a, a, inverse, g_canvas[t, 3, i])
            g_a += g_p  # the sum P of the alpha channel is A
        g_canvas[t, 0, i], g_r, more, g_m = mean_adjoint(below[t, 0, i], kept[t, 2, i], a, inverse, g_canvas[t, 0, i])
        g_a, g_s = g_a + more, g_s + g_m
        g_canvas[t, 1, i], g_g, more, g_m = mean_adjoint(below[t, 1, i], kept[t, 3, i], a, inverse, g_canvas[t, 1, i])
        g_a, g_s = g_a + more, g_s + g_m
        g_canvas[t, 2, i], g_b, more, g_m = mean_adjoint(below[t, 2, i], kept[t, 4, i], a, inverse, g_canvas[t, 2, i])
        g_a, g_s = g_a + more, g_s + g_m
        if s <= 1.0:
            g_s = rho - rho
        while first < end:
            last = min(first + CHUNK, end)
            cuda.syncthreads()
            stage(first, last, tile_shape, tile_entry, (geometry, color, opacity), staged, tints, solid, numbers)
            cuda.syncthreads()
            for slot in range(last - first):
                p = load(geometry, staged, slot, numbers[slot, 0], numbers[slot, 1])
                o, e = solid[slot], numbers[slot, 1]
                d, winner = measured(p, e, rho, x, y)
                c, slope = coverage(p, d, rho), coverage_slope(p, d, rho)
                cx, cy, unit = frame(p)
                u, v = (x - cx) * unit, (y - cy) * unit
                tint = shade(load_color(tints, slot), u, v)
                w, q = c * o, g_r * tint[0] + g_g * tint[1] + g_b * tint[2] + g_a
                g_c = o * q + g_s
                g_d = g_c * slope
                g_color = shade_adjoint(load_color(tints, slot), u, v, (w * g_r, w * g_g, w * g_b))
                row = join(slopes(p, rho, x, y, d, winner, g_d, g_c), c * q, g_color)
                reduce(c != 0.0 or slope != 0.0, row, partial, slot)
                if e >= 0:
                    pull(p, x, y, d, winner, g_d)
            cuda.syncthreads()
            write_rows(first, first, last, partial, rows)
            first = last

    return CudaKernel(adjoint, spec.dtype)
