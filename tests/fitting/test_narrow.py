"""What narrow shapes keep in a fit."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting.shapes.narrow import Narrow, _areas
from sdfraster.fitting.strategy import NarrowShapes
from tests.gradcheck import check_gradient

STRIP = [[5.0, 5.0, 35.0, 5.0, 35.0, 6.0, 5.0, 6.0]]
BLOCK = [[5.0, 10.0, 35.0, 10.0, 35.0, 30.0, 5.0, 30.0]]


@pytest.mark.parametrize("degree", [1, 3])
def test_areas_and_their_derivative(degree: int, rng: np.random.Generator) -> None:
    points = rng.uniform(0.0, 10.0, (2, 5 * degree, 2))
    areas, slope = _areas(points, degree)
    for k in range(2):
        check_gradient(lambda x: _areas(x[None], degree)[0][0], points[k], slope[k], rng)
    if degree == 1:
        x, y = np.moveaxis(points, 2, 0)
        after_x, after_y = np.roll(x, -1, axis=1), np.roll(y, -1, axis=1)
        np.testing.assert_allclose(areas, 0.5 * (x * after_y - y * after_x).sum(axis=1))


def test_the_area_of_a_disc_of_curves() -> None:
    k, r = 0.5522847498, 7.0
    quarter = np.array([[r, 0.0], [r, k * r], [k * r, r]])
    turn = np.array([[0.0, 1.0], [-1.0, 0.0]])
    disc = np.concatenate([quarter @ np.linalg.matrix_power(turn, n) for n in range(4)])
    assert _areas(disc[None], 3)[0][0] == pytest.approx(np.pi * r * r, rel=1e-3)


def test_a_strip_gets_its_area_back_and_a_block_does_not() -> None:
    layer = sr.Layer("polygon", np.array(STRIP + BLOCK), [[0.0, 0.0, 0.0]] * 2)
    narrow = Narrow(layer, NarrowShapes())
    assert narrow.held.tolist() == [True, False]
    thinner = sr.Layer("polygon", layer.params * [1, 1, 1, 1, 1, 0.9, 1, 0.9], layer.color)
    restored = narrow.restored(thinner)
    assert _areas(restored.params[:1].reshape(1, 4, 2), 1)[0][0] == pytest.approx(30.0)
    np.testing.assert_array_equal(restored.params[1], thinner.params[1])


@pytest.mark.compiled
def test_a_line_keeps_its_colour_in_a_fit() -> None:
    image = np.ones((24, 24, 3), np.float32)
    image[12, 4:20] = 0.3
    start, end = (
        sr.fit(image, kind="path", count=4, init="contour", iterations=n, filter_radius=0.645).scene.layers[0]
        for n in (0, 30)
    )
    assert not np.array_equal(start.params, end.params)
    np.testing.assert_array_equal(start.color, end.color)
    np.testing.assert_array_equal(start.opacity, end.opacity)
