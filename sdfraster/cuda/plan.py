"""Evaluating scenes of one layout again and again on the device; the twin of `engine.plan`.

The length of every list is found out on the device, and nothing waits for it: a step runs with the room there was
before, and what comes back with the loss says whether that was enough. If not, the step is repeated with more.

Nothing is fused. A picture that is written and read again costs the GPU microseconds, and kernels are fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.losses.picture import PictureLoss
from ..engine.plan import GRADIENT, RENDER, Plan
from ..engine.tiles import PIXELS, tile_grid
from ..layer import Layer
from ..lazy import Lazy
from ..plan import NormalEquations
from ..primitives import kinds
from ..scene import Scene
from ..shapes import Array
from ..vector import Layout
from .arrays import Comparison
from .canvas import background_kernel, channel_kernel, clear_kernel, compare_kernel, total_kernel
from .compile.memory import empty, zeros
from .compile.replay import Replay
from .expand import CudaExpansion
from .layer import SLOTS, CudaLayer
from .shapes import THREADS, blocks

TARGETS = 2  # that are kept on the device
LOSS, PLACE, SLOT = 0, 1, 2  # in a report: the loss, a place that is not finite (see `exchange`), what layers say


class CudaPlan:
    """Everything needed to evaluate scenes of one layout; parameters as of `engine.plan.Plan`, also a `ScenePlan`.

    Attributes
    ----------
    x, g : device array, shape (layout.size,)
        Values and gradient where they are worked with.
    report : device array, shape (R,)
        What a step tells the host; see `LOSS`.
    reported : ndarray, shape (R,)
        The last report.
    """

    def __init__(
        self, scene: Scene, filter: str, loss: str = "mse", delta: float = 0.1, weight: Array | None = None
    ) -> None:
        self.layout = Layout(scene)
        self._make_host_plan = partial(Plan, scene, filter, loss, delta, weight)
        if not scene.layers:  # a layer without shapes, as on the CPU
            nothing = Layer(kinds()[0], np.empty(0, scene.dtype), np.empty((0, 3)))
            scene = Scene(scene.width, scene.height, [nothing], scene.background)
        dtype = scene.dtype
        grid = tile_grid(scene.width, scene.height)
        self._columns, self._tiles = grid[0], grid[0] * grid[1]
        channels = 4 if scene.background is None else 3
        self._dtype, self._delta = dtype, dtype.type(delta)
        self._rho, self._radius = np.zeros(1, dtype), zeros(1, dtype)
        self._replay = Replay()
        size = scene.width, scene.height
        self._make_loss = partial(PictureLoss, loss, delta, weight, size, channels, dtype)
        self.gradient = np.zeros(self.layout.size, dtype)
        shape = self._tiles, channels, PIXELS
        self.x, self.g = zeros(self.layout.size, dtype), zeros(self.layout.size, dtype)
        self._expansion = CudaExpansion(self.layout, scene, self.x, self.g)
        self.report = zeros(SLOT + SLOTS * len(scene.layers), "float64")
        self.reported = np.zeros(self.report.size)
        self._layers = [
            CudaLayer(layer, filter, x, g, channels, grid, SLOT + SLOTS * n)
            for n, (layer, x, g) in enumerate(self._expansion.layers())
        ]
        self._canvases = [empty(shape, dtype) for _ in range(len(self._layers) + 1)]
        self._g_canvas = zeros(shape, dtype)
        self._picture: Array | None = None
        self._background = self._expansion.background
        if self._background is None:
            self._background = zeros(channels, dtype)
        self._covered = empty(self._tiles, "int32")
        self._tile_loss, self._tile_sums = zeros((self._tiles, 1), dtype), empty((self._tiles, 3), dtype)
        self._background_sums = empty(3, dtype)
        self._targets: dict[int, tuple[Array, Any]] = {}

    @Lazy
    def canvas(self) -> Array:
        """The whole picture on the host, see `engine.plan`."""
        return np.zeros(self._g_canvas.shape, self._dtype)

    @Lazy
    def _picture_loss(self) -> PictureLoss:
        """The loss, with numbers for every pixel, which drawing does without."""
        return self._make_loss()

    @Lazy
    def _weight(self) -> Any:
        """Weights of the pixels on the device."""
        weight = empty(self._picture_loss.pixel_weight.shape, self._dtype)
        weight.copy_to_device(self._picture_loss.pixel_weight)
        return weight

    def put_on(self, picture: Array) -> None:
        """Paint scenes on a picture in tiles, in place of their background; it stays on the device."""
        self._picture = picture
        self._canvases[0].copy_to_device(picture)
        self._replay.clear()

    def render(self, x: Array, rho: float) -> Array:
        """Paint the scene of vector x and return the canvas."""
        self._take(x)
        self.draw(rho).copy_to_host(self.canvas)
        return self.canvas

    def strips(self, x: Array, rho: float, rows: int) -> Iterator[Array]:
        """Paint the scene of vector x: yield some rows of tiles at a time, as they are fetched from the device."""
        self._take(x)
        canvas, step = self.draw(rho), rows * self._columns
        for first in range(0, self._tiles, step):
            yield canvas[first : first + step].copy_to_host()

    def draw(self, rho: float) -> Any:
        """Paint the scene of the values in `x`, and return the canvas on the device."""
        self._set_radius(rho)
        self._until_there_is_room(lambda: self._paint(RENDER))
        return self._canvases[-1]

    def value_and_grad(self, x: Array, target: Array, rho: float, picture: bool = False) -> float:
        """Return the loss against a target in tiles, and set `gradient`; with `picture`, set `canvas` too."""
        self._take(x)
        value = self.evaluate(target, rho)
        self._give_gradient()
        if picture:
            self._canvases[-1].copy_to_host(self.canvas)
        return value

    def vjp(self, x: Array, g_canvas: Array, rho: float) -> None:
        """Set `gradient` to that of a loss with gradient `g_canvas` (in tiles, zero off the image)."""
        self._take(x)
        self.pull(rho, lambda canvas: canvas.copy_to_device(np.ascontiguousarray(g_canvas, self._dtype)))
        self._give_gradient()

    def pull(self, rho: float, fill: Callable[[Any], None]) -> None:
        """Set `g` to the gradient by the values in `x`, of a loss whose gradient by the canvas `fill` writes there."""
        self._set_radius(rho)

        def step() -> None:
            self._paint(GRADIENT)
            fill(self._g_canvas)
            self._replay("descend", self._descend)

        self._until_there_is_room(step)

    def radius_gradient(self, x: Array, target: Array, rho: float) -> float:
        """Return the derivative of the loss by the radius of the filter; computed by the CPU."""
        return self._host_plan.radius_gradient(x, target, rho)

    def leave_one_out(self, x: Array, target: Array, rho: float) -> NDArray[np.float64]:
        """Return by how much the squared error grows without each shape; computed by the CPU."""
        return self._host_plan.leave_one_out(x, target, rho)

    def normal_equations(self, x: Array, target: Array, rho: float, common: bool = False) -> NormalEquations:
        """Return the Gauss-Newton equations of the picture against a target in tiles; computed by the CPU."""
        return self._host_plan.normal_equations(x, target, rho, common)

    @Lazy
    def _host_plan(self) -> Plan:
        """A plan of the same layout on the CPU."""
        plan = self._make_host_plan()
        if self._picture is not None:
            plan.put_on(self._picture)
        return plan

    def _set_radius(self, rho: float) -> None:
        """Copy the radius of the filter to the device, if it is another one."""
        if self._rho[0] != self._rho.dtype.type(rho):
            self._rho[0] = rho
            self._radius.copy_to_device(self._rho)

    def _take(self, x: Array) -> None:
        """Copy the values to the device, if there are any."""
        if x.size:
            self.x.copy_to_device(Layout.hold(x))

    def _give_gradient(self) -> None:
        """Copy the gradient to the host, if there is any."""
        if self.gradient.size:
            self.g.copy_to_host(self.gradient)

    def evaluate(self, target: Array, rho: float) -> float:
        """Return the loss of the values in `x` against a target in tiles, and set `g`; all on the device."""
        wanted = self._on_device(target)
        self._set_radius(rho)
        value = 0.0

        def rest() -> None:
            self._compare(wanted)
            self._descend()

        def step() -> None:
            nonlocal value
            self._paint(GRADIENT)
            if self._picture_loss.of_pictures:
                value = self._compare_pictures(target)
            self._replay(("rest", id(target)), rest)

        self._until_there_is_room(step)
        return value + float(self.reported[LOSS])

    def _until_there_is_room(self, step: Callable[[], None]) -> None:
        """Take a step, again if lists turned out too short, and let the device report."""
        while True:
            step()
            self.report.copy_to_host(self.reported)
            grown = [layer.grow(self.reported) for layer in self._layers]
            if not any(grown):
                return
            self._replay.clear()

    def _paint(self, needed: int) -> None:
        """Bin every layer, the top one first, and paint them all."""

        def paint() -> None:
            self._expansion.forward()
            clear_kernel()(blocks(self._tiles), THREADS, self._covered)
            for layer in reversed(self._layers):
                layer.bin(self._radius, needed, self._covered, self.report)
            if self._picture is None:
                background_kernel(self._dtype)(self._tiles, PIXELS, self._background, self._canvases[0])
            for n, layer in enumerate(self._layers):
                layer.paint(self._radius, self._canvases[n], self._canvases[n + 1], needed == GRADIENT)

        self._replay(("paint", needed), paint)

    def _compare_pictures(self, target: Array) -> float:
        """Return the terms of the loss that only the host can compute, and set their gradient by the picture."""
        value, g_canvas = self._picture_loss.compare_pictures(self._canvases[-1].copy_to_host(self.canvas), target)
        self._g_canvas.copy_to_device(g_canvas)
        return value

    def _compare(self, wanted: Any) -> None:
        """Add up the terms of the loss that are sums over pixels, and their gradient by the picture."""
        loss, canvas = self._picture_loss, self._canvases[-1]
        if loss.of_pictures:
            clear_kernel()(blocks(self._tiles), THREADS, self._tile_loss.reshape(self._tiles))
        for n, (factor, name) in enumerate(loss.pixel_terms):
            compare = compare_kernel(name, self._dtype)
            more = n > 0 or loss.of_pictures
            comparison = Comparison(wanted, self._weight, factor, self._delta)
            compare(self._tiles, PIXELS, canvas, comparison, more, self._g_canvas, self._tile_loss)
        total_kernel(1)(1, PIXELS, self._tile_loss, self.report)

    def _on_device(self, target: Array) -> Any:
        """Return a target on the device, copied there when it is first seen."""
        if id(target) not in self._targets:
            while len(self._targets) >= TARGETS:
                del self._targets[next(iter(self._targets))]
                self._replay.clear()
            copy = empty(target.shape, target.dtype)
            copy.copy_to_device(target)
            self._targets[id(target)] = target, copy
        return self._targets[id(target)][1]

    def _descend(self) -> None:
        """Go down through the adjoints of the layers."""
        for n in range(len(self._layers) - 1, -1, -1):
            self._layers[n].adjoint(self._radius, self._canvases[n], self._g_canvas)
        if self._expansion.g_background is not None and self._picture is None:
            channel_kernel(self._dtype)(self._tiles, PIXELS, self._g_canvas, self._tile_sums)
            total_kernel(3)(1, PIXELS, self._tile_sums, self._expansion.g_background)
        self._expansion.adjoint()
