"""What shapes are worth, against pictures that are drawn without them."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.worth import worth

WIDTH, HEIGHT = 24, 18


def brute(scene: sr.Scene, target: np.ndarray, **drawing: object) -> np.ndarray:
    """Return the decibels that are lost without each shape, drawn anew."""

    def decibels(layer: sr.Layer) -> float:
        drawn = sr.render(scene.replace(layers=[layer]), **drawing)
        return -10.0 * np.log10(((drawn - target) ** 2).mean())

    layer = scene.layers[0]
    others = [layer[np.arange(len(layer)) != k] for k in range(len(layer))]
    return decibels(layer) - np.array([decibels(other) for other in others])


@pytest.mark.parametrize("composite", ["over", "mean"])
@pytest.mark.parametrize("background", [(0.2, 0.3, 0.4), None])
def test_it_is_what_is_lost(rng: np.random.Generator, composite: str, background: object) -> None:
    params = np.column_stack([rng.uniform(0, WIDTH, 6), rng.uniform(0, HEIGHT, 6), rng.uniform(2, 8, 6)])
    layer = sr.Layer("circle", params, rng.random((6, 3)), rng.uniform(0.3, 1.0, 6), composite)
    scene = sr.Scene(WIDTH, HEIGHT, [layer], background)
    target = rng.random((HEIGHT, WIDTH, 3 if background else 4))
    if background is None:
        target[..., :3] *= target[..., 3:]
    found = worth(scene, target, filter_radius=0.8)
    np.testing.assert_allclose(found, brute(scene, target, filter_radius=0.8), rtol=1e-6, atol=1e-9)
    assert np.ptp(found) > 0.01


def test_faces_of_a_mesh_and_hidden_shapes(rng: np.random.Generator) -> None:
    vertices = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], float)
    mesh = sr.Mesh(vertices, [[0, 1, 2], [0, 2, 3]], [[1.0, 0, 0], [0, 0, 1.0]])
    scene = sr.Scene(WIDTH, HEIGHT, [mesh], (0.0, 0.0, 0.0))
    assert (worth(scene, sr.render(scene)) > 100.0).all()  # without an error, all counts
    below = sr.Layer("circle", [[9, 9, 2], [9, 9, 50]], [[1, 0, 0], [0, 1, 0]])
    hidden = worth(sr.Scene(WIDTH, HEIGHT, [below], (0, 0, 0)), rng.random((HEIGHT, WIDTH, 3)))
    assert hidden[0] == 0.0
    assert hidden[1] != 0.0


def test_of_several_layers_the_top_one_is_judged() -> None:
    rng = np.random.default_rng(2)
    lower, upper = (sr.Layer("circle", [[9.0, 9.0, r], [4.0, 5.0, 3.0]], rng.random((2, 3))) for r in (6.0, 3.0))
    target, behind = rng.random((HEIGHT, WIDTH, 3)), rng.random((HEIGHT, WIDTH, 3)).astype(np.float32)

    def decibels(*layers: sr.Layer) -> float:
        drawn = sr.render(sr.Scene(WIDTH, HEIGHT, layers, None))
        return float(-10.0 * np.log10(np.mean((drawn[..., :3] + (1.0 - drawn[..., 3:]) * behind - target) ** 2)))

    found = worth(sr.Scene(WIDTH, HEIGHT, [lower, upper], None), target, behind=behind)
    expected = [decibels(lower, upper) - decibels(lower, upper[[1 - k]]) for k in range(2)]
    np.testing.assert_allclose(found, expected, atol=1e-4)
    with pytest.raises(ValueError, match="scene must have a layer, but there is none"):
        worth(sr.Scene(WIDTH, HEIGHT), np.zeros((HEIGHT, WIDTH, 3)))
