"""Finding the shapes that redraw a picture.

Shapes start all at once and are moved by the gradient of the loss. Learning rates are held and fall only in the last
fifth (in a prototype, falling from the start cost 0.3 dB); the pixel filter starts wide, so that shapes feel edges from
afar. The shapes that matter least are moved, on top of the others, to where the error is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..engine.tiles import pack
from ..io.images import on_background, read_image
from ..mesh import MESH
from ..metrics import psnr, ssim
from ..optim import OPTIMIZERS, lbfgs
from ..rendering import render
from ..scene import Array, Scene
from . import initial
from .options import CONTOUR, LBFGS, FitOptions
from .progress import Callback, Progress
from .regularizers import RegularizedPlan
from .relocate import TIMES, Relocation
from .weight import read_weight

RATES = {"position": 0.15, "length": 0.15, "angle": 0.15, "color": 0.02, "opacity": 0.02, "background": 0.01}
CONTOUR_RATE = 0.1  # pixels, for shapes that start almost where they belong
START_RADIUS = 2.0  # pixels, of the filter
ANNEALED = 0.7  # share of the steps in which the filter gets narrow and shapes are moved
HELD = 0.8  # share of the steps with full learning rates
LAST_RATE = 0.05  # factor at the end
WHITE = (1.0, 1.0, 1.0)


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
    mesh_quality: dict[str, Any] | None = None
    """Of a mesh: ``inverted`` faces, ``min_angle``, ``angle_1_percent``, ``areas``, ``area_histogram``."""


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
    progress = Progress(chosen, callback)
    run: Any
    if chosen.kind == MESH:
        from .mesh_fit import MeshRun  # with much of SciPy, which takes longer to import than many fits

        if image.shape[2] == 4:  # a mesh covers all of the picture
            image = on_background(image, WHITE if chosen.background is None else chosen.background)
        run = MeshRun(image, chosen, progress)
    else:
        run = _Run(image, chosen, progress)
    interrupted = False
    try:
        run.run()
    except KeyboardInterrupt:
        interrupted = True
    scene = run.finish()
    seconds = progress.seconds
    drawn = render(scene, chosen.filter_radius, chosen.filter)
    shown = np.clip(drawn, 0.0, 1.0)
    return FitResult(
        scene=scene,
        image=drawn,
        history=np.array(progress.history).reshape(-1, 2),
        psnr=psnr(shown, image),
        ssim=ssim(shown, image),
        seconds=seconds,
        options=chosen,
        interrupted=interrupted,
        mesh_quality=run.quality(),
    )


class _Run:
    """The state of one fit."""

    def __init__(self, image: Array, options: FitOptions, progress: Progress) -> None:
        self.options = options
        self._progress = progress
        self._image = image
        self._rng = np.random.default_rng(options.seed)
        scene = self._initial_scene()
        weight = read_weight(options.weight, image)
        self.plan = RegularizedPlan(scene, options.regularizers, options.filter, options.loss, options.delta, weight)
        self._target = pack(image)
        self._x = self.plan.layout.vector(scene)
        self._lower, self._upper = self._bounds()
        self.best = self._x.copy()
        self._best_loss = np.inf

    def run(self) -> None:
        """Search with the optimiser asked for."""
        if self.options.optimizer == LBFGS:
            self.search()
        else:
            self.descend()

    def finish(self) -> Scene:
        """Return the best scene."""
        return self.plan.layout.scene(self.best)

    @staticmethod
    def quality() -> None:
        """Return nothing: there is no mesh."""

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
            if k % period == 0 and 0.0 < done < ANNEALED and options.init != CONTOUR:
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
        if options.init == CONTOUR:
            from .contour import contour_scene  # with much of SciPy, which takes longer to import than many fits

            return contour_scene(image, options)
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
        contour = self.options.init == CONTOUR
        geometry = {role: CONTOUR_RATE if contour else RATES[role] * self._size for role in ("position", "length")}
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
        if self.options.init == CONTOUR:
            return last
        return last + max(0.0, START_RADIUS - last) * max(0.0, 1.0 - done / ANNEALED)

    def _keep_best(self, x: Array, loss: float) -> None:
        if loss < self._best_loss:
            self._best_loss = loss
            self.best[:] = x

    def _report(self, iteration: int, loss: float, x: Array) -> bool:
        """Note a finished step, tell the callback, and return whether it wants the fit to end."""
        return self._progress.report(iteration, loss, lambda: self.plan.layout.scene(x))
