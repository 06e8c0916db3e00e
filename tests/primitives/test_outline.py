"""Polygon, path and stroke: outlines that cross, touch and retrace themselves, with both fill rules."""

from __future__ import annotations

from math import cos, hypot, pi, sin, sqrt, tau
from typing import Any

import numpy as np
import pytest

from sdfraster.primitives import circle, line, path, polygon, rectangle, stroke, triangle
from sdfraster.primitives.region import FAR
from tests.gradcheck import check_where_smooth
from tests.primitives.test_primitives import unit_vectors

Point = tuple[float, float]
RULES = ("nonzero", "evenodd")
both_rules = pytest.mark.parametrize("rule", RULES)
both_ways = pytest.mark.parametrize("turned", [False, True])


def flat(points: list[Point], turned: bool = False) -> tuple[float, ...]:
    return tuple(value for point in (points[::-1] if turned else points) for value in point)


def ring(n: int, radius: float, step: int = 1, turn: float = 0.2) -> list[Point]:
    """Return n points about (3, -2), joined with every `step`-th."""
    angles = [turn + tau * step * k / n for k in range(n)]
    return [(3.0 + radius * cos(a), -2.0 + radius * sin(a)) for a in angles]


def nested(outer: list[Point], inner: list[Point]) -> list[Point]:
    """Return one ring that runs around both, over a bridge that it walks twice."""
    return [*outer, outer[0], *inner, inner[0]]


def somewhere(rng: np.random.Generator, count: int = 300, size: float = 18.0) -> list[Point]:
    return [(x, y) for x, y in rng.uniform(-size, size, (count, 2)).tolist()]


def by_point(g: tuple[float, ...]) -> np.ndarray:
    return np.reshape(g, (-1, 2))


# Distance


@both_ways
def test_a_star_with_the_rule_nonzero_is_its_silhouette(turned: bool, rng: np.random.Generator) -> None:
    inner = 10.0 * cos(2.0 * pi / 5.0) / cos(pi / 5.0)
    tips, notches = ring(5, 10.0), ring(5, inner, turn=0.2 + pi / 5.0)
    silhouette = flat([point for pair in zip(tips, notches, strict=True) for point in pair])
    star = flat(ring(5, 10.0, step=2), turned)
    for x, y in [(3.0, -2.0), *somewhere(rng)]:
        assert polygon.distance(star, x, y) == pytest.approx(polygon.distance(silhouette, x, y), abs=1e-9)


@both_ways
def test_a_star_with_the_rule_evenodd_has_a_hole(turned: bool, rng: np.random.Generator) -> None:
    star, tips = flat(ring(5, 10.0, step=2), turned), ring(5, 10.0, step=2)
    hole = flat(ring(5, 10.0 * cos(2.0 * pi / 5.0) / cos(pi / 5.0), turn=0.2 + pi / 5.0))
    for x, y in [(3.0, -2.0), *somewhere(rng)]:
        d = min(line.distance((*a, *b, 0.0), x, y) for a, b in zip(tips, [*tips[1:], tips[0]], strict=True))
        inside = polygon.distance(star, x, y, "nonzero") < 0.0 < polygon.distance(hole, x, y)
        assert polygon.distance(star, x, y, "evenodd") == pytest.approx(-d if inside else d, abs=1e-9)


@both_rules
@both_ways
@pytest.mark.parametrize("same", [True, False])
def test_nested_rings_have_no_bridge(rule: str, turned: bool, same: bool, rng: np.random.Generator) -> None:
    outer, inner = ring(6, 12.0), ring(4, 5.0)
    p = flat(nested(outer, inner if same else inner[::-1]), turned)
    for x, y in [(3.0, -2.0), *somewhere(rng)]:
        d = polygon.distance(flat(outer), x, y)
        if rule == "evenodd" or not same:
            d = max(d, -polygon.distance(flat(inner), x, y))  # exact: the rings are far apart
        assert polygon.distance(p, x, y, rule) == pytest.approx(d, abs=1e-9)


@both_rules
@both_ways
def test_a_figure_eight_is_two_triangles(rule: str, turned: bool, rng: np.random.Generator) -> None:
    p = flat([(-8.0, -6.0), (8.0, 6.0), (8.0, -6.0), (-8.0, 6.0)], turned)
    left, right = (-8.0, -6.0, 0.0, 0.0, -8.0, 6.0), (8.0, -6.0, 0.0, 0.0, 8.0, 6.0)
    crossing_at_a_point = flat([(-8.0, -6.0), (0.0, 0.0), (8.0, 6.0), (8.0, -6.0), (0.0, 0.0), (-8.0, 6.0)], turned)
    for x, y in [(0.0, 0.0), *somewhere(rng)]:
        d = min(triangle.distance(left, x, y), triangle.distance(right, x, y))
        assert polygon.distance(p, x, y, rule) == pytest.approx(d, abs=1e-9)
        assert polygon.distance(crossing_at_a_point, x, y, rule) == pytest.approx(d, abs=1e-9)


@both_ways
def test_a_loop_walked_twice_is_filled_once_or_not_at_all(turned: bool, rng: np.random.Generator) -> None:
    once, twice = flat(ring(5, 8.0), turned), flat(ring(5, 8.0) * 2, turned)
    for x, y in somewhere(rng, 50):
        assert polygon.distance(twice, x, y) == pytest.approx(polygon.distance(once, x, y), abs=1e-9)
        assert polygon.distance(twice, x, y, "evenodd") == FAR


@both_rules
def test_spikes_have_no_inside(rule: str, rng: np.random.Generator) -> None:
    square = [(0.0, 0.0), (8.0, 0.0), (8.0, 8.0), (0.0, 8.0)]
    spike = flat([*square[:2], (14.0, -6.0), *square[1:]])
    for x, y in somewhere(rng):
        d = rectangle.distance((4.0, 4.0, 8.0, 8.0, 0.0, 0.0), x, y)
        assert polygon.distance(spike, x, y, rule) == pytest.approx(d, abs=1e-9)


@both_rules
def test_an_empty_region_is_far_and_nothing_moves_it(rule: str) -> None:
    for p in ((0, 0, 4, 4, 8, 8), (1, 2, 1, 2, 1, 2), (0, 0, 9, 3, 6, 2), (0, 0, 5, 0, 9, 0, 5, 0)):
        assert polygon.distance(p, 2.5, 2.0, rule) == FAR
        assert polygon.gradient(p, 2.5, 2.0, rule) == (0.0,) * len(p)
    folded = (0, 0, 3, 5, 6, 1, 9, 0, 6, 1, 3, 5)  # a curve there and the same curve back
    assert path.distance(folded, 2.5, 2.0, rule) == FAR
    assert path.gradient(folded, 2.5, 2.0, rule) == (0.0,) * len(folded)


@both_rules
def test_polygons_are_triangles_and_rectangles(rule: str, rng: np.random.Generator) -> None:
    for _ in range(20):
        p = tuple(rng.uniform(-10.0, 10.0, 6).tolist())
        for x, y in somewhere(rng, 20):
            assert polygon.distance(p, x, y, rule) == pytest.approx(triangle.distance(p, x, y), abs=1e-9)
            assert polygon.gradient(p, x, y, rule) == pytest.approx(triangle.gradient(p, x, y), abs=1e-9)


def test_where_a_ring_begins_changes_nothing(rng: np.random.Generator) -> None:
    points = [(x, y) for x, y in rng.uniform(-10.0, 10.0, (9, 2)).tolist()]
    for x, y in somewhere(rng, 50):
        for rule in RULES:
            d = [polygon.distance(flat(points[k:] + points[:k]), x, y, rule) for k in range(9)]
            assert d == pytest.approx([d[0]] * 9, abs=1e-9)


def test_round_paths_are_circles(rng: np.random.Generator) -> None:
    k = 4.0 / 3.0 * (sqrt(2.0) - 1.0)
    quarter = [(1.0, 0.0), (1.0, k), (k, 1.0)]
    points = quarter + [(-y, x) for x, y in quarter] + [(-x, -y) for x, y in quarter] + [(y, -x) for x, y in quarter]
    for radius in (1.0, 10.0, 100.0):
        p = flat([(radius * x, radius * y) for x, y in points])
        for x, y in somewhere(rng, 50, 1.5 * radius):
            d = circle.distance((0.0, 0.0, radius), x, y)
            assert path.distance(p, x, y) == pytest.approx(d, abs=0.06 + 3e-4 * radius)


def test_straight_strokes_are_lines(rng: np.random.Generator) -> None:
    p = (0.0, 0.0, 3.0, 1.0, 6.0, 2.0, 9.0, 3.0, 5.0)
    for x, y in somewhere(rng):
        g, h = stroke.gradient(p, x, y), line.gradient((0.0, 0.0, 9.0, 3.0, 5.0), x, y)
        assert stroke.distance(p, x, y) == pytest.approx(line.distance((0.0, 0.0, 9.0, 3.0, 5.0), x, y))
        assert by_point(g[:-1]).sum(axis=0) == pytest.approx(by_point(h[:-1]).sum(axis=0), abs=1e-9)
        assert g[-1] == -0.5


def test_thousands_of_edges() -> None:
    p = flat(ring(3000, 500.0))
    for x, y in ((3.0, -2.0), (400.0, 100.0), (600.0, -300.0)):
        assert polygon.distance(p, x, y) == pytest.approx(circle.distance((3.0, -2.0, 500.0), x, y), abs=1e-3)


@both_ways
def test_a_point_on_an_edge_is_right_of_it_or_below_it(turned: bool) -> None:
    p = flat([(0.0, 0.0), (8.0, 0.0), (8.0, 6.0), (0.0, 6.0)], turned)
    for x, y, inside in ((0.0, 3.0, True), (8.0, 3.0, False), (4.0, 0.0, True), (4.0, 6.0, False)):
        assert polygon.distance(p, x, y) == 0.0
        assert (polygon.region.winding(polygon.edges.edges(polygon.OUTLINE, p), x, y) != 0) == inside


# Gradient


def check_gradient(kind: Any, p: tuple[float, ...], points: list[Point], rng: np.random.Generator, *rule: str) -> float:
    """Compare with differences, and return which share of them can be trusted."""
    directions, kept = unit_vectors(rng, 3, len(p)), []
    for x, y in points:
        g = kind.gradient(p, x, y, *rule)
        kept += check_where_smooth(lambda p, x=x, y=y: kind.distance(p, x, y, *rule), p, g, directions, f"at {x, y}")
    return float(np.mean(kept))


@both_rules
@both_ways
def test_gradient_of_a_star(rule: str, turned: bool, rng: np.random.Generator) -> None:
    p = flat(ring(5, 10.0, step=2), turned)
    assert check_gradient(polygon, p, somewhere(rng, 100), rng, rule) > 0.9


@both_ways
def test_gradient_at_a_crossing(turned: bool, rng: np.random.Generator) -> None:
    """A notch of the star is where two edges cross; all four of their ends move it."""
    p = flat(ring(5, 10.0, step=2), turned)
    inner, angle = 10.0 * cos(2.0 * pi / 5.0) / cos(pi / 5.0), 0.2 + pi / 5.0
    points = []
    for x, y in rng.uniform(-0.5, 0.5, (60, 2)).tolist():  # inside, where the notch itself is nearest
        points.append((3.0 + (inner - 1.0) * cos(angle) + x, -2.0 + (inner - 1.0) * sin(angle) + y))
    moved = [int(np.any(by_point(polygon.gradient(p, x, y)) != 0.0, axis=1).sum()) for x, y in points]
    assert moved.count(4) > 15
    assert check_gradient(polygon, p, points, rng, "nonzero") > 0.9


@both_rules
def test_gradient_of_rings_that_cross_anyhow(rule: str, rng: np.random.Generator) -> None:
    kept = []
    for _ in range(8):
        p = tuple(rng.uniform(-10.0, 10.0, 16).tolist())
        kept.append(check_gradient(polygon, p, somewhere(rng, 30, 12.0), rng, rule))
    assert np.mean(kept) > 0.9


@both_rules
def test_gradient_of_paths_that_cross_anyhow(rule: str, rng: np.random.Generator) -> None:
    kept = []
    for _ in range(4):
        p = tuple(rng.uniform(-10.0, 10.0, 18).tolist())
        kept.append(check_gradient(path, p, somewhere(rng, 15, 12.0), rng, rule))
    assert np.mean(kept) > 0.8


def test_gradient_of_tight_strokes(rng: np.random.Generator) -> None:
    """Far wider than they are curved, and with a cusp."""
    for p in (
        (0.0, 0.0, 9.0, 0.5, 9.0, 1.0, 0.0, 1.5, 6.0),
        (0.0, 0.0, 8.0, 8.0, 0.0, 8.0, 8.0, 0.0, 3.0),
        (0.0, 0.0, 1.0, 0.0, 2.0, 0.0, 3.0, 0.0, 3.0, 1.0, 3.0, 2.0, 3.0, 3.0, 4.0),
    ):
        assert check_gradient(stroke, p, somewhere(rng, 60, 10.0), rng) > 0.9
        for x, y in somewhere(rng, 60, 10.0):
            assert stroke.gradient(p, x, y)[-1] == -0.5


@both_rules
@both_ways
def test_gradient_on_the_outline_is_outwards(rule: str, turned: bool) -> None:
    square = [(0.0, 0.0), (8.0, 0.0), (8.0, 6.0), (0.0, 6.0)]
    p = flat(square, turned)
    for x, y, nx, ny in ((2.0, 0.0, 0.0, -1.0), (8.0, 3.0, 1.0, 0.0), (2.0, 6.0, 0.0, 1.0), (0.0, 3.0, -1.0, 0.0)):
        for step in (-1e-9, 0.0, 1e-9):
            total = by_point(polygon.gradient(p, x + step * nx, y + step * ny, rule)).sum(axis=0)
            np.testing.assert_allclose(total, [-nx, -ny], atol=1e-12)
    g = by_point(polygon.gradient(p, 2.0, 0.0, rule))[:: -1 if turned else 1]
    np.testing.assert_allclose(g, [[0.0, 0.75], [0.0, 0.25], [0.0, 0.0], [0.0, 0.0]], atol=1e-12)


@both_ways
def test_gradient_on_the_outline_of_a_hole_is_into_the_hole(turned: bool) -> None:
    outer = [(0.0, 0.0), (20.0, 0.0), (20.0, 20.0), (0.0, 20.0)]
    inner = [(5.0, 5.0), (15.0, 5.0), (15.0, 15.0), (5.0, 15.0)]
    p = flat(nested(outer, inner), turned)
    for x, y, nx, ny in ((10.0, 5.0, 0.0, 1.0), (15.0, 10.0, -1.0, 0.0), (0.0, 10.0, -1.0, 0.0)):
        for step in (-1e-9, 0.0, 1e-9):
            total = by_point(polygon.gradient(p, x + step * nx, y + step * ny, "evenodd")).sum(axis=0)
            np.testing.assert_allclose(total, [-nx, -ny], atol=1e-12)
    assert by_point(polygon.gradient(p, 10.0, 5.0, "nonzero")).sum(axis=0) == pytest.approx([0.0, 1.0])  # the outer top


def test_a_vertex_belongs_to_its_own_point_and_a_curve_to_four() -> None:
    g = by_point(polygon.gradient((0.0, 0.0, 8.0, 0.0, 8.0, 6.0, 0.0, 6.0), -3.0, -4.0))
    np.testing.assert_allclose(g, [[0.6, 0.8], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]], atol=1e-12)
    arch = (0.0, 0.0, 0.0, -8.0, 16.0, -8.0, 16.0, 0.0, 11.0, 0.0, 5.0, 0.0)
    g = by_point(path.gradient(arch, 8.0, -9.0))  # above the middle of the arch
    np.testing.assert_allclose(g[:4, 1], [0.125, 0.375, 0.375, 0.125], atol=0.01)  # of its edges
    np.testing.assert_allclose(g[4:], 0.0, atol=1e-12)


# Frame and bounds


def test_frame_is_mean_and_spread(rng: np.random.Generator) -> None:
    p = tuple(rng.normal(10.0, 5.0, 14).tolist())
    points = by_point(p)
    spread = sqrt(((points - points.mean(axis=0)) ** 2).sum() / 7.0)
    assert polygon.frame(p) == pytest.approx((*points.mean(axis=0), spread))
    assert stroke.frame((*p, 3.0)) == pytest.approx(polygon.frame(p))


def test_bounds_are_those_of_the_curve_not_of_its_controls() -> None:
    p = (0.0, 0.0, 0.0, -8.0, 16.0, -8.0, 16.0, 0.0)
    x0, y0, x1, y1 = stroke.bounds((*p, 2.0))
    assert (x0, y1, x1) == pytest.approx((-1.0, 1.0, 17.0))
    assert y0 == pytest.approx(-7.0, abs=0.05)
    assert hypot(*path.bounds((*p, 11.0, 0.0, 5.0, 0.0))[:2]) == pytest.approx(6.0, abs=0.05)
