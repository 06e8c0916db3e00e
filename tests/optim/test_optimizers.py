"""Every first-order optimiser on every problem in every dtype, and each against its published formula."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest

from sdfraster.optim import OPTIMIZERS, adam, amsgrad


def parabola(x: np.ndarray) -> tuple[float, np.ndarray]:
    weight = np.array([1.0, 10.0, 0.1, 3.0], dtype=x.dtype)
    r = x - np.array([1.0, -2.0, 3.0, 0.5], dtype=x.dtype)
    return float(np.sum(weight * r * r)), 2 * weight * r


def rosenbrock(x: np.ndarray) -> tuple[float, np.ndarray]:
    a, b = x
    g = np.array([-2 * (1 - a) - 40 * a * (b - a * a), 20 * (b - a * a)], dtype=x.dtype)
    return float((1 - a) ** 2 + 10 * (b - a * a) ** 2), g


PROBLEMS: dict[str, tuple[Callable[[np.ndarray], tuple[float, np.ndarray]], list[float]]] = {
    "parabola": (parabola, [0.0, 0.0, 0.0, 0.0]),
    "rosenbrock": (rosenbrock, [-1.0, 1.0]),
}


def descend(name: str, problem: str, dtype: type, rate: float, steps: int) -> tuple[np.ndarray, float]:
    f, start = PROBLEMS[problem]
    x = np.array(start, dtype=dtype)
    state = OPTIMIZERS[name].init(x)
    for _ in range(steps):
        step, state = OPTIMIZERS[name].update(f(x)[1], state, rate)
        assert step.dtype == dtype
        x = x - step
    return x, f(x)[0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer_reaches_the_minimum(name: str, problem: str, dtype: type) -> None:
    x, value = descend(name, problem, dtype, rate=0.02, steps=3000)
    assert x.dtype == dtype
    assert value < 1e-4 * PROBLEMS[problem][0](np.array(PROBLEMS[problem][1]))[0]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_update_is_a_pure_function(name: str, rng: np.random.Generator) -> None:
    init, update = OPTIMIZERS[name]
    g = rng.normal(size=7)
    _, state = update(rng.normal(size=7), init(g), 0.1)
    kept_g, kept_state = g.copy(), [np.copy(item) for item in state]
    first = update(g, state, 0.1)
    again = update(g, state, 0.1)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(g, kept_g)
    for item, kept in zip(state, kept_state, strict=True):
        np.testing.assert_array_equal(item, kept)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rate_type", [float, np.float64, np.float32, np.array])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_rate_never_changes_the_dtype(name: str, rate_type: Callable, dtype: type) -> None:
    x = np.ones(3, dtype=dtype)
    step, state = OPTIMIZERS[name].update(x, OPTIMIZERS[name].init(x), rate_type(0.1))
    assert step.dtype == dtype
    assert state.m.dtype == state.v.dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_variable_has_its_own_rate(name: str, dtype: type, rng: np.random.Generator) -> None:
    g = rng.normal(size=(5, 4)).astype(dtype)
    rates = np.array([0.0, 0.5, 2.0, 0.02])  # float64 on purpose
    init, update = OPTIMIZERS[name]
    step = g[0]
    joint, alone = init(g[0]), [init(g[0, k : k + 1]) for k in range(4)]
    for row in g:
        step, joint = update(row, joint, rates)
        assert step.dtype == dtype
        for k in range(4):
            single, alone[k] = update(row[k : k + 1], alone[k], float(rates[k]))
            np.testing.assert_allclose(step[k], single[0], rtol=1e-6, atol=0)
    assert step[0] == 0.0


def test_adam_is_algorithm_1_of_kingma_and_ba(rng: np.random.Generator) -> None:
    alpha, beta1, beta2, epsilon = 0.01, 0.8, 0.99, 1e-3  # an epsilon that shows
    m = v = 0.0
    state = adam.init(np.zeros(1))
    for t in range(1, 50):
        g = rng.normal()
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        expected = alpha * (m / (1 - beta1**t)) / (sqrt(v / (1 - beta2**t)) + epsilon)
        step, state = adam.update(np.array([g]), state, alpha, beta1=beta1, beta2=beta2, epsilon=epsilon)
        np.testing.assert_allclose(step[0], expected, rtol=1e-12)


@pytest.mark.parametrize("size", [1.0, 1e-7])  # so small that the start at epsilon shows
def test_amsgrad_is_that_of_flux(size: float, rng: np.random.Generator) -> None:
    eta, beta1, beta2, epsilon = 0.01, 0.9, 0.999, 1e-8
    m = v = largest = epsilon
    state = amsgrad.init(np.zeros(1))
    for t in range(200):
        g = size * rng.normal() / (1 + t)  # shrinking, so that the largest average is not the newest
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        largest = max(largest, v)
        expected = eta * m / (sqrt(largest) + epsilon)
        step, state = amsgrad.update(np.array([g]), state, eta)
        np.testing.assert_allclose(step[0], expected, rtol=1e-12)
    assert state.largest[0] > state.v[0]
