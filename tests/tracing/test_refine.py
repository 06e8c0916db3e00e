"""Exact areas: against many samples a pixel, and their derivatives against differences in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sdfraster.tracing.curves import Curve, derived, make_curve
from sdfraster.tracing.refine import Target, _errors, refined

SIZE = 16
NODES = np.array([[3.1, 2.7], [12.4, 2.7], [13.2, 9.5], [6.0, 13.3]])
LINE = np.array([True, False, False, True])
SMOOTH = np.array([False, True, True, False])


def blob(offset: float = 0.0) -> Curve:
    handles = np.stack([np.roll(NODES, -1, axis=0) - NODES] * 2, axis=1) / 3.0
    return make_curve(NODES + offset, LINE, SMOOTH, handles, 0.0)


def covered(curve: Curve, samples: int = 16) -> NDArray[np.float64]:
    """Return the covered share of every pixel, by samples and the number of edges to the left of each."""
    t = np.linspace(0.0, 1.0, 65)[:-1, None]
    s = 1.0 - t
    weights = np.concatenate([s**3, 3.0 * s * s * t, 3.0 * s * t * t, t**3], axis=1)
    points = np.einsum("tj,kjc->ktc", weights, derived(curve).control).reshape(-1, 2)
    after = np.roll(points, -1, axis=0)
    at = (np.arange(SIZE * samples) + 0.5) / samples
    inside = np.zeros((SIZE * samples, SIZE * samples), bool)
    for (ax, ay), (bx, by) in zip(points, after, strict=True):
        rows = (ay <= at) != (by <= at)
        x = ax + (at[rows] - ay) / (by - ay) * (bx - ax)
        inside[rows] ^= at[None, :] > x[:, None]
    return inside.reshape(SIZE, samples, SIZE, samples).mean(axis=(1, 3))


def errors(curve: Curve, z: NDArray[np.float64], share: NDArray[np.float64]) -> tuple[float, Any, Any]:
    target = Target(0, 0, share, np.ones(share.shape, bool))
    return _errors([curve], [slice(0, len(z))], z, curve.line, target)


def test_areas_are_those_of_many_samples() -> None:
    curve = blob()
    total, _, _ = errors(curve, curve.z, covered(curve, 32))
    assert np.sqrt(total / SIZE**2) < 0.004  # of flattening and samples


def test_the_derivative_of_areas() -> None:
    curve, share, step = blob(), np.zeros((SIZE, SIZE)), 1e-6
    _, off, rows = errors(curve, curve.z, share)
    exact = 2.0 * (rows.T @ off)
    for k in range(len(curve.z)):
        move = step * np.eye(len(curve.z))[k]
        high, low = (errors(curve, curve.z + sign * move, share)[0] for sign in (1.0, -1.0))
        assert exact[k] == pytest.approx((high - low) / (2.0 * step), rel=1e-4, abs=1e-4)


def test_a_curve_moves_to_what_the_pixels_say() -> None:
    wanted, start = blob(), blob(0.2)
    target = Target(0, 0, covered(wanted, 32), np.ones((SIZE, SIZE), bool))
    before = errors(start, start.z, target.share)[0]
    (found,), rest = refined([start], target)
    assert rest < 1e-3 * before
    assert derived(found).control[0, 0] == pytest.approx(NODES[0], abs=0.03)  # a corner; smooth nodes may slide
