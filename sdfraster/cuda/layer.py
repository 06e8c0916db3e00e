"""One layer of a plan on the device: its bins, its memory, and the launches of its kernels."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..engine.arrays import Gradient
from ..engine.composites.kernels import LayerSpec
from ..engine.tiles import PIXELS
from ..layer import Layer
from ..model.composite import COMPOSITES
from .arrays import Cells, Shapes, TileLists, View
from .bins import CELL, SEGMENT, cell_kernel, cover_kernel, tile_kernel
from .compile.memory import List, empty, zeros
from .compile.scan import THREADS as SCAN_THREADS
from .compile.scan import scan_kernel
from .compile.warp import WARP
from .shapes import FormulaShapes, OutlineShapes

SLOTS = 4  # numbers a layer reports: shapes in cells, hits, edges, pairs
CELL_SLOT, HIT_SLOT, EDGE_SLOT, PAIR_SLOT = range(SLOTS)


class CudaLayer:
    """Buffers and kernels of one layer; `x` and `g` are its parts of the vectors of values and gradient."""

    def __init__(
        self,
        layer: Layer,
        filter: str,
        x: tuple[Any, Any, Any],
        g: tuple[Any, Any, Any],
        channels: int,
        grid: tuple[int, int],
        slot: int,
    ) -> None:
        n, tiles = len(layer), grid[0] * grid[1]
        self._spec = LayerSpec.of(layer, filter)
        self._module = import_module(f".composites.{layer.composite}", __package__)
        self._grouped = COMPOSITES[layer.composite].grouped
        self._channels, self._grid, self._tiles, self._slot = channels, grid, tiles, slot
        self._params, self._color, self._opacity = x
        self._g = Gradient(*g)
        self._shapes = _shapes_of(layer, self._spec, x[0], slot)
        self._cell_columns, cell_rows = -(-grid[0] // CELL), -(-grid[1] // CELL)
        self._segments = max(1, -(-n // SEGMENT))
        cells = self._cell_columns * cell_rows * self._segments
        self._cell_counts, self._cell_starts = empty(cells, "int32"), empty(cells + 1, "int32")
        self._cells = List(slot + CELL_SLOT, 2 * n, shape=("int32",))
        self._counts, self._tile_start = empty(tiles, "int32"), zeros(tiles + 1, "int32")
        integers = dict.fromkeys(("shape", "hit", "tile"), ("int32",))
        self._hits = List(slot + HIT_SLOT, max(4 * n, 2 * tiles), **integers)
        self._covers = empty(tiles, "int32"), empty(tiles, "int32")  # paint_from, gradient_from
        self._kept: Any = None
        self._rows: Any = None

    def grow(self, report: Any) -> bool:
        """Make room for all that was reported, and return whether there was too little."""
        lists = self._cells, self._hits, *self._shapes.lists
        grown = [part.grow(int(report[part.slot])) for part in lists]
        return any(grown)

    def bin(self, radius: Any, needed: int, covered: Any, report: Any) -> None:
        """Find the hits of every tile; `covered` counts the opaque covers from the top."""
        spec, shapes, lists, scan = self._spec, self._shapes, self._lists, scan_kernel()
        view = View(radius, *self._grid)
        shapes.outline(view, report)
        find_cells, find_tiles = cell_kernel(), tile_kernel(spec.kind, spec.dtype)
        cells = Cells(self._cell_columns, self._segments, self._cell_counts, self._cell_starts, self._cells.shape)
        for fill in (False, True):
            if fill:
                scan(1, SCAN_THREADS, cells.counts, cells.start, self._cells.room, report, self._cells.slot)
            find_cells(len(self._cell_counts), WARP, fill, shapes.rect, cells)
        for fill in (False, True):
            if fill:
                scan(1, SCAN_THREADS, self._counts, lists.start, self._hits.room, report, self._hits.slot)
            find_tiles(self._tiles, WARP, fill, self._params, view, shapes.rect, cells, self._counts, lists)
        shapes.classify(view, lists, report)
        cover_kernel(spec.dtype)(self._tiles, WARP, self._opacity, lists, self._grouped, needed, covered)

    def paint(self, radius: Any, below: Any, above: Any, keep: bool) -> None:
        """Paint the layer over the canvas `below`; with `keep` for the adjoint."""
        shape = self._module.kept_shape(self._hits.room if keep else 0, self._tiles if keep else 0)
        if self._kept is None or len(self._kept) < shape[0]:
            self._kept = None
            self._kept = empty(shape, self._spec.dtype)
        paint = self._module.paint_kernel(self._spec, self._channels, keep)
        paint(self._tiles, PIXELS, *self._inputs(radius), below, above, self._kept)

    def adjoint(self, radius: Any, below: Any, g_canvas: Any) -> None:
        """Set the layer's part of the gradient and turn g_canvas into the gradient by what is below."""
        spec = self._spec
        length = spec.shape.row + 1 + spec.shape.shading.values
        if self._rows is None or len(self._rows) < self._hits.room:
            self._rows = None
            self._rows = empty((self._hits.room, length), spec.dtype)
        self._shapes.start_adjoint()
        adjoint = self._module.adjoint_kernel(spec, self._channels)
        adjoint(self._tiles, PIXELS, *self._inputs(radius), below, self._kept, g_canvas, self._rows)
        lists, _, view = self._inputs(radius)
        self._shapes.end_adjoint(view, lists, self._rows, self._color, self._g)

    @property
    def _lists(self) -> TileLists:
        hits = self._hits
        return TileLists(self._tile_start, hits.shape, hits.hit, hits.tile, *self._covers)

    def _inputs(self, radius: Any) -> tuple[TileLists, Shapes, View]:
        """Return what kernels are to know that paint or differentiate."""
        shapes = Shapes(self._shapes.arrays, self._color, self._opacity)
        return self._lists, shapes, View(radius, *self._grid)


def _shapes_of(layer: Layer, spec: LayerSpec, params: Any, slot: int) -> FormulaShapes | OutlineShapes:
    """Return the shapes of a layer."""
    if spec.outlined:
        return OutlineShapes(layer, spec, params, slot + EDGE_SLOT, slot + PAIR_SLOT)
    return FormulaShapes(layer, spec, params)
