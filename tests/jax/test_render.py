"""Pictures as a function for JAX: its gradients, compiled, mapped over batches, and the same as those of PyTorch."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.model.composite import COMPOSITES
from tests.gradcheck import check_gradient

jax: Any = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", True)
sdfraster_jax: Any = import_module("sdfraster.jax")  # if that fails, so do the tests
render = sdfraster_jax.render

WIDTH, HEIGHT = 12, 9


def objective_of(kind: str, composite: str, rng: np.random.Generator) -> sr.Objective:
    """Return one of two shapes with a wide filter, so that few pixels lie on creases of distances."""
    centers = [rng.uniform(0.3, 0.7, 2) * (WIDTH, HEIGHT) for _ in range(2)]
    params = np.array([sr.primitive(kind).sample(rng, x, y, 4.0) for x, y in centers])
    shapes = sr.Layer(kind, params, rng.random((2, 3)), 0.6, composite)
    return sr.Objective(sr.Scene(WIDTH, HEIGHT, shapes, (0.2, 0.7, 0.4)), filter_radius=2.0)


@pytest.fixture
def objective(rng: np.random.Generator) -> sr.Objective:
    return objective_of("circle", "over", rng)


def loss(objective: sr.Objective, x: Any) -> Any:
    return ((2.0 * render(objective, x) - 1.0) ** 2).mean()


@pytest.mark.parametrize("composite", COMPOSITES)
@pytest.mark.parametrize("kind", sr.kinds())
def test_gradients_of_every_kind(kind: str, composite: str, rng: np.random.Generator) -> None:
    objective = objective_of(kind, composite, rng)
    gradient = jax.grad(lambda x: loss(objective, x))(objective.x)
    check_gradient(lambda x: loss(objective, x), objective.x, gradient, rng, step=1e-6, tolerance=1e-5, least=0.0)


def test_compiled(objective: sr.Objective, rng: np.random.Generator) -> None:
    function = jax.value_and_grad(lambda x: loss(objective, x))
    compiled = jax.jit(function)
    for x in (objective.x, objective.x + 0.01 * rng.random(objective.x.size)):
        (value, gradient), (expected, g) = compiled(x), function(x)
        assert float(value) == pytest.approx(float(expected), rel=1e-12)
        np.testing.assert_allclose(gradient, g, rtol=1e-9)
        assert np.abs(g).max() > 1e-3


def test_mapped_over_a_batch(objective: sr.Objective, rng: np.random.Generator) -> None:
    many = objective.x + 0.1 * rng.random((3, objective.x.size))
    pictures = jax.vmap(lambda x: render(objective, x))(many)
    np.testing.assert_array_equal(pictures, objective.render_many(many))
    g = jax.vmap(jax.grad(lambda x: loss(objective, x)))(many)
    np.testing.assert_allclose(g, [jax.grad(lambda x: loss(objective, x))(x) for x in many], rtol=1e-9)
    same = jax.vmap(lambda g: jax.vjp(lambda x: render(objective, x), objective.x)[1](g)[0])(np.asarray(pictures))
    np.testing.assert_allclose(same, [objective.vjp(objective.x, picture) for picture in pictures], rtol=1e-12)


def test_the_same_as_pytorch(objective: sr.Objective) -> None:
    torch: Any = pytest.importorskip("torch")
    from sdfraster.torch import render as torch_render

    x = torch.tensor(objective.x, requires_grad=True)
    value = ((2.0 * torch_render(objective, x) - 1.0) ** 2).mean()
    value.backward()
    found, gradient = jax.value_and_grad(lambda x: loss(objective, x))(objective.x)
    assert float(found) == pytest.approx(value.item(), rel=1e-12)
    np.testing.assert_allclose(gradient, x.grad, rtol=1e-9, atol=1e-15)


def test_dtypes_and_scenes(objective: sr.Objective) -> None:
    narrow = render(objective, objective.x.astype(np.float32))
    assert narrow.dtype == np.float32
    scene = objective.scene(objective.x)
    np.testing.assert_array_equal(render(scene, objective.x), sr.render(scene))


def test_what_is_refused(objective: sr.Objective) -> None:
    with pytest.raises(ValueError, match=r"x must be float32 or float64 of shape \(17,\), not float64 of \(3,\)"):
        render(objective, np.zeros(3))
    with pytest.raises(ValueError, match=r"of shape \(17,\), not int64 of"):
        render(objective, np.zeros(17, np.int64))
    with pytest.raises(ValueError, match="scene must be an Objective or a Scene, not int"):
        render(3, objective.x)
