"""Rectangle: values that can be checked by eye, and corner radii up to and above half the shorter side."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

import numpy as np
import pytest

from sdfraster.primitives import circle, line, rectangle

SHARP = (1.0, 2.0, 10.0, 4.0, 0.0, 0.0)
ROUND = (0.0, 0.0, 12.0, 8.0, 0.0, 2.0)


def test_distance_of_sharp_corners() -> None:
    assert rectangle.distance(SHARP, 1.0, 2.0) == -2.0
    assert rectangle.distance(SHARP, 5.5, 2.0) == -0.5
    assert rectangle.distance(SHARP, 6.0, 3.0) == 0.0
    assert rectangle.distance(SHARP, 4.0, -3.0) == 3.0
    assert rectangle.distance(SHARP, 9.0, 8.0) == 5.0


def test_distance_of_round_corners() -> None:
    for t in (0.1, 0.7, 1.5):  # the corner's centre is (4, 2)
        for s in (0.5, 2.0, 5.0):
            assert rectangle.distance(ROUND, 4.0 + s * cos(t), 2.0 + s * sin(t)) == pytest.approx(s - 2.0)
    assert rectangle.distance(ROUND, 6.0, 1.0) == 0.0
    assert rectangle.distance(ROUND, 0.0, 0.0) == -4.0


def test_angle_is_clockwise_on_the_screen() -> None:
    p = (1.0, 2.0, 20.0, 8.0, pi / 6, 1.0)
    assert rectangle.distance(p, 1.0 + 13.0 * cos(pi / 6), 2.0 + 13.0 * sin(pi / 6)) == pytest.approx(3.0)


def test_corners_are_at_most_half_circles(rng: np.random.Generator) -> None:
    for x, y in rng.uniform(-12.0, 12.0, (100, 2)).tolist():
        d = rectangle.distance((0.0, 0.0, 12.0, 4.0, 0.0, 50.0), x, y)
        assert d == pytest.approx(line.distance((-4.0, 0.0, 4.0, 0.0, 4.0), x, y), abs=1e-12)
        d = rectangle.distance((0.0, 0.0, 6.0, 6.0, 0.4, 3.0), x, y)
        assert d == pytest.approx(circle.distance((0.0, 0.0, 3.0), x, y), abs=1e-12)


def test_gradient_of_a_side_and_of_a_corner() -> None:
    np.testing.assert_allclose(rectangle.gradient(ROUND, 6.0, 1.0), [-1.0, 0.0, -0.5, 0.0, 1.0, 0.0])
    np.testing.assert_allclose(rectangle.gradient(ROUND, -1.0, -9.0), [0.0, 1.0, 0.0, -0.5, -1.0, 0.0])
    n = sqrt(0.5)  # on the arc
    expected = [-n, -n, -0.5 * n, -0.5 * n, 2.0 * n - 4.0 * n, 2.0 * n - 1.0]
    np.testing.assert_allclose(rectangle.gradient(ROUND, 4.0 + 2.0 * n, 2.0 + 2.0 * n), expected, atol=1e-12)


def test_gradient_of_a_corner_radius_that_is_too_large_belongs_to_the_shorter_side() -> None:
    n = sqrt(0.5)
    g = rectangle.gradient((0.0, 0.0, 12.0, 4.0, 0.0, 3.0), 4.0 + 5.0 * n, 5.0 * n)  # centre of the corner (4, 0)
    np.testing.assert_allclose(g[2:4], [-0.5 * n, 0.5 * (n - 1.0)], atol=1e-12)
    assert g[5] == 0.0


def test_a_rectangle_without_width_is_a_segment() -> None:
    p = (0.0, 0.0, 20.0, 0.0, 0.0, 1.0)
    assert rectangle.distance(p, 3.0, 2.0) == 2.0
    assert rectangle.distance(p, 13.0, 4.0) == 5.0


def test_bounds_of_a_turned_square() -> None:
    h = 5.0 * sqrt(2.0)
    assert rectangle.bounds((0.0, 0.0, 10.0, 10.0, pi / 4, 0.0)) == pytest.approx((-h, -h, h, h))
    h = 3.0 * sqrt(2.0) + 2.0
    assert rectangle.bounds((0.0, 0.0, 10.0, 10.0, pi / 4, 2.0)) == pytest.approx((-h, -h, h, h))
