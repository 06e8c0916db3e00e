"""Fits of meshes: what they reach, and what they promise of the mesh."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting.mesh.run import MeshRun
from sdfraster.fitting.options import FitOptions
from sdfraster.fitting.progress import Progress
from sdfraster.fitting.pyramid import Level
from sdfraster.fitting.strategy import FitStrategy

WIDTH, HEIGHT = 48, 32


def picture() -> np.ndarray:
    """Return a disc and a triangle on a ramp."""
    layers = [
        sr.Layer("circle", [[16, 14, 9]], [[0.9, 0.2, 0.1]]),
        sr.Layer("triangle", [[24, 28, 44, 26, 34, 6]], [[0.1, 0.4, 0.9]]),
    ]
    shapes = sr.render(sr.Scene(WIDTH, HEIGHT, layers, (0.2, 0.6, 0.3)))
    return np.clip(shapes + np.linspace(0.0, 0.2, WIDTH, dtype=np.float32)[:, None], 0.0, 1.0)


def bits(result: sr.FitResult) -> bytes:
    return b"".join(array.tobytes() for array in (*result.scene.layers[0].values, result.scene.layers[0].faces))


@pytest.mark.compiled
@pytest.mark.parametrize(("shade", "decibels"), [("flat", 24.0), ("linear", 29.0), ("vertex", 26.0)])
def test_redraws_a_simple_picture(shade: str, decibels: float) -> None:
    target = picture()
    start = sr.fit(target, kind="mesh", count=41, iterations=0, shade=shade)
    result = sr.fit(target, kind="mesh", count=41, iterations=100, shade=shade)
    assert result.psnr > max(decibels, start.psnr + 2.0)
    assert len(result.history) == 100
    mesh = result.scene.layers[0]
    assert isinstance(mesh, sr.Mesh)
    assert len(mesh) == 41
    assert (mesh.vertex_color is not None) == (shade == "vertex")
    assert mesh.areas.min() > 0.0
    assert mesh.areas.sum() == pytest.approx(WIDTH * HEIGHT, rel=1e-5)
    quality = result.mesh_quality
    assert quality is not None
    assert quality["inverted"] == 0
    assert quality["min_angle"] > 5.0
    assert sum(number for _, number in quality["area_histogram"]) == 41
    np.testing.assert_array_equal(result.image, sr.render(result.scene, result.options.filter_radius))


@pytest.mark.compiled
def test_same_seed_same_bits() -> None:
    runs = [sr.fit(picture(), kind="mesh", count=30, iterations=40, seed=seed) for seed in (3, 3, 4)]
    assert bits(runs[0]) == bits(runs[1])
    assert bits(runs[0]) != bits(runs[2])


@pytest.mark.compiled
@pytest.mark.parametrize("count", [2, 3, 4, 7])
def test_few_faces(count: int) -> None:
    result = sr.fit(picture(), kind="mesh", count=count, iterations=20)
    assert len(result.scene.layers[0]) == count
    assert result.scene.layers[0].areas.min() > 0.0


@pytest.mark.compiled
@pytest.mark.parametrize("shade", ["flat", "linear", "vertex"])
def test_colors_are_least_squares(shade: str) -> None:
    target = 0.4 + 0.2 * picture()  # so that the best colours are within 0..1, to which they are clamped
    options = FitOptions(kind="mesh", count=24, shade=shade)
    strategy = FitStrategy()
    run = MeshRun(Level.of(target, None), options, Progress(options, strategy.target, None), strategy)
    run.solve(100)
    loss, g = sr.value_and_grad(run.scene(), target)
    gradient = g.layers[0].vertex_color if shade == "vertex" else g.layers[0].color
    assert abs(gradient).max() < 1e-7
    assert loss < 0.01


@pytest.mark.compiled
def test_large_steps_turn_no_face_over() -> None:
    result = sr.fit(picture(), kind="mesh", count=60, iterations=60, rate=100.0)
    assert result.scene.layers[0].areas.min() > 0.0


@pytest.mark.compiled
def test_callback_sees_the_scene_and_ends_the_fit() -> None:
    seen: list[Any] = []

    def callback(progress: sr.FitProgress) -> bool:
        seen.append(progress.scene)
        return progress.iteration == 5

    result = sr.fit(picture(), kind="mesh", count=20, iterations=50, callback=callback)
    assert len(seen) == len(result.history) == 5
    assert all(len(scene.layers[0]) == 20 for scene in seen)


@pytest.mark.compiled
def test_interrupt_returns_a_whole_mesh() -> None:
    def callback(progress: sr.FitProgress) -> None:
        if progress.iteration == 3:
            raise KeyboardInterrupt

    result = sr.fit(picture(), kind="mesh", count=20, iterations=50, callback=callback)
    assert result.interrupted
    assert result.scene.layers[0].areas.min() > 0.0


@pytest.mark.compiled
@pytest.mark.parametrize("last", [None, 3])
def test_found_on_a_small_copy_the_mesh_covers_the_picture(last: int | None) -> None:
    """Also if it ends before it has seen the picture itself."""
    target = np.kron(picture(), np.ones((3, 3, 1), np.float32))[:-2, :-1]
    height, width, _ = target.shape
    seen: list[Any] = []

    def callback(progress: sr.FitProgress) -> bool:
        seen.append(progress.scene)
        return progress.iteration == last

    result = sr.fit(target, kind="mesh", count=12, iterations=40, callback=callback)
    for scene in (*seen, result.scene):
        assert (scene.width, scene.height) == (width, height)
        (mesh,) = scene.layers
        assert mesh.areas.sum() == pytest.approx(width * height, rel=1e-5)
        np.testing.assert_allclose(np.ptp(mesh.vertices, axis=0), [width, height], rtol=1e-5)
    ends = result.scene.layers[0].vertices
    assert {(x, y) for x in (0.0, width) for y in (0.0, height)} <= set(map(tuple, ends.tolist()))
    assert result.psnr > 16.0


def test_transparent_pictures_are_put_on_the_background() -> None:
    half = np.zeros((16, 16, 4), np.float32)
    white = sr.fit(half, kind="mesh", count=4, iterations=0)
    np.testing.assert_allclose(white.scene.layers[0].color, 1.0, atol=1e-3)
    green = sr.fit(half, kind="mesh", count=4, iterations=0, background=(0, 1, 0))
    np.testing.assert_allclose(green.scene.layers[0].color, [[0, 1, 0]] * 4, atol=1e-3)


@pytest.mark.compiled
def test_picture_of_one_colour() -> None:
    result = sr.fit(np.full((9, 14, 3), 0.25, np.float32), kind="mesh", count=30, iterations=30)
    assert result.psnr > 60.0
    assert result.scene.layers[0].areas.min() > 0.0


@pytest.mark.compiled
@pytest.mark.parametrize("size", [40, 31])
def test_large_pictures_are_fitted_on_a_smaller_copy(size: int) -> None:
    large = np.repeat(np.repeat(picture(), 5, axis=0), 4, axis=1)  # 192 x 160
    result = sr.fit(large, kind="mesh", count=41, iterations=60, size=size)
    vertices = result.scene.layers[0].vertices
    assert (result.scene.width, result.scene.height) == (192, 160)
    assert result.psnr > 22.0
    np.testing.assert_allclose([vertices.min(axis=0), vertices.max(axis=0)], [[0, 0], [192, 160]], rtol=1e-6)
    assert sum(number for _, number in result.mesh_quality["area_histogram"]) == 41
    assert result.mesh_quality["areas"][1] <= 192 * 160 < 41 * result.mesh_quality["areas"][1]


@pytest.mark.compiled
def test_penalty_on_sharp_corners() -> None:
    options = {"kind": "mesh", "count": 61, "iterations": 60}
    results = [sr.fit(picture(), regularizers={"angle": weight}, **options) for weight in (0.0, 1.0)]
    smallest = [result.mesh_quality["angle_1_percent"] for result in results]
    assert smallest[1] > smallest[0] + 2.0
    assert not np.isnan(results[1].history[:, 2]).any()


@cache
def decibels_of_the_left_half(shade: str, seed: int, outside: float) -> float:
    """Return how near a fit comes in the left half of a picture; a pixel of the right one counts less, or as much."""
    target = np.kron(picture(), np.ones((2, 2, 1), np.float32))
    weight = np.full(target.shape[:2], outside)
    weight[:, : WIDTH // 2] = 1.0
    counts = {} if outside == 1.0 else {"weight": weight}
    result = sr.fit(target, kind="mesh", count=100, iterations=100, shade=shade, seed=seed, **counts)
    assert result.mesh_quality["inverted"] == 0
    return float(-10.0 * np.log10(((result.image - target)[:, : WIDTH // 2] ** 2).mean()))


@pytest.mark.compiled
@pytest.mark.parametrize("shade", ["flat", "linear", "vertex"])
@pytest.mark.parametrize(("outside", "gain"), [(0.0, 1.0), (0.1, 0.8)])
def test_what_counts_more_gets_more_of_the_mesh(shade: str, outside: float, gain: float) -> None:
    more, same = ([decibels_of_the_left_half(shade, seed, each) for seed in range(3)] for each in (outside, 1.0))
    assert np.mean(more) > np.mean(same) + gain  # one seed scatters by half a decibel


@pytest.mark.compiled
@pytest.mark.parametrize(("shade", "decibels"), [("flat", 35.0), ("vertex", 28.0), ("linear", 33.0)])
def test_a_psnr_asked_for_ends_with_few_faces_and_steps(shade: str, decibels: float) -> None:
    result = sr.fit(picture(), kind="mesh", count=400, iterations=300, target_psnr=decibels, shade=shade)
    mesh = result.scene.layers[0]
    assert result.psnr >= decibels
    assert len(mesh) < 120
    assert len(result.history) < 300
    assert result.history[0, 3] < result.history[-1, 3] == len(mesh)
    assert mesh.areas.min() > 0.0
    assert mesh.areas.sum() == pytest.approx(WIDTH * HEIGHT, rel=1e-5)


@pytest.mark.compiled
@pytest.mark.parametrize("iterations", [12, 100])
def test_a_psnr_out_of_reach_takes_all_faces(iterations: int) -> None:
    result = sr.fit(picture(), kind="mesh", count=61, iterations=iterations, target_psnr=90.0)
    assert len(result.scene.layers[0]) == 61
    assert result.mesh_quality is not None
    assert result.mesh_quality["inverted"] == 0


@pytest.mark.compiled
def test_psnr_asked_for_is_that_of_the_picture_and_not_of_a_level() -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.05, (HEIGHT, WIDTH, 3))
    noisy = np.clip(picture() + noise, 0.0, 1.0).astype(np.float32)
    result = sr.fit(noisy, kind="mesh", count=200, iterations=200, target_psnr=21.5, size=WIDTH // 2)
    assert result.psnr >= 21.5
    assert len(result.history) < 200


@pytest.mark.compiled
def test_palette_of_flat_faces() -> None:
    given = np.array([[255, 0, 0], [0, 0, 128], [51, 153, 77]]) / 255.0
    options: dict[str, Any] = {"kind": "mesh", "count": 60, "iterations": 60, "opaque": True}
    for wanted, most in ((["red", "navy", "#33994d"], 3), (4, 4)):
        for last in (None, 10):
            result = sr.fit(picture(), palette=wanted, callback=lambda p, k=last: p.iteration == k, **options)
            mesh = result.scene.layers[0]
            colors = np.unique(np.vstack([mesh.color, result.scene.background]), axis=0)
            assert 1 < len(colors) <= most
            assert (mesh.opacity == 1.0).all()
            if most == 3:
                assert all(np.abs(given - color).max(axis=1).min() < 1e-6 for color in colors)
    assert result.psnr > 15.0
    kept = sr.fit(picture(), palette=2, background=(1.0, 0.0, 1.0), **options).scene.background
    np.testing.assert_array_equal(kept, [1.0, 0.0, 1.0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"palette": 4, "shade": "vertex"}, "shade must be flat with palette, not vertex"),
        ({"count": 1}, "count of a mesh must be at least 2, not 1"),
        ({"loss": "mae"}, "loss of a mesh must be mse"),
        ({"optimizer": "lbfgs"}, "optimizer of a mesh must be adam"),
        ({"regularizers": {"overlap": 1.0}}, "regularizers of a mesh can only be angle"),
        ({"shade": "phong"}, "shade must be one of flat, linear, vertex"),
    ],
)
def test_errors_name_the_option(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sr.fit(picture(), kind="mesh", **options)


@pytest.mark.compiled
@pytest.mark.parametrize("shade", ["flat", "vertex", "linear"])
def test_more_triangles_than_pixels(shade: str) -> None:
    image = np.random.default_rng(0).uniform(0.0, 1.0, (2, 2, 3))
    result = sr.fit(image, kind="mesh", count=60, shade=shade, iterations=40)
    assert np.isfinite(result.image).all()
    assert result.psnr > 8.0
