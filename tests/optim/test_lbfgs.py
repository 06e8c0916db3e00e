"""L-BFGS: the same problems, bounds, units, best point, early end."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sdfraster.optim import lbfgs

from .test_optimizers import PROBLEMS, parabola


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_lbfgs_reaches_the_minimum(problem: str, dtype: type) -> None:
    f, start = PROBLEMS[problem]

    def in_dtype(x: np.ndarray) -> tuple[float, np.ndarray]:
        assert x.dtype == np.float64
        value, g = f(x.astype(dtype))
        return value, g.astype(dtype)

    x, value = lbfgs.minimize(in_dtype, np.array(start, dtype=dtype), iterations=100)
    assert x.dtype == np.float64
    assert value < 1e-8
    assert value == f(x.astype(dtype))[0]


def test_bounds_hold_at_every_evaluation_and_bind() -> None:
    lower, upper = np.array([-np.inf, -1.0, 0.1, -np.inf]), np.array([0.3, np.inf, 0.7, np.inf])
    seen = []

    def recorded(x: np.ndarray) -> tuple[float, np.ndarray]:
        seen.append(x.copy())
        return parabola(x)

    # 0.1 / 3 * 3 is not 0.1: the bounds must hold in the units of x, not only in those of the search
    x, _ = lbfgs.minimize(recorded, [9.0, 0.0, -9.0, 0.0], lower, upper, scale=[3.0, 0.3, 3.0, 7.0])
    assert all((lower <= item).all() and (item <= upper).all() for item in seen)
    np.testing.assert_allclose(x, [0.3, -1.0, 0.7, 0.5], atol=1e-6)


def test_scale_makes_the_search_independent_of_units() -> None:
    units = np.array([1.0, 1e3, 1e-3, 10.0])

    def scaled(z: np.ndarray) -> tuple[float, np.ndarray]:
        value, g = parabola(z / units)
        return value, g / units

    plain, scaled_values = [], []
    lbfgs.minimize(parabola, np.zeros(4), iterations=4, callback=lambda x, value: plain.append(value))
    x, _ = lbfgs.minimize(
        scaled, np.zeros(4), iterations=4, scale=units, callback=lambda x, value: scaled_values.append(value)
    )
    np.testing.assert_allclose(scaled_values, plain, rtol=1e-6)
    assert x[1] == pytest.approx(-2000.0, rel=0.1)


def test_callback_sees_each_iterate_and_can_stop() -> None:
    values = []

    def stop_at_third(x: np.ndarray, value: float) -> None:
        assert value == PROBLEMS["rosenbrock"][0](x)[0]
        values.append(value)
        if len(values) == 3:
            raise StopIteration

    _, best = lbfgs.minimize(*PROBLEMS["rosenbrock"], iterations=50, callback=stop_at_third)
    assert len(values) == 3
    assert best == min(values)
    assert values == sorted(values, reverse=True)


def test_iterations_limit_the_search() -> None:
    calls = []
    lbfgs.minimize(*PROBLEMS["rosenbrock"], iterations=5, callback=lambda x, value: calls.append(value))
    assert len(calls) == 5
    x, value = lbfgs.minimize(parabola, [5.0, 5.0, 5.0, 5.0], lower=0.0, upper=2.0, iterations=0)
    np.testing.assert_array_equal(x, [2.0, 2.0, 2.0, 2.0])
    assert value == parabola(x)[0]


def test_no_variables_is_no_error() -> None:
    x, value = lbfgs.minimize(lambda x: (7.0, x), np.zeros(0))
    assert x.shape == (0,)
    assert value == 7.0


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("lower", [0.0, 0.0]),
        ("lower", np.nan),
        ("lower", 5.0),
        ("upper", np.zeros(3)),
        ("scale", 0.0),
        ("scale", [1.0, 1.0, -1.0, 1.0]),
        ("scale", np.inf),
        ("scale", np.ones(5)),
        ("x0", [[0.0]]),
        ("x0", [np.nan]),
    ],
)
def test_errors_name_the_argument(argument: str, value: object) -> None:
    arguments = {"x0": np.zeros(4), "upper": 1.0, argument: value}
    with pytest.raises(ValueError, match=rf"^{argument} must"):
        lbfgs.minimize(parabola, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_search_that_was_ended_goes_on_to_the_same_bits(problem: str) -> None:
    """What was asked before is not asked again, and the callback hears nothing twice."""
    f, start = PROBLEMS[problem]
    whole: list[np.ndarray] = []
    best, value = lbfgs.minimize(f, start, iterations=15, callback=lambda x, value: whole.append(x))
    for last in range(1, len(whole) + 1):
        past: dict[str, Any] = {}
        seen: list[np.ndarray] = []
        asked = 0

        def counted(x: np.ndarray) -> tuple[float, np.ndarray]:
            nonlocal asked
            asked += 1
            return f(x)

        def after(x: np.ndarray, value: float, last: int = last, seen: list[np.ndarray] = seen) -> None:
            seen.append(x)
            if len(seen) == last:
                raise StopIteration

        lbfgs.minimize(counted, start, iterations=15, callback=after, past=past)
        assert asked == len(past["evaluations"])
        past = {name: np.array(each) for name, each in past.items()}  # as a file holds it
        again, least = lbfgs.minimize(counted, start, iterations=15, callback=after, past=past)
        assert asked == len(past["evaluations"])
        np.testing.assert_array_equal(seen, whole)
        np.testing.assert_array_equal(again, best)
        assert least == value
