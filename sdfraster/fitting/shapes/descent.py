"""Values that move against the gradient of an objective: the inner loop of a fit. `cuda.descent` does it on a GPU."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ...objective import Objective
from ...optim import OPTIMIZERS, State
from ...prepared.targets import PreparedTarget
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
    objective : Objective
        What the gradient is of.
    optimizer : str
        Name of a first-order optimiser.
    x : ndarray, shape (n,)
        Where to start; moved in place.
    state : State or None
        Of the optimiser, to go on with; None to begin.
    moving : Moving
        How values move.
    """

    def __init__(
        self,
        objective: Objective,
        optimizer: str,
        x: Array,
        state: State | None,
        moving: Moving,
    ) -> None:
        self._objective, self._update = objective, OPTIMIZERS[optimizer].update
        self.x, self._gradient = x, np.zeros_like(x)
        self.state = OPTIMIZERS[optimizer].init(x) if state is None else state
        self._moving = moving

    def evaluate(self, target: PreparedTarget, rho: float) -> float:
        """Return the loss against a target, with its gradient ready for `step`."""
        return self._objective(self.x, target, filter_radius=rho, out=self._gradient)[0]

    def step(self, factor: float) -> None:
        """Move against the gradient, with all rates times a factor."""
        rates, directions, limits, decay = self._moving
        slope = directions.slope(self._gradient)
        step, self.state = self._update(slope, self.state, rates * self.x.dtype.type(factor), beta2=decay)
        self.x -= directions.values(step)
        limits.clip(self.x)

    def snapshot(self) -> Array:
        """Return a copy of the values, which NumPy can turn into an array."""
        copy: Array = self.x.copy()
        return copy
