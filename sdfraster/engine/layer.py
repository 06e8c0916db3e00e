"""One layer of a plan: its bins, its scratch memory, and the calls of its kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..scene import Array, Layer
from ..vector import LayerView
from .bins import tile_lists
from .composites.kernels import LayerSpec, adjoint_kernel, paint_kernel, run_length
from .composites.leave_one_out import removal_kernel
from .functions import TileFunctions
from .geometry import layer_geometry, roomy
from .tiles import PIXELS


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
        in_bytes: bool = False,
    ) -> None:
        dtype, n = layer.params.dtype, len(layer)
        self._spec = LayerSpec.of(layer, filter, in_bytes)
        self._loss = loss
        self._workers, self._channels = workers, channels
        self._geometry = layer_geometry(layer, self._spec, x, grid[0], workers)
        values = self._spec.shape.shading.values
        self._x = x.color.reshape(n, values), x.opacity
        self._g = g.params, g.color.reshape(n, values), g.opacity
        tiles = grid[0] * grid[1]
        self._covers = np.zeros(tiles, np.int32), np.zeros(tiles, np.int32)  # paint_from, gradient_from
        self._tile_start = np.zeros(tiles + 1, np.int32)
        self._tile_shape = np.zeros(0, np.int32)
        self._tile_entry = np.zeros(0, np.int32)
        self._entry_place = np.zeros(0, np.int32)
        self._stack = np.zeros((workers, 0, 1, PIXELS), dtype)
        self._work = np.zeros((workers, 0, PIXELS), dtype)
        self._pictures = np.zeros((workers, 2, channels, PIXELS), dtype)
        self._rows = np.zeros((0, self._spec.shape.row + 1 + values), dtype)
        self.entries, self._depth = 0, 0

    @property
    def touched(self) -> NDArray[np.int32]:
        """Tiles with at least one entry, after `bin`."""
        return np.flatnonzero(np.diff(self._tile_start)).astype(np.int32)

    def bin(self, rho: Any, rows: tuple[int, int], needed: int, covered: NDArray[np.uint8]) -> None:
        """Find the entries of every tile of some rows; `covered` counts the opaque covers from the top."""
        geometry, opacity = self._geometry, self._x[1]
        self.entries = geometry.bin(rho, rows)
        if self.entries > len(self._entry_place):
            self._tile_shape = np.zeros(roomy(self.entries), np.int32)
            self._tile_entry = np.zeros(roomy(self.entries), np.int32)
            self._entry_place = np.zeros(roomy(self.entries), np.int32)
        entries = geometry.shape_start, geometry.entry_tile, geometry.entry_inside
        lists = self._tile_start, self._tile_shape, self._tile_entry, self._entry_place
        covers = opacity, self._spec.composite == "mean", needed, covered, *self._covers
        self._depth = tile_lists(self._spec.dtype)(*entries, *lists, *covers)

    def paint(self, rho: Any, columns: int, below: Array, canvas: Array, origin: int = 0) -> None:
        """Paint the layer onto the canvas; `below` gets what was there on the touched tiles, unless it is empty.

        The canvas begins with the tile `origin` and holds all that are binned.
        """
        functions = self._spec.functions(keep=False)
        self._scratch(1, functions)
        touched = self.touched
        paint_kernel(self._spec)(
            self._workers,
            run_length(self._workers, len(touched)),
            touched,
            below,
            self._tile_start,
            self._covers[0],
            *self._shapes(rho),
            columns,
            self._stack,
            self._work,
            origin,
            canvas,
        )

    def adjoint(
        self,
        rho: Any,
        columns: int,
        tiles: NDArray[np.int32],
        bottom: bool,
        below: Array,
        target: Array,
        weight: Array,
        delta: Any,
        canvas: Array,
        g_canvas: Array,
        tile_loss: Array,
        background_sums: Array,
    ) -> None:
        """Set the layer's part of the gradient and turn g_canvas into the gradient by what is below."""
        functions = self._spec.functions(keep=True)
        self._scratch(min(self._depth, functions.chunk), functions)
        pictures = 2 + self._depth // functions.chunk
        if self._pictures.shape[1] < pictures:
            self._pictures = np.zeros((self._workers, pictures, self._channels, PIXELS), self._stack.dtype)
        if len(self._rows) < self.entries:
            self._rows = np.zeros((len(self._entry_place), self._rows.shape[1]), self._rows.dtype)
        self._geometry.start_adjoint()
        adjoint_kernel(self._spec, self._loss)(
            self._workers,
            run_length(self._workers, len(tiles)),
            tiles,
            columns,
            bottom,
            below,
            target,
            weight,
            self._tile_start,
            *self._covers,
            *self._shapes(rho),
            delta,
            self._stack,
            self._work,
            self._pictures,
            canvas,
            g_canvas,
            self._rows,
            tile_loss,
            background_sums,
        )
        self._geometry.end_adjoint(self._entry_place, self._rows, self._x[0], self._g)

    def removal(self, rho: Any, columns: int, background: Array, target: Array, weight: Array) -> NDArray[np.float64]:
        """Return by how much the weighted squared error of a picture of this layer alone grows without each shape."""
        self._scratch(self._depth, self._spec.functions(keep=True))
        growth = np.zeros(len(self._tile_shape), self._stack.dtype)
        removal_kernel(self._spec)(
            self._workers,
            run_length(self._workers, len(target)),
            columns,
            background,
            target,
            weight,
            self._tile_start,
            self._covers[0],
            *self._shapes(rho),
            self._stack,
            self._work,
            self._pictures,
            growth,
        )
        shapes = self._tile_shape[: self.entries]
        total: NDArray[Any] = np.bincount(shapes, growth[: self.entries], minlength=len(self._x[1]))
        return total

    def _shapes(self, rho: Any) -> tuple[Any, ...]:
        """Return what kernels that draw need of the shapes, in the order in which they take it."""
        return self._tile_shape, self._tile_entry, self._geometry.arrays, *self._x, self._geometry.box, rho

    def _scratch(self, depth: int, functions: TileFunctions) -> None:
        """Make the stack deep enough."""
        workers, have, planes, _ = self._stack.shape
        need = functions.stack_planes(self._channels)
        if have < depth or planes != need:
            self._stack = np.zeros((workers, depth + depth // 4, need, PIXELS), self._stack.dtype)
        if self._work.shape[1] == 0:
            self._work = np.zeros((workers, functions.work_planes + 2, PIXELS), self._work.dtype)
