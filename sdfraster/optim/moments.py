"""Running averages of the gradient and of its square, as Adam and what follows it have them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


class Moments(NamedTuple):
    """The averages, and an array of their shape to work in."""

    m: Array
    v: Array
    spare: Array


def moments(g: Array, m: Array, v: Array, beta1: float, beta2: float) -> Moments:
    """Return the averages after a step, given those before it."""
    spare = np.multiply(g, 1.0 - beta1)
    m = m * beta1
    m += spare
    np.multiply(g, g, out=spare)
    spare *= 1.0 - beta2
    v = v * beta2
    v += spare
    return Moments(m, v, spare)
