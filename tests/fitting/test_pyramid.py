"""Levels of the pyramid: one factor for both axes, and everything where it is in the picture."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting.pyramid import Level, enlarge, even, finest_factor, radius_on_level, shrink
from sdfraster.fitting.strategy import Pyramid
from sdfraster.io.scale import scaled
from sdfraster.metrics import psnr

PYRAMID = Pyramid()
RED, BLUE, GREEN = (1.0, 0.2, 0.1), (0.1, 0.3, 0.9), (0.1, 0.8, 0.2)


def test_pixels_of_a_level_are_means() -> None:
    image = np.random.default_rng(0).uniform(0, 1, (12, 18, 3))
    np.testing.assert_allclose(shrink(image, 3.0), image.reshape(4, 3, 6, 3, 3).mean(axis=(1, 3)), atol=1e-12)


@pytest.mark.parametrize("factor", [1.3, 2.7, 50.0])
def test_the_mean_of_the_picture_stays(factor: float) -> None:
    """The picture goes on beyond its far sides, where the last pixels of the level reach, as its last pixels are."""
    image = np.random.default_rng(1).uniform(0, 1, (31, 23))
    small = shrink(image, factor)
    assert all(
        side - 1 <= extent / factor + 1 / 16 and side >= extent / factor - 1 / 16
        for side, extent in zip(small.shape, image.shape, strict=True)
    )
    fine = np.pad(image, ((0, 99), (0, 99)), "edge")
    whole = [round(side * factor * 10) for side in small.shape]  # in tenths of a pixel
    fine = np.kron(fine, np.ones((10, 10)))[: whole[0], : whole[1]]
    assert small.mean() == pytest.approx(fine.mean(), rel=1e-12)


@pytest.mark.parametrize("factor", [1.17, 2.0, 3.9])
@pytest.mark.parametrize("edge", [11.3, 60.0, 60.9, 61.0])
def test_edges_stay_where_they_are(factor: float, edge: float) -> None:
    """Also in the last pixels of the level, which see the picture in part."""
    ramp = np.clip(edge - np.arange(62), 0.0, 1.0)
    image = np.tile(ramp, (40, 1))
    for small in (shrink(image, factor), shrink(image.T, factor).T):
        np.testing.assert_allclose(small.sum(axis=1) * factor, edge, atol=1e-9)


def test_weights_of_a_level_are_those_of_what_it_shows() -> None:
    weight = np.zeros((40, 61))
    weight[:, 13:44] = 1.0
    image = np.zeros((40, 61, 3))
    for factor in (1.7, 3.0, 4.6):
        level = Level.of(image, weight).coarser(factor)
        assert level.weight is not None
        assert level.weight.sum() * factor**2 == pytest.approx(weight.sum(), rel=0.02)
        across = level.weight.sum(axis=0) / level.weight.sum(axis=0).max()
        assert across.sum() * factor == pytest.approx(31.0, abs=1e-9)
        assert across @ (np.arange(len(across)) + 0.5) * factor / across.sum() == pytest.approx(28.5, abs=0.3)
        plain = Level.of(image, None).coarser(factor)
        shown = 1.0 if plain.weight is None else plain.weight.mean()
        assert shown * plain.image[..., 0].size * factor**2 == pytest.approx(40 * 61, rel=0.02)
    assert Level.of(image[:, :60], None).coarser(4.0).weight is None
    assert Level.of(image, None).coarser(4.0).weight[0, -1] == 0.25


def test_factor() -> None:
    assert finest_factor(600, 400, 256, None, PYRAMID) == 1.0
    assert finest_factor(6000, 4000, 256, None, PYRAMID) == pytest.approx(60**0.5)
    assert finest_factor(6000, 4000, 6000, None, PYRAMID) == pytest.approx(2.0)
    assert finest_factor(6000, 4000, 256, 600, PYRAMID) == 10.0
    assert finest_factor(60, 40, 256, 600, PYRAMID) == 1.0
    assert finest_factor(16, 40_000, 40, None, PYRAMID) == 1.0
    assert finest_factor(3000, 40, 40, 100, PYRAMID) == 2.5


@pytest.mark.parametrize("seed", range(20))
def test_factors_divide_both_sides(seed: int) -> None:
    """The longer side evenly, the shorter one nearly, with about as many pixels as wanted."""
    rng = np.random.default_rng(seed)
    width, height = (int(side) for side in rng.integers(500, 6000, 2))
    wanted = float(rng.uniform(1.5, 4.0))
    factor = even(wanted, width, height, PYRAMID.side)
    assert factor == pytest.approx(wanted, rel=0.0151)
    longer, shorter = max(width, height) / factor, min(width, height) / factor
    assert longer == pytest.approx(round(longer), abs=1e-9)
    assert shorter == pytest.approx(round(shorter), abs=0.15)
    assert even(2.0, 3000, 2000, PYRAMID.side) == 2.0
    assert even(4000 / 1031, 4000, 3000, PYRAMID.side) == 4000 / 1032  # 774 rows


def scene_of(kind: str, rng: np.random.Generator) -> sr.Scene:
    """Return two large shapes of a kind, or a mesh, on a canvas of 301 x 203."""
    if kind == "mesh":
        mesh = sr.Mesh(
            [[0, 0], [301, 0], [301, 203], [0, 203], [140, 90]],
            [[0, 1, 4], [1, 2, 4], [2, 3, 4], [3, 0, 4]],
            [RED, BLUE, GREEN, (0.9, 0.9, 0.2)],
        )
        return sr.Scene(301, 203, mesh, (1, 1, 1))
    params = [sr.primitive(kind).sample(rng, x, y, 50.0) for x, y in ((80.0, 110.0), (220.0, 90.0))]
    return sr.Scene(301, 203, sr.Layer(kind, params, [RED, BLUE]), (1, 1, 1))


@pytest.mark.compiled
@pytest.mark.parametrize("kind", [*sr.kinds(), "mesh"])
@pytest.mark.parametrize("factor", [1.9, 3.4])
def test_a_level_of_a_picture_is_the_picture_of_a_smaller_scene(kind: str, factor: float) -> None:
    """A shift by a tenth of a pixel at the far sides would leave 40 dB."""
    scene = scene_of(kind, np.random.default_rng(2))
    level = Level.of(sr.render(scene), None).coarser(factor)
    small = scaled(scene, 1.0 / factor)
    drawn = sr.render(
        sr.Scene(*level.canvas, small.layers, small.background), radius_on_level(1.0, "parabolic", factor)
    )
    assert psnr(drawn[:-1, :-1], level.image[:-1, :-1]) > 46.0
    large = enlarge(sr.Scene(*level.canvas, small.layers, small.background), factor, 301, 203)
    for array, same in zip(large.layers[0].values, scene.layers[0].values, strict=True):
        np.testing.assert_allclose(array, same, rtol=1e-5)


def test_copies_of_thin_pictures_keep_their_shape() -> None:
    circle = sr.Layer("circle", [[90.0, 8.5, 4.0]], [[1, 0, 0]])
    mesh = sr.Mesh([[0, 0], [100, 0], [0, 17]], [[0, 1, 2]], [[0, 0, 1]])
    for flip in (1, -1):
        scene = sr.Scene(*(100, 17)[::flip], [turned(circle, flip), turned(mesh, flip)], (0, 0, 0))
        large = enlarge(scene, 10.0, *(1000, 165)[::flip])  # of which the level shows 16.5 rows
        np.testing.assert_allclose(large.layers[0].params[0, :2][::flip], [900, 85])
        assert large.layers[0].params[0, 2] == 40.0
        np.testing.assert_allclose(large.layers[1].vertices[:, ::flip], [[0, 0], [1000, 0], [0, 165]], rtol=1e-6)


def turned(layer: sr.Layer | sr.Mesh, flip: int) -> sr.Layer | sr.Mesh:
    """Return the layer with x and y exchanged if `flip` is -1."""
    geometry, color, opacity = layer.values
    points = geometry[:, :2][:, ::flip]
    return layer.with_values(np.concatenate([points, geometry[:, 2:]], axis=1), color, opacity)
