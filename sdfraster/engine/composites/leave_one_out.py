"""What every shape of a picture is worth: by how much the error grows without it."""

from __future__ import annotations

from functools import cache

from ..compile.kernel import Kernel
from ..tiles import PIXELS
from .kernels import LayerSpec, copy, pixel_centers, tile_of


@cache
def leave_one_out_kernel(spec: LayerSpec) -> Kernel:
    """Compile the judgement of the shapes of the top layer of a scene, tile by tile."""
    functions = spec.functions(keep=True)
    paint, leave_one_out = functions.paint, functions.leave_one_out

    def visit(
        worker,
        workers,
        layer,  # painting starts two opaque covers deep, because what is below the first is seen without it
        below,  # (1, C, PIXELS) or (T, C, PIXELS): the picture below the layer
        comparison,
        growth,  # (E,) out: by place
    ):
        walk, lists, shapes, rho, scratch = layer
        canvas, residual = scratch.pictures[worker, 0], scratch.pictures[worker, 1]
        tile, target = tile_of(worker, lists, rho, scratch), comparison.target
        for first in range(worker * walk.run, len(walk.tiles), workers * walk.run):
            for n in range(first, min(first + walk.run, len(walk.tiles))):
                t = walk.tiles[n]
                start, end = lists.paint_from[t], lists.start[t + 1]
                for j in range(lists.start[t], start):
                    growth[j] = 0.0
                pixel_centers(t, walk.columns, tile)
                under = below[t if len(below) > 1 else 0]
                copy(under, canvas)
                paint(start, end, tile, shapes, canvas)
                for channel in range(len(canvas)):
                    for i in range(PIXELS):
                        residual[channel, i] = canvas[channel, i] - target[t, channel, i]
                error = residual, comparison.weights[comparison.sort[t]]
                leave_one_out(start, end, tile, shapes, under, error, growth)

    return Kernel(visit, spec.dtype, f"leave one out {spec}")
