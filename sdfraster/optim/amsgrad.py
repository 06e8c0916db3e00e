"""AMSGrad as Flux.jl writes it, so that a fit can be compared with DiffRaster2D step for step.

Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018; the details (no bias correction, all three
averages start at epsilon) are those of Flux's ``AMSGrad``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .moments import Array, moments
from .rate import in_dtype

EPSILON = 1e-8


class State(NamedTuple):
    """Running averages: of the gradient, of its square, and the largest the latter has been."""

    m: Array
    v: Array
    largest: Array


def init(x: Array, epsilon: float = EPSILON) -> State:
    """Return the state before the first step.

    Parameters
    ----------
    x : array, shape (n,)
        Variables; only shape and dtype matter.
    epsilon : float
        Value all averages start from.
    """
    return State(np.full_like(x, epsilon), np.full_like(x, epsilon), np.full_like(x, epsilon))


def update(
    g: Array,
    state: State,
    rate: ArrayLike,
    *,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = EPSILON,
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
    m, v, step = moments(g, state.m, state.v, beta1, beta2)
    largest = np.maximum(state.largest, v)
    np.sqrt(largest, out=step)
    step += epsilon
    np.divide(m, step, out=step)
    step *= in_dtype(rate, g.dtype)
    return step, State(m, v, largest)
