"""All plans answer to one interface: what is changed, and what is handed on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.devices import make_plan
from sdfraster.engine.tiles import pack
from sdfraster.fitting.shapes.symmetry import SymmetricPlan, with_mirror_images
from sdfraster.plan import DerivedPlan, ScenePlan
from sdfraster.regularizers.registry import RegularizedPlan, weighted_terms
from tests.scenes import layer

WIDTH, HEIGHT, RHO = 40, 35, 1.2

DERIVED: dict[str, Callable[[ScenePlan, sr.Scene], ScenePlan]] = {
    "derived": lambda plan, scene: DerivedPlan(plan),
    "regularized": lambda plan, scene: RegularizedPlan(plan, weighted_terms(scene, {"opacity": 0.5})),
    "symmetric": lambda plan, scene: SymmetricPlan(plan),
}


@pytest.fixture
def scene(rng: np.random.Generator) -> sr.Scene:
    shapes = with_mirror_images(layer(rng, ("circle", "over", "constant"), WIDTH, HEIGHT), WIDTH)
    return sr.Scene(WIDTH, HEIGHT, shapes, (0.2, 0.7, 0.4))


@pytest.mark.parametrize("name", DERIVED)
def test_pictures_are_those_of_the_plan_below(name: str, scene: sr.Scene, rng: np.random.Generator) -> None:
    plain = make_plan("cpu", scene, "parabolic")
    plan = DERIVED[name](make_plan("cpu", scene, "parabolic"), scene)
    x = plan.layout.vector(scene)
    target = pack(rng.uniform(0.0, 1.0, (HEIGHT, WIDTH, 3)))
    drawn = plain.render(x, RHO).copy()
    np.testing.assert_array_equal(plan.render(x, RHO), drawn)
    np.testing.assert_array_equal(np.concatenate([strip.copy() for strip in plan.strips(x, RHO, 1)]), drawn)
    plan.canvas[:] = 0.0
    plan.value_and_grad(x, target, RHO, picture=True)
    plain.value_and_grad(x, target, RHO, picture=True)
    np.testing.assert_array_equal(plan.canvas, plain.canvas)
    growth = plan.leave_one_out(x, target, RHO)
    np.testing.assert_array_equal(growth, plain.leave_one_out(x, target, RHO))
    assert np.abs(growth).max() > 0.0
    by_radius = plan.radius_gradient(x, target, RHO)
    assert by_radius == plain.radius_gradient(x, target, RHO) != 0.0


@pytest.mark.parametrize("name", DERIVED)
def test_adjoint_is_that_of_the_loss_of_the_picture(name: str, scene: sr.Scene, rng: np.random.Generator) -> None:
    """Without what is added to the loss, but with what is done to the gradient."""
    plan = DERIVED[name](make_plan("cpu", scene, "parabolic"), scene)
    x = plan.layout.vector(scene)
    target = rng.uniform(0.0, 1.0, (HEIGHT, WIDTH, 3))
    residual = sr.render(scene, RHO) - target
    plan.vjp(x, pack(2.0 * residual / residual.size), RHO)
    pulled = plan.gradient.copy()
    plan.value_and_grad(x, pack(target), RHO)
    layers, _ = plan.layout.views(plan.gradient)
    if name == "regularized":
        layers[0].opacity[:] -= 0.5 * 4.0 * (1.0 - 2.0 * scene.layers[0].opacity) / len(scene.layers[0])
    np.testing.assert_allclose(pulled, plan.gradient, rtol=1e-9, atol=1e-12)
    assert np.abs(pulled).max() > 1e-4
