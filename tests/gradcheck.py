"""Derivatives against differences: the one checker of every adjoint.

A derivative along a line is taken from five points, ``(8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12 h``. In float64 it is
wrong by ``h^4 f^(5) / 30`` and by rounding, some ``1e-16 f / h``. A gradient is projected onto random directions: what
is wrong in it anywhere shows in each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike, NDArray

import sdfraster as sr

Vector = NDArray[np.float64]
STEP = 1e-5
AGREEMENT = 1e-7  # of two quotients, unless there is a crease between their points


def difference(f: Callable[[float], float], at: float = 0.0, step: float = STEP) -> tuple[float, bool]:
    """Return the derivative of f, and whether it can be trusted: not where f has a crease within two steps.

    Quotients over one step and over two differ then, or so do second ones (the first do not see one at the middle).
    """
    back2, back, here, on, on2 = (f(at + k * step) for k in range(-2, 3))
    near, far = (on - back) / (2.0 * step), (on2 - back2) / (4.0 * step)
    slope = (4.0 * near - far) / 3.0
    bend = (on2 - 2.0 * here + back2 - 4.0 * (on - 2.0 * here + back)) / (2.0 * step)
    return slope, max(abs(near - far), abs(bend)) < AGREEMENT * max(1.0, abs(slope))


def slope_along(f: Callable[[Vector], float], x: ArrayLike, v: ArrayLike, step: float = STEP) -> float:
    """Return the derivative of a function of an array along v."""
    x, v = np.asarray(x, np.float64), np.asarray(v, np.float64)
    return difference(lambda t: float(f(x + t * v)), 0.0, step)[0]


def check_where_smooth(
    f: Callable[[tuple[float, ...]], float],
    x: tuple[float, ...],
    gradient: tuple[float, ...],
    directions: Vector,
    what: str = "gradient",
) -> list[bool]:
    """Compare the gradient of a function of a tuple with differences along the rows of `directions`.

    Returns which differences can be trusted; the others are not compared.
    """
    g, trusted = np.array(gradient), []
    for v in directions:

        def along(t: float, v: Vector = v) -> float:
            return f(tuple((x + t * v).tolist()))

        expected, good = difference(along)
        trusted.append(good)
        if good:
            assert g @ v == pytest.approx(expected, rel=1e-6, abs=1e-6 * max(1.0, float(np.linalg.norm(g)))), what
    return trusted


def check_gradient(
    f: Callable[[Vector], float],
    x: ArrayLike,
    gradient: ArrayLike,
    rng: np.random.Generator,
    *,
    directions: int = 3,
    along: Callable[[Vector], Any] = lambda v: v,
    step: float = STEP,
    tolerance: float = 1e-7,
    least: float = 1.0,
    what: str = "gradient",
) -> None:
    """Compare the gradient of a function of an array, at x, with differences along random directions.

    `along` is what may become of a random direction, so that it leads neither out of a range nor over a crease. Both
    derivatives may be apart by `tolerance` times the length of that part of the gradient which the direction touches,
    or times `least` if that is longer.
    """
    x, g = np.asarray(x, np.float64), np.asarray(gradient, np.float64)
    assert g.shape == x.shape
    assert np.isfinite(g).all()
    for _ in range(directions):
        v = np.asarray(along(rng.normal(size=x.shape)), np.float64)
        allowed = tolerance * max(least, float(np.linalg.norm(g[v != 0.0])))
        assert float((g * v).sum()) == pytest.approx(slope_along(f, x, v, step), rel=0.0, abs=allowed), what


def check_radius_gradient(objective: sr.Objective) -> None:
    """Compare the derivative of a loss by the filter radius with differences, at two radii without a crease."""

    def loss(radius: float, more: float) -> float:
        return objective(objective.x, filter_radius=radius + more)[0]

    compared = 0
    for radius in (0.7, 0.95, 1.3, 1.7):
        slope, smooth = difference(partial(loss, radius), 0.0, 1e-6)
        if smooth:
            assert objective.radius_gradient(objective.x, filter_radius=radius) == pytest.approx(slope, rel=1e-5)
            compared += 1
        if compared == 2:
            return
    raise AssertionError("creases nearly everywhere")
