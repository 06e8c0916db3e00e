"""Starting from the regions of a picture: regions, outlines, curves, and what they draw before any step."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting.contours.curves import closed_curve, in_pieces
from sdfraster.fitting.contours.regions import find_regions
from sdfraster.fitting.contours.scene import contour_scene, contours
from sdfraster.fitting.contours.trace import membership, outline
from sdfraster.fitting.options import FitOptions
from sdfraster.fitting.strategy import ContourStrategy
from sdfraster.metrics import psnr

SVG = 0.645
USUAL = ContourStrategy()
RING = 2.0 * np.pi * np.arange(200) / 200


def graphic(background: tuple[float, float, float] | None = (1.0, 1.0, 1.0)) -> np.ndarray:
    """Return a disc with a dot, and a triangle across both, in flat colours."""
    layers = [
        sr.Layer("circle", np.array([[30.3, 28.6, 21.2]]), [[0.9, 0.6, 0.1]]),
        sr.Layer("triangle", np.array([[34.0, 40.0, 62.5, 50.0, 40.0, 60.0]]), [[0.1, 0.3, 0.8]]),
        sr.Layer("circle", np.array([[22.0, 24.0, 6.4]]), [[1.0, 1.0, 1.0]]),
    ]
    return sr.render(sr.Scene(72, 64, layers, background), SVG)


def on_curve(curve: list[np.ndarray]) -> np.ndarray:
    """Return points of a curve of cubic pieces."""
    t = np.linspace(0.0, 1.0, 50)[:, None]
    s = 1.0 - t
    return np.concatenate([s**3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t**3 * d for a, b, c, d in curve])


def test_mixtures_along_edges_are_no_regions() -> None:
    labels, pure, colors = find_regions(graphic(), 10, None, USUAL)
    assert len(colors) == 4
    np.testing.assert_allclose(colors[0], 1.0, atol=1e-6)
    expected = {(0.9, 0.6, 0.1), (0.1, 0.3, 0.8), (1.0, 1.0, 1.0)}
    assert {tuple(float(c) for c in color.round(1)) for color in colors[1:]} == expected
    assert pure[28, 36]
    assert labels[0, 0] == 0
    assert labels[28, 36] != labels[24, 22] != 0


def test_the_least_important_regions_are_merged() -> None:
    labels, _, colors = find_regions(graphic(), 2, None, USUAL)
    assert len(colors) == 3
    assert labels[24, 22] == labels[28, 36]  # the dot is in the disc


def test_outline_of_a_disc_is_exact_to_an_eighth_of_a_pixel() -> None:
    disc = sr.Layer("circle", np.array([[20.3, 18.7, 12.1]]), [[1.0, 0.2, 0.1]])
    image = sr.render(sr.Scene(42, 40, disc, (0.0, 0.4, 0.8)), SVG)
    inside = image[..., 0] > 0.5
    pure = (np.abs(image - image[18, 20]).max(axis=2) < 1e-3) | (np.abs(image - image[0, 0]).max(axis=2) < 1e-3)
    ring = outline(membership(image, inside, pure, USUAL.regions.contrast), USUAL.regions)
    assert len(ring) > 80
    np.testing.assert_allclose(np.hypot(ring[:, 0] - 20.3, ring[:, 1] - 18.7), 12.1, atol=0.125)


def test_outlines_go_beyond_the_picture_and_around_holes() -> None:
    field = np.zeros((20, 30))
    field[:, 12:] = 1.0
    field[6:10, 20:26] = 0.0
    ring = outline(field, USUAL.regions)
    assert ring[:, 0].max() > 31.0
    assert (ring[:, 1].min(), ring[:, 1].max()) == (-2.0, 22.0)
    following = np.roll(ring, -1, axis=0)
    area = 0.5 * np.abs((ring[:, 0] * following[:, 1] - ring[:, 1] * following[:, 0]).sum())
    assert area == pytest.approx(20.0 * 24.0 - 4.0 * 6.0, abs=2.0)


def test_a_circle_needs_few_pieces_and_more_do_not_change_it() -> None:
    points = 30.0 + 20.0 * np.stack([np.cos(RING), np.sin(RING)], axis=1)
    curve = closed_curve(points, 32, 3, 0.1, USUAL.curves)
    assert 2 <= len(curve) <= 6
    np.testing.assert_allclose(np.linalg.norm(on_curve(curve) - 30.0, axis=1), 20.0, atol=0.1)
    control = in_pieces(curve, 11)
    assert control.shape == (33, 2)
    again = [np.concatenate([control, control[:1]])[3 * k : 3 * k + 4] for k in range(11)]
    np.testing.assert_allclose(np.linalg.norm(on_curve(again) - 30.0, axis=1), 20.0, atol=0.1)
    closed = on_curve(again)
    np.testing.assert_allclose(closed[0], closed[-1])


@pytest.mark.parametrize("degree", [1, 3])
def test_corners_stay(degree: int) -> None:
    corners = np.array([[3.0, 5.0], [40.0, 8.0], [33.0, 44.0], [6.0, 30.0]])
    t = np.linspace(0.0, 1.0, 40, endpoint=False)[:, None]
    points = np.concatenate([a + t * (b - a) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)])
    curve = closed_curve(points, 32, degree, 0.1, USUAL.curves)
    assert len(curve) == 4
    ends = {tuple(piece[0]) for piece in curve}
    assert ends == {tuple(corner) for corner in corners}


@pytest.mark.parametrize("background", [(1.0, 1.0, 1.0), None])
def test_flat_graphics_are_almost_solved(background: tuple[float, float, float] | None) -> None:
    image = graphic(background)
    scene = contour_scene(image, FitOptions(kind="path", count=10, init="contour"), USUAL)
    assert (scene.background is None) == (background is None)
    layer = scene.layers[0]
    assert len(layer) == 3
    drawn = sr.render(scene, SVG)
    assert psnr(drawn, image) > 38.0
    assert (np.abs(drawn - image).max(axis=2) > 0.1).mean() < 0.006  # no edge shows what is behind it


def test_a_transparent_hole_stays_one() -> None:
    ring = [
        sr.Layer("circle", np.array([[24.0, 24.0, 18.0]]), [[0.9, 0.2, 0.1]]),
        sr.Layer("circle", np.array([[22.0, 26.0, 8.0]]), [[1.0, 1.0, 1.0]]),
    ]
    whole, hole = (sr.render(sr.Scene(48, 48, layer, None), SVG) for layer in ring)
    image = whole * (1.0 - hole[..., 3:])
    scene = contour_scene(image, FitOptions(kind="path", count=10, init="contour"), USUAL)
    assert len(scene.layers[0]) == 1
    drawn = sr.render(scene, SVG)
    assert psnr(drawn, image) > 36.0
    assert np.abs(drawn[26, 22]).max() < 1e-6


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 30, 3), (9, 7, 4)])
@pytest.mark.filterwarnings("ignore:.* shapes leave out:UserWarning")  # of noise, most
def test_pictures_without_regions(shape: tuple[int, ...], rng: np.random.Generator) -> None:
    for image in (np.full(shape, 0.5), rng.random(shape) * rng.random((*shape[:2], 1))):
        if shape[2] == 4:
            image[..., 3] = image.max(axis=2)
        for kind in ("path", "polygon"):
            found = contours(image, 5, kind, USUAL)
            assert len(found.params) == len(found.colors) == len(found.opacity) <= 5
            assert np.isfinite(found.params).all()


@pytest.mark.compiled
def test_a_fit_goes_on_from_there() -> None:
    image = graphic().astype(np.float32)
    start, result = (
        sr.fit(image, kind="path", count=10, init="contour", filter_radius=SVG, iterations=n) for n in (0, 40)
    )
    assert start.psnr > 38.0
    assert result.psnr > start.psnr + 3.0


def test_thin_lines_are_regions() -> None:
    """No place of them is flat, so their colour is found among those that are no mixture of others."""
    lines = [
        sr.Layer("line", [[10.0, 10.0, 90.0, 20.0, 2.4]], [[0.1, 0.2, 0.7]]),
        sr.Layer("line", [[10.0, 50.0, 90.0, 50.0, 2.0]], [[0.0, 0.0, 0.0]]),
        sr.Layer("circle", [[50.0, 30.0, 9.0]], [[0.9, 0.2, 0.1]]),
    ]
    image = sr.render(sr.Scene(100, 60, lines, (1.0, 1.0, 1.0)), SVG)
    start = contour_scene(image, FitOptions(kind="path", count=8, init="contour"), USUAL)
    assert len(start.layers[0]) == 3
    assert psnr(sr.render(start, SVG).clip(0, 1), image) > 28.0


@pytest.mark.parametrize("value", [0.0, 0.5])
def test_a_picture_without_regions_is_its_background(value: float) -> None:
    result = sr.fit(np.full((9, 12, 3), value), kind="path", count=5, init="contour", iterations=3)
    assert len(result.scene.layers[0]) == 0
    np.testing.assert_allclose(result.image, value, atol=1e-6)


def test_regions_become_paths_and_polygons_only() -> None:
    for kind in ("circle", "stroke", "mesh"):
        with pytest.raises(ValueError, match=f"init 'contour' is for the kinds path and polygon, not {kind}"):
            FitOptions(kind=kind, init="contour")
    with pytest.raises(ValueError, match="composite must be over"):
        FitOptions(kind="path", init="contour", composite="mean")


@pytest.mark.compiled
def test_the_best_shapes_are_kept_from_the_start() -> None:
    image = graphic().astype(np.float32)
    start, result = (
        sr.fit(image, kind="path", count=10, init="contour", iterations=n, rate=300.0, filter_radius=SVG, loss="mae")
        for n in (0, 40)
    )
    assert result.history[1:, 0].min() > result.history[0, 0]  # with such steps everything is lost at once
    np.testing.assert_array_equal(result.image, start.image)
