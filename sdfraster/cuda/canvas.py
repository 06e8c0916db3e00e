"""What happens to whole pictures in tiles: the background, the loss, and sums over tiles in fixed order."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np
from numba import cuda

from ..engine.tiles import PIXELS
from ..model.loss import LOSSES
from .compile.kernel import CudaKernel, numba_type
from .compile.warp import WARP, warp_sums
from .functions import WARPS


@cache
def clear_kernel() -> CudaKernel:
    """Compile setting a list to zero; a thread for an element."""

    def clear(
        array,  # (n,) out
    ):
        i = cuda.grid(1)
        if i < len(array):
            array[i] = 0

    return CudaKernel(clear, np.dtype(np.float64))


@cache
def background_kernel(dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the painting of the background; a block for a tile, a thread for a pixel."""

    def paint_background(
        background,  # (C,)
        canvas,  # (T, C, PIXELS) out
    ):
        for channel in range(len(background)):
            canvas[cuda.blockIdx.x, channel, cuda.threadIdx.x] = background[channel]

    return CudaKernel(paint_background, dtype)


def block_sums(n: int) -> Callable[..., Any]:
    """Return the function that adds up tuples of n numbers in every warp of a block and shows them to all its threads.

    The sums are in ``partial`` (WARPS, n), in shared memory.
    """
    sums = warp_sums(n)

    def add_up(v, partial):
        total = sums(v)
        warp = cuda.threadIdx.x // WARP
        if cuda.threadIdx.x % WARP == 0:
            for q in range(n):
                partial[warp, q] = total[q]
        cuda.syncthreads()

    return add_up


@cache
def compare_kernel(loss: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the comparison of a picture with its target; a block for a tile."""
    error, error_slope = LOSSES[loss]
    add_up, real = block_sums(1), numba_type(dtype)

    def compare(
        canvas,  # (T, C, PIXELS)
        comparison,
        add,  # False: set; True: add to what is there
        g_canvas,  # (T, C, PIXELS) out
        tile_loss,  # (T, 1) out
    ):
        partial = cuda.shared.array((WARPS, 1), real)
        target, weight, factor, delta = comparison
        t, i = cuda.blockIdx.x, cuda.threadIdx.x
        w, total = factor * weight[t, i], factor - factor
        for channel in range(canvas.shape[1]):
            r = canvas[t, channel, i] - target[t, channel, i]
            total += w * error(r, delta)
            g = w * error_slope(r, delta)
            g_canvas[t, channel, i] = g_canvas[t, channel, i] + g if add else g
        add_up((total,), partial)
        if i == 0:
            total = factor - factor
            for warp in range(WARPS):
                total += partial[warp, 0]
            tile_loss[t, 0] = tile_loss[t, 0] + total if add else total

    return CudaKernel(compare, dtype)


@cache
def channel_kernel(dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the sums of the gradient over every tile, which are those of the background; a block for a tile."""
    add_up, real = block_sums(3), numba_type(dtype)

    def channels(
        g_canvas,  # (T, C, PIXELS)
        sums,  # (T, 3) out
    ):
        partial = cuda.shared.array((WARPS, 3), real)
        t, i = cuda.blockIdx.x, cuda.threadIdx.x
        add_up((g_canvas[t, 0, i], g_canvas[t, 1, i], g_canvas[t, 2, i]), partial)
        if i < 3:
            total = partial[0, i]
            for warp in range(1, WARPS):
                total += partial[warp, i]
            sums[t, i] = total

    return CudaKernel(channels, dtype)


@cache
def total_kernel(columns: int) -> CudaKernel:
    """Compile the sum of an array (n, columns) by rows, in float64; one block of `PIXELS` threads."""
    add_up = block_sums(columns)

    def total(
        array,  # (n, columns)
        out,  # (columns,) out
    ):
        partial = cuda.shared.array((WARPS, columns), numba.float64)
        add_up(stretch(array, cuda.threadIdx.x), partial)
        if cuda.threadIdx.x < columns:
            value = partial[0, cuda.threadIdx.x]
            for warp in range(1, WARPS):
                value += partial[warp, cuda.threadIdx.x]
            out[cuda.threadIdx.x] = value

    def one(array, thread):
        a = 0.0
        for j in range(thread, len(array), PIXELS):
            a += array[j, 0]
        return (a,)

    def three(array, thread):
        a, b, c = 0.0, 0.0, 0.0
        for j in range(thread, len(array), PIXELS):
            a += array[j, 0]
            b += array[j, 1]
            c += array[j, 2]
        return a, b, c

    stretch = one if columns == 1 else three
    return CudaKernel(total, np.dtype(np.float64))
