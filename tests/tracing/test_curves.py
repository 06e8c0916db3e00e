"""Constraints hold and derivatives are right, by differences in float64."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.tracing.curves import Curve, Derived, derived, make_curve

NODES = np.array([[2.0, 3.0], [20.0, 3.1], [30.0, 12.0], [26.0, 25.0], [10.0, 24.0]])
LINE = np.array([True, False, False, True, False])
SMOOTH = np.array([False, True, True, True, False])


@pytest.fixture
def curve(rng: np.random.Generator) -> Curve:
    handles = np.stack([np.roll(NODES, -1, axis=0) - NODES] * 2, axis=1) / 3.0 + rng.normal(0.0, 1.0, (5, 2, 2))
    return make_curve(NODES, LINE, SMOOTH, handles, 0.2)


def jacobian(of: Derived, count: int) -> np.ndarray:
    """Return the derivative of all control points, flattened (8 K,), by `count` numbers."""
    dense = np.zeros((len(of.used), 8, count))
    for piece, used in enumerate(of.used):
        dense[piece][:, of.columns[piece, :used]] = of.values[piece, :used].T
    return dense.reshape(-1, count)


def test_the_derivative_of_control_points(curve: Curve) -> None:
    exact = jacobian(derived(curve), len(curve.z))
    step = 1e-6
    for k in range(len(curve.z)):
        moved = [derived(curve, curve.z + sign * step * np.eye(len(curve.z))[k]).control for sign in (1.0, -1.0)]
        np.testing.assert_allclose(exact[:, k], (moved[0] - moved[1]).ravel() / (2.0 * step), rtol=1e-6, atol=1e-7)


def test_constraints_hold_for_any_numbers(curve: Curve, rng: np.random.Generator) -> None:
    control = derived(curve, curve.z + rng.normal(0.0, 0.3, len(curve.z))).control
    assert control[0, 0, 1] == control[0, 3, 1]  # the level line
    for k in np.flatnonzero(curve.smooth):
        before, after = control[k - 1, 3] - control[k - 1, 2], control[k, 1] - control[k, 0]
        cross = before[0] * after[1] - before[1] * after[0]
        assert abs(cross) <= 1e-9 * np.linalg.norm(before) * np.linalg.norm(after)
    np.testing.assert_array_equal(control[:, 3], np.roll(control[:, 0], -1, axis=0))
