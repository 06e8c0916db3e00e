"""The kernel that writes the Jacobian of tiles: the derivative of every pixel by every value of the shapes there.

It has the formulas of the adjoint, but keeps apart what that adds up. A row is the derivative of all pixels of a tile
by one value of one shape: geometry, then opacity, then colour. Values whose shape lies below an opaque cover have none.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from ...model.coverage import FILTERS
from ..bins import ALL_INSIDE
from ..compile.kernel import Kernel, noinline
from ..compile.tuples import tuple_functions
from ..composites.kernels import LayerSpec, copy, pixel_centers, tile_of
from ..functions import shape_in_tile
from ..tiles import fill
from .arrays import By, CompositeSlopes, KindSlopes
from .formulas import formula_slopes
from .outlines import outline_slopes

OTHERS = 2  # planes of scratch beside those for each channel: see `By`


@cache
def jacobian_kernel(spec: LayerSpec) -> Kernel:
    """Compile the Jacobian of a layer on some tiles."""
    functions, paint = spec.shape, spec.functions(keep=True).paint
    shape_at, frame_of, shading = shape_in_tile(functions), functions.frame, functions.shading
    shade_adjoint, framed, values = shading.shade_adjoint, shading.framed, shading.values
    module = import_module(f".{spec.composite}", __package__)
    composite: CompositeSlopes = module.build(functions, FILTERS[spec.filter])
    slopes, finish = composite
    kind: KindSlopes = (outline_slopes if spec.outlined else formula_slopes)(spec.kind, spec.shading, spec.filter)
    coverage_slopes, frame_slopes = kind
    add_color = tuple_functions(values).add_to_planes

    def add_paint(shape, edges, tile, by, geometry, color):
        """Add the slopes by colour, and by geometry through its frame."""
        cx, cy, unit = frame_of(shape.p)
        zero = cx - cx
        for i in range(shape.low, shape.high):
            q = by.color[i]
            if q == 0.0:
                continue
            u, v = (tile.x[i] - cx) * unit, (tile.y[i] - cy) * unit
            for channel in range(3):
                one = (q if channel == 0 else zero, q if channel == 1 else zero, q if channel == 2 else zero)
                g = shade_adjoint(shape.color, u, v, one)
                add_color(g, color, channel, i)
                if framed:
                    frame_slopes(shape, edges, g, geometry, channel, i)

    @noinline
    def shape_rows(shape, edges, tile, by, rows):
        """Set the rows of a shape, given the slopes by its coverage, opacity and colour."""
        own = len(rows) - values - 1  # values of the geometry
        for row in range(len(rows)):
            for channel in range(rows.shape[1]):
                fill(rows[row, channel], tile.rho - tile.rho)
        coverage_slopes(shape, edges, tile, by, rows)
        for row in range(own):
            for channel in range(rows.shape[1] - 1, -1, -1):
                for i in range(shape.low, shape.high):
                    rows[row, channel, i] = by.coverage[channel, i] * rows[row, 0, i]
        for channel in range(rows.shape[1]):
            for i in range(shape.low, shape.high):
                rows[own, channel, i] = by.opacity[channel, i]
        add_paint(shape, edges, tile, by, rows, rows[own + 1 :])

    def visit(
        worker,
        workers,
        layer,
        edges,  # `EdgePoints`
        places,
        sizes,  # (N,) int64: values of every shape
        scratch,  # (W, 2 C + OTHERS, PIXELS)
    ):
        walk, lists, shapes, rho, memory = layer
        canvas, tile = memory.pictures[worker, 0], tile_of(worker, lists, rho, memory)
        channels = len(canvas)
        planes = scratch[worker]
        by = By(planes[:channels], planes[channels : 2 * channels], planes[2 * channels], planes[2 * channels + 1])
        for turn in range(worker * walk.run, len(walk.tiles), workers * walk.run):
            for n in range(turn, min(turn + walk.run, len(walk.tiles))):
                t = walk.tiles[n]
                below, through = places.below[t if len(places.below) > 1 else 0], places.through[n]
                start, stop, end = lists.paint_from[t], lists.gradient_from[t], lists.start[t + 1]
                pixel_centers(t, walk.columns, tile)
                copy(below, canvas)
                paint(start, end, tile, shapes, canvas)
                first = places.first[n]
                for j in range(stop, end):
                    first += sizes[tile.shape[j]]
                for j in range(end - 1, stop - 1, -1):
                    shape = shape_at(tile, shapes, j, tile.stack[j - start])
                    if tile.hit[j] == ALL_INSIDE:
                        fill(shape.level[0], -2.0 * rho)  # distances that mean a coverage of exactly 1 and no slope
                    slopes(shape, tile, below, through, by)
                    size = sizes[tile.shape[j]]
                    first -= size
                    shape_rows(shape, edges, tile, by, places.rows[first : first + size])
                if end > start:
                    finish(tile, through)

    return Kernel(visit, spec.dtype, f"jacobian {spec}")
