"""The derivative of the loss by the filter radius, and what it is for; kinds: `tests/interpreted/test_radius.py`."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from tests.gradcheck import check_radius_gradient

SIZE = 24


@pytest.mark.compiled
@pytest.mark.parametrize("loss", ["mse", "mse + 0.2*ssim"])
def test_of_layers_and_meshes(scene: sr.Scene, target: np.ndarray, loss: str) -> None:
    objective = sr.Objective(scene, target, loss, weight=target[..., 0])
    _, gradient = objective(objective.x)
    check_radius_gradient(objective)
    np.testing.assert_array_equal(objective(objective.x)[1], gradient)


def test_shapes_that_are_not_seen_and_none() -> None:
    blank = np.zeros((SIZE, SIZE, 3))
    away = sr.Layer("circle", np.array([[-50.0, -50.0, 3.0]]), [[1.0, 0.0, 0.0]])
    for layers in ([], [away]):
        objective = sr.Objective(sr.Scene(SIZE, SIZE, layers, (0.5, 0.5, 0.5)), blank)
        assert objective.radius_gradient(objective.x) == 0.0


@pytest.mark.compiled
def test_the_width_of_a_blur_is_found_with_the_shape() -> None:
    disc = sr.Layer("circle", np.array([[12.0, 11.0, 5.0]]), [[0.8, 0.6, 0.1]])
    start = sr.Layer("circle", np.array([[11.0, 12.0, 4.0]]), [[0.5, 0.5, 0.5]])
    black = (0.0, 0.0, 0.0)
    seen = sr.render(sr.Scene(SIZE, SIZE, disc, black), 2.3)
    objective = sr.Objective(sr.Scene(SIZE, SIZE, start, black), seen).free(role="params")
    x, radius = objective.x.copy(), 1.0
    state = sr.optimizers.adam.init(np.append(x, radius))
    for k in range(150):
        _, gradient = objective(x, filter_radius=radius)
        both = np.append(gradient, objective.radius_gradient(x, filter_radius=radius))
        step, state = sr.optimizers.adam.update(both, state, rate=0.1 * 0.98**k)
        x, radius = x - step[:-1], radius - float(step[-1])
    assert radius == pytest.approx(2.3, abs=0.01)
    assert x[:3] == pytest.approx([12.0, 11.0, 5.0], abs=0.02)


def test_a_loss_with_regularizers_is_refused(target: np.ndarray) -> None:
    shapes = sr.Layer("circle", np.array([[12.0, 8.0, 5.0]]), [[0.8, 0.6, 0.1]])
    objective = sr.Objective(sr.Scene(24, 16, shapes, (0.0, 0.0, 0.0)), target, regularizers={"size": 0.1})
    with pytest.raises(ValueError, match=r"radius_gradient is not for losses with regularizers \(size\)"):
        objective.radius_gradient(objective.x)
