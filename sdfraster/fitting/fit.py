"""Finding the shapes that redraw a picture.

Shapes start all at once and are moved by the gradient of the loss. Learning rates are held and fall only in the last
fifth (in a prototype, falling from the start cost 0.3 dB); the pixel filter starts wide, so that shapes feel edges from
afar. The shapes that matter least are moved, on top of the others, to where the error is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import log10
from typing import Any

import numpy as np

from ..engine.plan import Plan
from ..engine.tiles import pack, unpack
from ..io.images import read_image
from ..metrics import psnr, ssim
from ..optim import OPTIMIZERS, lbfgs
from ..scene import Array, Scene
from . import initial
from .options import LBFGS, FitOptions
from .relocate import TIMES, Relocation

RATES = {"position": 0.15, "length": 0.15, "angle": 0.15, "color": 0.02, "opacity": 0.02, "background": 0.01}
START_RADIUS = 2.0  # pixels, of the filter
ANNEALED = 0.7  # share of the steps in which the filter gets narrow and shapes are moved
HELD = 0.8  # share of the steps with full learning rates
LAST_RATE = 0.05  # factor at the end


@dataclass(frozen=True)
class FitProgress:
    """State of a running fit, as its callback sees it."""

    iteration: int
    """Number of finished steps."""
    iterations: int
    """Number of steps in all."""
    loss: float
    """Loss before the last step."""
    seconds: float
    """Time since the first step began."""
    psnr: float | None
    """PSNR in dB before the last step, if the loss is the MSE."""
    scene: Callable[[], Scene]
    """Returns the scene as it is now."""


Callback = Callable[[FitProgress], "bool | None"]


@dataclass(frozen=True, eq=False)
class FitResult:
    """What a fit found."""

    scene: Scene
    """The shapes."""
    image: Array
    """The scene as drawn with the filter of the options (H, W, 3), or premultiplied (H, W, 4)."""
    history: Array
    """Loss before and seconds since the start after every step (steps, 2)."""
    psnr: float
    """Peak signal-to-noise ratio between the image, clamped to 0..1, and the target, in dB."""
    ssim: float
    """Structural similarity between them, up to 1."""
    seconds: float
    """Time the fit took."""
    options: FitOptions
    """What was asked for."""
    interrupted: bool
    """Whether the fit was ended early by Ctrl-C."""


def fit(
    target: Any,
    options: FitOptions | None = None,
    callback: Callback | None = None,
    **changes: Any,
) -> FitResult:
    """Find shapes that redraw a picture.

    Parameters
    ----------
    target : path, ``"sample:NAME"``, PIL image or array
        The picture, see `read_image`.
    options : FitOptions, optional
        Options; the defaults if not given.
    callback : callable, optional
        Called after every step with the `FitProgress`; the fit ends early if it returns True.
    **changes
        Options by name, e.g. ``kind="triangle", count=100``.

    Returns
    -------
    FitResult
        The scene and how close it is. Ctrl-C ends the fit early and is reported in ``interrupted``.

    Raises
    ------
    ValueError
        If an option is not valid; the message names it.
    DataError
        If the picture cannot be read.
    """
    chosen = replace(options or FitOptions(), **changes)
    image = read_image(target)
    run = _Run(image, chosen, callback)
    interrupted = False
    try:
        if chosen.optimizer == LBFGS:
            run.search()
        else:
            run.descend()
    except KeyboardInterrupt:
        interrupted = True
    scene = run.plan.layout.scene(run.best)
    height, width, _ = image.shape
    drawn = unpack(run.plan.render(run.best, chosen.filter_radius), width, height)
    shown = np.clip(drawn, 0.0, 1.0)
    return FitResult(
        scene=scene,
        image=drawn,
        history=np.array(run.history).reshape(-1, 2),
        psnr=psnr(shown, image),
        ssim=ssim(shown, image),
        seconds=run.seconds,
        options=chosen,
        interrupted=interrupted,
    )


class _Run:
    """The state of one fit."""

    def __init__(self, image: Array, options: FitOptions, callback: Callback | None) -> None:
        self.options = options
        self._callback = callback
        self._image = image
        self._rng = np.random.default_rng(options.seed)
        self._start_time = time.perf_counter()
        scene = self._initial_scene()
        self.plan = Plan(scene, options.filter, options.loss, options.delta)
        self._target = pack(image)
        self._x = self.plan.layout.vector(scene)
        self._lower, self._upper = self._bounds()
        self.best = self._x.copy()
        self._best_loss = np.inf
        self.history: list[tuple[float, float]] = []

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return time.perf_counter() - self._start_time

    def descend(self) -> None:
        """Take the steps of a first-order optimiser, and move shapes in between."""
        options, plan, x = self.options, self.plan, self._x
        optimizer = OPTIMIZERS[options.optimizer]
        state = optimizer.init(x)
        rates = self._rates()
        relocation = Relocation(self._image, options.kind, options.composite, self._size, self._rng)
        period = max(1, round(ANNEALED * options.iterations / TIMES))
        rho = 0.0
        for k in range(options.iterations):
            done = k / options.iterations
            if self._radius(done) != rho:
                rho = self._radius(done)
                self._best_loss = np.inf  # losses with different filters do not compare
            if k % period == 0 and 0.0 < done < ANNEALED:
                relocation.move(plan, x, state, rho)
            before_move = (k + 1) % period == 0
            loss = plan.value_and_grad(x, self._target, rho, picture=before_move)
            self._keep_best(x, loss)
            decay = LAST_RATE ** max(0.0, (done - HELD) / (1.0 - HELD))
            step, state = optimizer.update(plan.gradient, state, rates * x.dtype.type(decay))
            x -= step
            np.clip(x, self._lower, self._upper, out=x)
            if self._report(k + 1, loss, x):
                break
        else:
            if options.iterations > 0:  # the last step is not judged yet
                self._keep_best(x, plan.value_and_grad(x, self._target, rho))

    def search(self) -> None:
        """Run L-BFGS, first with the wide filter and then with the final one."""
        options, plan = self.options, self.plan
        done = 0
        for rho, until in ((self._radius(0.0), 0.3), (options.filter_radius, 1.0)):

            def value_and_grad(x: Array, rho: float = rho) -> tuple[float, Array]:
                loss = plan.value_and_grad(x.astype(self._x.dtype), self._target, rho)
                return loss, plan.gradient

            def after(x: Array, loss: float) -> None:
                nonlocal done
                done += 1
                self._keep_best(x.astype(self._x.dtype), loss)
                if self._report(done, loss, self.best):
                    raise StopIteration

            self._best_loss = np.inf
            steps = round(until * options.iterations) - done
            if steps > 0:
                lbfgs.minimize(value_and_grad, self.best, self._lower, self._upper, steps, self._rates(), after)

    def _initial_scene(self) -> Scene:
        options, image, rng = self.options, self._image, self._rng
        height, width, channels = image.shape
        self._size = initial.typical_size(options.count, width, height)
        points = initial.INITIALIZERS[options.init](options.count, width, height, rng)
        sizes = np.full(options.count, self._size)
        layer = initial.layer(
            options.kind,
            initial.shapes(options.kind, points, sizes, rng),
            initial.ColorSampler(image)(points, sizes),
            options.composite,
            options.color == "linear",
            image.dtype,
        )
        background = None
        if channels == 3:
            background = image.mean(axis=(0, 1)) if options.background is None else options.background
        return Scene(width, height, [layer], background)

    def _rates(self) -> Array:
        """Return the learning rate of every value."""
        geometry = {role: RATES[role] * self._size for role in ("position", "length")}
        return self.plan.layout.by_role({**RATES, **geometry}) * self._x.dtype.type(self.options.rate)

    def _bounds(self) -> tuple[Array, Array]:
        """Return the range of every value; a single point for those that are fixed."""
        lower, upper = self.plan.layout.bounds()
        for limits, limit in ((lower, 0.0), (upper, 1.0)):
            layers, background = self.plan.layout.views(limits)
            start, start_background = self.plan.layout.views(self._x)
            if self.options.color == "constant":
                layers[0].color[:] = limit
            if self.options.composite == "mean":
                layers[0].opacity[:] = start[0].opacity
            if background is not None and start_background is not None:
                background[:] = limit if self.options.background is None else start_background
        return lower, upper

    def _radius(self, done: float) -> float:
        """Return the filter radius after a share of the steps: falling to that of the result."""
        last = self.options.filter_radius
        return last + max(0.0, START_RADIUS - last) * max(0.0, 1.0 - done / ANNEALED)

    def _keep_best(self, x: Array, loss: float) -> None:
        if loss < self._best_loss:
            self._best_loss = loss
            self.best[:] = x

    def _report(self, iteration: int, loss: float, x: Array) -> bool:
        """Note a finished step, tell the callback, and return whether it wants the fit to end."""
        self.history.append((loss, self.seconds))
        if self._callback is None:
            return False
        options = self.options
        decibels = -10.0 * log10(max(loss, 1e-12)) if options.loss == "mse" else None
        scene = lambda: self.plan.layout.scene(x)  # noqa: E731
        progress = FitProgress(iteration, options.iterations, loss, self.seconds, decibels, scene)
        return bool(self._callback(progress))
