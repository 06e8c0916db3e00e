"""Levenberg and Marquardt's method: known minima, bounds, what changes nothing, and an early end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import optimize, sparse

from sdfraster.optim import lm

TIMES = np.linspace(0.0, 3.0, 30)
TRUTH = np.array([2.0, 0.7, 0.5])


def of(residuals: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], tuple[Any, ...]]:
    """Return the normal equations of residuals, by differences in the complex plane."""

    def equations(x: np.ndarray) -> tuple[Any, ...]:
        r = residuals(x)
        j = np.stack([residuals(x + 1e-30j * row).imag / 1e-30 for row in np.eye(x.size)], axis=1)
        return sparse.csr_matrix(j.T @ j), j.T @ r, float(r @ r)

    return equations


def rosenbrock(x: np.ndarray) -> np.ndarray:
    return np.array([10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]])


def decay(x: np.ndarray) -> np.ndarray:
    return x[0] * np.exp(-x[1] * TIMES) + x[2] - (TRUTH[0] * np.exp(-TRUTH[1] * TIMES) + TRUTH[2])


@pytest.mark.parametrize(
    ("residuals", "start", "minimum"),
    [(rosenbrock, [-1.2, 1.0], [1.0, 1.0]), (decay, [0.5, 3.0, 0.0], TRUTH)],
    ids=["Rosenbrock", "decay"],
)
def test_minima(residuals: Any, start: list[float], minimum: Any) -> None:
    x, square = lm.minimize(of(residuals), start, iterations=60)
    np.testing.assert_allclose(x, minimum, atol=1e-7)
    assert square < 1e-14


def test_squares_that_are_not_zero_at_the_minimum() -> None:
    noise = 0.1 * np.random.default_rng(0).normal(size=TIMES.size)
    seen: list[float] = []
    x, square = lm.minimize(of(lambda x: decay(x) + noise), [0.5, 3.0, 0.0], callback=lambda x, s: seen.append(s))
    expected = optimize.least_squares(lambda x: decay(x) + noise, [0.5, 3.0, 0.0], xtol=1e-14, ftol=1e-14, gtol=1e-14)
    np.testing.assert_allclose(x, expected.x, rtol=1e-5)
    assert square == pytest.approx(2.0 * expected.cost, rel=1e-10)
    assert seen == sorted(seen, reverse=True)
    assert len(seen) < 20


def test_bounds_hold_at_every_evaluation_and_bind() -> None:
    lower, upper = np.array([-np.inf, 0.9, 0.5]), np.array([1.5, np.inf, 0.5])
    seen = []

    def recorded(x: np.ndarray) -> tuple[Any, ...]:
        seen.append(x.copy())
        return of(decay)(x)

    x, square = lm.minimize(recorded, [9.0, 3.0, 9.0], lower, upper)
    assert all((lower <= item).all() and (item <= upper).all() for item in seen)
    expected = optimize.least_squares(
        lambda x: decay(np.array([*x, 0.5])), [1.0, 3.0], bounds=([-np.inf, 0.9], [1.5, np.inf]), xtol=1e-14
    )
    assert square == pytest.approx(2.0 * expected.cost, rel=1e-6)
    np.testing.assert_allclose(x[:2], expected.x, atol=1e-4)


def test_units_do_not_matter() -> None:
    units = np.array([1e-3, 1e3, 1.0])
    plain, scaled = [], []
    lm.minimize(of(decay), [0.5, 3.0, 0.0], callback=lambda x, s: plain.append(s), iterations=6)
    start = units * [0.5, 3.0, 0.0]
    lm.minimize(of(lambda x: decay(x / units)), start, callback=lambda x, s: scaled.append(s), iterations=6)
    np.testing.assert_allclose(scaled, plain, rtol=1e-6)


def test_what_changes_nothing_stays() -> None:
    x, _ = lm.minimize(of(lambda x: decay(x[:3])), [0.5, 3.0, 0.0, 7.0])
    np.testing.assert_allclose(x, [*TRUTH, 7.0], atol=1e-7)
    x, square = lm.minimize(of(lambda x: np.ones(2) + 0.0 * x), [1.0, 2.0])
    assert square == 2.0
    assert x.tolist() == [1.0, 2.0]


def test_a_callback_ends_it() -> None:
    seen = []

    def third(x: np.ndarray, square: float) -> None:
        seen.append(square)
        if len(seen) == 3:
            raise StopIteration

    _, square = lm.minimize(of(decay), [0.5, 3.0, 0.0], callback=third)
    assert len(seen) == 3
    assert square == seen[-1]


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match="x0 must be a vector of finite numbers"):
        lm.minimize(of(decay), [np.nan, 0.0, 0.0])
    with pytest.raises(ValueError, match="lower must be a number or have shape"):
        lm.minimize(of(decay), np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match="lower must not be above upper, but it is for 3 variables"):
        lm.minimize(of(decay), np.zeros(3), 1.0, 0.0)


def test_a_value_at_its_bound_does_not_stop_those_that_it_is_coupled_to() -> None:
    """Two values have the same effect, and one of them is at a bound: a cut step alone would lead upwards."""

    def residuals(x: np.ndarray) -> np.ndarray:
        return decay(np.array([x[0] + 3.0 * x[3], x[1], x[2]]))

    x, square = lm.minimize(of(residuals), [0.5, 3.0, 0.0, 1.0], [-5.0, 0.0, 0.0, 0.0], [9.0, 9.0, 9.0, 1.0])
    assert square < 1e-14
    assert x[0] + 3.0 * x[3] == pytest.approx(TRUTH[0], abs=1e-6)


@pytest.mark.parametrize(("residuals", "start"), [(rosenbrock, [-1.2, 1.0]), (decay, [0.5, 3.0, 0.0])])
def test_a_search_that_was_ended_goes_on_to_the_same_bits(residuals: Any, start: list[float]) -> None:
    whole: list[np.ndarray] = []
    best, square = lm.minimize(of(residuals), start, iterations=40, callback=lambda x, s: whole.append(x))
    for last in range(1, len(whole) + 1):
        past: dict[str, Any] = {}
        seen: list[np.ndarray] = []

        def after(x: np.ndarray, square: float, last: int = last, seen: list[np.ndarray] = seen) -> None:
            seen.append(x)
            if len(seen) == last:
                raise StopIteration

        lm.minimize(of(residuals), start, iterations=40, callback=after, past=past)
        assert len(seen) == last
        past = {name: np.array(each) for name, each in past.items()}  # as a file holds it
        again, least = lm.minimize(of(residuals), start, iterations=40, callback=after, past=past)
        np.testing.assert_array_equal(seen, whole)
        np.testing.assert_array_equal(again, best)
        assert least == square
