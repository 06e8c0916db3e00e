"""The shapes of a fit while their number changes: values, objective, learning rates, bounds, state of the optimiser.

An objective is for a fixed number of shapes. Another number gets another one, which costs less than a step; spare
shapes of opacity 0 would cost in every step. Shapes that stay keep the averages of the optimiser. New ones start with
an average gradient of 0 and the median of the others' squared gradients: with zeros their first steps would be far too
large.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...layer import Layer
from ...model.composite import COMPOSITES
from ...objective import Objective
from ...optim import OPTIMIZERS, SEARCHES, State
from ...palette import nearest
from ...plan import ScenePlan
from ...prepared.targets import PreparedTarget
from ...regularizers.registry import RegularizedPlan, weighted_terms
from ...scene import Scene
from ...shapes import Array
from ...vector import LayerView, Layout
from ..fixed import Fixed
from ..initial import typical_size
from ..options import FitOptions
from ..pyramid import Level, enlarge
from ..strategy import Rates
from .descent import Descent, Moving
from .directions import Directions
from .limits import Limits
from .narrow import Narrow
from .rates import learning_rates
from .symmetry import SymmetricPlan

if TYPE_CHECKING:
    from ...cuda.descent import CudaDescent


class Population:
    """Shapes of one layer over a background.

    Parameters
    ----------
    scene : Scene
        Where they start.
    options : FitOptions
        Of the fit.
    level : Level
        The picture that they are compared with.
    strategy : Rates
        How fast they move.
    narrow : Narrow, optional
        What is narrow among them and keeps some values, in a fit that neither adds nor removes any.
    state : dict, optional
        Of another population, to go on where it was; then the scene is the one in there.

    Attributes
    ----------
    objective : Objective
        Their loss, for their present number.
    scale : ndarray, shape (n,)
        How fast each value moves.
    limits : Limits
        The range of each value.
    palette : ndarray, shape (K, 3), or None
        The only colours there are.
    """

    def __init__(
        self,
        scene: Scene,
        options: FitOptions,
        level: Level,
        strategy: Rates,
        narrow: Narrow | None = None,
        state: dict[str, Any] | None = None,
    ) -> None:
        self._options, self._level, self._strategy, self._narrow = options, level, strategy, narrow
        self._optimizer = "adam" if options.optimizer in SEARCHES else options.optimizer
        self.palette: Array | None = None
        self._fixed = Fixed(options.fixed, options.given)
        if state is None:
            self._adopt(scene, lambda x: None)
        else:
            self._restore(state)

    @property
    def state(self) -> dict[str, Any]:
        """All that what happens next depends on: rates follow from the scene when the number of shapes last changed."""
        vectors = {"x": self.x.copy(), "lower": self.limits.lower.copy(), "upper": self.limits.upper.copy()}
        scene, palette = self.objective.layout.template, self.palette
        return {"scene": scene, **vectors, "optimizer": self._descent.state, "palette": palette}

    def _restore(self, state: dict[str, Any]) -> None:
        """Go on where another population was."""

        def carried(x: Array) -> State:
            x[:] = state["x"]
            kind: Any = type(OPTIMIZERS[self._optimizer].init(x))
            restored: State = kind(*state["optimizer"])
            return restored

        self._adopt(state["scene"], carried)
        self.limits.lower[:], self.limits.upper[:] = state["lower"], state["upper"]
        self.palette = state["palette"]

    def __len__(self) -> int:
        return len(self.objective.layout.template.layers[-1])

    @property
    def x(self) -> Array:
        """Their values (n,); on the CPU changing them moves the shapes."""
        return self._descent.x

    @property
    def scene(self) -> Scene:
        """The shapes as they are."""
        return self.objective.layout.scene(self.x)

    def evaluate(self, target: PreparedTarget, rho: float) -> float:
        """Return the loss against a target, with its gradient ready for `step`."""
        return self._descent.evaluate(target, rho)

    def step(self, factor: float) -> None:
        """Move against the gradient."""
        self._descent.step(factor)

    def snapshot(self) -> Any:
        """Return a copy of the values, which NumPy can turn into an array, good until the next one."""
        return self._descent.snapshot()

    def leave_one_out(self, target: PreparedTarget, rho: float) -> NDArray[np.float64]:
        """Return by how much the squared error against a target would grow without each shape (N,).

        It is exact, see `docs/decisions/fit-growth.md`, and computed on the CPU wherever the shapes are.
        """
        squared = self._squared_error()
        return squared.leave_one_out(squared.x, target, filter_radius=rho)

    def revive_colors(self, target: PreparedTarget, rho: float) -> None:
        """Give a gradient to values of colours that a target gives none; the picture stays the same.

        Lines of gradients that have left their shapes have such values: only one of the two colours is seen then.
        """
        revive = self.objective.layout.template.layers[-1].rule.revive
        if revive is None:
            return
        squared = self._squared_error()
        _, gradient = squared(squared.x, target, filter_radius=rho)
        revive(self._view.color, squared.layout.views(gradient)[0][-1].color)

    def _squared_error(self) -> Objective:
        """Return the squared error of the shapes as they are, on the CPU."""
        level = self._level
        return Objective(self.scene, weight=level.weight, filter=self._options.filter, behind=level.behind)

    def change(self, keep: NDArray[np.intp], new: Layer | None = None) -> None:
        """Keep the shapes of these indices, and paint new ones on top."""
        layout = self.objective.layout
        parts: list[Any] = [array[keep] for array in self._view]
        if new is not None:
            parts = [np.concatenate(pair) for pair in zip(parts, new.values, strict=True)]
        old, state = layout.template, self._descent.state
        _, background = layout.views(self.x)
        behind = self.scene.layers[:-1]
        scene = Scene(old.width, old.height, [*behind, old.layers[-1].with_values(*parts)], background)

        def carried(x: Array) -> State:
            return _mapped(state, lambda item, squares: self._carry(layout, item, keep, x, known=squares))

        self._adopt(scene, carried)

    def set_level(self, level: Level) -> None:
        """Go on with the same shapes on another level of the pyramid."""
        state, factor = self._descent.state, self._level.pixel / level.pixel
        self._level = level

        def carried(x: Array) -> State:
            slope = self.objective.layout.by_role(lambda role: 1.0 / factor if role.scales else 1.0)
            return _mapped(state, lambda item, squares: item * (slope**2 if squares else slope))

        self._adopt(enlarge(self.scene, factor, *level.canvas), carried)

    def paint_from(self, palette: Array) -> None:
        """Give every shape, and the background, the nearest colour of a palette (K, 3), and hold it."""
        self.palette = palette
        self._hold_palette()

    def raise_opacity(self, floor: float) -> None:
        """Let no opacity be less than `floor`."""
        self.objective.layout.views(self.limits.lower)[0][-1].opacity[:] = floor
        np.maximum(self._view.opacity, floor, out=self._view.opacity)

    @property
    def _view(self) -> LayerView:
        return self.objective.layout.views(self.x)[0][-1]

    def _adopt(self, scene: Scene, carry: Callable[[Array], State | None]) -> None:
        """Make everything for a scene that depends on the number of shapes; `carry` gives the optimiser's state."""
        options, layer = self._options, scene.layers[-1]
        level = self._level
        self.objective = self._objective(scene)
        layout, x = self.objective.layout, self.objective.x.copy()
        self._fixed.set(layout, x, level.pixel)
        typical = typical_size(len(layer), scene.width, scene.height)
        how = self._strategy, options.rate, options.settled
        rates, directions = learning_rates(layout, layer, typical, *how)
        self.scale = directions.spread(rates)
        self.limits = self._limits(x)
        self._descent = self._make_descent(x, carry(x), rates, directions)
        if self.palette is not None:
            self._hold_palette()

    def _objective(self, scene: Scene) -> Objective:
        """Return the loss of scenes of one layout, with all that the options add to it, and what they hold."""
        options, level = self._options, self._level

        def derive(plan: ScenePlan) -> ScenePlan:
            if options.regularizers:
                plan = RegularizedPlan(plan, weighted_terms(scene, options.regularizers, level.pixel))
            if self._narrow is not None:
                plan = self._narrow.plan(plan)
            return SymmetricPlan(plan) if options.symmetric else plan

        objective = Objective(
            scene,
            loss=options.loss,
            weight=level.weight,
            delta=options.delta,
            filter=options.filter,
            device=options.device,
            behind=level.behind,
        ).derived(derive)
        held = self._fixed.mask(objective.layout)
        return objective.free(~held) if held.any() else objective

    def _make_descent(
        self, x: Array, state: State | None, rates: Array, directions: Directions
    ) -> Descent | CudaDescent:
        """Return what moves the shapes: on a GPU if they are there and nothing needs their values between steps."""
        options = self._options
        start = self._optimizer, x, state, Moving(rates, directions, self.limits, self._strategy.decay)
        held = self._fixed.mask(self.objective.layout).any()
        free = not (options.opaque or options.palette is not None or held or options.optimizer in SEARCHES)
        if options.device != "cpu" and free:
            from ...cuda.descent import FORMULAS, CudaDescent
            from ...cuda.plan import CudaPlan

            with self.objective.lend() as plan:  # and longer: a fit is one thread
                if isinstance(plan, CudaPlan) and self._optimizer in FORMULAS:  # no terms, no pairs
                    return CudaDescent(plan, *start)
        return Descent(self.objective, *start)

    def _limits(self, x: Array) -> Limits:
        """Return the range of every value; a single point for those that are fixed."""
        options, layout = self._options, self.objective.layout
        limits, rule = Limits(layout), layout.template.layers[-1].rule
        for ends, limit in ((limits.lower, 0.0), (limits.upper, 1.0)):
            layers, background = layout.views(ends)
            colors = layers[-1].color.reshape(-1, rule.values)
            colors[:, list(rule.held)] = limit
            for k, *ends in rule.ranges:
                colors[:, k] = ends[int(limit)]
            if not COMPOSITES[options.composite].opacity_moves:
                layers[-1].opacity[:] = layout.views(x)[0][-1].opacity
            if self._narrow is not None:
                held = self._narrow.held
                layers[-1].color[held] = layout.views(x)[0][-1].color[held]
                if not options.opaque:
                    layers[-1].opacity[held] = layout.views(x)[0][-1].opacity[held]
            if background is not None:
                background[:] = limit if options.background is None else layout.views(x)[1]
        held = self._fixed.mask(layout)
        if held.any():
            limits.hold(held, x)
        return limits

    def _hold_palette(self) -> None:
        """Set colours, and their bounds, to those of the palette."""
        assert self.palette is not None
        free = self._options.background is None
        layout = self.objective.layout
        _, background = layout.views(self.x)
        color = nearest(self._view.color, self.palette)
        for vector in (self.x, self.limits.lower, self.limits.upper):
            layers, behind = layout.views(vector)
            layers[-1].color[:] = color
            if behind is not None and background is not None and free:
                behind[:] = nearest(background[None], self.palette)[0]

    def _carry(self, layout: Layout, average: Array, keep: NDArray[np.intp], x: Array, known: bool) -> Array:
        """Return an average of the optimiser for the shapes of x; `known` if new shapes get the median."""
        carried = np.zeros_like(x)
        (layers, background), (new_layers, new_background) = layout.views(average), self.objective.layout.views(carried)
        for before, after in zip(layers[:-1], new_layers[:-1], strict=True):
            for old, new in zip(before, after, strict=True):
                new[:] = old
        for old, new in zip(layers[-1], new_layers[-1], strict=True):
            new[: len(keep)] = old[keep]
            if known and len(keep) > 0:
                new[len(keep) :] = np.median(old[keep], axis=0)
        if new_background is not None:
            new_background[:] = background
        return carried


def _mapped(state: State, changed: Callable[[Array, bool], Array]) -> State:
    """Return the state of an optimiser with every average changed: that of the gradient, then (True) of its squares."""
    averages = [item for item in state if isinstance(item, np.ndarray)]
    new = iter([changed(item, k > 0) for k, item in enumerate(averages)])
    return type(state)(*(next(new) if np.ndim(item) else item for item in state))
