"""The last digits of a fit: L-BFGS on all values at once, for a number of shapes that no longer changes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from ...optim import lbfgs
from ...plan import ScenePlan
from ...shapes import Array
from .limits import Limits


def polish(
    plan: ScenePlan,
    limits: Limits,
    start: ArrayLike,
    target: Array,
    *,
    rho: float,
    steps: int,
    scale: Array,
    after: Callable[[Array, float], None],
) -> None:
    """Take steps of L-BFGS against a target in tiles.

    Parameters
    ----------
    plan : ScenePlan
        What the gradient is of.
    limits : Limits
        Range of every value.
    start : array_like, shape (plan.layout.size,)
        Where to start.
    target : ndarray, shape (T, C, PIXELS)
        The picture.
    rho : float
        Radius of the pixel filter.
    steps : int
        How many.
    scale : ndarray, shape (plan.layout.size,)
        Typical change of each value.
    after : callable
        Called with the values and their loss after each step; raising `StopIteration` ends it.
    """
    dtype = plan.layout.template.dtype
    x = np.array(start, np.float64)
    limits.clip(x)
    fixed = limits.fixed(x)

    def value_and_grad(z: Array) -> tuple[float, Array]:
        loss = plan.value_and_grad(fixed.values(z).astype(dtype), target, rho)
        return loss, fixed.adjoint(z, plan.gradient.astype(np.float64))

    def report(z: Array, loss: float) -> None:
        after(fixed.values(z).astype(dtype), loss)

    found = fixed.variables(x), fixed.lower, fixed.upper
    lbfgs.minimize(value_and_grad, *found, iterations=steps, scale=scale, callback=report)
