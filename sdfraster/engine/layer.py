"""One layer of a plan: its bins, its scratch memory, and the calls of its kernels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..layer import Layer
from ..model.composite import COMPOSITES
from ..shapes import Array
from ..vector import LayerView
from .arrays import Canvases, Comparison, Gradient, LayerArrays, Scratch, Shapes, TileLists, Walk
from .bins import tile_lists
from .composites.kernels import LayerSpec, adjoint_kernel, paint_kernel, run_length
from .composites.leave_one_out import leave_one_out_kernel
from .functions import TileFunctions
from .jacobian.arrays import Places
from .jacobian.kernel import OTHERS, jacobian_kernel
from .memory import zeros, zeros_together
from .shapes import roomy, shapes_of
from .tiles import PIXELS


class Screen(NamedTuple):
    """What layers are painted on, and by how many workers."""

    columns: int  # of tiles
    rows: int
    channels: int
    workers: int


class LayerPlan:
    """Buffers and kernels of one layer; `x` and `g` are its parts of the vectors of values and gradient.

    Attributes
    ----------
    sizes : ndarray of int64, shape (N,)
        Number of values of every shape: parameters, opacity, and those of its colour.
    """

    def __init__(
        self,
        layer: Layer,
        x: LayerView,
        g: LayerView,
        filter: str,
        loss: str,
        screen: Screen,
        in_bytes: bool = False,
    ) -> None:
        dtype, n = layer.dtype, len(layer)
        self._spec = LayerSpec.of(layer, filter, in_bytes)
        self._loss, self._grouped = loss, COMPOSITES[layer.composite].grouped
        workers, channels = screen.workers, screen.channels
        self._workers, self._channels = workers, channels
        self._shapes = shapes_of(layer, self._spec, x, screen.columns, workers)
        values = self._spec.shape.shading.values
        self.sizes = (layer.sizes + 1 + values).astype(np.int64)
        self._x = x.color.reshape(n, values), x.opacity
        self._g = Gradient(g.params, g.color.reshape(n, values), g.opacity)
        tiles = screen.columns * screen.rows
        self._lists = TileLists(
            start=np.zeros(tiles + 1, np.int32),
            shape=np.zeros(0, np.int32),
            hit=np.zeros(0, np.int32),
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
        self.hits, self._depth = 0, 0

    @property
    def touched(self) -> NDArray[np.int32]:
        """Tiles with at least one hit, after `bin`."""
        return np.flatnonzero(np.diff(self._lists.start)).astype(np.int32)

    def bin(self, rho: np.floating[Any], tile_rows: tuple[int, int], needed: int, covered: NDArray[np.uint8]) -> None:
        """Find the hits of every tile of some rows; `covered` counts the opaque covers from the top."""
        shapes, opacity = self._shapes, self._x[1]
        self.hits = shapes.bin(rho, tile_rows)
        if self.hits > len(self._lists.place):
            shape, hit, place = zeros_together(*[((roomy(self.hits),), np.int32)] * 3)
            self._lists = self._lists._replace(shape=shape, hit=hit, place=place)
        self._depth = tile_lists(self._spec.dtype)(shapes.hits, self._lists, opacity, self._grouped, needed, covered)

    def paint(self, rho: np.floating[Any], columns: int, below: Array, canvas: Array, origin: int = 0) -> None:
        """Paint the layer onto the canvas; `below` gets what was there on the touched tiles, unless it is empty.

        The canvas begins with the tile `origin` and holds all that are binned.
        """
        self._make_room(1, self._spec.functions(keep=False))
        layer = self._arrays(rho, self.touched, columns)
        paint_kernel(self._spec)(self._workers, layer, below, origin, canvas)

    def adjoint(
        self, rho: np.floating[Any], columns: int, tiles: NDArray[np.int32], comparison: Comparison, canvases: Canvases
    ) -> None:
        """Set the layer's part of the gradient, and turn that by the canvas into the gradient by what is below."""
        self._make_room_for_adjoint(self._spec)
        if len(self._rows) < self.hits:
            self._rows = self._zeros(len(self._lists.place), self._rows.shape[1])
        self._shapes.start_adjoint()
        layer = self._arrays(rho, tiles, columns)
        adjoint_kernel(self._spec, self._loss)(self._workers, layer, comparison, canvases, self._rows)
        self._shapes.end_adjoint(self._lists.place, self._rows, self._x[0], self._g)

    def radius_adjoint(
        self, rho: np.floating[Any], columns: int, tiles: NDArray[np.int32], comparison: Comparison, canvases: Canvases
    ) -> float:
        """Do the same, but return the layer's part of the gradient by the filter radius, and set none."""
        spec = self._spec._replace(by_radius=True)
        self._make_room_for_adjoint(spec)
        rows = self._zeros(len(self._lists.place), spec.shape.row + 1 + spec.shape.shading.values)
        layer = self._arrays(rho, tiles, columns)
        adjoint_kernel(spec, self._loss)(self._workers, layer, comparison, canvases, rows)
        return float(rows[: self.hits, 0].sum(dtype=np.float64) / rho)

    def leave_one_out(
        self, rho: np.floating[Any], columns: int, below: Array, comparison: Comparison
    ) -> NDArray[np.float64]:
        """Return by how much the weighted squared error of a picture, this layer on top, grows without each shape."""
        self._make_room(self._depth, self._spec.functions(keep=True))
        growth = np.zeros(len(self._lists.shape), self._rows.dtype)
        layer = self._arrays(rho, np.arange(len(comparison.target), dtype=np.int32), columns)
        leave_one_out_kernel(self._spec)(self._workers, layer, below, comparison, growth)
        shape = self._lists.shape[: self.hits]
        total: NDArray[Any] = np.bincount(shape, growth[: self.hits], minlength=len(self._x[1]))
        return total

    def gradient_hits(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return tile and shape of every hit that can have a gradient, tile after tile in paint order."""
        start = self._lists.start.astype(np.int64)
        tile = np.repeat(np.arange(len(start) - 1), np.diff(start))
        chosen = np.arange(start[-1]) >= self._lists.gradient_from[tile]
        return tile[chosen], self._lists.shape[: start[-1]][chosen].astype(np.int64)

    def jacobian(self, rho: np.floating[Any], columns: int, tiles: NDArray[np.int32], places: Places) -> None:
        """Write the derivative of the pixels of some tiles by every value of the shapes there: `gradient_hits`."""
        self._make_room(self._depth, self._spec.functions(keep=True))
        scratch = self._zeros(self._workers, 2 * self._channels + OTHERS, PIXELS)
        layer = self._arrays(rho, tiles, columns)
        jacobian_kernel(self._spec)(self._workers, layer, self._shapes.edge_points, places, self.sizes, scratch)

    @property
    def box(self) -> Array:
        """Boxes of the outlines of its shapes (N, 4), after `bin`."""
        return self._shapes.box

    def _arrays(self, rho: np.floating[Any], tiles: NDArray[np.int32], columns: int) -> LayerArrays:
        """Return what kernels are to know that visit some tiles."""
        shapes = Shapes(self._shapes.arrays, *self._x, self._shapes.box)
        walk = Walk(tiles, run_length(self._workers, len(tiles)), columns)
        return LayerArrays(walk, self._lists, shapes, rho, self._scratch)

    def _make_room_for_adjoint(self, spec: LayerSpec) -> None:
        functions = spec.functions(keep=True)
        self._make_room(min(self._depth, functions.chunk), functions, 2 + self._depth // functions.chunk)

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
        return zeros(shape, self._rows.dtype)
