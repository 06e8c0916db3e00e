"""Triangle: hand-checked values, both orientations, points exactly on an edge, triangles without area."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from sdfraster.primitives import triangle

A, B, C = (0.0, 0.0), (8.0, 0.0), (0.0, 8.0)
both_orientations = pytest.mark.parametrize("turned", [False, True])


def corners(turned: bool) -> tuple[float, ...]:
    return (*A, *C, *B) if turned else (*A, *B, *C)


def by_corner(g: tuple[float, ...], turned: bool) -> np.ndarray:
    """Return the gradient as rows by A, B and C."""
    rows = np.reshape(g, (3, 2))
    return rows[[0, 2, 1]] if turned else rows


@both_orientations
def test_distance_inside_on_and_outside(turned: bool) -> None:
    p = corners(turned)
    assert triangle.distance(p, 2.0, 1.0) == -1.0
    assert triangle.distance(p, 3.0, 0.0) == 0.0
    assert triangle.distance(p, 3.0, -2.0) == 2.0
    assert triangle.distance(p, -3.0, -4.0) == 5.0
    assert triangle.distance(p, 8.0, 8.0) == pytest.approx(4.0 * sqrt(2.0))


@both_orientations
@pytest.mark.parametrize("y", [-2.0, -1e-9, 0.0, 1e-9, 0.5])
def test_gradient_beside_an_edge_is_its_normal_spread_over_its_ends(y: float, turned: bool) -> None:
    g = by_corner(triangle.gradient(corners(turned), 3.0, y), turned)
    np.testing.assert_allclose(g, [[0.0, 5 / 8], [0.0, 3 / 8], [0.0, 0.0]], atol=1e-12)


@both_orientations
def test_gradient_exactly_on_the_oblique_edge(turned: bool) -> None:
    g = by_corner(triangle.gradient(corners(turned), 6.0, 2.0), turned)
    n = np.array([1.0, 1.0]) / sqrt(2.0)
    np.testing.assert_allclose(g, [0.0 * n, -0.75 * n, -0.25 * n], atol=1e-12)


@both_orientations
def test_gradient_beyond_a_corner_belongs_to_the_corner(turned: bool) -> None:
    g = by_corner(triangle.gradient(corners(turned), -3.0, -4.0), turned)
    np.testing.assert_allclose(g, [[0.6, 0.8], [0.0, 0.0], [0.0, 0.0]], atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("height", [0.0, 1e-12, -1e-12, 1e-7, -1e-7])
def test_gradient_points_away_from_a_flat_triangle_on_both_sides(height: float, dtype: type) -> None:
    """A triangle that turns inside out during a fit has, for a moment, two sides and no inside."""
    for order in ((0, 1, 2), (1, 2, 0), (2, 0, 1), (0, 2, 1), (1, 0, 2), (2, 1, 0)):
        rows = np.array([[0.0, 0.0], [10.0, 0.0], [4.0, height]], dtype=dtype)
        p = tuple(rows[list(order)].ravel())
        for y in (3.0, -3.0):
            g = np.reshape(triangle.gradient(p, dtype(5.0), dtype(y)), (3, 2))
            np.testing.assert_allclose(g.sum(axis=0), [0.0, -np.sign(y)], atol=1e-5, err_msg=f"{order} at y = {y}")
