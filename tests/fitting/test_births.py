"""Where new shapes appear, and in which colours."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.fitting.births import places
from sdfraster.fitting.palette import find_palette, nearest

ONES = np.ones((60, 80, 1))


def test_places_are_where_the_residual_is_and_not_where_the_weight_is_zero() -> None:
    residual = np.zeros((60, 80, 3))
    residual[10:20, 10:20] = residual[40:50, 60:70] = 0.5
    weight = ONES.copy()
    weight[:, :40] = 0.0
    found = places(residual, weight, 6, 3.0, np.random.default_rng(0))
    near = np.abs(found - [65, 45]).max(axis=1) < 9
    assert near.sum() >= 5


def test_noise_attracts_less_than_an_error_with_a_sign() -> None:
    rng = np.random.default_rng(1)
    residual = rng.choice([-0.5, 0.5], (60, 80, 3))
    residual[:, 40:] = 0.2
    found = places(residual, ONES, 10, 5.0, rng)
    assert (found[:, 0] > 37).sum() >= 9


def test_a_generation_covers_the_picture() -> None:
    found = places(np.ones((60, 80, 3)), ONES, 48, 6.0, np.random.default_rng(2))
    covered = np.zeros((6, 8), bool)
    covered[found[:, 1].astype(int) // 10, found[:, 0].astype(int) // 10] = True
    assert covered.mean() > 0.7  # independent places would cover 0.63
    assert len(np.unique(found.astype(int), axis=0)) == 48


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 3, 4)])
def test_more_places_than_pixels(shape: tuple[int, ...]) -> None:
    found = places(np.zeros(shape), np.ones((*shape[:2], 1)), 9, 5.0, np.random.default_rng(0))
    assert found.shape == (9, 2)
    assert (found >= 0.0).all()
    assert (found <= [shape[1], shape[0]]).all()


def test_palette_finds_clusters() -> None:
    rng = np.random.default_rng(4)
    true = np.array([[0.9, 0.1, 0.1], [0.1, 0.8, 0.2], [0.2, 0.2, 0.9]])
    colors = true[rng.integers(0, 3, 60)] + rng.normal(0, 0.01, (60, 3))
    found = find_palette(colors, np.ones(60), 3, rng)
    assert np.abs(nearest(true, found) - true).max() < 0.02
    assert len(find_palette(np.repeat(true, 5, axis=0), np.ones(15), 8, rng)) == 3
