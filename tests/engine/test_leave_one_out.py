"""What a shape is worth is what the error is without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.engine.plan import Plan
from sdfraster.engine.tiles import pack
from tests.scenes import COMBINATIONS, layer

pytestmark = pytest.mark.compiled


@pytest.mark.parametrize("background", [(0.5, 0.4, 0.3), None])
@pytest.mark.parametrize("combination", [*COMBINATIONS[:4], COMBINATIONS[-1]], ids=str)
def test_it_is_the_growth_of_the_error(combination: tuple[str, str, str], background: tuple[float, ...] | None) -> None:
    rng = np.random.default_rng(3)
    scene = sr.Scene(70, 50, layer(rng, combination, 70, 50), background)
    channels = 4 if background is None else 3
    target, weight = pack(rng.uniform(0.0, 1.0, (50, 70, channels))), rng.uniform(0.0, 2.0, (50, 70))
    check(scene, target, weight)


def test_deep_stacks_and_what_is_hidden() -> None:
    rng = np.random.default_rng(4)
    params = np.column_stack([rng.uniform(0, 40, (150, 2)), np.full(150, 60.0)])  # each covers the picture
    params[100:, 2] = 5.0
    opacity = np.full(150, 0.1)
    opacity[[20, 40, 60]] = 1.0
    scene = sr.Scene(40, 40, sr.Layer("circle", params, rng.uniform(0, 1, (150, 3)), opacity), (0.0, 0.0, 0.0))
    growth = check(scene, pack(rng.uniform(0.0, 1.0, (40, 40, 3))), np.ones((40, 40)))
    assert (growth[:60] == 0.0).all()
    assert (growth[60:] != 0.0).all()


def test_layers_below_are_seen_where_a_shape_is_not() -> None:
    rng = np.random.default_rng(5)
    behind = sr.Layer("circle", [[20.0, 20.0, 60.0], [8.0, 30.0, 9.0]], rng.uniform(0.0, 1.0, (2, 3)))
    shapes = layer(rng, COMBINATIONS[0], 40, 40, (60.0, 9.0, 6.0))
    scene = sr.Scene(40, 40, [behind.astype(np.float64), shapes], (0.5, 0.4, 0.3))
    check(scene, pack(rng.uniform(0.0, 1.0, (40, 40, 3))), np.ones((40, 40)))


def check(scene: sr.Scene, target: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Compare with the loss of the scene without each shape, and return the growth."""

    def loss(some: sr.Scene) -> float:
        plan = Plan(some, "parabolic", "mse", 0.1, weight)
        return plan.value_and_grad(plan.layout.vector(some), target, 1.0)

    *behind, shapes = scene.layers
    plan = Plan(scene, "parabolic", "mse", 0.1, weight)
    growth = plan.leave_one_out(plan.layout.vector(scene), target, 1.0)
    all_of_them, expected = np.arange(len(shapes)), []
    for k in all_of_them:
        values = [array[all_of_them != k] for array in shapes.values]
        expected.append(loss(replace(scene, layers=[*behind, shapes.with_values(*values)])) - loss(scene))
    np.testing.assert_allclose(growth, expected, rtol=1e-9, atol=1e-15)
    assert np.abs(expected).max() > 1e-6
    return growth
