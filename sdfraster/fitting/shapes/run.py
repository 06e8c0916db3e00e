"""Finding the shapes, of any kind but meshes, that redraw a picture.

Adam alone ends after some hundred steps close to a local optimum, so what is left to gain is in which shapes there are:
see `schedule` and `seeding`. The last digits, which matter where shapes are measurements, are left to L-BFGS, see
`refinement`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import ceil, exp, log
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...model.loss import LOSSES
from ...primitives import primitive
from ...scene import Array, Layer, Scene
from .. import initial
from ..enough import Overtime, needed
from ..options import CONTOUR, LBFGS, FitOptions
from ..palette import SNAPPED, make_palette, nearest
from ..progress import CHANGED, FEW, PAUSE, Progress
from ..pyramid import Copy, search_factor
from ..seeding import lay_along, lines, places
from .colors import solve_colors
from .narrow import Narrow
from .polish import polish
from .population import Population
from .rates import sizes
from .schedule import COPIES, START_RADIUS, START_RADIUS_OUTLINE, Schedule
from .seen import Seen
from .symmetry import with_mirror_images

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
    picture : Copy
        The picture, or a copy of working size, in whose pixels results are.
    options : FitOptions
        What is asked for.
    progress : Progress
        Told after every step.
    """

    def __init__(self, picture: Copy, options: FitOptions, progress: Progress) -> None:
        self.options, self._progress, self._picture = options, progress, picture
        self._settled = options.init == CONTOUR
        self._together = 2 if options.symmetric else 1  # shapes that come and go at once
        start = START_RADIUS if primitive(options.kind).outline is None else START_RADIUS_OUTLINE
        self._schedule = Schedule(options.steps, options.radius, start, self._settled)
        self._factors = self._search_factors()
        self._seen = Seen(picture, self._factors[0])
        self._rng = np.random.default_rng(options.seed)
        # there are as many shapes as a PSNR needs, but a palette is found among the colours of all
        self._aimed = options.target_psnr is not None and not isinstance(options.palette, Integral)
        self._wanted = ceil(options.count / FEW) if self._aimed else options.count
        self._wanted += self._wanted % self._together
        scene = self._initial_scene()
        self._narrow = Narrow(scene.layers[0]) if self._settled else None
        self._shapes = Population(scene, options, self._seen.copy, None if self._narrow is None else self._narrow.held)
        self._best: Any = self._shapes.plan.layout, self._shapes.snapshot(), self._seen
        self._best_loss = np.inf
        self._overtime = Overtime(options.count, self._together)
        self._reached = False

    def run(self) -> bool:
        """Search with the optimiser asked for, and return whether nobody ended it."""
        return self.search() if self.options.optimizer == LBFGS else self.descend()

    def finish(self) -> Scene:
        """Return the best scene, with the best colours if these are free and the loss is the squared error.

        One that has the PSNR asked for is left as it is: on a copy colours are best for the copy. Narrow shapes that a
        fit started from keep their colours and areas.
        """
        options, narrow, picture = self.options, self._narrow, self._picture
        scene = self._best_scene()
        exact = len(self._progress.history) > 0 and options.plain and not self._reached
        if not exact or options.palette is not None or options.symmetric:
            return scene
        free = options.background is None
        of_filter = options.filter, options.radius
        held = None if narrow is None else narrow.held
        return solve_colors(
            scene,
            picture.image,
            *of_filter,
            LAST_SOLVE,
            free,
            device=options.device,
            held=held,
            weight=picture.weight,
        )

    def descend(self) -> bool:
        """Take the steps of a first-order optimiser, and more if a PSNR asked for needs them.

        Returns whether all were taken: neither the callback nor a limit ended the fit.
        """
        first: int | None = 0
        while first is not None:
            if not self._course(first):
                return False
            first = self._go_on()
        return True

    def _course(self, first: int) -> bool:
        """Take the steps from a given one to the last, and add and remove shapes in between; see `descend`."""
        options, schedule, shapes = self.options, self._schedule, self._shapes
        rho = options.radius
        many = False
        for k in range(first, options.steps):
            done = self._progress.done(k)
            factor = self._factors[schedule.copy(done)]
            if factor != self._seen.factor:
                self._look(factor)
            rho = schedule.radius(done, factor / self._factors[-2])
            if many != schedule.grown(k, done):
                many = not many
                self._grow(rho) if many else self._prune(rho)
            if options.palette is not None and done >= SNAPPED and shapes.palette is None:
                shapes.paint_from(self._palette(shapes.scene))
                self._aimed = options.target_psnr is not None
            loss = shapes.evaluate(self._seen.target, rho)
            if not many:
                self._keep_best(loss, comparable=self._settled or done >= CHANGED)
            shapes.step(schedule.rate(done))
            if options.opaque:
                shapes.raise_opacity(schedule.opacity_floor(done))
            over = self._report(len(self._progress.history) + 1, loss, lambda: shapes.scene)
            if over or (done >= CHANGED and k % PAUSE == 0 and self._has_reached()):
                return False
        if options.steps > 0:  # the last step is not judged yet
            self._keep_best(shapes.evaluate(self._seen.target, rho), comparable=True)
        return not self._has_reached()

    def _look(self, factor: float) -> None:
        """Go on with a copy of pixels so much larger than the picture's."""
        self._seen = Seen(self._picture, factor)
        self._shapes.enlarge(self._seen.copy)
        self._best_loss = np.inf

    def _has_reached(self) -> bool:
        """Return whether the best shapes have the PSNR asked for."""
        self._reached = self._progress.reached(self._best_loss, self._best_scene)
        return self._reached

    def _go_on(self) -> int | None:
        """Return the step from which a fit without the PSNR asked for goes on, with more shapes, if it does."""
        options, shapes = self.options, self._shapes
        if options.target_psnr is None or options.steps == 0 or self._settled:
            return None
        following = self._overtime.next(len(shapes), self._progress.lacking(self._best_loss))
        if following is None:
            return None
        self._wanted = following.shapes
        if len(shapes) < self._wanted:
            self._add(self._wanted - len(shapes), options.radius)
            self._best_loss = np.inf
        first = min(round(following.start * options.steps), options.steps - 1)
        self._progress.go_on(options.steps - first)
        return first

    def search(self) -> bool:
        """Run L-BFGS, first with the wide filter and then with the final one; return whether nobody ended it."""
        options = self.options
        wide = self._refine(self._schedule.radius(0.0), round(WIDE * options.steps))
        return wide and self._refine(options.radius, options.steps - len(self._progress.history))

    def _refine(self, rho: float, steps: int) -> bool:
        """Go on from the best shapes with steps of L-BFGS, and return whether nobody ended it."""
        shapes, progress = self._shapes, self._progress
        layout, start, seen = self._best
        self._best_loss = np.inf
        ended = False

        def after(x: Array, loss: float) -> None:
            nonlocal ended
            if loss < self._best_loss:
                self._best, self._best_loss = (layout, x, seen), loss
            ended = self._report(len(progress.history) + 1, loss, lambda: layout.scene(x))
            if ended:
                raise StopIteration

        if steps > 0:
            start_at = shapes.plan, shapes.limits, start, self._seen.target
            polish(*start_at, rho=rho, steps=steps, scale=shapes.scale, after=after)
        return not ended

    def _search_factors(self) -> list[float]:
        """Return by how much the pixels of every copy are larger than the picture's, which comes last."""
        options, picture = self.options, self._picture
        outline = primitive(options.kind).outline
        # a PSNR is that of the picture itself, and the windows of other losses are so many pixels wide
        comparable = options.target_psnr is None and options.loss in LOSSES
        if self._settled or options.optimizer == LBFGS or not comparable:
            return [1.0] * (len(COPIES) + 1)
        searched = SEARCHED if outline is None else (SEARCHED_FILLED if outline.filled else SEARCHED_THIN)
        return [*(search_factor(picture.width, picture.height, options.count, pixels) for pixels in searched), 1.0]

    def _initial_scene(self) -> Scene:
        options, copy = self.options, self._seen.copy
        image, channels = copy.image, copy.image.shape[2]
        if self._settled:
            from ..contours.scene import contour_scene

            return contour_scene(image, options)
        part = copy.left_half() if options.symmetric else copy
        points = initial.INITIALIZERS[options.init](self._wanted // self._together, part, self._rng)
        size = initial.typical_size(self._wanted, copy.width, copy.height)
        layer = self._layer(points, np.full(len(points), size))
        layer = with_mirror_images(layer, copy.width) if options.symmetric else layer
        background = None
        if channels == 3:
            background = image.mean(axis=(0, 1)) if options.background is None else options.background
        return Scene(*copy.canvas, [layer], background)

    def _layer(self, points: NDArray[np.float64], size: NDArray[np.float64]) -> Layer:
        """Return typical shapes of given sizes (N,) at given points (N, 2), in the colours of the picture."""
        options = self.options
        params = initial.shapes(options.kind, points, size, self._rng, options.segments)
        colors = self._seen.colors(points, size)
        return initial.layer(
            options.kind, params, colors, options.composite, options.color, self._seen.copy.image.dtype, self._rng
        )

    def _grow(self, rho: float) -> None:
        """Add shapes for a while."""
        share = GROWTH if primitive(self.options.kind).outline is None else GROWTH_OUTLINE
        if self._wanted < self.options.count:  # as for a given PSNR: there must be time to get to the most there may be
            share = max(share, FEW ** (1.0 / self._schedule.generations) - 1.0)
        self._add(ceil(share * self._wanted / self._together) * self._together, rho)

    def _add(self, births: int, rho: float) -> None:
        """Add so many shapes where the picture is wrong."""
        seen = self._seen
        width, height = seen.copy.width, seen.copy.height
        options, outline = self.options, primitive(self.options.kind).outline
        groups = births // self._together
        low, high = np.log(BIRTH_SIZES) + log(initial.typical_size(self._wanted + births, width, height))
        size = np.exp(self._rng.uniform(low, high, groups))
        residual, typical = seen.residual(self._shapes, rho), exp(0.5 * (low + high))
        points = places(residual, seen.weight, groups, typical, self._rng)
        born = self._layer(points, size)
        if outline is not None and outline.stroked:
            born = lay_along(born, points, *lines(residual, points, typical))
        born = with_mirror_images(born, seen.copy.width) if options.symmetric else born
        self._shapes.change(np.arange(len(self._shapes)), born)

    def _prune(self, rho: float) -> None:
        """Remove the shapes that matter least, and of those for a given PSNR all that it does not need."""
        shapes = self._shapes
        rho = self.options.radius if self._aimed else rho
        together = np.arange(len(shapes)).reshape(-1, self._together)
        importance = shapes.importance(self._seen.target, rho)[together].sum(axis=1)
        rank = np.argsort(-importance, kind="stable")
        if self._aimed:
            self._wanted = self._needed(importance[rank])
        shapes.lay_lines(self._seen.target, rho)
        shapes.change(together[np.sort(rank[: self._wanted // self._together])].ravel())

    def _needed(self, growth: NDArray[np.float64]) -> int:
        """Return how many shapes the PSNR asked for needs, given how much error the lack of each group brings, falling.

        Errors add up, nearly, and so no more than half of the shapes there were before go at once.
        """
        shapes, together = self._shapes, self._together
        loss = self._seen.squared_error(shapes, self.options.radius)
        self._progress.reached(loss, lambda: self._seen.on_picture(shapes.scene))  # so that it knows what a copy hides
        groups = max(needed(loss, growth, self._progress.enough), ceil(self._wanted / (2 * together)))
        return min(groups * together, self.options.count)

    def _best_scene(self) -> Scene:
        """Return the best shapes so far, in pixels of the picture, as they have to be at the end."""
        layout, x, seen = self._best
        scene = self._constrained(seen.on_picture(layout.scene(np.asarray(x))))
        narrow = self._narrow
        return scene if narrow is None else replace(scene, layers=(narrow.restored(scene.layers[0]),))

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
            self._best = self._shapes.plan.layout, self._shapes.snapshot(), self._seen
        if comparable:
            self._best_loss = min(loss, self._best_loss)

    def _report(self, iteration: int, loss: float, scene: Callable[[], Scene]) -> bool:
        """Note a finished step to a scene, tell the callback, and return whether the fit is to end."""
        return self._progress.report(iteration, loss, lambda: self._seen.on_picture(scene()), len(self._shapes))
