"""Values that move against the gradient of a plan: the inner loop of a fit. `cuda.descent` does it on a GPU."""

from __future__ import annotations

from ...optim import OPTIMIZERS, State
from ...plan import ScenePlan
from ...scene import Array
from .directions import Directions
from .limits import Limits


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
    rates : ndarray, shape (plan.layout.size,)
        Learning rate of every move.
    directions : Directions
        What the optimiser, whose averages are of these, chooses between.
    limits : Limits
        Range of every value.
    decay : float
        Of the average of squared gradients.
    """

    def __init__(
        self,
        plan: ScenePlan,
        optimizer: str,
        x: Array,
        state: State | None,
        rates: Array,
        directions: Directions,
        limits: Limits,
        decay: float,
    ) -> None:
        self._plan, self._update = plan, OPTIMIZERS[optimizer].update
        self.x = x
        self.state = OPTIMIZERS[optimizer].init(x) if state is None else state
        self._rates, self._directions, self._limits, self._decay = rates, directions, limits, decay

    def evaluate(self, target: Array, rho: float) -> float:
        """Return the loss against a target in tiles, with its gradient ready for `step`."""
        return self._plan.value_and_grad(self.x, target, rho)

    def step(self, factor: float) -> None:
        """Move against the gradient, with all rates times a factor."""
        rates = self._rates * self.x.dtype.type(factor)
        step, self.state = self._update(
            self._directions.slope(self._plan.gradient), self.state, rates, beta2=self._decay
        )
        self.x -= self._directions.values(step)
        self._limits.clip(self.x)

    def snapshot(self) -> Array:
        """Return a copy of the values, which NumPy can turn into an array."""
        copy: Array = self.x.copy()
        return copy
