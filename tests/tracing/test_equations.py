"""Damped normal equations against LAPACK."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.engine.compile.kernel import serial
from sdfraster.tracing.kernels.equations import STIFF, solve


@pytest.mark.parametrize("count", [1, 7, 60])
def test_steps_are_those_of_lapack(count: int, rng: np.random.Generator) -> None:
    rows = rng.normal(size=(2 * count, count)) * (rng.random((2 * count, count)) < 0.3)
    normal, right, step = rows.T @ rows, rng.normal(size=count), np.empty(count)
    damped = normal + np.diag(0.2 * np.diag(normal) + STIFF)
    serial(solve, np.dtype(np.float64), "solve")(np.triu(normal), right, 0.2, np.empty((count, count)), step)
    np.testing.assert_allclose(step, np.linalg.solve(damped, right), rtol=1e-9, atol=1e-12)
