"""Steps of one length along the signs of an average gradient (Bernstein et al. 2018)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sdfraster.optim.rate import in_dtype


class State(NamedTuple):
    """The average of the gradient."""

    m: np.ndarray


def init(x):
    """Return the state before the first step."""
    return State(np.zeros_like(x))


def update(g, state, rate, *, beta1=0.9, beta2=None):
    """Return the step and the next state; nothing is squared, so `beta2` does not matter."""
    m = beta1 * state.m + (1.0 - beta1) * g
    return np.sign(m) * in_dtype(rate, g.dtype), State(m)
