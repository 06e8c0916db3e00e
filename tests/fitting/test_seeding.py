"""Where new shapes appear, and in which colours."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.anatomy import longest_axis, points_of
from sdfraster.fitting.seeding import lay_along, lines, places
from sdfraster.fitting.strategy import Seeding
from sdfraster.palette import find_palette, nearest

SEEDING = Seeding()

ONES = np.ones((60, 80, 1))


def test_places_are_where_the_residual_is_and_not_where_the_weight_is_zero() -> None:
    residual = np.zeros((60, 80, 3))
    residual[10:20, 10:20] = residual[40:50, 60:70] = 0.5
    weight = ONES.copy()
    weight[:, :40] = 0.0
    found = places(residual, weight, 6, 3.0, np.random.default_rng(0), SEEDING)
    near = np.abs(found - [65, 45]).max(axis=1) < 9
    assert near.sum() >= 5


def test_noise_attracts_less_than_an_error_with_a_sign() -> None:
    rng = np.random.default_rng(1)
    residual = rng.choice([-0.5, 0.5], (60, 80, 3))
    residual[:, 40:] = 0.2
    found = places(residual, ONES, 10, 5.0, rng, SEEDING)
    assert (found[:, 0] > 37).sum() >= 9


def test_a_generation_covers_the_picture() -> None:
    found = places(np.ones((60, 80, 3)), ONES, 48, 6.0, np.random.default_rng(2), SEEDING)
    covered = np.zeros((6, 8), bool)
    covered[found[:, 1].astype(int) // 10, found[:, 0].astype(int) // 10] = True
    assert covered.mean() > 0.7  # independent places would cover 0.63
    assert len(np.unique(found.astype(int), axis=0)) == 48


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 3, 4)])
def test_more_places_than_pixels(shape: tuple[int, ...]) -> None:
    found = places(np.zeros(shape), np.ones((*shape[:2], 1)), 9, 5.0, np.random.default_rng(0), SEEDING)
    assert found.shape == (9, 2)
    assert (found >= 0.0).all()
    assert (found <= [shape[1], shape[0]]).all()


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.2, 1.6, 2.9])
def test_lines_of_a_residual(angle: float) -> None:
    y, x = np.mgrid[:60, :80] + 0.5
    across = (y - 30.0) * np.cos(angle) - (x - 40.0) * np.sin(angle)
    residual = np.exp(-0.5 * (across / 2.0) ** 2)[..., None] * [0.5, -0.3, 0.1]
    found, clear = lines(residual, np.array([[40.0, 30.0], [41.0, 31.0]]), 4.0, SEEDING.blur)
    assert np.abs(np.sin(found - angle)).max() < 0.05
    assert clear.min() > 0.9


def test_nothing_has_no_lines() -> None:
    for residual in (np.zeros((1, 1, 3)), np.zeros((20, 30, 4))):
        angle, clear = lines(residual, np.array([[0.5, 0.5]]), 5.0, SEEDING.blur)
        assert np.isfinite(angle).all()
        assert clear[0] == 0.0


def test_strokes_are_laid_along_clear_lines_only() -> None:
    rng, points = np.random.default_rng(3), np.array([[30.0, 40.0], [60.0, 20.0]])
    sampled = sr.Layer("stroke", [sr.primitive("stroke").sample(rng, *p, 6.0) for p in points], np.ones((2, 3)))
    laid = lay_along(sampled, points, np.array([2.5, 2.5]), np.array([0.9, 0.5 * SEEDING.line]), SEEDING)
    np.testing.assert_array_equal(laid.params[1], sampled.params[1])
    own, new = points_of(sampled)[:1].astype(float), points_of(laid)[:1].astype(float)
    assert abs(np.sin(longest_axis(new)[0] - 2.5)) < 1e-5
    factor = 1.0 + 0.9 * SEEDING.stretch
    assert laid.params[0, -1] == pytest.approx(sampled.params[0, -1] / factor)
    along = [np.exp(-1j * longest_axis(q)) * (q[..., 0] + 1j * q[..., 1] - points[0] @ [1, 1j]) for q in (own, new)]
    turned = np.sign(along[0].real[0, 0] * along[1].real[0, 0])  # an axis has two directions
    np.testing.assert_allclose(turned * along[1].real, factor * along[0].real, atol=1e-4)
    np.testing.assert_allclose(turned * along[1].imag, along[0].imag / factor, atol=1e-4)


def test_palette_finds_clusters() -> None:
    rng = np.random.default_rng(4)
    true = np.array([[0.9, 0.1, 0.1], [0.1, 0.8, 0.2], [0.2, 0.2, 0.9]])
    colors = true[rng.integers(0, 3, 60)] + rng.normal(0, 0.01, (60, 3))
    found = find_palette(colors, np.ones(60), 3, rng)
    assert np.abs(nearest(true, found) - true).max() < 0.02
    assert len(find_palette(np.repeat(true, 5, axis=0), np.ones(15), 8, rng)) == 3
