"""One layer of a plan: its bins, its scratch memory, and the calls of its kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..scene import Array, Layer
from ..vector import LayerView
from .arrays import Canvases, Comparison, Scratch, Shapes, TileLists, Walk
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
        self._lists = TileLists(
            start=np.zeros(tiles + 1, np.int32),
            shape=np.zeros(0, np.int32),
            entry=np.zeros(0, np.int32),
            place=np.zeros(0, np.int32),
            paint_from=np.zeros(tiles, np.int32),
            gradient_from=np.zeros(tiles, np.int32),
        )
        self._scratch = Scratch(
            stack=np.zeros((workers, 0, 1, PIXELS), dtype),
            work=np.zeros((workers, 0, PIXELS), dtype),
            pictures=np.zeros((workers, 2, channels, PIXELS), dtype),
        )
        self._rows = np.zeros((0, self._spec.shape.row + 1 + values), dtype)
        self.entries, self._depth = 0, 0

    @property
    def touched(self) -> NDArray[np.int32]:
        """Tiles with at least one entry, after `bin`."""
        return np.flatnonzero(np.diff(self._lists.start)).astype(np.int32)

    def bin(self, rho: Any, rows: tuple[int, int], needed: int, covered: NDArray[np.uint8]) -> None:
        """Find the entries of every tile of some rows; `covered` counts the opaque covers from the top."""
        geometry, opacity = self._geometry, self._x[1]
        self.entries = geometry.bin(rho, rows)
        if self.entries > len(self._lists.place):
            shape, entry, place = (np.zeros(roomy(self.entries), np.int32) for _ in range(3))
            self._lists = self._lists._replace(shape=shape, entry=entry, place=place)
        grouped = self._spec.composite.grouped
        self._depth = tile_lists(self._spec.dtype)(geometry.entries, self._lists, opacity, grouped, needed, covered)

    def paint(self, rho: Any, columns: int, below: Array, canvas: Array, origin: int = 0) -> None:
        """Paint the layer onto the canvas; `below` gets what was there on the touched tiles, unless it is empty.

        The canvas begins with the tile `origin` and holds all that are binned.
        """
        self._make_room(1, self._spec.functions(keep=False))
        walk = self._walk(self.touched, columns)
        shapes = walk, self._lists, self._shapes, rho, self._scratch
        paint_kernel(self._spec)(self._workers, *shapes, below, origin, canvas)

    def adjoint(
        self, rho: Any, columns: int, tiles: NDArray[np.int32], comparison: Comparison, canvases: Canvases
    ) -> None:
        """Set the layer's part of the gradient, and turn that by the canvas into the gradient by what is below."""
        functions = self._spec.functions(keep=True)
        self._make_room(min(self._depth, functions.chunk), functions, 2 + self._depth // functions.chunk)
        if len(self._rows) < self.entries:
            self._rows = np.zeros((len(self._lists.place), self._rows.shape[1]), self._rows.dtype)
        self._geometry.start_adjoint()
        shapes = self._walk(tiles, columns), self._lists, self._shapes, rho, self._scratch
        adjoint_kernel(self._spec, self._loss)(self._workers, *shapes, comparison, canvases, self._rows)
        self._geometry.end_adjoint(self._lists.place, self._rows, self._x[0], self._g)

    def removal(self, rho: Any, columns: int, background: Array, comparison: Comparison) -> NDArray[np.float64]:
        """Return by how much the weighted squared error of a picture of this layer alone grows without each shape."""
        self._make_room(self._depth, self._spec.functions(keep=True))
        growth = np.zeros(len(self._lists.shape), self._rows.dtype)
        walk = self._walk(np.arange(len(comparison.target), dtype=np.int32), columns)
        shapes = walk, self._lists, self._shapes, rho, self._scratch
        removal_kernel(self._spec)(self._workers, *shapes, background, comparison, growth)
        shape = self._lists.shape[: self.entries]
        total: NDArray[Any] = np.bincount(shape, growth[: self.entries], minlength=len(self._x[1]))
        return total

    @property
    def _shapes(self) -> Shapes:
        return Shapes(self._geometry.arrays, *self._x, self._geometry.box)

    def _walk(self, tiles: NDArray[np.int32], columns: int) -> Walk:
        return Walk(tiles, run_length(self._workers, len(tiles)), columns)

    def _make_room(self, depth: int, functions: TileFunctions, pictures: int = 2) -> None:
        """Make the stack deep enough, and room for so many pictures of a tile."""
        scratch = self._scratch
        workers, have, planes, _ = scratch.stack.shape
        need = functions.stack_planes(self._channels)
        if have < depth or planes != need:
            scratch = scratch._replace(stack=self._zeros(workers, depth + depth // 4, need, PIXELS))
        if scratch.work.shape[1] == 0:
            scratch = scratch._replace(work=self._zeros(workers, functions.work_planes + 2, PIXELS))
        if scratch.pictures.shape[1] < pictures:
            scratch = scratch._replace(pictures=self._zeros(workers, pictures, self._channels, PIXELS))
        self._scratch = scratch

    def _zeros(self, *shape: int) -> Array:
        return np.zeros(shape, self._rows.dtype)
