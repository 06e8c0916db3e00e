"""What is found on a smaller copy of a picture is where it is in the picture, whatever the sizes of both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr

pytestmark = pytest.mark.compiled

COLORS = np.array([[1.0, 0.2, 0.1], [0.1, 0.3, 0.9], [0.1, 0.8, 0.2]])
WHITE = (1.0, 1.0, 1.0)


def discs(width: int, height: int, rng: np.random.Generator) -> np.ndarray:
    """Return three discs (3, 3) side by side along the picture."""
    along, across = (np.arange(3) + rng.uniform(0.45, 0.55, 3)) / 3.0, rng.uniform(0.3, 0.7, 3)
    x, y = (along, across) if width > height else (across, along)
    return np.stack([x * width, y * height, min(width, height) * rng.uniform(0.1, 0.15, 3)], axis=1)


def drift(width: int, height: int, rng: np.random.Generator, **options: Any) -> float:
    """Return the largest error, in pixels, of the discs that a fit finds."""
    true = discs(width, height, rng)
    target = sr.render(sr.Scene(width, height, sr.Layer("circle", true, COLORS), WHITE))
    found = sr.fit(target, kind="circle", count=3, polish=100, **options).scene.layers[0].params
    return max(float(np.abs(found - disc).max(axis=1).min()) for disc in true)


@pytest.mark.parametrize(
    ("width", "height", "size"), [(400, 300, 151), (301, 419, 200), (500, 301, 149), (901, 150, 450)]
)
def test_discs_of_a_copy_are_where_they_are(width: int, height: int, size: int) -> None:
    options: dict[str, Any] = {"init": "grid", "iterations": 400, "background": WHITE}
    assert drift(width, height, np.random.default_rng(size), size=size, **options) < 0.02


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_discs_of_any_picture_are_where_they_are(seed: int) -> None:
    sizes = {0: (3000, 2000), 1: (1000, 600), 2: (500, 3000), 3: (20_000, 100)}
    rng = np.random.default_rng(seed)
    width, height = sizes.get(seed, (int(rng.integers(400, 4001)), int(rng.integers(300, 3001))))
    assert drift(width, height, rng) < 0.02


def middle(image: np.ndarray) -> np.ndarray:
    """Return the middle (x, y) of what is dark in a picture."""
    dark = 1.0 - image.astype(np.float64).mean(axis=2)
    y, x = np.mgrid[: dark.shape[0], : dark.shape[1]] + 0.5
    return np.array([(dark * x).sum(), (dark * y).sum()]) / dark.sum()


def squares(width: int, height: int) -> np.ndarray:
    """Return a picture with squares of 60 pixels in rows."""
    image = np.ones((height, width, 3), np.float32)
    for y in range(20, height - 60, 100):
        for x in range(20, width - 60, 100):
            image[y : y + 60, x : x + 60] = (0.1, 0.2, 0.6)
    return image


@pytest.mark.parametrize("kind", ["path", "polygon"])
@pytest.mark.parametrize("steps", [0, 60])
def test_contours_of_a_copy_are_where_they_are(kind: str, steps: int) -> None:
    target = squares(501, 339)
    result = sr.fit(target, kind=kind, count=15, init="contour", iterations=steps, size=187)
    for y in range(0, 300, 100):
        for x in range(0, 500, 100):
            part = slice(y, y + 100), slice(x, x + 100)
            np.testing.assert_allclose(middle(result.image[part]), middle(target[part]), atol=0.16)


@pytest.mark.parametrize("kind", sr.kinds())
def test_shapes_of_a_copy_are_where_they_are_at_the_far_side(kind: str) -> None:
    """There a factor for each axis, of which one is applied, has the largest effect: 0.4 pixels down."""
    disc = sr.Layer("circle", [[360.0, 225.0, 40.0]], [(0.1, 0.2, 0.6)])
    target = sr.render(sr.Scene(419, 281, disc, WHITE))
    options: dict[str, Any] = {"kind": kind, "count": 24, "iterations": 300, "size": 121, "background": WHITE}
    middles = [middle(sr.fit(target, seed=seed, **options).image) for seed in range(3)]  # one scatters by 0.1
    np.testing.assert_allclose(np.mean(middles, axis=0), middle(target), atol=0.2)


def test_a_mesh_of_a_copy_has_its_edges_where_they_are() -> None:
    target = np.ones((281, 419, 3), np.float32)
    target[60:250, 100:390] = (0.1, 0.2, 0.6)
    result = sr.fit(target, kind="mesh", count=60, iterations=300, size=121)
    np.testing.assert_allclose(middle(result.image), middle(target), atol=0.12)


def test_pairs_on_a_copy_mirror_each_other_in_the_middle_of_the_picture() -> None:
    """Their first shapes do before they are made exact, which would hide by how much they do not."""
    target = squares(501, 339)
    starts = [
        sr.fit(target, count=10, iterations=0, init="grid", symmetric=True, size=size).scene.layers[0].params
        for size in (123, 501)
    ]
    np.testing.assert_allclose(starts[0], starts[1], rtol=1e-5)
    result = sr.fit(0.5 * (target + target[:, ::-1]), count=10, iterations=150, symmetric=True, size=123)
    np.testing.assert_allclose(result.image, result.image[:, ::-1], atol=1e-4)


@pytest.mark.parametrize("init", ["grid", "random"])
def test_shapes_start_at_the_same_places_on_any_level(init: str) -> None:
    target = squares(501, 339)
    places = [sr.fit(target, count=12, iterations=0, init=init, size=size).scene.layers[0].params for size in (97, 501)]
    np.testing.assert_allclose(places[0], places[1], rtol=1e-5)


def test_a_mesh_of_a_copy_ends_at_the_sides_of_the_picture() -> None:
    target = squares(501, 339)
    mesh = sr.fit(target, kind="mesh", count=80, iterations=40, size=123).scene.layers[0]
    ends = np.array([mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)])
    np.testing.assert_array_equal(ends, [[0.0, 0.0], [501.0, 339.0]])
    assert mesh.areas.min() > 0.0
    assert mesh.areas.sum() == pytest.approx(501 * 339, rel=1e-6)
