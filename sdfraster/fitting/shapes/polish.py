"""The last digits of a fit: a search by all values at once, for a number of shapes that no longer changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ...objective import Objective
from ...optim import LBFGS, SEARCHES
from ...optim.search import Past, Problem
from ...prepared.targets import PreparedTarget
from ...shapes import Array
from .limits import Limits


class Beginning(NamedTuple):
    """Where a search begins, and what it minimises."""

    objective: Objective  # what the gradient is of
    limits: Limits  # range of every value
    x: ArrayLike  # (n,)
    target: PreparedTarget  # the picture
    rho: float  # radius of the pixel filter
    scale: Array  # (n,): typical change of each value


def polish(
    start: Beginning,
    steps: int,
    after: Callable[[Array, float], None],
    past: Past | None = None,
    search: str = LBFGS,
) -> None:
    """Take steps of a search.

    Parameters
    ----------
    start : Beginning
        Where to.
    steps : int
        How many.
    after : callable
        Called with the values and their loss after each step; raising `StopIteration` ends it.
    past : dict, optional
        Gets what the search sees, to go on from there; see `lbfgs.minimize`.
    search : str
        Name of the search.
    """
    objective, limits, _, target, rho, scale = start
    dtype = objective.x.dtype
    x = np.array(start.x, np.float64)
    limits.clip(x)
    fixed = limits.fixed(x)

    def value_and_grad(z: Array) -> tuple[float, Array]:
        loss, gradient = objective(fixed.values(z).astype(dtype), target, filter_radius=rho)
        return loss, fixed.adjoint(z, gradient.astype(np.float64))

    def equations(z: Array) -> tuple[Any, Array, float]:
        with objective.lend() as plan:
            found = plan.normal_equations(fixed.values(z).astype(dtype), target.tiles, rho)
        jacobian = fixed.jacobian(z)
        matrix = jacobian.T @ found.matrix @ jacobian
        return matrix / found.weight, jacobian.T @ found.gradient / found.weight, found.square / found.weight

    def report(z: Array, loss: float) -> None:
        after(fixed.values(z).astype(dtype), loss)

    problem = Problem(value_and_grad, equations, fixed.variables(x), fixed.lower, fixed.upper, scale)
    SEARCHES[search].run(problem, steps, report, past)


def as_arrays(past: Past) -> dict[str, Any]:
    """Return what a search has seen as arrays, which files can hold."""
    return {name: np.array(value) for name, value in past.items()}
