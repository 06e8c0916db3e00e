"""Painting the shapes of a tile one over the other, and the adjoint of it; a block for a tile, a thread for a pixel.

Painting goes from the top down and keeps, every `CHUNK` shapes, how much of what lies below shines through. So the
adjoint knows the gradient at every shape (that of the picture times what shines through) and paints upwards, from the
canvas below, for the colours it needs. Keeping all these colours, as the CPU does, would take 4 KB for every hit.
"""

from __future__ import annotations

from functools import cache

from numba import cuda

from ...engine.composites.kernels import LayerSpec
from ...engine.tiles import PIXELS
from ...model.composites.over import over, over_adjoint
from ..arrays import Seen
from ..compile.kernel import CudaKernel, numba_type
from ..functions import CHUNK, PARTIAL, clear_rows, write_rows
from .block import adjoint_functions, block_functions


def kept_shape(hits: int, tiles: int) -> tuple[int, ...]:
    """Return the shape of what painting keeps for the adjoint."""
    return hits // CHUNK + tiles + 1, PIXELS


@cache
def paint_kernel(spec: LayerSpec, channels: int, keep: bool) -> CudaKernel:
    """Compile the painting of a layer; with `keep` it leaves for the adjoint what shines through."""
    hold, locate, fetch, shape_at, distance, coverage, local, shade = block_functions(spec)

    def paint(
        lists,
        shapes,
        view,
        below,  # (T, C, PIXELS)
        above,  # (T, C, PIXELS) out
        kept,  # out, with `keep`: what shines through to the top of every chunk
    ):
        staged, at = hold(), locate(view)
        t, i, zero = at.t, at.i, at.rho - at.rho
        through = at.rho / at.rho
        r, g, b = zero, zero, zero
        start, last, place = lists.paint_from[t], lists.start[t + 1], lists.start[t] // CHUNK + t
        while last > start:
            first = max(last - CHUNK, start)
            fetch(first, last, lists, shapes, staged)
            if keep:
                kept[place, i] = through
                place += 1
            for slot in range(last - first - 1, -1, -1):
                shape = shape_at(shapes, staged, slot)
                d, _ = distance(shape, at)
                alpha = shape.opacity * coverage(shape.p, d, at.rho)
                u, v = local(shape, at)
                tint = shade(shape.color, u, v)
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
    hold, locate, fetch, shape_at, distance, coverage, local, shade = block_functions(spec)
    length, near, shade_adjoint, reduce = adjoint_functions(spec)
    real = numba_type(spec.dtype)

    def adjoint(
        lists,
        shapes,
        view,
        below,  # (T, C, PIXELS)
        kept,  # see `paint`
        g_canvas,  # (T, C, PIXELS) in: gradient of the picture; out: of what is below
        rows,  # (E, P + 1 + values) out: by place, the gradient by geometry, opacity and colour
    ):
        staged, at = hold(), locate(view)
        partial = cuda.shared.array((PARTIAL, length), real)
        distances = cuda.local.array(CHUNK, real)
        winners = cuda.local.array(CHUNK, real)
        shining = cuda.local.array(CHUNK, real)
        t, i, zero = at.t, at.i, at.rho - at.rho
        start, stop, end = lists.paint_from[t], lists.gradient_from[t], lists.start[t + 1]
        clear_rows(lists.start[t], start, rows)
        g_r, g_g, g_b, c_r, c_g, c_b = (
            g_canvas[t, 0, i],
            g_canvas[t, 1, i],
            g_canvas[t, 2, i],
            below[t, 0, i],
            below[t, 1, i],
            below[t, 2, i],
        )
        g_a, c_a = zero, zero
        if channels == 4:
            g_a, c_a = g_canvas[t, 3, i], below[t, 3, i]
        chunks = (end - start + CHUNK - 1) // CHUNK
        bottom = at.rho / at.rho  # what shines through to the canvas below
        for chunk in range(chunks - 1, -1, -1):
            last = end - chunk * CHUNK
            first = max(last - CHUNK, start)
            fetch(first, last, lists, shapes, staged)
            through = kept[lists.start[t] // CHUNK + t + chunk, i]
            for slot in range(last - first - 1, -1, -1):
                shape = shape_at(shapes, staged, slot)
                distances[slot], winners[slot] = distance(shape, at)
                shining[slot] = through
                through -= through * shape.opacity * coverage(shape.p, distances[slot], at.rho)
            if chunk == chunks - 1:
                bottom = through
            for slot in range(last - first):
                shape, through = shape_at(shapes, staged, slot), shining[slot]
                seen = near(shape, at, distances[slot], winners[slot])
                alpha = shape.opacity * seen.coverage
                u, v = local(shape, at)
                tint = shade(shape.color, u, v)
                if first + slot >= stop:
                    _, s_r, a_r = over_adjoint(c_r, tint[0], alpha, through * g_r)
                    _, s_g, a_g = over_adjoint(c_g, tint[1], alpha, through * g_g)
                    _, s_b, a_b = over_adjoint(c_b, tint[2], alpha, through * g_b)
                    g_alpha = a_r + a_g + a_b + through * g_a * (1.0 - c_a)
                    g_color = shade_adjoint(shape.color, u, v, (s_r, s_g, s_b))
                    g = Seen(shape.opacity * g_alpha, seen.coverage * g_alpha, g_color)
                    reduce(shape, at, seen, g, partial, slot)
                c_r, c_g, c_b = over(c_r, tint[0], alpha), over(c_g, tint[1], alpha), over(c_b, tint[2], alpha)
                if channels == 4:
                    c_a = over(c_a, 1.0, alpha)
            cuda.syncthreads()
            write_rows(first, stop, last, partial, rows)
        g_canvas[t, 0, i], g_canvas[t, 1, i], g_canvas[t, 2, i] = bottom * g_r, bottom * g_g, bottom * g_b
        if channels == 4:
            g_canvas[t, 3, i] = bottom * g_a

    return CudaKernel(adjoint, spec.dtype)
