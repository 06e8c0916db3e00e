"""Symmetric fits: mirror images of shapes, gradients of pairs, and pictures that are the same from right to left."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.devices import make_plan
from sdfraster.engine.tiles import pack
from sdfraster.fitting.shapes.symmetry import SymmetricPlan, symmetric, with_mirror_images

from ..gradcheck import check_gradient
from ..scenes import COMBINATIONS, layer

WIDTH, HEIGHT = 40, 32
SMALL = (8.0, 3.0, 5.0)


def pairs(rng: np.random.Generator, combination: tuple[str, str, str], opacity: float = 0.5) -> sr.Scene:
    """Return a scene of shapes and their mirror images."""
    shapes = layer(rng, combination, WIDTH, HEIGHT, SMALL, (opacity,))
    return sr.Scene(WIDTH, HEIGHT, with_mirror_images(shapes, WIDTH), (0.2, 0.7, 0.4))


@pytest.mark.parametrize("combination", COMBINATIONS, ids=" ".join)
def test_mirror_images(rng: np.random.Generator, combination: tuple[str, str, str]) -> None:
    both = pairs(rng, combination).layers[0]
    drawn = [
        sr.render(sr.Scene(WIDTH, HEIGHT, both.with_values(*(array[k::2] for array in both.values)), (0, 0, 1)))
        for k in range(2)
    ]
    assert np.ptp(drawn[0]) > 0.1
    np.testing.assert_allclose(drawn[1], drawn[0][:, ::-1], atol=1e-9)


@pytest.mark.parametrize("kind", ["stroke", "path"])
def test_mirror_images_of_outlines_of_different_sizes(kind: str, rng: np.random.Generator) -> None:
    sample, filled = sr.primitive(kind).sample, kind == "path"
    parts = [np.array(sample(rng, *rng.uniform(4.0, 10.0, 2), 3.0, n)) for n in (2, 1, 3)]
    params = [parts[:2], parts[2]] if filled else parts[:2]
    both = with_mirror_images(sr.Layer(kind, params, rng.random((2, 3)), 0.8), 16)
    drawn = [sr.render(sr.Scene(16, 14, both[k::2], (0, 0, 1))) for k in range(2)]
    assert np.ptp(drawn[0]) > 0.1
    np.testing.assert_allclose(drawn[1], drawn[0][:, ::-1], atol=1e-9)


@pytest.mark.compiled
@pytest.mark.parametrize("combination", COMBINATIONS, ids=" ".join)
def test_gradient_is_that_of_what_a_pair_does_together(
    rng: np.random.Generator, combination: tuple[str, str, str]
) -> None:
    """Along every change that keeps the scene symmetric it is the derivative, and it is such a change itself."""
    scene = pairs(rng, combination)
    target = pack(rng.uniform(0.0, 1.0, (HEIGHT, WIDTH, 3)))
    plan = SymmetricPlan(make_plan("cpu", scene, "parabolic"))
    x = plan.layout.vector(scene)
    plan.value_and_grad(x, target, 1.0)
    g = plan.gradient.copy()

    def moved(change: np.ndarray) -> np.ndarray:
        (view,), background = plan.layout.views(x + change)
        shapes = scene.layers[0].with_values(view.params, view.color, view.opacity)
        return plan.layout.vector(symmetric(sr.Scene(WIDTH, HEIGHT, [shapes], background)))

    def together(v: np.ndarray) -> np.ndarray:
        return (moved(1e-3 * v) - x) / 1e-3

    np.testing.assert_allclose(together(g), g, atol=1e-9)
    check_gradient(
        lambda x: plan.value_and_grad(x, target, 1.0), x, g, rng, along=together, step=1e-6, tolerance=1e-6, least=1e-2
    )


def picture() -> np.ndarray:
    """Return a picture that is nearly symmetric, on a ramp."""
    discs = [[12, 14, 6], [28.5, 14, 6], [20, 25, 4]]
    shapes = sr.render(sr.Scene(WIDTH, HEIGHT, sr.Layer("circle", discs, [[1, 0.3, 0], [1, 0.2, 0.1], [0, 0, 0.7]])))
    return np.clip(shapes[..., :3] + np.linspace(0.0, 0.2, HEIGHT, dtype=np.float32)[:, None, None], 0.0, 1.0)


@pytest.mark.compiled
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"kind": "triangle", "init": "grid", "palette": 4, "opaque": True},
        {"kind": "rectangle", "composite": "mean", "init": "error"},
        {"kind": "stroke", "regularizers": {"size": 0.001}, "polish": 5},
        {"kind": "ellipse", "optimizer": "lbfgs"},
        {"size": WIDTH // 2},
    ],
    ids=str,
)
def test_fits_are_the_same_from_right_to_left(options: dict[str, Any]) -> None:
    target = picture()
    start = sr.fit(target, count=10, iterations=0, symmetric=True, **options)
    result = sr.fit(target, count=10, iterations=60, symmetric=True, **options)
    (shapes,) = result.scene.layers
    assert len(shapes) == 10
    exact = symmetric(result.scene).layers[0]
    for array, same in zip(shapes.values, exact.values, strict=True):
        np.testing.assert_array_equal(array, same)
    np.testing.assert_allclose(result.image, result.image[:, ::-1], atol=2e-5)
    assert result.psnr > start.psnr + 1.0
    assert np.ptp(result.history[:, 3] % 2.0) == 0.0


@pytest.mark.slow
def test_half_the_work_is_enough_for_a_symmetric_picture() -> None:
    """Pairs hold as much as single shapes where both halves are alike, within 1 dB; one fit scatters by 1.5."""
    target = picture()
    target = 0.5 * (target + target[:, ::-1])
    options: dict[str, Any] = {"count": 12, "iterations": 300}
    plain, paired = (
        np.mean([sr.fit(target, seed=seed, symmetric=pair, **options).psnr for seed in range(20)])
        for pair in (False, True)
    )
    assert paired > plain - 1.0


@pytest.mark.compiled
def test_pairs_of_a_given_psnr() -> None:
    result = sr.fit(picture(), count=64, iterations=400, target_psnr=27.0, symmetric=True)
    assert result.psnr >= 27.0
    assert len(result.scene.layers[0]) in range(4, 64, 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"count": 9}, "count must be even with symmetric, not 9"),
        ({"kind": "mesh", "count": 10}, "symmetric is not for meshes"),
        ({"kind": "path", "count": 10, "init": "contour"}, "symmetric is not for init 'contour'"),
    ],
)
def test_bad_options(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sr.FitOptions(symmetric=True, **options)
