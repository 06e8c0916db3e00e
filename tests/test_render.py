"""The engine draws what the oracle draws: whole scenes, all combinations, and the cases tiles make difficult."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from tests import naive
from tests.scenes import COMBINATIONS, FILTERED, FLOAT32, layer, stack

GREEN = (0.2, 0.7, 0.4)


def check(scene: sr.Scene, radius: float = 1.0, filter: str = "parabolic", tolerance: float = 1e-12) -> np.ndarray:
    """Return the picture if it is the oracle's."""
    image = sr.render(scene, radius, filter)
    expected = naive.render(scene, radius, filter)
    assert image.shape == expected.shape
    assert image.dtype == scene.dtype
    assert image.flags.c_contiguous
    np.testing.assert_allclose(image, expected, rtol=0.0, atol=tolerance * max(1.0, np.abs(expected).max()))
    return image


@pytest.mark.compiled
@pytest.mark.parametrize("background", [GREEN, None])
@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_one_layer(combination: tuple[str, str, str], background: Any, rng: np.random.Generator) -> None:
    for radius in (0.5, 1.0, 3.0):
        check(sr.Scene(41, 35, layer(rng, combination, 41, 35), background), radius)


@pytest.mark.compiled
@pytest.mark.parametrize("combination", FLOAT32, ids=str)
def test_float32(combination: tuple[str, str, str], rng: np.random.Generator) -> None:
    for background in (GREEN, None):
        only = layer(rng, combination, 41, 35, sizes=(30.0, 0.3, 1.0, 3.0, 6.0, 12.0), dtype=np.float32)
        check(sr.Scene(41, 35, only, background), tolerance=1e-5)


@pytest.mark.compiled
@pytest.mark.parametrize("background", [GREEN, None])
def test_layers_of_all_combinations_on_each_other(background: Any, rng: np.random.Generator) -> None:
    for radius in (0.645, 1.0):
        check(stack(rng, 40, 35, background), radius)


@pytest.mark.compiled
@pytest.mark.parametrize("filter", ["tent", "box"])
def test_filters(filter: str, rng: np.random.Generator) -> None:
    for radius in (0.5, 1.0, 2.5):
        check(sr.Scene(35, 30, layer(rng, FILTERED, 35, 30), GREEN), radius, filter)


@pytest.mark.compiled
@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 40), (33, 2), (16, 16), (17, 15), (32, 48), (49, 31)])
def test_canvas_sizes(width: int, height: int, rng: np.random.Generator) -> None:
    small = [layer(rng, c, width, height, sizes=(60.0, 3.0, 0.3, 8.0)) for c in COMBINATIONS[:2] + COMBINATIONS[-1:]]
    check(sr.Scene(width, height, small, GREEN))


@pytest.mark.compiled
@pytest.mark.parametrize("opacities", [(1.0,), (0.02,), (1.0, 0.3, 0.0)])
@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_three_hundred_shapes_over_one_pixel(
    combination: tuple[str, str, str], opacities: tuple[float, ...], rng: np.random.Generator
) -> None:
    sizes = tuple(rng.uniform(0.5, 6.0, 300))
    image = check(sr.Scene(2, 3, layer(rng, combination, 2, 3, sizes, opacities), GREEN))
    assert np.abs(image - GREEN).max() > 1e-3


def covers(composite: str, opacity: float, linear: bool = False) -> sr.Layer:
    """Return a layer of two discs that both cover the 40 x 40 canvas."""
    color: Any = [[0.9, 0.1, 0.3], [0.3, 0.8, 0.1]]
    if linear:
        color = [[[0.2, -0.1, e] for e in c] for c in color]
    params = np.array([[20.0, 20.0, 60.0], [15.0, 25.0, 70.0]])
    return sr.Layer("circle", params, color, [1.0, opacity], composite)


@pytest.mark.compiled
@pytest.mark.parametrize("composite", ["over", "mean"])
@pytest.mark.parametrize("opacity", [1.0, 0.5])
@pytest.mark.parametrize("linear", [False, True])
def test_covers_between_layers(composite: str, opacity: float, linear: bool, rng: np.random.Generator) -> None:
    below, above = (layer(rng, combination, 40, 40, sizes=(3.0, 9.0)) for combination in COMBINATIONS[-2:])
    middle = covers(composite, opacity, linear)
    for layers in ([below, middle], [middle, above], [below, middle, above], [middle, below, middle, above]):
        for background in (GREEN, None):
            check(sr.Scene(40, 40, layers, background))


def test_a_cover_of_some_tiles_only() -> None:
    """An edge runs through the second column of tiles; the first is covered, the third is not touched."""
    below = sr.Layer("circle", np.array([[24.0, 8.0, 30.0]]), [[0.1, 0.9, 0.5]], 0.5)
    for composite in ("over", "mean"):
        half = sr.Layer("circle", np.array([[-976.0, 8.0, 1000.0]]), [[0.8, 0.2, 0.3]], 1.0, composite)
        image = check(sr.Scene(48, 16, [below, half], GREEN))
        np.testing.assert_allclose(image[:, :16], np.broadcast_to([0.8, 0.2, 0.3], (16, 16, 3)), atol=1e-15)
        np.testing.assert_allclose(image[0, 47], np.add(GREEN, [0.1, 0.9, 0.5]) / 2.0, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_to_draw(dtype: type) -> None:
    empty = sr.Layer("circle", np.empty((0, 3), dtype), np.empty((0, 3)))
    outside = sr.Layer("circle", np.array([[-50.0, 8.0, 3.0]], dtype), [[1.0, 1.0, 1.0]])
    invisible = sr.Layer("circle", np.array([[8.0, 8.0, 30.0]], dtype), [[1.0, 1.0, 1.0]], 0.0)
    background = np.array([0.25, 0.5, 2.0], dtype)
    for layers in ([], [empty], [empty, empty], [outside], [empty, invisible, outside]):
        image = sr.render(sr.Scene(20, 17, layers, background))
        assert image.dtype == dtype
        np.testing.assert_array_equal(image, np.broadcast_to(background, (17, 20, 3)))
        image = sr.render(sr.Scene(20, 17, layers, None))
        np.testing.assert_array_equal(image, np.zeros((17, 20, 4)))


def test_colors_beyond_the_range_are_not_clamped() -> None:
    disc = sr.Layer("circle", np.array([[2.0, 2.0, 9.0]]), [[-3.0, 0.5, 70.0]])
    np.testing.assert_array_equal(sr.render(sr.Scene(4, 4, disc)), np.broadcast_to([-3.0, 0.5, 70.0], (4, 4, 3)))


def test_the_picture_is_the_callers_own() -> None:
    scene = sr.Scene(5, 5, sr.Layer("circle", np.array([[2.0, 2.0, 9.0]]), [[1.0, 0.0, 0.0]]))
    first = sr.render(scene)
    first[:] = 7.0
    np.testing.assert_array_equal(sr.render(scene), np.broadcast_to([1.0, 0.0, 0.0], (5, 5, 3)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"filter_radius": 0.0}, r"filter_radius must be a number of pixels above 0, not 0\.0"),
        ({"filter_radius": -1.0}, r"filter_radius must be .*, not -1\.0"),
        ({"filter_radius": np.nan}, r"filter_radius must be .*, not nan"),
        ({"filter_radius": np.inf}, r"filter_radius must be .*, not inf"),
        ({"filter": "gauss"}, r"filter must be one of parabolic, tent, box, not 'gauss'"),
        ({"device": "abacus"}, r"device must be one of .*cpu.*, not 'abacus'"),
    ],
)
def test_options_are_checked(options: dict[str, Any], message: str) -> None:
    scene = sr.Scene(4, 3)
    zeros = np.zeros((3, 4, 3))
    for call in (
        lambda: sr.render(scene, **options),
        lambda: sr.render_vjp(scene, zeros, **options),
        lambda: sr.value_and_grad(scene, zeros, **options),
    ):
        with pytest.raises(ValueError, match=f"^{message}"):
            call()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": np.zeros((4, 3, 3))}, r"target must have shape \(3, 4, 3\), not \(4, 3, 3\)"),
        ({"target": np.zeros((3, 4, 4))}, r"target must have shape \(3, 4, 3\), not \(3, 4, 4\)"),
        ({"target": np.full((3, 4, 3), np.nan)}, r"target must be finite"),
        ({"loss": "hinge"}, r"loss must be one of mse, .*, not 'hinge'"),
        ({"delta": 0.0}, r"delta must be above 0, not 0\.0"),
        ({"delta": np.nan}, r"delta must be above 0, not nan"),
    ],
)
def test_targets_and_losses_are_checked(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        sr.value_and_grad(sr.Scene(4, 3), **{"target": np.zeros((3, 4, 3)), **options})


def test_gradients_of_the_picture_are_checked() -> None:
    with pytest.raises(ValueError, match=r"^g_image must have shape \(3, 4, 4\), not \(3, 4, 3\)"):
        sr.render_vjp(sr.Scene(4, 3, background=None), np.zeros((3, 4, 3)))
    with pytest.raises(ValueError, match=r"^g_image must be finite"):
        sr.render_vjp(sr.Scene(4, 3), np.full((3, 4, 3), np.inf))


def test_a_scene_that_no_memory_holds_is_named() -> None:
    side = 10_000_000  # more than any address space has pixels for
    with pytest.raises(MemoryError, match=r"^scene of 10,000,000 x 10,000,000 pixels needs more memory than there is"):
        sr.render(sr.Scene(side, side, []))
