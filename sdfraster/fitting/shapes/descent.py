"""Values that move against the gradient of a plan: the inner loop of a fit. `cuda.descent` does it on a GPU."""

from __future__ import annotations

from typing import NamedTuple

from ...optim import OPTIMIZERS, State
from ...plan import ScenePlan
from ...shapes import Array
from .directions import Directions
from .limits import Limits


class Moving(NamedTuple):
    """How values move."""

    rates: Array  # (n,): learning rate of every direction
    directions: Directions  # along which the optimiser steps, and of which its averages are
    limits: Limits  # range of every value
    decay: float  # of the average of squared gradients


class Descent:
    """The values of a scene on their way.

    Parameters
    ----------
    plan : ScenePlan
        What the gradient is of.
    optimizer : str
        Name of a first-order optimiser.
    x : ndarray, shape (plan.layout.size,)
        Where to start; moved in place.
    state : State or None
        Of the optimiser, to go on with; None to begin.
    moving : Moving
        How values move.
    """

    def __init__(
        self,
        plan: ScenePlan,
        optimizer: str,
        x: Array,
        state: State | None,
        moving: Moving,
    ) -> None:
        self._plan, self._update = plan, OPTIMIZERS[optimizer].update
        self.x = x
        self.state = OPTIMIZERS[optimizer].init(x) if state is None else state
        self._moving = moving

    def evaluate(self, target: Array, rho: float) -> float:
        """Return the loss against a target in tiles, with its gradient ready for `step`."""
        return self._plan.value_and_grad(self.x, target, rho)

    def step(self, factor: float) -> None:
        """Move against the gradient, with all rates times a factor."""
        rates, directions, limits, decay = self._moving
        slope = directions.slope(self._plan.gradient)
        step, self.state = self._update(slope, self.state, rates * self.x.dtype.type(factor), beta2=decay)
        self.x -= directions.values(step)
        limits.clip(self.x)

    def snapshot(self) -> Array:
        """Return a copy of the values, which NumPy can turn into an array."""
        copy: Array = self.x.copy()
        return copy
