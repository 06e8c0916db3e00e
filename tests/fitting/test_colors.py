"""Exact colours: least squares, by conjugate gradients on render and adjoint, against a dense solution."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting.shapes.colors import solve_colors

pytestmark = pytest.mark.compiled

SIDE = 24


def scene(seed: int) -> sr.Scene:
    """Return overlapping circles of random colours and opacities."""
    rng = np.random.default_rng(seed)
    params = np.column_stack([rng.uniform(3, SIDE - 3, (6, 2)), rng.uniform(3, 8, 6)])
    layer = sr.Layer("circle", params, rng.uniform(0.2, 0.8, (6, 3)), rng.uniform(0.3, 1.0, 6))
    return sr.Scene(SIDE, SIDE, layer, rng.uniform(0.2, 0.8, 3))


def recolored(base: sr.Scene, colors: np.ndarray) -> sr.Scene:
    layer = base.layers[0]
    return sr.Scene(SIDE, SIDE, layer.with_values(layer.params, colors[:-1], layer.opacity), colors[-1])


def test_finds_the_colours_a_picture_was_made_of() -> None:
    wanted = scene(1)
    start = recolored(wanted, np.full((7, 3), 0.5))
    solved = solve_colors(start, sr.render(wanted), "parabolic", 1.0, 20, background=True)
    np.testing.assert_allclose(solved.layers[0].color, wanted.layers[0].color, atol=1e-5)
    np.testing.assert_allclose(solved.background, wanted.background, atol=1e-5)


def test_is_the_least_squares_solution_of_a_picture_it_cannot_draw() -> None:
    base = scene(2)
    target = np.random.default_rng(3).uniform(0.3, 0.7, (SIDE, SIDE, 3))
    columns = [sr.render(recolored(base, np.eye(7)[:, [k, k, k]]))[..., 0].ravel() for k in range(7)]
    best = np.linalg.lstsq(np.stack(columns, axis=1), target.reshape(-1, 3), rcond=None)[0]
    assert best.min() > 0.0
    assert best.max() < 1.0
    solved = solve_colors(base, target, "parabolic", 1.0, 20, background=True)
    np.testing.assert_allclose(np.vstack([solved.layers[0].color, solved.background]), best, atol=1e-5)


def test_finds_the_ends_of_gradients_and_leaves_their_lines() -> None:
    rng = np.random.default_rng(6)
    plain = scene(1)
    color = np.concatenate([rng.uniform(0.1, 0.9, (6, 2, 3)), rng.normal(0.0, 0.4, (6, 1, 3))], axis=1)
    layer = sr.Layer("circle", plain.layers[0].params, color, plain.layers[0].opacity, shading="gradient")
    wanted = sr.Scene(SIDE, SIDE, layer, plain.background)
    grey = layer.with_values(layer.params, np.concatenate([np.full((6, 2, 3), 0.5), color[:, 2:]], axis=1), 1.0)
    start = sr.Scene(SIDE, SIDE, grey.with_values(grey.params, grey.color, layer.opacity), plain.background)
    solved = solve_colors(start, sr.render(wanted), "parabolic", 1.0, 40, background=True)
    np.testing.assert_array_equal(solved.layers[0].color[:, 2], color[:, 2])
    assert np.abs(sr.render(solved) - sr.render(wanted)).max() < 1e-3


def test_stays_in_range_keeps_a_fixed_background_and_never_gets_worse() -> None:
    base = scene(4)
    target = np.random.default_rng(5).uniform(-0.5, 1.5, (SIDE, SIDE, 3))
    solved = solve_colors(base, target, "parabolic", 1.0, 5, background=False)
    color = solved.layers[0].color
    assert color.min() >= 0.0
    assert color.max() <= 1.0
    np.testing.assert_array_equal(solved.background, base.background)
    assert ((sr.render(solved) - target) ** 2).sum() < ((sr.render(base) - target) ** 2).sum()
