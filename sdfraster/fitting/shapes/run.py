"""The search for shapes, of any kind but meshes, that redraw a picture.

An optimiser moves the shapes. In cycles (see `schedule`) some are added where the picture is wrong (see `seeding`), and
as many are removed. The last digits are left to L-BFGS, see `refinement`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import ceil
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...model.loss import LOSSES
from ...optim import SEARCHES, needs_squares
from ...palette import make_palette, nearest
from ...rendering import render
from ...scene import Scene
from ...shapes import Array
from ...vector import Layout
from ..backdrop import is_sloping
from ..enough import Overtime, needed
from ..fixed import held_colors
from ..options import CONTOUR, FitOptions
from ..progress import Progress
from ..pyramid import Level, search_factor
from ..strategy import FitStrategy
from .colors import solve_colors
from .level import SearchLevel
from .narrow import Narrow
from .polish import Beginning, polish
from .population import Population
from .rates import sizes
from .schedule import Schedule
from .seeder import Seeder


class ShapeRun:
    """The state of one fit of shapes.

    Parameters
    ----------
    picture : Level
        The finest level of the pyramid. Results are in its pixels.
    options : FitOptions
        What is asked for.
    progress : Progress
        Told after every step.
    strategy : FitStrategy
        The choices of the fit.
    """

    def __init__(self, picture: Level, options: FitOptions, progress: Progress, strategy: FitStrategy) -> None:
        self.options, self._progress, self._picture, self._strategy = options, progress, picture, strategy
        self._settled = options.settled
        self._schedule = Schedule(options.steps, options.radius, strategy, self._settled)
        self._factors = self._search_factors()
        self._level = SearchLevel(picture, self._factors[0])
        self._rng = np.random.default_rng(options.seed)
        self._seeder = Seeder(options, strategy, self._rng)
        self._group = self._seeder.group
        # a PSNR decides how many shapes there are, but only once a palette was found among the colours of all
        self._aimed = options.target_psnr is not None and not isinstance(options.palette, Integral)
        self._wanted = ceil(options.count / strategy.target.fewer) if self._aimed else options.count
        self._wanted += self._wanted % self._group
        scene = self._seeder.start(self._level, self._wanted)
        self._narrow = Narrow(scene, strategy.narrow) if options.init == CONTOUR else None
        self._shapes = Population(scene, options, self._level.picture, strategy.rates, self._narrow)
        self._best: tuple[Layout, Any, SearchLevel] = (
            self._shapes.objective.layout,
            self._shapes.snapshot(),
            self._level,
        )
        self._best_loss = np.inf
        self._overtime = Overtime(options.count, strategy, self._group)
        self._reached = False

    def run(self) -> bool:
        """Search with the optimiser asked for, and return whether nobody ended it."""
        return self.search() if self.options.optimizer in SEARCHES else self.descend()

    def finish(self) -> Scene:
        """Return the best scene, with the best colours if these are free and the loss is the squared error.

        A scene that has the PSNR asked for keeps its colours: on a coarser level the best ones are others. So do the
        narrow shapes of a contour, and what is fixed.
        """
        options, narrow, picture = self.options, self._narrow, self._picture
        scene = self._best_scene()
        exact = len(self._progress.history) > 0 and options.plain and not self._reached
        searched = needs_squares(options.optimizer) or is_sloping(options.background) or picture.behind is not None
        if searched or not exact or options.palette is not None or options.symmetric:
            return scene
        free = options.background is None
        of_filter = options.filter, options.radius
        held = None if narrow is None else narrow.held
        if options.fixed:
            held = held_colors(options, scene)
        return solve_colors(
            scene,
            picture.image,
            *of_filter,
            self._strategy.colors.solver_steps,
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
        options, schedule, shapes, strategy = self.options, self._schedule, self._shapes, self._strategy
        until, pause = strategy.growth.until, strategy.target.pause
        rho = options.radius
        many = False
        for k in range(first, options.steps):
            done = self._progress.done(k)
            factor = self._factors[schedule.level(done)]
            if factor != self._level.factor:
                self._set_level(factor)
            rho = schedule.radius(done, factor / self._factors[-2])
            if many != schedule.grown(k, done):
                many = not many
                self._grow(rho) if many else self._prune(rho)
            if options.palette is not None and done >= strategy.colors.palette_from and shapes.palette is None:
                shapes.paint_from(self._palette(shapes.scene))
                self._aimed = options.target_psnr is not None
            loss = shapes.evaluate(self._level.target, rho)
            if not many:
                self._keep_best(loss, comparable=self._settled or done >= until)
            shapes.step(schedule.rate(done))
            if options.opaque:
                shapes.raise_opacity(schedule.opacity_floor(done))
            over = self._report(len(self._progress.history) + 1, loss, lambda: shapes.scene)
            if over or (done >= until and k % pause == 0 and self._has_reached()):
                return False
        if options.steps > 0:  # the last step is not judged yet
            self._keep_best(shapes.evaluate(self._level.target, rho), comparable=True)
        return not self._has_reached()

    def _set_level(self, factor: float) -> None:
        """Go on with the level whose pixels are so much larger than those of the finest one."""
        self._level = SearchLevel(self._picture, factor)
        self._shapes.set_level(self._level.picture)
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
        """Run a search, first with the wide filter and then with the final one; return whether nobody ended it."""
        options = self.options
        if options.opaque:
            self._shapes.raise_opacity(1.0)
        if self._settled and needs_squares(options.optimizer):  # which starts again without knowing more
            return self._refine(options.radius, options.steps)
        wide = self._refine(self._schedule.radius(0.0), round(self._strategy.annealing.wide * options.steps))
        return wide and self._refine(options.radius, options.steps - len(self._progress.history))

    def _refine(self, rho: float, steps: int) -> bool:
        """Go on from the best shapes with steps of the search, and return whether nobody ended it."""
        shapes, progress = self._shapes, self._progress
        layout, start, level = self._best
        self._best_loss = np.inf
        ended = False

        def after(x: Array, loss: float) -> None:
            nonlocal ended
            if loss < self._best_loss:
                self._best, self._best_loss = (layout, x, level), loss
            ended = self._report(len(progress.history) + 1, loss, lambda: layout.scene(x))
            if ended:
                raise StopIteration

        if steps > 0:
            beginning = Beginning(shapes.objective, shapes.limits, start, self._level.target, rho, shapes.scale)
            polish(beginning, steps, after, self.options.optimizer)
        return not ended

    def _search_factors(self) -> list[float]:
        """Return by how much the pixels of every level are larger than those of the finest one, which comes last."""
        options, picture, pyramid = self.options, self._picture, self._strategy.pyramid
        # a PSNR is that of the finest level, and the windows of losses of whole pictures count its pixels
        comparable = options.target_psnr is None and options.loss in LOSSES
        if self._settled or options.optimizer in SEARCHES or not comparable:
            return [1.0] * (len(pyramid.until) + 1)
        size = picture.width, picture.height
        return [*(search_factor(*size, options.count, pixels, pyramid) for pixels in pyramid.pixels), 1.0]

    def _grow(self, rho: float) -> None:
        """Add the additional shapes of a cycle."""
        share, fewer = self._strategy.growth.share, self._strategy.target.fewer
        if self._wanted < self.options.count:  # for a PSNR: the cycles that are left must lead to all shapes allowed
            share = max(share, fewer ** (1.0 / self._schedule.generations) - 1.0)
        self._add(ceil(share * self._wanted / self._group) * self._group, rho)

    def _add(self, count: int, rho: float) -> None:
        """Add shapes where the picture is wrong."""
        shapes = self._shapes
        shapes.change(np.arange(len(shapes)), self._seeder.more(self._level, shapes, count, self._wanted, rho))

    def _prune(self, rho: float) -> None:
        """Remove the shapes that matter least; in a fit for a PSNR, all that it does not need."""
        shapes = self._shapes
        rho = self.options.radius if self._aimed else rho
        groups = np.arange(len(shapes)).reshape(-1, self._group)
        importance = shapes.leave_one_out(self._level.target, rho)[groups].sum(axis=1)
        rank = np.argsort(-importance, kind="stable")
        if self._aimed:
            self._wanted = self._needed(importance[rank])
        shapes.revive_colors(self._level.target, rho)
        shapes.change(groups[np.sort(rank[: self._wanted // self._group])].ravel())

    def _needed(self, growth: NDArray[np.float64]) -> int:
        """Return how many shapes the PSNR asked for needs, given the error without each group, falling.

        These errors add up only nearly. So no more than half of the shapes are removed at once.
        """
        shapes, size = self._shapes, self._group
        loss = self._level.squared_error(shapes, self.options.radius)
        # the test tells the progress how much error the level hides
        self._progress.reached(loss, lambda: self._level.on_base(shapes.scene))
        groups = needed(loss, growth, self._progress.enough, self._strategy.target.recovered)
        groups = max(groups, ceil(self._wanted / (2 * size)))
        return min(groups * size, self.options.count)

    def _best_scene(self) -> Scene:
        """Return the best shapes so far, in pixels of the finest level, as they have to be at the end."""
        layout, x, level = self._best
        return self._constrained(level.on_base(layout.scene(np.asarray(x))))

    def _palette(self, scene: Scene) -> Array:
        """Return the palette asked for (K, 3), found among the colours of a scene if only its size is given.

        A background that is found too is one of them, and counts by what is seen of it (sizes are half a side).
        """
        layer, behind, options = scene.layers[-1], scene.background, self.options
        colors, weights = layer.color, layer.opacity * sizes(layer) ** 2
        if behind is not None and options.background is None and isinstance(options.palette, Integral):
            alpha = render(scene.replace(background=None), options.radius, options.filter)[..., 3]
            colors, weights = np.vstack([colors, behind]), np.append(weights, 0.25 * (1.0 - alpha).sum())
        return make_palette(options.palette, colors, weights, self._rng)

    def _constrained(self, scene: Scene) -> Scene:
        """Return a scene as it has to be at the end, even if the fit was ended early."""
        options, layer = self.options, scene.layers[-1]
        background = scene.background
        if options.opaque:
            layer = replace(layer, opacity=1.0)
        if options.palette is not None:
            palette = self._palette(scene) if self._shapes.palette is None else self._shapes.palette
            layer = replace(layer, color=nearest(layer.color, palette))
            if background is not None and options.background is None:
                background = nearest(background[None], palette)[0]
        return Scene(scene.width, scene.height, [*scene.layers[:-1], layer], background)

    def _keep_best(self, loss: float, comparable: bool) -> None:
        """Keep the present shapes if they are the best so far, or if their loss does not compare with earlier ones."""
        if not comparable:
            self._best_loss = np.inf
        if loss < self._best_loss or not comparable:
            self._best = self._shapes.objective.layout, self._shapes.snapshot(), self._level
        if comparable:
            self._best_loss = min(loss, self._best_loss)

    def _report(self, iteration: int, loss: float, scene: Callable[[], Scene]) -> bool:
        """Note a finished step to a scene, tell the callback, and return whether the fit is to end."""
        return self._progress.report(iteration, loss, lambda: self._level.on_base(scene()), len(self._shapes))
