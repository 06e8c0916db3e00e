"""Painting the shapes of a tile as one group averaged by coverage, and the adjoint of it; a thread for a pixel.

The sums of the group are kept for the adjoint, which then measures every shape once more.
"""

from __future__ import annotations

from functools import cache

from numba import cuda

from ...engine.composites.kernels import LayerSpec
from ...engine.tiles import PIXELS
from ...model.composites.mean import mean, mean_adjoint
from ..arrays import Seen
from ..compile.kernel import CudaKernel, numba_type
from ..functions import CHUNK, PARTIAL, clear_rows, write_rows
from .block import adjoint_functions, block_functions

S, A, R, G, B = range(5)  # planes of the sums: of coverage, with opacity, and with every channel
SUMS = 5


def kept_shape(hits: int, tiles: int) -> tuple[int, ...]:
    """Return the shape of what painting keeps for the adjoint."""
    return tiles, SUMS, PIXELS


@cache
def paint_kernel(spec: LayerSpec, channels: int, keep: bool) -> CudaKernel:
    """Compile the painting of a layer; with `keep` it leaves its sums for the adjoint."""
    hold, locate, fetch, shape_at, distance, coverage, local, shade = block_functions(spec)

    def paint(
        lists,
        shapes,
        view,
        below,  # (T, C, PIXELS)
        above,  # (T, C, PIXELS) out
        kept,  # (T, SUMS, PIXELS) out, with `keep`
    ):
        staged, at = hold(), locate(view)
        t, i, zero = at.t, at.i, at.rho - at.rho
        s, a = zero, zero
        r, g, b = zero, zero, zero
        first, end = lists.paint_from[t], lists.start[t + 1]
        while first < end:
            last = min(first + CHUNK, end)
            fetch(first, last, lists, shapes, staged)
            for slot in range(last - first):
                shape = shape_at(shapes, staged, slot)
                d, _ = distance(shape, at)
                c = coverage(shape.p, d, at.rho)
                w = c * shape.opacity
                u, v = local(shape, at)
                tint = shade(shape.color, u, v)
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
            kept[t, S, i], kept[t, A, i] = s, a
            kept[t, R, i], kept[t, G, i], kept[t, B, i] = r, g, b

    return CudaKernel(paint, spec.dtype)


@cache
def adjoint_kernel(spec: LayerSpec, channels: int) -> CudaKernel:
    """Compile the adjoint of a layer, which turns the gradient of the picture into that of what is below."""
    hold, locate, fetch, shape_at, distance, _, local, shade = block_functions(spec)
    length, near, shade_adjoint, reduce = adjoint_functions(spec)
    real = numba_type(spec.dtype)

    def adjoint(
        lists,
        shapes,
        view,
        below,  # (T, C, PIXELS)
        kept,  # (T, SUMS, PIXELS)
        g_canvas,  # (T, C, PIXELS) in: gradient of the picture; out: of what is below
        rows,  # (E, P + 1 + values) out: by place, the gradient by geometry, opacity and colour
    ):
        staged, at = hold(), locate(view)
        partial = cuda.shared.array((PARTIAL, length), real)
        t, i, zero = at.t, at.i, at.rho - at.rho
        first, end = lists.gradient_from[t], lists.start[t + 1]
        clear_rows(lists.start[t], first, rows)
        if lists.paint_from[t] == end:
            return
        s, a = kept[t, S, i], kept[t, A, i]
        inverse = 1.0 / max(s, 1.0)
        g_a, g_s = zero, zero
        if channels == 4:
            g_canvas[t, 3, i], g_p, g_a, g_s = mean_adjoint(below[t, 3, i], a, a, inverse, g_canvas[t, 3, i])
            g_a += g_p  # the sum P of the alpha channel is A
        g_canvas[t, 0, i], g_r, more, g_m = mean_adjoint(below[t, 0, i], kept[t, R, i], a, inverse, g_canvas[t, 0, i])
        g_a, g_s = g_a + more, g_s + g_m
        g_canvas[t, 1, i], g_g, more, g_m = mean_adjoint(below[t, 1, i], kept[t, G, i], a, inverse, g_canvas[t, 1, i])
        g_a, g_s = g_a + more, g_s + g_m
        g_canvas[t, 2, i], g_b, more, g_m = mean_adjoint(below[t, 2, i], kept[t, B, i], a, inverse, g_canvas[t, 2, i])
        g_a, g_s = g_a + more, g_s + g_m
        if s <= 1.0:
            g_s = zero
        while first < end:
            last = min(first + CHUNK, end)
            fetch(first, last, lists, shapes, staged)
            for slot in range(last - first):
                shape = shape_at(shapes, staged, slot)
                d, winner = distance(shape, at)
                seen = near(shape, at, d, winner)
                u, v = local(shape, at)
                tint = shade(shape.color, u, v)
                w, q = seen.coverage * shape.opacity, g_r * tint[0] + g_g * tint[1] + g_b * tint[2] + g_a
                g_color = shade_adjoint(shape.color, u, v, (w * g_r, w * g_g, w * g_b))
                reduce(shape, at, seen, Seen(shape.opacity * q + g_s, seen.coverage * q, g_color), partial, slot)
            cuda.syncthreads()
            write_rows(first, first, last, partial, rows)
            first = last

    return CudaKernel(adjoint, spec.dtype)
