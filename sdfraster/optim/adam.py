"""Adam with bias correction: Kingma and Ba, "Adam: a method for stochastic optimization", 2015, algorithm 1."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .moments import Array, moments
from .rate import in_dtype


class State(NamedTuple):
    """Running averages of the gradient and of its square, and the number of steps taken."""

    m: Array
    v: Array
    steps: int


def init(x: Array) -> State:
    """Return the state before the first step.

    Parameters
    ----------
    x : array, shape (n,)
        Variables; only shape and dtype matter.
    """
    return State(np.zeros_like(x), np.zeros_like(x), 0)


def update(
    g: Array,
    state: State,
    rate: ArrayLike,
    *,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Array, State]:
    """Return the step, to be **subtracted** from the variables, and the next state.

    Parameters
    ----------
    g : array, shape (n,)
        Gradient of the value; the step has its dtype.
    state : State
        From `init` or the step before.
    rate : float or array, shape (n,)
        Learning rate of all variables or of each.
    beta1, beta2 : float
        Decay of the averages of the gradient and of its square.
    epsilon : float
        Added to the root in the denominator.
    """
    steps = state.steps + 1
    m, v, step = moments(g, state.m, state.v, beta1, beta2)
    # m / (1 - beta1^k) / (sqrt(v / (1 - beta2^k)) + epsilon) with both corrections moved out of the array operations
    root = sqrt(1.0 - beta2**steps)
    np.sqrt(v, out=step)
    step += epsilon * root
    np.divide(m, step, out=step)
    step *= in_dtype(rate, g.dtype, root / (1.0 - beta1**steps))
    return step, State(m, v, steps)
