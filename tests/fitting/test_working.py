"""The copy of a large picture that is fitted."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting.working import enlarge, shrink, working_factor


def test_pixels_of_the_copy_are_means() -> None:
    image = np.random.default_rng(0).uniform(0, 1, (12, 18, 3))
    np.testing.assert_allclose(shrink(image, 3.0), image.reshape(4, 3, 6, 3, 3).mean(axis=(1, 3)), atol=1e-12)


@pytest.mark.parametrize("factor", [1.3, 2.7, 50.0])
def test_the_mean_of_the_picture_stays(factor: float) -> None:
    image = np.random.default_rng(1).uniform(0, 1, (31, 23))
    small = shrink(image, factor)
    assert small.shape == tuple(max(1, round(side / factor)) for side in image.shape)
    assert small.mean() == pytest.approx(image.mean(), rel=1e-12)


def test_factor() -> None:
    assert working_factor(600, 400, 256, None) == 1.0
    assert working_factor(6000, 4000, 256, None) == pytest.approx(60**0.5)
    assert working_factor(6000, 4000, 6000, None) == pytest.approx(2.0)
    assert working_factor(6000, 4000, 256, 600) == 10.0
    assert working_factor(60, 40, 256, 600) == 1.0
    assert working_factor(16, 40_000, 40, None) == 1.0
    assert working_factor(3000, 40, 40, 100) == 2.5


def test_copies_of_thin_pictures_keep_their_shape() -> None:
    circle = sr.Layer("circle", [[90.0, 8.5, 4.0]], [[1, 0, 0]])
    mesh = sr.Mesh([[0, 0], [100, 0], [0, 17]], [[0, 1, 2]], [[0, 0, 1]])
    for flip in (1, -1):
        scene = sr.Scene(*(100, 17)[::flip], [turned(circle, flip), turned(mesh, flip)], (0, 0, 0))
        large = enlarge(scene, *(1000, 165)[::flip])  # of which the copy has 16.5 rows, rounded
        np.testing.assert_allclose(large.layers[0].params[0, :2][::flip], [900, 85])
        assert large.layers[0].params[0, 2] == 40.0
        np.testing.assert_allclose(large.layers[1].vertices[:, ::flip], [[0, 0], [1000, 0], [0, 165]], rtol=1e-6)


def turned(layer: sr.Layer | sr.Mesh, flip: int) -> sr.Layer | sr.Mesh:
    """Return the layer with x and y exchanged if `flip` is -1."""
    geometry, color, opacity = layer.values
    points = geometry[:, :2][:, ::flip]
    return layer.with_values(np.concatenate([points, geometry[:, 2:]], axis=1), color, opacity)
