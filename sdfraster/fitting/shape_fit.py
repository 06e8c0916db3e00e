"""Finding the shapes, of any kind but meshes, that redraw a picture.

Adam alone ends after some hundred steps close to a local optimum, so what is left to gain is in which shapes there are:
see `schedule` and `births`. The last digits, which matter where shapes are measurements, are left to L-BFGS (`polish`).
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, exp, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.tiles import pack, unpack
from ..model.loss import LOSSES
from ..primitives import primitive
from ..scene import Array, Layer, Scene
from . import initial
from .births import lay_along, lines, places
from .colors import solve_colors
from .narrow import Narrow
from .options import CONTOUR, LBFGS, FitOptions
from .palette import SNAPPED, make_palette, nearest
from .polish import polish
from .population import Population
from .progress import FEW, PAUSE, Progress
from .rates import sizes
from .schedule import CHANGED, COPIES, START_RADIUS, START_RADIUS_OUTLINE, Schedule
from .symmetry import with_mirror_images
from .working import enlarge, search_factor, shrink_both

# Pixels for each shape of the copies on which shapes are searched for. With 260 instead of 400 they are 0.05 dB worse,
# with 600 no better; the smaller copies of the first half save a third of the time. Paths and polygons save a tenth of
# it and lose 0 to 0.1 dB. Strokes are 0.1 dB worse with 260 instead of 500, and no better with 700.
SEARCHED = 67, 160, 400
SEARCHED_FILLED = 260, 260, 260
SEARCHED_THIN = 85, 200, 500
GROWTH = 0.8  # additional shapes, of their number; with 0.3 they end up to 0.15 dB lower, with 1.3 no better
GROWTH_OUTLINE = 0.3  # of paths and the like, which cost more, and gain nothing with 0.45
BIRTH_SIZES = 0.18, 3.6  # of new shapes, in typical ones; of one size, 0.6, they are up to 0.1 dB worse in 1,000 steps
LAST_SOLVE = 5  # steps of conjugate gradients, in each round, for the colours at the end
WIDE = 0.3  # share of the iterations of L-BFGS that are made with the wide filter


class ShapeRun:
    """The state of one fit of shapes.

    Parameters
    ----------
    image : ndarray, shape (H, W, C)
        The picture, or a copy of working size.
    weight : ndarray, shape (H, W), or None
        Weight of its pixels.
    options : FitOptions
        What is asked for.
    progress : Progress
        Told after every step.
    """

    def __init__(self, image: Array, weight: Array | None, options: FitOptions, progress: Progress) -> None:
        self.options, self._progress, self._picture = options, progress, (image, weight)
        self._settled = options.init == CONTOUR
        self._together = 2 if options.symmetric else 1  # shapes that come and go at once
        start = START_RADIUS if primitive(options.kind).outline is None else START_RADIUS_OUTLINE
        self._schedule = Schedule(options.steps, options.filter_radius, start, self._settled)
        self._factors = self._search_factors()
        weight = self._see(self._factors[0])
        self._rng = np.random.default_rng(options.seed)
        self._wanted = options.count if options.target_psnr is None else ceil(options.count / FEW)
        self._wanted += self._wanted % self._together
        scene = self._initial_scene()
        self._narrow = Narrow(scene.layers[0]) if self._settled else None
        self._shapes = Population(scene, options, weight, None if self._narrow is None else self._narrow.held)
        self._best: Any = self._shapes.plan.layout, self._shapes.snapshot()
        self._best_loss = np.inf

    def run(self) -> None:
        """Search with the optimiser asked for."""
        complete = self.search() if self.options.optimizer == LBFGS else self.descend()
        if complete:
            self._refine(self.options.filter_radius, self.options.polish)

    def finish(self) -> Scene:
        """Return the best scene, with the best colours if these are free and the loss is the squared error.

        Narrow shapes that a fit started from keep their colours and areas.
        """
        options, narrow = self.options, self._narrow
        layout, x = self._best
        image, _ = self._picture
        scene = self._constrained(enlarge(layout.scene(np.asarray(x)), image.shape[1], image.shape[0]))
        exact = len(self._progress.history) > 0 and options.plain
        if exact and options.palette is None and not options.symmetric:
            free = options.background is None
            of_filter = options.filter, options.filter_radius
            held = None if narrow is None else narrow.held
            scene = solve_colors(scene, image, *of_filter, LAST_SOLVE, free, options.device, held)
        return scene if narrow is None else replace(scene, layers=(narrow.restored(scene.layers[0]),))

    def descend(self) -> bool:
        """Take the steps of a first-order optimiser, and add and remove shapes in between.

        Returns whether all were taken: neither the callback nor a limit ended the fit.
        """
        options, schedule, shapes = self.options, self._schedule, self._shapes
        rho = options.filter_radius
        many = False
        for k in range(options.steps):
            done = self._progress.done(k)
            factor = self._factors[schedule.copy(done)]
            if factor != self._factor:
                self._change_copy(factor)
            rho = schedule.radius(done, factor / self._factors[-2])
            if many != schedule.grown(k, done):
                many = not many
                self._grow(rho) if many else self._prune(rho)
            if options.palette is not None and done >= SNAPPED and shapes.palette is None:
                shapes.paint_from(self._palette(shapes.scene))
            loss = shapes.evaluate(self._target, rho)
            if not many:
                self._keep_best(loss, comparable=self._settled or done >= CHANGED)
            shapes.step(schedule.rate(done))
            if options.opaque:
                shapes.raise_opacity(schedule.opacity_floor(done))
            if self._report(k + 1, loss) or (done >= CHANGED and k % PAUSE == 0 and self._reached(loss)):
                return False
        if options.steps > 0:  # the last step is not judged yet
            self._keep_best(shapes.evaluate(self._target, rho), comparable=True)
        return True

    def _reached(self, loss: float) -> bool:
        """Return whether the shapes, of this squared error, have the PSNR asked for."""
        return self._progress.reached(loss, lambda: self._shapes.scene)

    def search(self) -> bool:
        """Run L-BFGS, first with the wide filter and then with the final one; return whether nobody ended it."""
        options = self.options
        wide = self._refine(self._schedule.radius(0.0), round(WIDE * options.steps))
        return wide and self._refine(options.filter_radius, options.steps - len(self._progress.history))

    def _refine(self, rho: float, steps: int) -> bool:
        """Go on from the best shapes with steps of L-BFGS, and return whether nobody ended it."""
        shapes, progress = self._shapes, self._progress
        layout, start = self._best
        self._best_loss = np.inf
        ended = False

        def after(x: Array, loss: float) -> None:
            nonlocal ended
            if loss < self._best_loss:
                self._best, self._best_loss = (layout, x), loss
            ended = progress.report(len(progress.history) + 1, loss, lambda: layout.scene(x), len(shapes))
            if ended:
                raise StopIteration

        if steps > 0:
            polish(shapes.plan, shapes.limits, start, self._target, rho, steps, shapes.scale, after)
        return not ended

    def _search_factors(self) -> list[float]:
        """Return by how much the pixels of every copy are larger than the picture's, which comes last."""
        options, (image, _) = self.options, self._picture
        outline = primitive(options.kind).outline
        # a PSNR is that of the picture itself, and the windows of other losses are so many pixels wide
        comparable = options.target_psnr is None and options.loss in LOSSES
        if self._settled or options.optimizer == LBFGS or not comparable:
            return [1.0] * (len(COPIES) + 1)
        searched = SEARCHED if outline is None else (SEARCHED_FILLED if outline.filled else SEARCHED_THIN)
        height, width, _ = image.shape
        return [*(search_factor(width, height, options.count, pixels) for pixels in searched), 1.0]

    def _see(self, factor: float) -> Array | None:
        """Compare with a copy of pixels so much larger from now on, and return their weights."""
        self._factor = factor
        image, weight = shrink_both(*self._picture, factor)
        self._image, self._target = image, pack(image)
        self._sampler = initial.ColorSampler(image)
        self._weight = np.ones((*image.shape[:2], 1), image.dtype) if weight is None else weight[..., None]
        self._weight = self._weight.astype(image.dtype)
        return weight

    def _change_copy(self, factor: float) -> None:
        """Go on with another copy."""
        weight = self._see(factor)
        self._shapes.enlarge(self._image.shape[1], self._image.shape[0], weight)
        self._best_loss = np.inf

    def _initial_scene(self) -> Scene:
        options, image = self.options, self._image
        height, width, channels = image.shape
        if self._settled:
            from .contour import contour_scene  # with much of SciPy, which takes longer to import than many fits

            return contour_scene(image, options)
        part = image[:, : ceil(width / self._together)]
        points = initial.INITIALIZERS[options.init](self._wanted // self._together, part, self._rng)
        layer = self._layer(points, np.full(len(points), initial.typical_size(self._wanted, width, height)))
        layer = with_mirror_images(layer, width) if options.symmetric else layer
        background = None
        if channels == 3:
            background = image.mean(axis=(0, 1)) if options.background is None else options.background
        return Scene(width, height, [layer], background)

    def _layer(self, points: NDArray[np.float64], size: NDArray[np.float64]) -> Layer:
        """Return typical shapes of given sizes (N,) at given points (N, 2), in the colours of the picture."""
        options = self.options
        params = initial.shapes(options.kind, points, size, self._rng, options.segments)
        colors = self._sampler(points, size)
        return initial.layer(
            options.kind, params, colors, options.composite, options.color, self._image.dtype, self._rng
        )

    def _residual(self, rho: float) -> Array:
        """Return the picture of the shapes less the target (H, W, C)."""
        height, width, _ = self._image.shape
        return unpack(self._shapes.plan.render(self._shapes.x, rho), width, height) - self._image

    def _grow(self, rho: float) -> None:
        """Add shapes where the picture is wrong."""
        height, width, _ = self._image.shape
        options, outline = self.options, primitive(self.options.kind).outline
        share = GROWTH if outline is None else GROWTH_OUTLINE
        if self._wanted < options.count:  # as for a given PSNR: there must be time to get to the most there may be
            share = max(share, FEW ** (1.0 / self._schedule.generations) - 1.0)
        groups = ceil(share * self._wanted / self._together)
        births = groups * self._together
        low, high = np.log(BIRTH_SIZES) + log(initial.typical_size(self._wanted + births, width, height))
        size = np.exp(self._rng.uniform(low, high, groups))
        residual, typical = self._residual(rho), exp(0.5 * (low + high))
        points = places(residual, self._weight, groups, typical, self._rng)
        born = self._layer(points, size)
        if outline is not None and outline.stroked:
            born = lay_along(born, points, *lines(residual, points, typical))
        born = with_mirror_images(born, width) if options.symmetric else born
        self._shapes.change(np.arange(len(self._shapes)), born)

    def _prune(self, rho: float) -> None:
        """Remove the shapes that matter least; or, if more are needed, none."""
        shapes, limit = self._shapes, self.options.count
        if self._wanted < limit and not self._reached(float((self._residual(rho) ** 2).mean())):
            self._wanted = min(limit, len(shapes))
        together = np.arange(len(shapes)).reshape(-1, self._together)
        importance = shapes.importance(self._target, rho)[together].sum(axis=1)
        rank = np.argsort(-importance, kind="stable")
        shapes.change(together[np.sort(rank[: self._wanted // self._together])].ravel())

    def _palette(self, scene: Scene) -> Array:
        """Return the palette asked for (K, 3), found among the colours of a scene if only its size is given."""
        layer = scene.layers[0]
        return make_palette(self.options.palette, layer.color, layer.opacity * sizes(layer) ** 2, self._rng)

    def _constrained(self, scene: Scene) -> Scene:
        """Return a scene as it has to be at the end, even if the fit was ended early."""
        options, layer = self.options, scene.layers[0]
        background = scene.background
        if options.opaque:
            layer = replace(layer, opacity=1.0)
        if options.palette is not None:
            palette = self._palette(scene) if self._shapes.palette is None else self._shapes.palette
            layer = replace(layer, color=nearest(layer.color, palette))
            if background is not None and options.background is None:
                background = nearest(background[None], palette)[0]
        return Scene(scene.width, scene.height, [layer], background)

    def _keep_best(self, loss: float, comparable: bool) -> None:
        """Keep the present shapes if they are the best so far, or if their loss does not compare with earlier ones."""
        if not comparable:
            self._best_loss = np.inf
        if loss < self._best_loss or not comparable:
            self._best = self._shapes.plan.layout, self._shapes.snapshot()
        if comparable:
            self._best_loss = min(loss, self._best_loss)

    def _report(self, iteration: int, loss: float) -> bool:
        """Note a finished step, tell the callback, and return whether the fit is to end."""
        shapes = self._shapes
        return self._progress.report(iteration, loss, lambda: shapes.scene, len(shapes))
