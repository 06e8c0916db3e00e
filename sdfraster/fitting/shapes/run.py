"""The search for shapes, of any kind but meshes, that redraw a picture.

An optimiser moves the shapes. In cycles (see `schedule`) some are added where the picture is wrong (see `seeding`), and
as many are removed. The last digits are left to L-BFGS, see `refinement`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, inf
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...optim import SEARCHES, needs_squares
from ...optim.search import Past
from ...scene import Scene
from ...shapes import Array
from ...vector import Layout
from ..backdrop import is_sloping
from ..enough import Round, needed
from ..fixed import held_colors
from ..options import CONTOUR, FitOptions
from ..progress import Progress
from ..pyramid import Level
from ..run import Position, Run
from ..strategy import FitStrategy
from .colors import solve_colors
from .level import SearchLevel, search_factors
from .narrow import Narrow
from .palette import in_palette, palette_of
from .polish import Beginning, as_arrays, polish
from .population import Population
from .schedule import Schedule
from .seeder import Seeder


@dataclass(kw_only=True)
class ShapePosition(Position):
    """Where a run is, but for its shapes.

    Attributes
    ----------
    rho : float
        Radius of the pixel filter.
    many : bool
        Whether there are the additional shapes of a cycle.
    wanted : int
        How many shapes there are to be without those.
    aimed : bool
        Whether a PSNR decides that.
    best_loss : float
        Of the best shapes.
    phase, begun : int
        Of a search: the number of its present part, and the step at which that began.
    """

    wanted: int
    aimed: bool
    rho: float
    many: bool = False
    best_loss: float = inf
    phase: int = 0
    begun: int = 0


class ShapeRun(Run[ShapePosition]):
    """The state of one fit of shapes.

    Parameters are those of `Run`, and perhaps the `state` of a run that was ended, to go on where it was.
    """

    def __init__(
        self,
        picture: Level,
        options: FitOptions,
        progress: Progress,
        strategy: FitStrategy,
        state: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(picture, options, progress, strategy)
        self._schedule = Schedule(options.steps, options.radius, strategy, options.settled)
        self._factors = search_factors(picture, options, strategy.pyramid)
        self._seeder = Seeder(options, strategy, self._rng)
        self._past: Past | None = {} if progress.keeps else None
        if state is None:
            self._begin()
        else:
            self._restore(state)

    def _begin(self) -> None:
        """Make the shapes that the fit starts from."""
        options, strategy = self.options, self._strategy
        # a PSNR decides how many shapes there are, but only once a palette was found among the colours of all
        aimed = options.target_psnr is not None and not isinstance(options.palette, Integral)
        wanted = ceil(options.count / strategy.target.fewer) if aimed else options.count
        self._at = ShapePosition(wanted=wanted + wanted % options.group, aimed=aimed, rho=options.radius)
        self._level = SearchLevel(self._picture, self._factors[0])
        self._populate(self._seeder.start(self._level, self._at.wanted))
        self._best: tuple[Layout, Any, SearchLevel] = (
            self._shapes.objective.layout,
            self._shapes.snapshot(),
            self._level,
        )
        _, self._start, _ = self._best

    def _populate(self, scene: Scene, state: dict[str, Any] | None = None) -> None:
        """Make what moves the shapes of a scene, or those of another run that started from it."""
        options, strategy = self.options, self._strategy
        self._scene = scene
        self._narrow = Narrow(scene, strategy.narrow) if options.init == CONTOUR else None
        self._shapes = Population(scene, options, self._level.picture, strategy.rates, self._narrow, state)

    @property
    def _found(self) -> dict[str, Any]:
        """The shapes as they are, the best ones, and what a search has seen."""
        layout, x, level = self._best
        best = {"scene": layout.scene(np.asarray(x)), "factor": level.factor}
        search = {"start": np.asarray(self._start), "past": as_arrays(self._past or {})}
        shapes = {"scene": self._scene, "factor": self._level.factor, "shapes": self._shapes.state}
        return {**shapes, "best": best, "search": search}

    def _take_up(self, state: dict[str, Any]) -> None:
        """Go on with the shapes of another run."""
        self._at = ShapePosition(**state["position"])
        self._level = SearchLevel(self._picture, state["factor"])
        self._populate(state["scene"], state["shapes"])
        layout, best = Layout(state["best"]["scene"]), state["best"]
        self._best = layout, layout.vector(best["scene"]), SearchLevel(self._picture, best["factor"])
        self._start, self._past = state["search"]["start"], state["search"]["past"]

    def _enlarge(self, more: int) -> None:
        """Add so many shapes to those asked for before."""
        self._at.wanted = self.options.count
        self._add(more, self._at.rho)
        self._at.best_loss = inf

    def run(self) -> bool:
        """Search with the optimiser asked for, and return whether nobody ended it."""
        return self.search() if self.options.optimizer in SEARCHES else self._descend()

    def finish(self) -> Scene:
        """Return the best scene, with the best colours if these are free and the loss is the squared error.

        A scene that has the PSNR asked for keeps its colours: on a coarser level the best ones are others. So do the
        narrow shapes of a contour, and what is fixed.
        """
        options, narrow, picture = self.options, self._narrow, self._picture
        scene = self._best_scene()
        exact = self._at.step > 0 and options.plain and not self._at.reached
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

    def _course(self) -> bool:
        """Take the steps that are left, and add and remove shapes in between."""
        options, schedule, shapes, strategy, at = self.options, self._schedule, self._shapes, self._strategy, self._at
        until, pause = strategy.growth.until, strategy.target.pause
        for k in range(at.step, options.steps):
            done = self._progress.done(k)
            factor = self._factors[schedule.level(done)]
            if factor != self._level.factor:
                self._set_level(factor)
            at.rho = schedule.radius(done, factor / self._factors[-2])
            if at.many != schedule.grown(k, done):
                at.many = not at.many
                self._grow() if at.many else self._prune()
            if options.palette is not None and done >= strategy.colors.palette_from and shapes.palette is None:
                shapes.paint_from(palette_of(shapes.scene, options, self._rng))
                at.aimed = options.target_psnr is not None
            loss = shapes.evaluate(self._level.target, at.rho)
            if not at.many:
                self._keep_best(loss, comparable=self.options.settled or done >= until)
            shapes.step(schedule.rate(done))
            if options.opaque:
                shapes.raise_opacity(schedule.opacity_floor(done))
            if done >= until and k % pause == 0:
                self._test()
            at.step = k + 1
            if self._report(loss, lambda: shapes.scene) or at.reached:
                return False
        if options.steps > 0:  # the last step is not judged yet
            self._keep_best(shapes.evaluate(self._level.target, at.rho), comparable=True)
        self._test()
        return not at.reached

    def _set_level(self, factor: float) -> None:
        """Go on with the level whose pixels are so much larger than those of the finest one."""
        self._level = SearchLevel(self._picture, factor)
        self._shapes.set_level(self._level.picture)
        self._at.best_loss = inf

    def _test(self) -> None:
        """Find out whether the best shapes have the PSNR asked for."""
        self._at.reached = self._progress.reached(self._at.best_loss, self._best_scene)

    def _next_round(self) -> Round | None:
        """Return the next round of overtime, with its shapes made, or None if there is none."""
        shapes, at = self._shapes, self._at
        following = self._overtime.next(len(shapes), self._progress.lacking(at.best_loss))
        if following is not None:
            at.wanted = following.shapes
            if len(shapes) < at.wanted:
                self._add(at.wanted - len(shapes), self.options.radius)
                at.best_loss = inf
        return following

    def search(self) -> bool:
        """Run a search, first with the wide filter and then with the final one; return whether nobody ended it."""
        options, at = self.options, self._at
        if options.opaque:
            self._shapes.raise_opacity(1.0)
        parts = [(options.radius, options.steps)]  # filter radius, and the step at which it is over
        if not (self.options.settled and needs_squares(options.optimizer)):  # which starts again without knowing more
            parts.insert(0, (self._schedule.radius(0.0), round(self._strategy.annealing.wide * options.steps)))
        while self._refine(*parts[at.phase]):
            if at.phase == len(parts) - 1:
                return True
            _, self._start, _ = self._best
            self._past = None if self._past is None else {}
            at.phase, at.begun, at.best_loss = at.phase + 1, at.step, inf
        return False

    def _refine(self, rho: float, until: int) -> bool:
        """Take the steps of the present part of the search, and return whether nobody ended it."""
        shapes, at = self._shapes, self._at
        layout, _, level = self._best
        ended = False

        def after(x: Array, loss: float) -> None:
            nonlocal ended
            if loss < at.best_loss:
                self._best, at.best_loss = (layout, x, level), loss
            at.step += 1
            ended = self._report(loss, lambda: layout.scene(x))
            if ended:
                raise StopIteration

        if until > at.begun:
            beginning = Beginning(shapes.objective, shapes.limits, self._start, self._level.target, rho, shapes.scale)
            polish(beginning, until - at.begun, after, self._past, self.options.optimizer)
        return not ended

    def _grow(self) -> None:
        """Add the additional shapes of a cycle."""
        share, fewer, wanted = self._strategy.growth.share, self._strategy.target.fewer, self._at.wanted
        group = self.options.group
        if wanted < self.options.count:  # for a PSNR: the cycles that are left must lead to all shapes allowed
            share = max(share, fewer ** (1.0 / self._schedule.generations) - 1.0)
        self._add(ceil(share * wanted / group) * group, self._at.rho)

    def _add(self, count: int, rho: float) -> None:
        """Add shapes where the picture is wrong."""
        shapes = self._shapes
        shapes.change(np.arange(len(shapes)), self._seeder.more(self._level, shapes, count, self._at.wanted, rho))

    def _prune(self) -> None:
        """Remove the shapes that matter least; in a fit for a PSNR, all that it does not need."""
        shapes, at, group = self._shapes, self._at, self.options.group
        rho = self.options.radius if at.aimed else at.rho
        groups = np.arange(len(shapes)).reshape(-1, group)
        importance = shapes.leave_one_out(self._level.target, rho)[groups].sum(axis=1)
        rank = np.argsort(-importance, kind="stable")
        if at.aimed:
            at.wanted = self._needed(importance[rank])
        shapes.revive_colors(self._level.target, rho)
        shapes.change(groups[np.sort(rank[: at.wanted // group])].ravel())

    def _needed(self, growth: NDArray[np.float64]) -> int:
        """Return how many shapes the PSNR asked for needs, given the error without each group, falling.

        These errors add up only nearly. So no more than half of the shapes are removed at once.
        """
        shapes, size = self._shapes, self.options.group
        loss = self._level.squared_error(shapes, self.options.radius)
        # the test tells the progress how much error the level hides
        self._progress.reached(loss, lambda: self._level.on_base(shapes.scene))
        groups = needed(loss, growth, self._progress.enough, self._strategy.target.recovered)
        groups = max(groups, ceil(self._at.wanted / (2 * size)))
        return min(groups * size, self.options.count)

    def _best_scene(self) -> Scene:
        """Return the best shapes so far, in pixels of the finest level, as they have to be at the end."""
        layout, x, level = self._best
        return self._constrained(level.on_base(layout.scene(np.asarray(x))))

    def _constrained(self, scene: Scene) -> Scene:
        """Return a scene as it has to be at the end, even if the fit was ended early."""
        options, palette = self.options, self._shapes.palette
        if options.palette is not None:
            palette = palette_of(scene, options, self._rng) if palette is None else palette
            scene = in_palette(scene, options, palette)
        if options.opaque:
            scene = scene.replace(layers=[*scene.layers[:-1], replace(scene.layers[-1], opacity=1.0)])
        return scene

    def _keep_best(self, loss: float, comparable: bool) -> None:
        """Keep the present shapes if they are the best so far, or if their loss does not compare with earlier ones."""
        at = self._at
        if not comparable:
            at.best_loss = inf
        if loss < at.best_loss or not comparable:
            self._best = self._shapes.objective.layout, self._shapes.snapshot(), self._level
        if comparable:
            at.best_loss = min(loss, at.best_loss)

    def _report(self, loss: float, scene: Callable[[], Scene]) -> bool:
        """Note a finished step to a scene, tell the callback, and return whether the fit is to end."""
        iteration = len(self._progress.history) + 1
        return self._progress.report(iteration, loss, lambda: self._level.on_base(scene()), len(self._shapes))
