"""One layer of a plan on the device: its bins, its memory, and the launches of its kernels."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..engine.composites.kernels import LayerSpec
from ..engine.tiles import PIXELS
from ..scene import Layer
from .bins import CELL, SEGMENT, cell_kernel, cover_kernel, tile_kernel
from .compile.memory import List, empty, zeros
from .compile.scan import THREADS as SCAN_THREADS
from .compile.scan import scan_kernel
from .compile.warp import WARP
from .geometry import Edges, Formulas

SLOTS = 4  # numbers a layer reports: shapes in cells, entries, edges, pairs
CELL_SLOT, ENTRY_SLOT, EDGE_SLOT, PAIR_SLOT = range(SLOTS)


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
        self._channels, self._grid, self._tiles, self._slot = channels, grid, tiles, slot
        self._params, self._color, self._opacity = x
        self._g = g
        self._geometry = _geometry(layer, self._spec, x[0], grid, slot)
        self._cell_columns, cell_rows = -(-grid[0] // CELL), -(-grid[1] // CELL)
        self._segments = max(1, -(-n // SEGMENT))
        cells = self._cell_columns * cell_rows * self._segments
        self._cell_counts, self._cell_starts = empty(cells, "int32"), empty(cells + 1, "int32")
        self._cells = List(slot + CELL_SLOT, 2 * n, shape=("int32",))
        self._counts, self._tile_start = empty(tiles, "int32"), zeros(tiles + 1, "int32")
        integers = dict.fromkeys(("tile_shape", "tile_entry", "entry_tile"), ("int32",))
        self._entries = List(slot + ENTRY_SLOT, max(4 * n, 2 * tiles), **integers)
        self._covers = empty(tiles, "int32"), empty(tiles, "int32")  # paint_from, gradient_from
        self._kept: Any = None
        self._rows: Any = None

    def grow(self, report: Any) -> bool:
        """Make room for all that was reported, and return whether there was too little."""
        lists = self._cells, self._entries, *self._geometry.lists
        grown = [part.grow(int(report[part.slot])) for part in lists]
        return any(grown)

    def bin(self, radius: Any, needed: int, covered: Any, report: Any) -> None:
        """Find the entries of every tile; `covered` counts the opaque covers from the top."""
        spec, geometry, entries = self._spec, self._geometry, self._entries
        geometry.outline(radius, report)
        cells, tiles = cell_kernel(), tile_kernel(spec.kind, spec.dtype)
        cell_lists = self._cell_counts, self._cell_starts, self._cells.shape
        blocks = len(self._cell_counts)
        for fill in (False, True):
            if fill:
                scan_kernel()(1, SCAN_THREADS, *cell_lists[:2], self._cells.room, report, self._cells.slot)
            cells(blocks, WARP, fill, geometry.rect, self._cell_columns, self._segments, *cell_lists)
        where = geometry.rect, self._grid[0], self._cell_columns, self._segments, *cell_lists[1:]
        for fill in (False, True):
            if fill:
                scan_kernel()(1, SCAN_THREADS, self._counts, self._tile_start, entries.room, report, entries.slot)
            found = self._counts, self._tile_start, entries.tile_shape, entries.tile_entry, entries.entry_tile
            tiles(self._tiles, WARP, fill, self._params, radius, *where, *found)
        geometry.classify(radius, entries, self._tile_start, report)
        tile_lists = self._tile_start, entries.tile_shape, entries.tile_entry
        find_covers = cover_kernel(spec.dtype)
        grouped = spec.composite.grouped
        find_covers(self._tiles, WARP, self._opacity, *tile_lists, grouped, needed, covered, *self._covers)

    def paint(self, radius: Any, below: Any, above: Any, keep: bool) -> None:
        """Paint the layer over the canvas `below`; with `keep` for the adjoint."""
        shape = self._module.kept_shape(self._entries.room if keep else 0, self._tiles if keep else 0)
        if self._kept is None or len(self._kept) < shape[0]:
            self._kept = None
            self._kept = empty(shape, self._spec.dtype)
        paint = self._module.paint_kernel(self._spec, self._channels, keep)
        paint(self._tiles, PIXELS, *self._inputs(radius), below, above, self._kept)

    def adjoint(self, radius: Any, below: Any, g_canvas: Any) -> None:
        """Set the layer's part of the gradient and turn g_canvas into the gradient by what is below."""
        spec = self._spec
        length = spec.shape.row + 1 + spec.shape.shading.values
        if self._rows is None or len(self._rows) < self._entries.room:
            self._rows = None
            self._rows = empty((self._entries.room, length), spec.dtype)
        self._geometry.start_adjoint(self._entries)
        adjoint = self._module.adjoint_kernel(spec, self._channels)
        adjoint(self._tiles, PIXELS, *self._inputs(radius), below, self._kept, g_canvas, self._rows)
        self._geometry.end_adjoint(radius, self._tile_start, self._entries, self._rows, self._color, self._g)

    def _inputs(self, radius: Any) -> tuple[Any, ...]:
        lists = self._tile_start, *self._covers, self._entries.tile_shape, self._entries.tile_entry
        return *lists, self._geometry.arrays, self._color, self._opacity, radius, self._grid[0]


def _geometry(layer: Layer, spec: LayerSpec, params: Any, grid: tuple[int, int], slot: int) -> Formulas | Edges:
    """Return the geometry of a layer."""
    if spec.outlined:
        return Edges(layer, spec, params, grid, slot + EDGE_SLOT, slot + PAIR_SLOT)
    return Formulas(layer, spec, params, grid)
