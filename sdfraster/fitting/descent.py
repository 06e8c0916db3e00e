"""Values that move against the gradient of a plan: the inner loop of a fit. `cuda.descent` does it on a GPU."""

from __future__ import annotations

from typing import Any

from ..optim import OPTIMIZERS
from ..scene import Array
from .limits import Limits
from .moves import Moves

MEMORY = 0.9  # decay of the average of squared gradients; 0.999 remembers shapes that are gone: 0.2 dB; 0.97: 0.1


class Descent:
    """The values of a scene on their way.

    Parameters
    ----------
    plan : Plan
        What the gradient is of.
    optimizer : str
        Name of a first-order optimiser.
    x : ndarray, shape (plan.layout.size,)
        Where to start; moved in place.
    state : State or None
        Of the optimiser, to go on with; None to begin.
    rates : ndarray, shape (plan.layout.size,)
        Learning rate of every move.
    moves : Moves
        What the optimiser, whose averages are of these, chooses between.
    limits : Limits
        Range of every value.
    """

    def __init__(
        self, plan: Any, optimizer: str, x: Array, state: Any, rates: Array, moves: Moves, limits: Limits
    ) -> None:
        self._plan, self._update = plan, OPTIMIZERS[optimizer].update
        self.x, self.state = x, OPTIMIZERS[optimizer].init(x) if state is None else state
        self._rates, self._moves, self._limits = rates, moves, limits

    def evaluate(self, target: Array, rho: float) -> float:
        """Return the loss against a target in tiles, with its gradient ready for `step`."""
        return self._plan.value_and_grad(self.x, target, rho)

    def step(self, factor: float) -> None:
        """Move against the gradient, with all rates times a factor."""
        rates = self._rates * self.x.dtype.type(factor)
        step, self.state = self._update(self._moves.slope(self._plan.gradient), self.state, rates, beta2=MEMORY)
        self.x -= self._moves.values(step)
        self._limits.clip(self.x)

    def snapshot(self) -> Any:
        """Return a copy of the values, which NumPy can turn into an array."""
        return self.x.copy()
