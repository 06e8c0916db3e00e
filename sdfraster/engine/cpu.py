"""The CPU kernels: painting a layer, its adjoint, and the sum of the adjoint over tiles.

A kernel is built for one kind of shape, composite, shading, filter, loss and dtype, from the plain functions of those
files; what it contains beside them is walking tiles, memory and sums. The work on a tile is a sequence of short loops
over its pixels without branches, which LLVM vectorises (dispatching inside the pixel loop is 40 times slower). Loop
indices that do not start at a literal 0 are unsigned, because Numba tests signed ones for negative wrap-around, and
that test prevents vectorisation.

Workers take every n-th tile. What they write belongs to one entry or one tile, and a second pass adds it up in fixed
order, so results do not depend on the number of workers, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import prange

from ..model.coverage import FILTERS
from ..model.loss import LOSSES
from ..primitives import primitive
from . import mean, over
from .jit import kernel
from .shapes import TileFunctions, shape_functions
from .tiles import PIXELS, TILE
from .tuples import tuple_functions

COMPOSITE_MODULES = {"over": over, "mean": mean}


class LayerSpec(NamedTuple):
    """What a kernel is compiled for."""

    kind: str
    composite: str
    linear: bool
    filter: str
    dtype: np.dtype[Any]

    @cache  # noqa: B019
    def functions(self, keep: bool) -> TileFunctions:
        """Return the tile functions; `keep` if the adjoint is to follow."""
        shape = shape_functions(self.kind, self.linear)
        return COMPOSITE_MODULES[self.composite].build(shape, *FILTERS[self.filter], keep)

    def __str__(self) -> str:
        return f"{self.kind} {self.composite} {'linear' if self.linear else 'constant'} {self.filter}"


def pixel_centers(tile, columns, x, y):
    """Set the coordinates of the pixel centres of a tile."""
    left, top = tile % columns * TILE, tile // columns * TILE
    for i in range(PIXELS):
        x[i] = left + i % TILE + 0.5
        y[i] = top + i // TILE + 0.5


def copy(source, target):
    """Copy the planes of a tile (an array assignment would compile Numba's formatting of shape errors: 6 s)."""
    for channel in range(len(source)):
        for i in range(PIXELS):
            target[channel, i] = source[channel, i]


@cache
def paint_kernel(spec: LayerSpec) -> Callable[..., Any]:
    """Compile the painting of a layer onto the canvas, which keeps what was below if asked."""
    paint = spec.functions(keep=False).paint

    def visit(worker, workers, tiles, below, tile_start, paint_from, tile, shapes, rho, columns, stack, work, canvas):
        x, y = np.empty(PIXELS, rho_dtype), np.empty(PIXELS, rho_dtype)
        for n in range(worker, len(tiles), workers):
            t = tiles[n]
            if len(below) > 0:
                copy(canvas[t], below[n])
            pixel_centers(t, columns, x, y)
            paint(paint_from[t], tile_start[t + 1], tile, shapes, rho, x, y, stack, work, canvas[t])

    def paint_layer(
        tiles,  # (n,) tiles to visit
        below,  # (n, C, PIXELS) out: canvas before, or empty
        tile_start,  # (T + 1,)
        paint_from,  # (T,)
        tile_shape,  # (E,)
        tile_entry,  # (E,)
        entry_inside,  # (E,)
        params,  # (N, P)
        color,  # (N, values)
        opacity,  # (N,)
        box,  # (N, 4)
        rho,
        columns,
        stack,  # (workers, depth, planes, PIXELS) scratch
        work,  # (workers, planes, PIXELS) scratch
        canvas,  # (T, C, PIXELS) in, out
    ):
        workers = len(stack)
        for worker in prange(workers):
            tile = (tile_shape, tile_entry, entry_inside)
            shapes = (params, color, opacity, box)
            visit(
                np.int64(worker),
                workers,
                tiles,
                below,
                tile_start,
                paint_from,
                tile,
                shapes,
                rho,
                columns,
                stack[worker],
                work[worker],
                canvas,
            )

    rho_dtype = spec.dtype.type
    return kernel(paint_layer, spec.dtype, f"paint {spec}")


@cache
def adjoint_kernel(spec: LayerSpec, loss: str) -> Callable[..., Any]:
    """Compile the adjoint of a layer: paint each tile again, take the gradient of its pixels, pull it back.

    With a target the gradient of the pixels is that of the loss, evaluated on the spot (the fused step).
    """
    functions = spec.functions(keep=True)
    paint, adjoint = functions.paint, functions.adjoint
    error, error_slope = LOSSES[loss]
    add_up = row_sums(spec)
    real = spec.dtype.type

    def compare(canvas, target, rows, columns, delta, weight, g_canvas):
        """Return the sum of errors over the image's pixels in a tile and set their gradient times weight."""
        total = 0.0
        for channel in range(len(canvas)):
            c, t, g = canvas[channel], target[channel], g_canvas[channel]
            for i in range(PIXELS):
                g[i] = 0.0
            for j in range(rows):
                for i in range(np.uint64(j * TILE), np.uint64(j * TILE + columns)):
                    r = c[i] - t[i]
                    total += error(r, delta)
                    g[i] = weight * error_slope(r, delta)
        return total

    def visit(
        worker, workers, tiles, size, below, target, bins, shapes, rho, loss_scale, stack, work, canvas, g_canvas, sums
    ):
        tile_start, paint_from, gradient_from, tile_shape, tile_entry, entry_inside = bins
        rows, tile_loss, tile_background = sums
        width, height = size
        columns = (width + TILE - 1) // TILE
        delta, weight = loss_scale
        channels = canvas.shape[1]
        x, y, c = np.empty(PIXELS, real), np.empty(PIXELS, real), np.empty((channels, PIXELS), real)
        tile = (tile_shape, tile_entry, entry_inside)
        for n in range(worker, len(tiles), workers):
            t = tiles[n]
            source = below[n if len(below) > 1 else 0]
            g = g_canvas[t]
            start, stop, end = paint_from[t], gradient_from[t], tile_start[t + 1]
            pixel_centers(t, columns, x, y)
            copy(source, c)
            paint(start, end, tile, shapes, rho, x, y, stack, work, c)
            if len(target) > 0:
                j, i = t // columns * TILE, t % columns * TILE
                tile_loss[t] = compare(c, target[t], min(height - j, TILE), min(width - i, TILE), delta, weight, g)
            for j in range(tile_start[t], stop):
                for q in range(rows.shape[1]):
                    rows[tile_entry[j], q] = 0.0
            adjoint(start, stop, end, tile, shapes, rho, x, y, stack, work, source, g, rows)
            for channel in range(3):
                total = rho - rho
                for i in range(PIXELS):
                    total += g[channel, i]
                tile_background[t, channel] = total
            if len(target) > 0:
                copy(c, canvas[t])

    def adjoint_layer(
        tiles,  # (n,) tiles to visit
        size,  # width, height
        below,  # (n, C, PIXELS), or (1, C, PIXELS) for all
        target,  # (T, C, PIXELS), or empty
        tile_start,  # (T + 1,)
        paint_from,  # (T,)
        gradient_from,  # (T,)
        tile_shape,  # (E,)
        tile_entry,  # (E,)
        entry_inside,  # (E,)
        shape_start,  # (N + 1,)
        params,  # (N, P)
        color,  # (N, values)
        opacity,  # (N,)
        box,  # (N, 4)
        rho,
        loss_scale,  # delta, weight
        stack,  # (workers, depth, planes, PIXELS) scratch
        work,  # (workers, planes, PIXELS) scratch
        canvas,  # (T, C, PIXELS) out, with a target: the picture
        g_canvas,  # (T, C, PIXELS) in (without a target) the gradient of the picture, out that of what is below
        rows,  # (E, P + 1 + values) scratch
        tile_loss,  # (T,) out, with a target: sum of errors
        tile_background,  # (T, 3) out: sum of g_canvas
        g_params,  # (N, P) out
        g_color,  # (N, values) out
        g_opacity,  # (N,) out
    ):
        workers = len(stack)
        for worker in prange(workers):
            visit(
                np.int64(worker),
                workers,
                tiles,
                size,
                below,
                target,
                (tile_start, paint_from, gradient_from, tile_shape, tile_entry, entry_inside),
                (params, color, opacity, box),
                rho,
                loss_scale,
                stack[worker],
                work[worker],
                canvas,
                g_canvas,
                (rows, tile_loss, tile_background),
            )
        for worker in prange(workers):
            add_up(np.int64(worker), workers, shape_start, rows, params, color, g_params, g_color, g_opacity)

    return kernel(adjoint_layer, spec.dtype, f"adjoint {spec} {loss}")


def row_sums(spec: LayerSpec) -> Callable[..., None]:
    """Return the function that adds up the rows of each shape and carries the gradient of its frame to its geometry."""
    shape = shape_functions(spec.kind, spec.linear)
    load, load_color, frame, linear = shape.load, shape.load_color, shape.frame, spec.linear
    frame_adjoint, shading_frame_adjoint = primitive(spec.kind).frame_adjoint, shape.shading.frame_adjoint
    geometry = tuple_functions(shape.parameters)
    add_geometry, store_geometry = geometry.add, geometry.store
    store_color = tuple_functions(shape.shading.values).store
    at_opacity, at_color = shape.parameters, shape.parameters + 1
    row = tuple_functions(at_color + shape.shading.values)
    load_row, zeros, add = row.load, row.zeros, row.add

    def add_up(worker, workers, shape_start, rows, params, color, g_params, g_color, g_opacity):
        for k in range(worker, len(params), workers):
            total = zeros(params[k, 0])
            for e in range(shape_start[k], shape_start[k + 1]):
                total = add(load_row(rows, e), total)
            g_p, g_c = total[:at_opacity], total[at_color:]
            if linear:
                p = load(params, k)
                cx, cy, unit = frame(p)
                g_cx, g_cy, g_l = shading_frame_adjoint(load_color(color, k), g_c, unit)
                g_p = add_geometry(g_p, frame_adjoint(p, g_cx, g_cy, g_l))
            store_geometry(g_p, g_params, k, 0)
            g_opacity[k] = total[at_opacity]
            store_color(g_c, g_color, k, 0)

    return add_up
