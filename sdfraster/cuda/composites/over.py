"""Painting the shapes of a tile one over the other, and the adjoint of it; a block for a tile, a thread for a pixel.

Painting goes from the top down and keeps, every `CHUNK` shapes, how much of what lies below shines through. So the
adjoint knows the gradient at every shape (that of the picture times what shines through) and paints upwards, from the
canvas below, for the colours it needs. Keeping all these colours, as the CPU does, would take 4 KB for every entry.
"""

from __future__ import annotations

from functools import cache

import numba
from numba import cuda

from ...engine.compile.tuples import tuple_functions
from ...engine.composites.kernels import LayerSpec
from ...engine.tiles import PIXELS, TILE
from ...model.composite import over, over_adjoint
from ...model.coverage import FILTERS
from ..compile.kernel import CudaKernel, numba_type
from ..functions import CHUNK, PARTIAL, clear_rows, distances, pixel_of, row_functions, stage, write_rows
from .cover import cover_functions
from .select import functions_of


def kept_shape(entries: int, tiles: int) -> tuple[int, ...]:
    """Return the shape of what painting keeps for the adjoint."""
    return entries // CHUNK + tiles + 1, PIXELS


@cache
def paint_kernel(spec: LayerSpec, channels: int, keep: bool) -> CudaKernel:
    """Compile the painting of a layer; with `keep` it leaves for the adjoint what shines through."""
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
        kept,  # out, with `keep`: what shines through to the top of every chunk
    ):
        rho = radius[0]
        staged = cuda.shared.array((CHUNK, width), real)
        tints = cuda.shared.array((CHUNK, values), real)
        solid = cuda.shared.array(CHUNK, real)
        numbers = cuda.shared.array((CHUNK, 2), numba.int32)
        t, i = cuda.blockIdx.x, pixel_of(cuda.threadIdx.x)
        x, y = number(t % columns * TILE + i % TILE) + 0.5, number(t // columns * TILE + i // TILE) + 0.5
        through = rho / rho
        r, g, b = rho - rho, rho - rho, rho - rho
        start, last, place = paint_from[t], tile_start[t + 1], tile_start[t] // CHUNK + t
        while last > start:
            first = max(last - CHUNK, start)
            cuda.syncthreads()
            stage(first, last, tile_shape, tile_entry, (geometry, color, opacity), staged, tints, solid, numbers)
            cuda.syncthreads()
            if keep:
                kept[place, i] = through
                place += 1
            for slot in range(last - first - 1, -1, -1):
                p = load(geometry, staged, slot, numbers[slot, 0], numbers[slot, 1])
                d, _ = measured(p, numbers[slot, 1], rho, x, y)
                alpha = solid[slot] * coverage(p, d, rho)
                cx, cy, unit = frame(p)
                tint = shade(load_color(tints, slot), (x - cx) * unit, (y - cy) * unit)
                share = through * alpha
                r += share * tint[0]
                g += share * tint[1]
                b += share * tint[2]
                through -= share
            last = first
        above[t, 0, i] = r + through * below[t, 0, i]
        above[t, 1, i] = g + through * below[t, 1, i]
        above[t, 2, i] = b + through * below[t, 2, i]
        if channels == 4:
            above[t, 3, i] = 1.0 - through * (1.0 - below[t, 3, i])

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
        kept,  # see `paint`
        g_canvas,  # (T, C, PIXELS) in: gradient of the picture; out: of what is below
        rows,  # (E, P + 1 + values) out: by place, the gradient by geometry, opacity and colour
    ):
        rho = radius[0]
        staged = cuda.shared.array((CHUNK, width), real)
        tints = cuda.shared.array((CHUNK, values), real)
        solid = cuda.shared.array(CHUNK, real)
        numbers = cuda.shared.array((CHUNK, 2), numba.int32)
        partial = cuda.shared.array((PARTIAL, length), real)
        distance = cuda.local.array(CHUNK, real)
        nearest = cuda.local.array(CHUNK, real)
        shining = cuda.local.array(CHUNK, real)
        t, i = cuda.blockIdx.x, pixel_of(cuda.threadIdx.x)
        x, y = number(t % columns * TILE + i % TILE) + 0.5, number(t // columns * TILE + i // TILE) + 0.5
        start, stop, end = paint_from[t], gradient_from[t], tile_start[t + 1]
        clear_rows(tile_start[t], start, rows)
        g_r, g_g, g_b, c_r, c_g, c_b = (
            g_canvas[t, 0, i],
            g_canvas[t, 1, i],
            g_canvas[t, 2, i],
            below[t, 0, i],
            below[t, 1, i],
            below[t, 2, i],
        )
        g_a, c_a = rho - rho, rho - rho
        if channels == 4:
            g_a, c_a = g_canvas[t, 3, i], below[t, 3, i]
        chunks = (end - start + CHUNK - 1) // CHUNK
        bottom = rho / rho  # what shines through to the canvas below
        for chunk in range(chunks - 1, -1, -1):
            last = end - chunk * CHUNK
            first = max(last - CHUNK, start)
            cuda.syncthreads()
            stage(first, last, tile_shape, tile_entry, (geometry, color, opacity), staged, tints, solid, numbers)
            cuda.syncthreads()
            through = kept[tile_start[t] // CHUNK + t + chunk, i]
            for slot in range(last - first - 1, -1, -1):
                p = load(geometry, staged, slot, numbers[slot, 0], numbers[slot, 1])
                distance[slot], nearest[slot] = measured(p, numbers[slot, 1], rho, x, y)
                shining[slot] = through
                through -= through * solid[slot] * coverage(p, distance[slot], rho)
            if chunk == chunks - 1:
                bottom = through
            for slot in range(last - first):
                p = load(geometry, staged, slot, numbers[slot, 0], numbers[slot, 1])
                o, d, winner, through = solid[slot], distance[slot], nearest[slot], shining[slot]
                c, slope = coverage(p, d, rho), coverage_slope(p, d, rho)
                cx, cy, unit = frame(p)
                u, v = (x - cx) * unit, (y - cy) * unit
                tint = shade(load_color(tints, slot), u, v)
                if first + slot >= stop:
                    _, s_r, a_r = over_adjoint(c_r, tint[0], o * c, through * g_r)
                    _, s_g, a_g = over_adjoint(c_g, tint[1], o * c, through * g_g)
                    _, s_b, a_b = over_adjoint(c_b, tint[2], o * c, through * g_b)
                    g_alpha = a_r + a_g + a_b + through * g_a * (1.0 - c_a)
                    g_c = o * g_alpha
                    g_d = g_c * slope
                    g_color = shade_adjoint(load_color(tints, slot), u, v, (s_r, s_g, s_b))
                    row = join(slopes(p, rho, x, y, d, winner, g_d, g_c), c * g_alpha, g_color)
                    reduce(c != 0.0 or slope != 0.0, row, partial, slot)
                    if numbers[slot, 1] >= 0:
                        pull(p, x, y, d, winner, g_d)
                c_r, c_g, c_b = over(c_r, tint[0], o * c), over(c_g, tint[1], o * c), over(c_b, tint[2], o * c)
                if channels == 4:
                    c_a = over(c_a, 1.0, o * c)
            cuda.syncthreads()
            write_rows(first, stop, last, partial, rows)
        g_canvas[t, 0, i], g_canvas[t, 1, i], g_canvas[t, 2, i] = bottom * g_r, bottom * g_g, bottom * g_b
        if channels == 4:
            g_canvas[t, 3, i] = bottom * g_a

    return CudaKernel(adjoint, spec.dtype)
