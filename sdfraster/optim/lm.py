"""Levenberg and Marquardt's method within bounds, on sparse normal equations: for squared errors near their minimum.

A step solves ``(J'J + lambda D) step = -J'r`` with D the largest diagonal of J'J so far (Marquardt 1963; Moré, "The
Levenberg-Marquardt algorithm: implementation and theory", 1978). Lambda follows the gain ratio (Nielsen, "Damping
parameter in Marquardt's method", 1999). Values at a bound that the gradient pushes outwards stay there; those that a
step takes beyond one go as far as that, and the step of the others is solved for again. SciPy is imported on the first
call.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .search import Past, Problem, Search, Vector, bounded

START = 1e-3  # lambda of the first step
LEAST = 1e-12  # the smallest one
PASSES = 8  # of solving for a step, while values meet their bounds
REJECTED = 10  # steps in turn that lead nowhere, after which rounding is all that is left
ROUNDING = 1e-7  # share of the squares of a step that leads nowhere, which rounding to float32 explains
TOLERANCE = 1e-11  # share of the squares below which a step is not worth taking


def minimize(
    equations: Callable[[Vector], tuple[Any, ...]],
    x0: ArrayLike,
    lower: ArrayLike = -np.inf,
    upper: ArrayLike = np.inf,
    *,
    iterations: int = 100,
    callback: Callable[[Vector, float], None] | None = None,
    past: Past | None = None,
) -> tuple[Vector, float]:
    """Return the best point found and its sum of squares.

    Parameters
    ----------
    equations : callable
        ``equations(x) -> (matrix, gradient, square, ...)``: J'J (n, n), sparse or dense, J'r (n,), and r'r of residuals
        r(x) with derivative J, such as `Objective.normal_matrix`; x is a float64 vector (n,) within the bounds.
    x0 : array_like, shape (n,)
        Start; moved into the bounds if it is outside.
    lower, upper : array_like, shape (n,) or scalar
        Bounds, infinite for none; where both are the same, the value is held.
    iterations : int
        Most evaluations after the first; some tens are enough near a minimum.
    callback : callable, optional
        Called as ``callback(x, square)`` after each step that led downwards; raising `StopIteration` ends the search.
    past : dict, optional
        Gets what the search knows after each such step: ``x``, the ``largest`` diagonal so far (n,), the ``damping``,
        and how many evaluations were ``spent``. With that of a search that was ended, the same call goes on from there,
        to the same bits.

    Raises
    ------
    ValueError
        If x0 is no vector of finite numbers, or a bound does not fit it or is above its upper one.
    """
    past = {} if past is None else past
    x, low, high = bounded(past.get("x", x0), lower, upper)
    matrix, gradient, square = equations(x)[:3]
    largest, damping = past.get("largest", np.zeros(x.size)), float(past.get("damping", START))
    growth, rejected = 2.0, 0
    with suppress(StopIteration):
        for k in range(int(past.get("spent", 0)), iterations):
            diagonal = np.asarray(matrix.diagonal(), np.float64)
            largest = np.maximum(largest, diagonal)
            free = (low < high) & ~((x <= low) & (gradient > 0.0)) & ~((x >= high) & (gradient < 0.0))
            if not largest[free].any():
                break
            units = np.where(largest > 0.0, largest, largest.max())  # values that change nothing stay
            moved = np.clip(x + _step(matrix, gradient, damping * units, free, low - x, high - x), low, high)
            step = moved - x
            expected = -float(step @ (2.0 * gradient + matrix @ step))
            if abs(expected) <= TOLERANCE * square:
                break
            new_matrix, new_gradient, new_square = equations(moved)[:3]
            gain = (square - new_square) / expected
            if new_square < square and expected > 0.0:
                x, matrix, gradient, square = moved, new_matrix, new_gradient, new_square
                damping = max(damping * max(1.0 / 3.0, 1.0 - (2.0 * gain - 1.0) ** 3), LEAST)
                growth, rejected = 2.0, 0
                past.update(x=x, largest=largest, damping=damping, spent=k + 1)
                if callback is not None:
                    callback(x, float(square))
            else:
                damping, growth, rejected = damping * growth, 2.0 * growth, rejected + 1
                if rejected == REJECTED or abs(expected) <= ROUNDING * square:
                    break
    return x, float(square)


def _step(
    matrix: Any, gradient: NDArray[Any], damping: Vector, free: NDArray[np.bool_], lower: Vector, upper: Vector
) -> Vector:
    """Return the damped step, within bounds, of the values that are free; the others stay."""
    from scipy import sparse
    from scipy.sparse.linalg import splu

    matrix, step, free = sparse.csr_matrix(matrix), np.zeros(len(damping)), free.copy()
    for _ in range(PASSES):
        places = np.flatnonzero(free)
        step[places] = 0.0
        wanted = -(gradient + matrix @ step)[places]
        inner = matrix[places][:, places] + sparse.diags(damping[places])
        solve = splu(inner.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
        step[places] = solve.solve(np.asarray(wanted, np.float64))
        beyond = free & ((step < lower) | (step > upper))
        step = np.clip(step, lower, upper)
        free &= ~beyond
        if not beyond.any() or not free.any():
            break
    return step


def _run(
    problem: Problem, iterations: int, callback: Callable[[Vector, float], None], past: Past | None
) -> tuple[Vector, float]:
    where = problem.x0, problem.lower, problem.upper
    return minimize(problem.equations, *where, iterations=iterations, callback=callback, past=past)


SEARCH = Search(_run, steps=100, of_squares=True)
