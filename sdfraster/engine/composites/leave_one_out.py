"""What every shape of a picture is worth: by how much the error grows without it."""

from __future__ import annotations

from functools import cache

from ..compile.kernel import Kernel
from ..tiles import PIXELS
from .kernels import LayerSpec, copy, pixel_centers


@cache
def removal_kernel(spec: LayerSpec) -> Kernel:
    """Compile the judgement of the shapes of the only layer of a scene, tile by tile."""
    functions = spec.functions(keep=True)
    paint, removal = functions.paint, functions.removal

    def visit(
        worker,
        workers,
        run,  # tiles in a row for one worker
        columns,
        background,  # (1, C, PIXELS)
        target,  # (T, C, PIXELS)
        weight,  # (T, PIXELS): of every pixel
        tile_start,  # (T + 1,)
        paint_from,  # (T,): two opaque covers deep, because what is below the first is seen without it
        tile_shape,  # (E,)
        tile_entry,  # (E,)
        geometry,  # arrays of the kind
        color,  # (N, values)
        opacity,  # (N,)
        box,  # (N, 4)
        rho,
        stack,  # (workers, depth, planes, PIXELS) scratch
        work,  # (workers, planes, PIXELS) scratch; the last two planes: centres of the pixels
        pictures,  # (workers, 2, C, PIXELS) scratch
        growth,  # (E,) out: by place
    ):
        x, y = work[worker, work.shape[1] - 2], work[worker, work.shape[1] - 1]
        c, residual = pictures[worker, 0], pictures[worker, 1]
        tile = (tile_shape, tile_entry)
        shapes = (geometry, color, opacity, box)
        for first in range(worker * run, len(target), workers * run):
            for t in range(first, min(first + run, len(target))):
                start, end = paint_from[t], tile_start[t + 1]
                for j in range(tile_start[t], start):
                    growth[j] = 0.0
                pixel_centers(t, columns, x, y)
                copy(background[0], c)
                paint(start, end, tile, shapes, rho, x, y, stack[worker], work[worker], c)
                for channel in range(len(c)):
                    for i in range(PIXELS):
                        residual[channel, i] = c[channel, i] - target[t, channel, i]
                below, planes = background[0], work[worker]
                removal(start, end, tile, shapes, rho, x, y, stack[worker], planes, below, weight[t], residual, growth)

    return Kernel(visit, spec.dtype, f"removal {spec}")
