"""Ellipse: closed-form values, the closest point by brute force, circles, needles, and the crease inside."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, hypot, pi, sin, sqrt

import numpy as np
import pytest

from sdfraster.primitives import circle, ellipse

both_axes = pytest.mark.parametrize("swapped", [False, True])


def upright(a: float, b: float, swapped: bool = False) -> tuple[float, ...]:
    """Return an ellipse at the origin with the radius a along x, written in one of two ways."""
    return (0.0, 0.0, b, a, pi / 2) if swapped else (0.0, 0.0, a, b, 0.0)


def brute(a: float, b: float, x: float, y: float) -> float:
    """Return the signed distance by two rounds of dense sampling, right to 1e-9 of the radius or so."""
    middle, half, best = pi / 4, pi / 4, 0.0
    for _ in range(3):
        t = np.linspace(middle - half, middle + half, 4001)
        d = np.hypot(a * np.cos(t) - abs(x), b * np.sin(t) - abs(y))
        middle, half, best = float(t[d.argmin()]), 2.0 * half / 2000.0, float(d.min())
    return best if hypot(x / a, y / b) > 1.0 else -best


def near(a: float, b: float, rng: np.random.Generator, count: int, reach: float = 3.0) -> Iterator[tuple[float, float]]:
    """Yield points within `reach` of the outline, half of them near the tips."""
    for k in range(count):
        t = rng.uniform(0.0, 2.0 * pi) if k % 2 else rng.integers(4) * pi / 2 + 10.0 ** rng.uniform(-6.0, -1.0)
        nx, ny = b * cos(t), a * sin(t)
        s = rng.uniform(-reach, reach) / hypot(nx, ny)
        yield a * cos(t) + s * nx, b * sin(t) + s * ny


@both_axes
def test_distance_on_the_axes(swapped: bool) -> None:
    p = upright(10.0, 4.0, swapped)
    assert ellipse.distance(p, 0.0, 0.0) == pytest.approx(-4.0, abs=1e-12)
    assert ellipse.distance(p, 12.5, 0.0) == pytest.approx(2.5, abs=1e-12)
    assert ellipse.distance(p, -9.0, 0.0) == pytest.approx(-1.0, abs=1e-12)  # the tip is closest up to 10 - 16/10
    assert ellipse.distance(p, 0.0, -7.0) == pytest.approx(3.0, abs=1e-12)
    assert ellipse.distance(p, 10.0, 0.0) == pytest.approx(0.0, abs=1e-12)
    for x in (1.0, 5.0, 8.0, 8.39):  # two closest points, with cos(e) = 10 x/(10^2 - 4^2)
        expected = -4.0 * sqrt(1.0 - x * x / 84.0)
        assert ellipse.distance(p, x, 0.0) == pytest.approx(expected, abs=1e-12)
        assert ellipse.distance(p, x, 1e-13) == pytest.approx(expected, abs=1e-12)


@both_axes
def test_distance_along_a_normal(swapped: bool) -> None:
    """At e with cos = 0.6 the point is (6, 3.2) and the normal is along (4 * 0.6, 10 * 0.8)."""
    n = hypot(2.4, 8.0)
    for s in (-2.0, -1e-3, 0.0, 1e-3, 5.0, 300.0):
        d = ellipse.distance(upright(10.0, 4.0, swapped), 6.0 + s * 2.4 / n, -3.2 - s * 8.0 / n)
        assert d == pytest.approx(s, abs=1e-12)


def test_angle_is_clockwise_on_the_screen() -> None:
    p = (1.0, 2.0, 10.0, 4.0, pi / 6)
    assert ellipse.distance(p, 1.0 + 13.0 * cos(pi / 6), 2.0 + 13.0 * sin(pi / 6)) == pytest.approx(3.0)


@pytest.mark.parametrize("angle", [0.0, 0.7, -4.0])
def test_equal_radii_are_a_circle(angle: float, rng: np.random.Generator) -> None:
    for x, y in rng.uniform(-30.0, 30.0, (100, 2)).tolist():
        p, q = (3.0, -2.0, 7.0, 7.0, angle), (3.0, -2.0, 7.0)
        assert ellipse.distance(p, x, y) == pytest.approx(circle.distance(q, x, y), abs=1e-12)
        g, h = ellipse.gradient(p, x, y), circle.gradient(q, x, y)
        np.testing.assert_allclose([*g[:2], g[2] + g[3], g[4]], [*h, 0.0], atol=1e-12)


@pytest.mark.parametrize("a", [0.1, 1.0, 5.0, 30.0, 500.0])
@pytest.mark.parametrize("ratio", [1.0, 0.999, 0.7, 0.1, 0.01, 0.001])
def test_distance_is_that_of_the_closest_point(a: float, ratio: float, rng: np.random.Generator) -> None:
    b = ratio * a
    for x, y in [*near(a, b, rng, 40), *near(a, b, rng, 20, 2.0 * a), (1.01 * (a - b * b / a), 1e-5 * b)]:
        assert ellipse.distance(upright(a, b), x, y) == pytest.approx(brute(a, b, x, y), abs=1e-9 * max(a, 1.0))


def test_float32_is_right_to_rounding(rng: np.random.Generator) -> None:
    f = np.float32
    for a, b in ((500.0, 0.5), (500.0, 400.0), (300.0, 20.0), (20.0, 15.0), (5.0, 0.005)):
        p = tuple(f(value) for value in upright(a, b))
        for x, y in near(a, b, rng, 100):
            d = ellipse.distance(p, f(x), f(y))
            assert d == pytest.approx(ellipse.distance(upright(a, b), float(f(x)), float(f(y))), abs=4e-7 * a + 1e-6)


def test_an_ellipse_without_width_is_a_segment() -> None:
    for p in ((0.0, 0.0, 10.0, 0.0, 0.0), (0.0, 0.0, 0.0, 10.0, pi / 2)):
        for x, y, d in ((3.0, 2.0, 2.0), (13.0, 4.0, 5.0), (-10.0, -1.0, 1.0), (0.0, 0.0, 0.0), (10.0, 0.0, 0.0)):
            assert ellipse.distance(p, x, y) == pytest.approx(d, abs=1e-7)
    assert ellipse.distance((1.0, 1.0, 0.0, 0.0, 0.3), 4.0, 5.0) == pytest.approx(5.0, abs=1e-7)


@both_axes
def test_gradient_on_the_outline(swapped: bool) -> None:
    n = np.array([2.4, 8.0]) / hypot(2.4, 8.0)
    g = ellipse.gradient(upright(10.0, 4.0, swapped), 6.0, 3.2)
    radii = [-n[0] * 0.6, -n[1] * 0.8]
    expected = [-n[0], -n[1], *(radii[::-1] if swapped else radii), n[0] * 3.2 - n[1] * 6.0]
    np.testing.assert_allclose(g, expected, atol=1e-12)


@both_axes
def test_gradient_at_the_tips(swapped: bool) -> None:
    p = upright(10.0, 4.0, swapped)
    for x, y, side in ((10.0, 0.0, 0), (12.0, 0.0, 0), (9.0, 0.0, 0), (0.0, 4.0, 1), (0.0, 3.0, 1)):
        expected = np.zeros(5)
        expected[side] = -1.0
        expected[3 - side if swapped else 2 + side] = -1.0
        np.testing.assert_allclose(ellipse.gradient(p, x, y), expected, atol=1e-8)


def test_gradient_on_the_crease_is_one_of_its_sides() -> None:
    g = ellipse.gradient(upright(10.0, 4.0), 5.0, 0.0)
    assert hypot(g[0], g[1]) == pytest.approx(1.0)
    assert g[3] < 0.0


def test_bounds_of_a_turned_ellipse() -> None:
    h = sqrt((100.0 + 16.0) / 2.0)
    assert ellipse.bounds((1.0, 2.0, 10.0, 4.0, pi / 4)) == pytest.approx((1.0 - h, 2.0 - h, 1.0 + h, 2.0 + h))
