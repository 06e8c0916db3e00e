"""What a search has that is no step of first order: it takes a whole problem, and ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]
Past = dict[str, Any]
"""What a search has seen so far, as arrays and numbers: empty at first, and with it a search goes on where it was"""


class Problem(NamedTuple):
    """What is to be minimised, and where to start."""

    value_and_grad: Callable[[Vector], tuple[float, NDArray[Any]]]
    equations: Callable[[Vector], tuple[Any, ...]]
    """``equations(x) -> (J'J, J'r, r'r, ...)`` of residuals whose squares add up to the value"""
    x0: ArrayLike
    lower: ArrayLike
    upper: ArrayLike
    scale: ArrayLike


class Search(NamedTuple):
    """A way to minimise."""

    run: Callable[[Problem, int, Callable[[Vector, float], None], Past | None], tuple[Vector, float]]
    """``run(problem, iterations, callback, past)``, see `lbfgs.minimize`"""
    steps: int
    """Iterations that a fit allows, if nobody says how many"""
    of_squares: bool
    """Whether it needs `Problem.equations`, and so a squared error"""


def bounded(x0: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> tuple[Vector, Vector, Vector]:
    """Return a start within its bounds, and these, as vectors of one length.

    Raises
    ------
    ValueError
        If the start is no vector of finite numbers, or a bound does not fit it or is above the upper one.
    """
    x = np.array(x0, dtype=np.float64)
    if x.ndim != 1 or not np.isfinite(x).all():
        raise ValueError(f"x0 must be a vector of finite numbers (got shape {x.shape})")
    low, high = like("lower", lower, x), like("upper", upper, x)
    if not (low <= high).all():  # also false for NaN
        raise ValueError(f"lower must not be above upper, but it is for {np.count_nonzero(~(low <= high))} variables")
    return np.clip(x, low, high), low, high


def like(name: str, value: ArrayLike, x: Vector) -> Vector:
    """Return a number for every variable; ValueError if an argument of that name has another shape."""
    array = np.asarray(value, dtype=np.float64)
    if array.shape not in ((), x.shape):
        raise ValueError(f"{name} must be a number or have shape {x.shape}, not {array.shape}")
    return np.broadcast_to(array, x.shape)
