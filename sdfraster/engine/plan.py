"""Evaluating scenes of one layout again and again: kernels, buffers, and the order in which layers are visited.

A plan owns every array the kernels touch, so that a step of a fit allocates nothing and does no Python work that grows
with the number of shapes. Layers are painted in place on one canvas. The adjoint of a layer needs the colours below it
on the tiles it touches: below the bottom layer is the background, below the top layer the canvas before it is painted,
and for those between a copy is kept.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from ..primitives import kinds
from ..scene import Array, Layer, Scene
from ..vector import LayerView, Layout
from .bins import bin_functions, entry_kernel
from .cpu import LayerSpec, adjoint_kernel, paint_kernel, sum_kernel
from .shapes import TileFunctions
from .tiles import PIXELS, tile_grid

SHAPES_PER_WORKER = 1024  # waking a worker costs more than the few shapes it would take
RENDER, GRADIENT = 1, 2  # opaque covers of a tile below which nothing matters


class Plan:
    """Everything needed to evaluate scenes of one layout.

    Parameters
    ----------
    scene : Scene
        Any scene of the layout.
    filter : str
        Name of the pixel filter.
    loss : str
        Name of the per-pixel loss.
    delta : float
        Width of the quadratic part of the Huber loss.

    Attributes
    ----------
    layout : Layout
        Where the values of the scene stand in the vectors below.
    canvas : ndarray, shape (T, C, PIXELS)
        The picture last painted by `render`, or by `value_and_grad` when asked, in tiles.
    gradient : ndarray, shape (layout.size,)
        The gradient last computed.
    """

    def __init__(self, scene: Scene, filter: str, loss: str = "mse", delta: float = 0.1) -> None:
        self.layout = Layout(scene)
        if not scene.layers:  # a layer without shapes, because kernels visit the tiles layer by layer
            nothing = Layer(kinds()[0], np.empty(0, scene.dtype), np.empty((0, 3)))
            scene = Scene(scene.width, scene.height, [nothing], scene.background)
        real = scene.dtype.type
        columns, rows = tile_grid(scene.width, scene.height)
        tiles = columns * rows
        channels = 4 if scene.background is None else 3
        self.canvas = np.zeros((tiles, channels, PIXELS), scene.dtype)
        self.gradient = np.zeros(self.layout.size, scene.dtype)
        self._x = self.layout.vector(scene)
        self._real = real
        self._columns = columns
        self._size = scene.width, scene.height
        self._all_tiles = np.arange(tiles, dtype=np.int32)
        self._g_canvas = np.zeros((0, channels, PIXELS), scene.dtype)
        self._no_tiles = self._g_canvas
        self._background = np.zeros((1, channels, PIXELS), scene.dtype)
        self._background_sums = np.zeros((tiles, 3), scene.dtype)
        self._loss = np.zeros(tiles, np.float64)
        self._weight = 1.0 / (scene.width * scene.height * channels)
        self._loss_scale = real(delta), real(self._weight)
        self._covered = np.zeros(tiles, np.uint8)
        internal = Layout(scene)
        values, self._x_background = internal.views(self._x)
        gradients, self._g_background = internal.views(self.gradient)
        workers = numba.get_num_threads()
        self._layers = [
            _LayerPlan(layer, filter, loss, value, gradient, channels, (columns, rows), workers)
            for layer, value, gradient in zip(scene.layers, values, gradients, strict=True)
        ]

    @property
    def entries(self) -> int:
        """Number of pairs of a shape and a tile in the bins, those under an opaque cover included."""
        return sum(layer.entries for layer in self._layers)

    def render(self, x: Array, rho: float) -> Array:
        """Paint the scene of vector x and return the canvas."""
        self._start(x, rho, RENDER)
        self.canvas[:] = self._background
        for layer in self._layers:
            layer.paint(self._real(rho), self._columns, self._no_tiles, self.canvas)
        return self.canvas

    def value_and_grad(self, x: Array, target: Array, rho: float, picture: bool = False) -> float:
        """Return the loss against a target in tiles, and set `gradient`; with `picture`, set `canvas` too."""
        self._descend(x, rho, target, picture)
        return float(self._loss.sum() * self._weight)

    def vjp(self, x: Array, g_canvas: Array, rho: float) -> None:
        """Set `gradient` to that of a loss with gradient `g_canvas` (in tiles, overwritten, zero off the image)."""
        self._g_canvas = g_canvas
        self._descend(x, rho, self._no_tiles, picture=False)

    def _start(self, x: Array, rho: float, needed: int) -> None:
        """Take the values of x and bin every layer, the top one first."""
        self._x[:] = x
        if self._x_background is not None:
            self._background[0] = self._x_background[:, None]
        self._covered[:] = 0
        for layer in reversed(self._layers):
            layer.bin(self._real(rho), needed, self._covered)

    def _descend(self, x: Array, rho: float, target: Array, picture: bool) -> None:
        """Paint all layers but the top one, then go down through their adjoints."""
        self._start(x, rho, GRADIENT)
        top = len(self._layers) - 1
        if top > 0 and len(self._g_canvas) == 0:
            self._g_canvas = np.zeros_like(self.canvas)
        below = [self._background] * (top + 1)
        if top > 0:
            self.canvas[:] = self._background
            for n, layer in enumerate(self._layers[:-1]):
                kept = self._no_tiles
                if n > 0:
                    kept = below[n] = np.empty((len(layer.touched), *self.canvas.shape[1:]), self.canvas.dtype)
                layer.paint(self._real(rho), self._columns, kept, self.canvas)
            below[top] = self.canvas
        for n in range(top, -1, -1):
            layer = self._layers[n]
            layer.adjoint(
                self._real(rho),
                self._size,
                self._all_tiles if n in (0, top) else layer.touched,
                n == 0,
                below[n],
                target if n == top else self._no_tiles,
                self._loss_scale,
                self.canvas if picture and n == top else self._no_tiles,
                self._g_canvas,
                self._loss,
                self._background_sums,
            )
        if self._g_background is not None:
            self._g_background[:] = self._background_sums.sum(axis=0, dtype=np.float64)


class _LayerPlan:
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
        self._tile_entry = np.zeros(0, np.int32)

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
        tile_lists = self._tile_start, self._tile_shape, self._tile_entry
        self._depth = sort_by_tile(self._shape_start, self._entry_tile, *tile_lists)
        mean = spec.composite == "mean"
        find_covers(opacity, *tile_lists, self._entry_inside, mean, needed, covered, *self._covers)

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
            self._tile_entry,
            self._entry_inside,
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
            self._tile_entry,
            self._entry_inside,
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
        add_rows(self._shape_workers, self._shape_start, self._rows, params, color, *self._g)

    def _make_room(self, entries: int) -> None:
        """Make the lists long enough for a number of entries."""
        if entries > len(self._entry_tile):
            entries += entries // 4
            self._entry_tile = np.zeros(entries, np.int32)
            self._entry_inside = np.zeros(entries, np.uint8)
            self._tile_shape = np.zeros(entries, np.int32)
            self._tile_entry = np.zeros(entries, np.int32)

    def _scratch(self, depth: int, functions: TileFunctions) -> None:
        """Make the stack deep enough."""
        workers, have, planes, _ = self._stack.shape
        need = functions.stack_planes(self._channels)
        if have < depth or planes != need:
            self._stack = np.zeros((workers, depth + depth // 4, need, PIXELS), self._stack.dtype)
        if self._work.shape[1] != functions.work_planes:
            self._work = np.zeros((workers, functions.work_planes, PIXELS), self._work.dtype)
