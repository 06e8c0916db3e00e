"""Evaluating scenes of one layout again and again: kernels, buffers, and the order in which layers are visited.

A plan owns every array the kernels touch, so that a step of a fit allocates nothing and does no Python work that grows
with the number of shapes. Meshes are expanded to layers of triangles first. Layers are painted in place on one canvas.
The adjoint of a layer needs the colours below it on the tiles it touches: below the bottom layer is the background,
below the top layer the canvas before it is painted, and for those between a copy is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..layer import Layer
from ..lazy import Lazy
from ..plan import NormalEquations
from ..primitives import kinds
from ..scene import Scene
from ..shapes import Array
from ..vector import Layout
from .arrays import Canvases, Comparison
from .compile.kernel import worker_count
from .expand import Expansion
from .layer import LayerPlan, Screen
from .losses.picture import PictureLoss, fused_loss
from .tiles import PIXELS, pack, tile_grid

T = TypeVar("T")

RENDER, GRADIENT = 1, 2  # opaque covers of a tile below which nothing matters


class Plan:
    """Everything needed to evaluate scenes of one layout on the CPU; a `ScenePlan`.

    Parameters
    ----------
    scene : Scene
        Any scene of the layout.
    filter : str
        Name of the pixel filter.
    loss : str
        What to minimise, see `parse_loss`.
    delta : float
        Error at which the Huber and Charbonnier losses become linear.
    weight : ndarray, shape (height, width), optional
        Weight of every pixel in the loss.
    workers : int, optional
        How many share the work; by default as many as can run at once.

    Attributes
    ----------
    layout : Layout
        Where the values of the scene stand in the vectors below.
    canvas : ndarray, shape (T, C, PIXELS)
        The picture last painted by `render`, or by `value_and_grad` when asked, in tiles.
    gradient : ndarray, shape (layout.size,)
        The gradient last computed.
    """

    def __init__(
        self,
        scene: Scene,
        filter: str,
        loss: str = "mse",
        delta: float = 0.1,
        weight: Array | None = None,
        workers: int | None = None,
    ) -> None:
        self.layout = Layout(scene)
        if not scene.layers:  # a layer without shapes, because kernels visit the tiles layer by layer
            nothing = Layer(kinds()[0], np.empty(0, scene.dtype), np.empty((0, 3)))
            scene = Scene(scene.width, scene.height, [nothing], scene.background)
        real = scene.dtype.type
        columns, rows = tile_grid(scene.width, scene.height)
        tiles = columns * rows
        channels = 4 if scene.background is None else 3
        self.gradient = np.zeros(self.layout.size, scene.dtype)
        self._expansion = Expansion(self.layout, scene, self.gradient)
        self._real = real
        self._columns, self._rows = columns, rows
        self._all_tiles = np.arange(tiles, dtype=np.int32)
        self._g_canvas = np.zeros((0, channels, PIXELS), scene.dtype)
        self._no_tiles = self._g_canvas
        self._background = np.zeros((1, channels, PIXELS), scene.dtype)
        self._background_sums = np.zeros((tiles, 3), scene.dtype)
        self._on_picture = False
        self._loss = np.zeros(tiles, np.float64)
        size = scene.width, scene.height
        self._make_loss = partial(PictureLoss, loss, delta, weight, size, channels, scene.dtype)
        self._delta, self._given_weight = real(delta), weight
        self._covered = np.zeros(tiles, np.uint8)
        values, self._x_background = self._expansion.layout.views(self._expansion.x)
        gradients, self._g_background = self._expansion.layout.views(self._expansion.gradient)
        screen = Screen(columns, rows, channels, workers or worker_count())
        fused = fused_loss(loss) or "mse"  # kernels to share, if not used
        self._layers = [
            LayerPlan(layer, value, gradient, filter, fused, screen)
            for layer, value, gradient in zip(self._expansion.scene.layers, values, gradients, strict=True)
        ]

    @property
    def hits(self) -> int:
        """Number of pairs of a shape and a tile in the bins, those under an opaque cover included."""
        return sum(layer.hits for layer in self._layers)

    @Lazy
    def canvas(self) -> Array:
        """The whole picture, which one that is drawn in strips does without."""
        return np.zeros((len(self._all_tiles), *self._no_tiles.shape[1:]), self._no_tiles.dtype)

    @Lazy
    def _picture_loss(self) -> PictureLoss:
        """The loss, with numbers for every pixel, which drawing does without."""
        return self._make_loss()

    def put_on(self, picture: Array) -> None:
        """Paint scenes on a picture in tiles, in place of their background."""
        self._background, self._on_picture = picture, True

    def render(self, x: Array, rho: float) -> Array:
        """Paint the scene of vector x and return the canvas."""
        self._draw(x, rho, (0, self._rows), self.canvas)
        return self.canvas

    def strips(self, x: Array, rho: float, rows: int) -> Iterator[Array]:
        """Paint the scene of vector x some rows of tiles at a time: yield the canvas of each strip, the same bits."""
        rows = min(rows, self._rows)
        canvas = np.zeros((rows * self._columns, *self._no_tiles.shape[1:]), self._no_tiles.dtype)
        for first in range(0, self._rows, rows):
            last = min(first + rows, self._rows)
            strip = canvas[: (last - first) * self._columns]
            self._draw(x, rho, (first, last), strip)
            yield strip

    def _draw(self, x: Array, rho: float, rows: tuple[int, int], canvas: Array) -> None:
        """Paint some rows of tiles (first, last + 1) of the scene of vector x onto a canvas of these."""
        self._start(x, rho, RENDER, rows)
        first = rows[0] * self._columns
        canvas[:] = self._background[first : first + len(canvas)] if self._on_picture else self._background
        for layer in self._layers:
            layer.paint(self._real(rho), self._columns, self._no_tiles, canvas, first)

    def value_and_grad(self, x: Array, target: Array, rho: float, picture: bool = False) -> float:
        """Return the loss against a target in tiles, and set `gradient`; with `picture`, set `canvas` too."""
        value, compared = self._compared(x, target, rho)
        self._descend(x, rho, compared, picture)
        return float(self._loss.sum()) if value is None else value

    def radius_gradient(self, x: Array, target: Array, rho: float) -> float:
        """Return the derivative of the loss against a target in tiles by the radius of the filter."""
        _, compared = self._compared(x, target, rho)
        return sum(self._visit_adjoints(LayerPlan.radius_adjoint, x, rho, compared))

    def _compared(self, x: Array, target: Array, rho: float) -> tuple[float | None, Array]:
        """Return the loss and no tiles, its gradient by the picture set; or None and those left to the adjoint."""
        if self._picture_loss.fused is not None:
            return None, target
        value, self._g_canvas = self._picture_loss(self.render(x, rho), target)
        return value, self._no_tiles

    def vjp(self, x: Array, g_canvas: Array, rho: float) -> None:
        """Set `gradient` to that of a loss with gradient `g_canvas` (in tiles, overwritten, zero off the image)."""
        self._g_canvas = g_canvas
        self._descend(x, rho, self._no_tiles, picture=False)

    def leave_one_out(self, x: Array, target: Array, rho: float) -> NDArray[np.float64]:
        """Return by how much the error against a target in tiles grows without each shape (N,) of the top layer.

        That is the squared error, with the weights of the loss, when everything else stays as it is.
        """
        self._start(x, rho, GRADIENT)
        *lower, layer = self._layers
        below = self._background
        if lower:
            self.canvas[:] = below
            below = self.canvas
            for each in lower:
                each.paint(self._real(rho), self._columns, self._no_tiles, below)
        comparison = Comparison(target, *self._picture_loss.weights, self._delta, self._loss)
        return layer.leave_one_out(self._real(rho), self._columns, below, comparison)

    def normal_equations(self, x: Array, target: Array, rho: float, common: bool = False) -> NormalEquations:
        """Return the Gauss-Newton equations of the picture against a target in tiles; see `ScenePlan`."""
        from .normal.equations import Picture, equations  # with the sparse matrices of SciPy
        from .normal.products import Compared

        self._start(x, rho, GRADIENT)
        below = [self._background]
        self.canvas[:] = self._background
        for n, layer in enumerate(self._layers):
            if n > 0:
                below.append(self.canvas.copy())
            layer.paint(self._real(rho), self._columns, self._no_tiles, self.canvas)
        compared = Compared(self.canvas - target, self._weight)
        picture = Picture(self._real(rho), self._columns, below, compared, common, self._on_picture)
        return equations(self._layers, self._expansion, picture)

    @Lazy
    def _weight(self) -> Array:
        """Weight of every pixel in tiles (T, PIXELS), 0 outside the image."""
        template = self.layout.template
        ones = np.ones((template.height, template.width), template.dtype)
        weight = ones if self._given_weight is None else self._given_weight.astype(template.dtype)
        return pack(weight[..., None])[:, 0]

    def _start(self, x: Array, rho: float, needed: int, rows: tuple[int, int] | None = None) -> None:
        """Take the values of x and bin every layer, the top one first, in all rows of tiles or some."""
        self._expansion.forward(x)
        if self._x_background is not None and not self._on_picture:
            self._background[0] = self._x_background[:, None]
        self._covered[:] = 0
        for layer in reversed(self._layers):
            layer.bin(self._real(rho), rows or (0, self._rows), needed, self._covered)

    def _descend(self, x: Array, rho: float, target: Array, picture: bool) -> None:
        """Set the gradient, and the canvas too if asked."""
        self._visit_adjoints(LayerPlan.adjoint, x, rho, target, picture)
        if self._g_background is not None:
            self._g_background[:] = 0.0 if self._on_picture else self._background_sums.sum(axis=0, dtype=np.float64)
        self._expansion.adjoint()

    def _visit_adjoints(
        self, adjoint: Callable[..., T], x: Array, rho: float, target: Array, picture: bool = False
    ) -> list[T]:
        """Paint all layers but the top one, then go down through their adjoints and return what these return."""
        self._start(x, rho, GRADIENT)
        parts = []
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
            is_top, bottom = n == top, n == 0
            compared = target if is_top else self._no_tiles
            comparison = Comparison(compared, *self._picture_loss.weights, self._delta, self._loss)
            canvases = Canvases(
                below=below[n],
                canvas=self.canvas if picture and is_top else self._no_tiles,
                gradient=self._g_canvas,
                bottom=bottom,
                background=self._background_sums,
            )
            layer = self._layers[n]
            tiles = self._all_tiles if bottom or is_top else layer.touched
            parts.append(adjoint(layer, self._real(rho), self._columns, tiles, comparison, canvases))
        return parts
