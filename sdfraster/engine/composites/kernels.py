"""The CPU kernels that visit tiles: painting a layer, and its adjoint.

A kernel is built for one kind of shape, composite, shading, filter, loss and dtype, from the plain functions of those
files; what it contains beside them is walking tiles, memory and sums. The work on a tile is a sequence of short loops
over its pixels without branches, which LLVM vectorises (dispatching inside the pixel loop is 40 times slower). Loop
indices that do not start at a literal 0 are unsigned, because Numba tests signed ones for negative wrap-around, and
that test prevents vectorisation.

Workers take turns with runs of a few tiles: neighbours write to the same cache lines. What they write belongs to one
hit or one tile, and a second pass adds it up in fixed order, so results do not depend on the number of workers, bit
for bit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from ...layer import Layer
from ...model.coverage import FILTERS
from ...primitives import primitive
from ..arrays import Tile
from ..compile.kernel import Kernel, noinline
from ..functions import ShapeFunctions, TileFunctions, by_radius, shape_functions
from ..losses.pixelwise import compare_function
from ..outlines.nearest import edge_functions
from ..tiles import PIXELS, TILE

MOST_TILES = 8  # in a row for one worker
IN_BYTES = "in_bytes"  # stands for the composite of a layer that is painted as renderers of SVG do


class LayerSpec(NamedTuple):
    """What a kernel is compiled for."""

    kind: str
    composite: str  # or `IN_BYTES`: name of a module of this package
    shading: str
    filter: str
    dtype: np.dtype[Any]
    by_radius: bool = False
    """Whether the adjoint is that by the filter radius, in place of that by the geometry"""

    @classmethod
    def of(cls, layer: Layer, filter: str, in_bytes: bool = False) -> LayerSpec:
        """Return that of a layer, or of one that is painted in 8 bits."""
        return cls(layer.kind, IN_BYTES if in_bytes else layer.composite, layer.color_rule, filter, layer.dtype)

    @property
    def outlined(self) -> bool:
        """Whether the distance of the kind is that to a list of edges, and no formula of its parameters."""
        return primitive(self.kind).outline is not None

    @property
    def shape(self) -> ShapeFunctions:
        """The functions of the kind."""
        build = edge_functions if self.outlined else shape_functions
        functions = build(self.kind, self.shading)
        return by_radius(functions) if self.by_radius else functions

    @cache  # noqa: B019
    def functions(self, keep: bool) -> TileFunctions:
        """Return the tile functions; `keep` if the adjoint is to follow."""
        module = import_module(f".{self.composite}", __package__)
        build: Callable[..., TileFunctions] = module.build
        return build(self.shape, FILTERS[self.filter], keep)

    def __str__(self) -> str:
        by = " by radius" if self.by_radius else ""
        return f"{self.kind} {self.composite} {self.shading} {self.filter}{by}"


def run_length(workers: int, tiles: int) -> int:
    """Return how many tiles in a row a worker takes before it is the next one's turn."""
    return max(1, min(MOST_TILES, tiles // (4 * workers)))


def tile_of(worker, lists, rho, scratch):
    """Return what a worker sees of every tile; `pixel_centers` says of which."""
    work = scratch.work[worker]
    x, y = work[len(work) - 2], work[len(work) - 1]
    return Tile(lists.shape, lists.hit, rho, 1.0 / rho, x, y, scratch.stack[worker], work)


def pixel_centers(t, columns, tile):
    """Set the coordinates of the pixel centres of tile t."""
    left, top = np.int64(t % columns) * TILE, np.int64(t // columns) * TILE
    for i in range(PIXELS):
        tile.x[i] = left + i % TILE + 0.5
        tile.y[i] = top + i // TILE + 0.5


@noinline
def copy(source, target):
    """Copy the planes of a tile (an array assignment would compile Numba's formatting of shape errors: 6 s)."""
    for channel in range(len(source)):
        for i in range(PIXELS):
            target[channel, i] = source[channel, i]


@cache
def paint_kernel(spec: LayerSpec) -> Kernel:
    """Compile the painting of a layer onto the canvas, which keeps what was below if asked."""
    paint = spec.functions(keep=False).paint

    def visit(
        worker,
        workers,
        layer,
        below,  # (n, C, PIXELS) out: canvas before, or empty
        origin,  # tile that the canvas begins with
        canvas,  # (T or fewer, C, PIXELS) in, out
    ):
        walk, lists, shapes, rho, scratch = layer
        tile = tile_of(worker, lists, rho, scratch)
        for first in range(worker * walk.run, len(walk.tiles), workers * walk.run):
            for n in range(first, min(first + walk.run, len(walk.tiles))):
                t = walk.tiles[n]
                c = canvas[t - origin]
                if len(below) > 0:
                    copy(c, below[n])
                pixel_centers(t, walk.columns, tile)
                paint(lists.paint_from[t], lists.start[t + 1], tile, shapes, c)

    return Kernel(visit, spec.dtype, f"paint {spec}")


@cache
def adjoint_kernel(spec: LayerSpec, loss: str) -> Kernel:
    """Compile the adjoint of a layer: paint each tile again, take the gradient of its pixels, pull it back.

    With a target the gradient of the pixels is that of the loss, evaluated on the spot (the fused step).
    """
    functions = spec.functions(keep=True)
    paint, adjoint, chunk = functions.paint, functions.adjoint, functions.chunk
    compare = compare_function(loss)

    def visit(
        worker,
        workers,
        layer,
        comparison,
        canvases,
        rows,  # (E, P + 1 + values) out: by place, the gradient by geometry, opacity and colour
    ):
        walk, lists, shapes, rho, scratch = layer
        pictures = scratch.pictures[worker]
        c, g = pictures[0], pictures[1]
        tile, bottom = tile_of(worker, lists, rho, scratch), canvases.bottom
        target, weights, sort = comparison.target, comparison.weights, comparison.sort
        for turn in range(worker * walk.run, len(walk.tiles), workers * walk.run):
            for n in range(turn, min(turn + walk.run, len(walk.tiles))):
                t = walk.tiles[n]
                below = canvases.below[n if len(canvases.below) > 1 else 0]
                start, stop = np.int64(lists.paint_from[t]), np.int64(lists.gradient_from[t])
                end = np.int64(lists.start[t + 1])
                last = max(end - start - 1, 0) // chunk  # chunk of places
                pixel_centers(t, walk.columns, tile)
                copy(below, c)
                for m in range(last + 1):
                    first = start + m * chunk
                    if m < last:
                        copy(c, pictures[2 + m])
                    paint(first, min(first + chunk, end), tile, shapes, c)
                if len(target) > 0:
                    weight = weights[sort[t]]
                    comparison.loss[t] = compare(c, target[t], weight, comparison.delta, g)
                else:
                    copy(canvases.gradient[t], g)
                for j in range(lists.start[t], stop):
                    for q in range(rows.shape[1]):
                        rows[j, q] = 0.0
                for m in range(last, -1, -1):
                    first, after = start + m * chunk, min(start + m * chunk + chunk, end)
                    if m < last:
                        if after <= stop:
                            break
                        paint(first, after, tile, shapes, pictures[2 + m])
                    adjoint(first, max(stop, first), after, tile, shapes, (below, g), rows)
                if len(canvases.canvas) > 0:  # which may be what was below
                    copy(c, canvases.canvas[t])
                if bottom:
                    for channel in range(3):
                        total = rho - rho
                        for i in range(PIXELS):
                            total += g[channel, i]
                        canvases.background[t, channel] = total
                else:
                    copy(g, canvases.gradient[t])

    return Kernel(visit, spec.dtype, f"adjoint {spec} {loss}")
