"""L-BFGS within bounds, for the last digits of a fit: a thin layer over SciPy's L-BFGS-B (Zhu, Byrd, Lu, Nocedal 1997).

It adds what a fit needs and SciPy leaves to the caller: units (a pixel and a colour step of 1 are not comparable, and
the first step of L-BFGS follows the raw gradient), the best point seen rather than the last, an early way out, and
restarts. Where a curve is cut into one more piece the loss jumps a little, and a line search may not get across.
SciPy is imported on the first call because importing it takes longer than many fits.

SciPy does not say what its search knows. But it asks the same again if it is told the same: so a search goes on by
being repeated, with the values and gradients that were found before.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .search import Past, Problem, Search, Vector, bounded, like

STUCK = 2  # status of SciPy's L-BFGS-B: the line search found nothing
RESTARTS = 3
NUDGE = 0.1  # standard deviation of a restart about the best point, in units of the scale


def minimize(
    value_and_grad: Callable[[Vector], tuple[float, NDArray[Any]]],
    x0: ArrayLike,
    lower: ArrayLike = -np.inf,
    upper: ArrayLike = np.inf,
    *,
    iterations: int = 100,
    scale: ArrayLike | None = None,
    callback: Callable[[Vector, float], None] | None = None,
    memory: int = 10,
    past: Past | None = None,
) -> tuple[Vector, float]:
    """Return the best point found and its value.

    Parameters
    ----------
    value_and_grad : callable
        ``value_and_grad(x) -> (value, gradient)``; x is a float64 vector (n,) within the bounds and must not be
        modified. The gradient may have any float dtype.
    x0 : array_like, shape (n,)
        Start; moved into the bounds if it is outside.
    lower, upper : array_like, shape (n,) or scalar
        Bounds, infinite for none.
    iterations : int
        Most iterations; each takes one evaluation or a few more. 0 only evaluates the start.
    scale : array_like, shape (n,) or scalar, optional
        Typical change of each variable, positive; the search works on ``x / scale``.
    callback : callable, optional
        Called as ``callback(x, value)`` after each iteration; raising `StopIteration` ends the search.
    memory : int
        Number of past steps that approximate the Hessian.
    past : dict, optional
        Gets all that the search sees: ``evaluations``, a vector (n + 1,) of value and gradient for each, and for how
        many iterations the callback was ``told``. With that of a search that was ended, the same call goes on from
        there, to the same bits.

    Raises
    ------
    ValueError
        If a bound or the scale does not fit x0, a lower bound is above its upper one, or a scale is not positive.
    """
    start, lo, hi = bounded(x0, lower, upper)
    unit = like("scale", 1.0 if scale is None else scale, start)
    if not ((unit > 0.0) & np.isfinite(unit)).all():
        raise ValueError(f"scale must be positive and finite, but its smallest value is {unit.min():g}")

    best: tuple[Vector, float] | None = None
    last = (start, np.inf)
    iteration = 0
    find = value_and_grad if past is None else _remembering(value_and_grad, past)

    def evaluate(z: Vector) -> tuple[float, Vector]:
        nonlocal best, last
        x = np.clip(z * unit, lo, hi)  # the rounding of the scaling must not leave the bounds
        value, g = find(x)
        last = (x, float(value))
        if best is None or last[1] < best[1]:
            best = last
        return last[1], np.asarray(g, dtype=np.float64) * unit

    def after_iteration(_: Vector) -> None:
        nonlocal iteration
        iteration += 1
        if past is not None:
            if iteration <= past.get("told", 0):
                return
            past["told"] = iteration
        if callback is not None:
            callback(*last)  # the accepted point of a line search is the one it evaluated last

    if iterations < 1 or start.size == 0:
        return start, float(value_and_grad(start)[0])

    from scipy.optimize import minimize as scipy_minimize

    rng = np.random.default_rng(0)
    with suppress(StopIteration):  # SciPy before 1.11 lets it through
        for _ in range(1 + RESTARTS):
            done = scipy_minimize(
                evaluate,
                start / unit,
                jac=True,
                method="L-BFGS-B",
                bounds=np.stack([lo / unit, hi / unit], axis=1),
                callback=after_iteration,
                options={
                    "maxiter": iterations,
                    "maxfun": 25 * iterations,
                    "maxcor": memory,
                    "ftol": 1e-13,
                    "gtol": 1e-12,
                },
            )
            iterations -= done.nit
            if done.status != STUCK or iterations < 1 or best is None:
                break
            start = np.clip(best[0] + NUDGE * unit * rng.normal(size=start.size), lo, hi)
    assert best is not None
    return best


def _remembering(
    value_and_grad: Callable[[Vector], tuple[float, NDArray[Any]]], past: Past
) -> Callable[[Vector], tuple[float, NDArray[Any]]]:
    """Return a function that answers from the past as long as that has something, and then adds to it."""
    evaluations = past["evaluations"] = list(past.get("evaluations", ()))
    known = iter(evaluations.copy())

    def find(x: Vector) -> tuple[float, NDArray[Any]]:
        found = next(known, None)
        if found is None:
            value, g = value_and_grad(x)
            found = np.append(np.float64(value), g)
            evaluations.append(found)
        return float(found[0]), found[1:]

    return find


def _run(
    problem: Problem, iterations: int, callback: Callable[[Vector, float], None], past: Past | None
) -> tuple[Vector, float]:
    where = problem.x0, problem.lower, problem.upper
    how: Any = {"iterations": iterations, "scale": problem.scale, "callback": callback, "past": past}
    return minimize(problem.value_and_grad, *where, **how)


SEARCH = Search(_run, steps=1000, of_squares=False)
