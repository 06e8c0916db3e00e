"""Exact areas: against many samples a pixel, and their derivatives against differences in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sdfraster.tracing.curves import Curve, derived, make_curve
from sdfraster.tracing.drawing import Shape
from sdfraster.tracing.forms import form_of
from sdfraster.tracing.gradients import flat_paint
from sdfraster.tracing.kernels.arrays import Limited
from sdfraster.tracing.refine import Target, descended, every, refined, squares

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


def shape_of(*curves: Curve) -> Shape:
    return Shape("path", None, list(curves), flat_paint(np.ones(4)))


def measured(curve: Curve, z: NDArray[np.float64], target: Target) -> tuple[float, Any]:
    form = form_of(shape_of(curve))
    assert form is not None
    return squares(form.layout._replace(z=z), every(form), target)


def everywhere(share: NDArray[np.float64]) -> Target:
    return Target(0, 0, share, np.ones(share.shape))


def test_areas_are_those_of_many_samples() -> None:
    curve = blob()
    total, _ = measured(curve, curve.z, everywhere(covered(curve, 32)))
    assert np.sqrt(total / SIZE**2) < 0.004  # of flattening and samples


def test_the_derivative_of_squared_errors(rng: np.random.Generator) -> None:
    curve, step = blob(), 1e-6
    target = Target(0, 0, np.zeros((SIZE, SIZE)), rng.uniform(0.0, 2.0, (SIZE, SIZE)))
    _, sums = measured(curve, curve.z, target)
    for k in range(len(curve.z)):
        move = step * np.eye(len(curve.z))[k]
        high, low = (measured(curve, curve.z + sign * move, target)[0] for sign in (1.0, -1.0))
        assert 2.0 * sums.right[k] == pytest.approx((high - low) / (2.0 * step), rel=1e-4, abs=1e-4)


def test_a_step_of_gauss_newton_ends_where_areas_are_linear() -> None:
    square = np.array([[3.2, 3.2], [12.2, 3.2], [12.2, 12.2], [3.2, 12.2]])
    sides = np.ones(4, bool)
    start = make_curve(square, sides, ~sides, np.zeros((4, 2, 2)), 0.1)
    target = everywhere(covered(make_curve(square + 0.3, sides, ~sides, np.zeros((4, 2, 2)), 0.1), 100))
    error, sums = measured(start, start.z, target)
    step = np.linalg.solve(sums.normal, sums.right)
    assert measured(start, start.z - step, target)[0] < 1e-2 * error
    np.testing.assert_allclose(step, -0.3, atol=0.03)


def test_a_curve_moves_to_what_the_pixels_say() -> None:
    wanted, start = blob(), blob(0.2)
    target = everywhere(covered(wanted, 32))
    before, _ = measured(start, start.z, target)
    found, rest = refined(shape_of(start), target)
    assert rest < 1e-3 * before
    assert derived(found.curves[0]).control[0, 0] == pytest.approx(NODES[0], abs=0.03)  # smooth nodes may slide


def test_pixels_that_do_not_count_do_not_pull() -> None:
    start = blob()
    found, rest = refined(shape_of(start), Target(0, 0, np.zeros((SIZE, SIZE)), np.zeros((SIZE, SIZE))))
    assert rest == 0.0
    np.testing.assert_array_equal(found.curves[0].z, start.z)


def test_the_best_of_some_starts_is_taken() -> None:
    wanted = blob()
    form = form_of(shape_of(wanted))
    assert form is not None
    starts = np.stack([wanted.z + move for move in (2.0, 0.1, -1.0)])
    target = everywhere(covered(wanted, 32))
    found = descended(form.layout, every(form), target, Limited(0, np.inf), starts)
    np.testing.assert_array_equal(found.z, starts[1])
    one = descended(form.layout._replace(z=starts[1]), every(form), target, Limited(0, np.inf))
    assert found.error == one.error
    np.testing.assert_array_equal(found.share, one.share)


def test_a_hopeless_start_does_not_move() -> None:
    start = blob(0.2)
    form = form_of(shape_of(start))
    assert form is not None
    target = everywhere(covered(blob(), 32))
    error, _ = measured(start, start.z, target)
    for hopeless, moves in ((0.9 * error, False), (1.1 * error, True)):
        found = descended(form.layout, every(form), target, Limited(3, hopeless))
        assert (found.error < error) == moves
