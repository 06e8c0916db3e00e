"""Shapes on a picture that is known, in place of a background."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from tests.gradcheck import check_gradient

WIDTH, HEIGHT = 20, 16


@pytest.fixture(params=[1, 2], ids=["one layer", "two layers"])
def scene(request: pytest.FixtureRequest) -> sr.Scene:
    """Return circles, some of them opaque, over nothing."""
    lower = sr.Layer("circle", np.array([[6.0, 7.0, 3.5]]), [[0.9, 0.8, 0.7]], 0.8)
    upper = sr.Layer("circle", np.array([[13.2, 10.4, 4.0], [3.0, 14.0, 2.0]]), [[0.6, 0.7, 0.9], [0.1, 0.2, 0.3]])
    return sr.Scene(WIDTH, HEIGHT, [lower, upper][-request.param :], None)


@pytest.fixture
def behind(rng: np.random.Generator) -> np.ndarray:
    """Return the picture."""
    return rng.random((HEIGHT, WIDTH, 3))


def over(scene: sr.Scene, behind: np.ndarray) -> np.ndarray:
    """Return a transparent picture put on another."""
    drawn = sr.render(scene)
    return drawn[..., :3] + (1.0 - drawn[..., 3:]) * behind


def test_pictures_and_gradients(scene: sr.Scene, behind: np.ndarray, rng: np.random.Generator) -> None:
    target = rng.random((HEIGHT, WIDTH, 3))
    objective = sr.Objective(scene, target, behind=behind)
    assert objective.shape == (HEIGHT, WIDTH, 3)
    np.testing.assert_allclose(objective.render(objective.x), over(scene, behind), atol=1e-12)
    np.testing.assert_allclose(objective.render_many([objective.x])[0], over(scene, behind), atol=1e-12)

    def drawn(x: np.ndarray) -> sr.Scene:
        return objective.scene(x).replace(background=None)

    def loss(x: np.ndarray) -> float:
        return float(((over(drawn(x), behind) - target) ** 2).mean())

    value, gradient = objective(objective.x)
    assert value == pytest.approx(loss(objective.x), rel=1e-12)
    free = ~objective.where(role="opacity") & ~objective.where(role="background")
    check_gradient(loss, objective.x, gradient, rng, along=free.__mul__, tolerance=1e-6)
    assert (gradient[objective.where(role="background")] == 0.0).all()
    g_image = rng.normal(size=objective.shape)
    g = objective.vjp(objective.x, g_image)
    check_gradient(
        lambda x: float((g_image * over(drawn(x), behind)).sum()),
        objective.x,
        g,
        rng,
        along=free.__mul__,
        tolerance=1e-6,
    )


def test_least_squares_and_worth(scene: sr.Scene, behind: np.ndarray, rng: np.random.Generator) -> None:
    target = over(scene, behind) + 0.02 * rng.normal(size=(HEIGHT, WIDTH, 3))
    objective = sr.Objective(scene, target, behind=behind)
    equations = objective.normal_matrix(objective.x)
    assert equations.matrix.shape == (objective.x.size, objective.x.size)
    _, gradient = objective(objective.x)
    np.testing.assert_allclose(equations.gradient, 0.5 * equations.weight * gradient, atol=1e-12)
    directions = rng.normal(size=(3, objective.x.size)) * ~objective.where(role="opacity")
    step = 1e-6
    moved = np.array(
        [objective.render(objective.x + step * v) - objective.render(objective.x - step * v) for v in directions]
    )
    moved = moved.reshape(3, -1) / (2.0 * step)
    np.testing.assert_allclose(directions @ (equations.matrix @ directions.T), moved @ moved.T, rtol=1e-6, atol=1e-6)
    growth = objective.leave_one_out(objective.x)
    kept = scene.replace(layers=[*scene.layers[:-1], scene.layers[-1][1:]])
    without = float(((over(kept, behind) - target) ** 2).mean())
    assert growth[0] == pytest.approx(without - objective(objective.x)[0], rel=1e-9)


def test_the_background_of_a_scene_is_not_seen(scene: sr.Scene, behind: np.ndarray) -> None:
    target = over(scene, behind)
    clear, white = (sr.Objective(scene.replace(background=each), target, behind=behind) for each in (None, (1, 1, 1)))
    assert clear(clear.x)[0] == white(white.x)[0]
    free = white.free(layer=0)
    assert (free.bounds.lb[-3:] == free.bounds.ub[-3:]).all()
    assert (white.uncertainty(white.x, 0.1).standard_error[-3:] == 0.0).all()


@pytest.mark.parametrize(
    ("behind", "message"),
    [
        (np.zeros((3, 4, 3)), r"behind must have shape \(16, 20, 3\), not \(3, 4, 3\)"),
        ("nowhere.png", r"nowhere.png: .*"),
    ],
)
def test_what_cannot_be_behind(scene: sr.Scene, behind: Any, message: str) -> None:
    with pytest.raises(sr.DataError, match=message):
        sr.Objective(scene, behind=behind)
