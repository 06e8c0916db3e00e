"""One layer of a plan: its bins, its scratch memory, and the calls of its kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..scene import Array, Layer
from ..vector import LayerView
from .bins import bin_functions, entry_kernel
from .cpu import LayerSpec, adjoint_kernel, paint_kernel, sum_kernel
from .shapes import TileFunctions
from .tiles import PIXELS

SHAPES_PER_WORKER = 8192  # waking a worker costs more than the few shapes it would take


class LayerPlan:
    """Buffers and kernels of one layer; `x` and `g` are its parts of the vectors of values and gradient."""

    def __init__(
        self,
        layer: Layer,
        filter: str,
        loss: str,
        x: LayerView,
        g: LayerView,
        channels: int,
        grid: tuple[int, int],
        workers: int,
    ) -> None:
        dtype, n = layer.params.dtype, len(layer)
        self._spec = LayerSpec(layer.kind, layer.composite, layer.color.ndim == 3, filter, dtype)
        self._loss = loss
        self._grid, self._workers, self._channels = grid, workers, channels
        self._shape_workers = min(workers, 1 + n // SHAPES_PER_WORKER)
        values = 9 if layer.color.ndim == 3 else 3
        self._x = x.params, x.color.reshape(n, values), x.opacity
        self._g = g.params, g.color.reshape(n, values), g.opacity
        tiles = grid[0] * grid[1]
        self._covers = np.zeros(tiles, np.int32), np.zeros(tiles, np.int32)  # paint_from, gradient_from
        self._box = np.zeros((n, 4), dtype)
        self._shape_start = np.zeros(n + 1, np.int32)
        self._tile_start = np.zeros(tiles + 1, np.int32)
        self._stack = np.zeros((workers, 0, 1, PIXELS), dtype)
        self._work = np.zeros((workers, 0, PIXELS), dtype)
        self._before = np.zeros((workers, 0, channels, PIXELS), dtype)
        self._rows = np.zeros((0, x.params.shape[1] + 1 + values), dtype)
        self.entries, self._depth = 0, 0
        self._entry_tile = np.zeros(0, np.int32)
        self._entry_inside = np.zeros(0, np.uint8)
        self._tile_shape = np.zeros(0, np.int32)
        self._tile_inside = np.zeros(0, np.uint8)
        self._entry_place = np.zeros(0, np.int32)

    @property
    def touched(self) -> NDArray[np.int32]:
        """Tiles with at least one entry, after `bin`."""
        return np.flatnonzero(np.diff(self._tile_start)).astype(np.int32)

    def bin(self, rho: Any, needed: int, covered: NDArray[np.uint8]) -> None:
        """Find the entries of every tile; `covered` counts the opaque covers from the top."""
        params, _, opacity = self._x
        spec = self._spec
        search = entry_kernel(spec.kind, spec.dtype)
        add_up, sort_by_tile, find_covers = bin_functions(spec.dtype)
        for fill in (False, True):
            if fill:
                self.entries = add_up(self._shape_start)
                self._make_room(self.entries)
            entries = self._entry_tile, self._entry_inside
            search(self._shape_workers, fill, params, rho, *self._grid, self._box, self._shape_start, *entries)
        tile_lists = self._tile_start, self._tile_shape, self._tile_inside
        self._depth = sort_by_tile(self._shape_start, *entries, *tile_lists, self._entry_place)
        mean = spec.composite == "mean"
        find_covers(opacity, *tile_lists, mean, needed, covered, *self._covers)

    def paint(self, rho: Any, columns: int, below: Array, canvas: Array) -> None:
        """Paint the layer onto the canvas; `below` gets what was there on the touched tiles, unless it is empty."""
        functions = self._spec.functions(keep=False)
        self._scratch(1, functions)
        paint_kernel(self._spec)(
            self._workers,
            self.touched,
            below,
            self._tile_start,
            self._covers[0],
            self._tile_shape,
            self._tile_inside,
            *self._x,
            self._box,
            rho,
            columns,
            self._stack,
            self._work,
            canvas,
        )

    def adjoint(
        self,
        rho: Any,
        size: tuple[int, int],
        tiles: NDArray[np.int32],
        bottom: bool,
        below: Array,
        target: Array,
        loss_scale: tuple[Any, Any],
        canvas: Array,
        g_canvas: Array,
        tile_loss: Array,
        background_sums: Array,
    ) -> None:
        """Set the layer's part of the gradient and turn g_canvas into the gradient by what is below."""
        functions = self._spec.functions(keep=True)
        self._scratch(min(self._depth, functions.chunk), functions)
        chunks = self._depth // functions.chunk
        if self._before.shape[1] < chunks:
            self._before = np.zeros((self._workers, chunks, self._channels, PIXELS), self._stack.dtype)
        if len(self._rows) < self.entries:
            self._rows = np.zeros((len(self._entry_tile), self._rows.shape[1]), self._rows.dtype)
        adjoint_kernel(self._spec, self._loss)(
            self._workers,
            tiles,
            *size,
            bottom,
            below,
            target,
            self._tile_start,
            *self._covers,
            self._tile_shape,
            self._tile_inside,
            *self._x,
            self._box,
            rho,
            *loss_scale,
            self._stack,
            self._work,
            self._before,
            canvas,
            g_canvas,
            self._rows,
            tile_loss,
            background_sums,
        )
        params, color, _ = self._x
        add_rows = sum_kernel(self._spec.kind, self._spec.linear, self._spec.dtype)
        add_rows(self._shape_workers, self._shape_start, self._entry_place, self._rows, params, color, *self._g)

    def _make_room(self, entries: int) -> None:
        """Make the lists long enough for a number of entries."""
        if entries > len(self._entry_tile):
            entries += entries // 4
            self._entry_tile = np.zeros(entries, np.int32)
            self._entry_inside = np.zeros(entries, np.uint8)
            self._tile_shape = np.zeros(entries, np.int32)
            self._tile_inside = np.zeros(entries, np.uint8)
            self._entry_place = np.zeros(entries, np.int32)

    def _scratch(self, depth: int, functions: TileFunctions) -> None:
        """Make the stack deep enough."""
        workers, have, planes, _ = self._stack.shape
        need = functions.stack_planes(self._channels)
        if have < depth or planes != need:
            self._stack = np.zeros((workers, depth + depth // 4, need, PIXELS), self._stack.dtype)
        if self._work.shape[1] != functions.work_planes:
            self._work = np.zeros((workers, functions.work_planes, PIXELS), self._work.dtype)
