"""Outlines of several contours: regions with holes, and their derivatives, with both fill rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sdfraster.primitives import Contoured, path, polygon
from tests.gradcheck import check_where_smooth
from tests.primitives.test_outline import RULES, flat, nested, ring, somewhere

OUTER, INNER = ring(6, 12.0), ring(4, 5.0)
both_rules = pytest.mark.parametrize("rule", RULES)
both_ways = pytest.mark.parametrize("turned", [False, True])


def contoured(*rings: Any) -> Contoured:
    """Return the parameters of a polygon of several rings of points."""
    return Contoured(flat([point for ring in rings for point in ring]), [len(ring) for ring in rings])


def as_path(p: Contoured) -> Contoured:
    """Return the same region as a path with straight segments."""
    points = np.reshape(p, (-1, 2))
    starts = np.cumsum(p.contours)[:-1]
    parts = []
    for part in np.split(points, starts):
        ahead = np.roll(part, -1, axis=0) - part
        parts.append(np.stack([part, part + ahead / 3.0, part + 2.0 * ahead / 3.0], axis=1).reshape(-1))
    return Contoured(np.concatenate(parts).tolist(), [3 * count for count in p.contours])


@both_rules
@both_ways
@pytest.mark.parametrize("kind", [polygon, path])
def test_a_hole_is_a_ring_that_is_reached_over_a_bridge(
    kind: Any, rule: str, turned: bool, rng: np.random.Generator
) -> None:
    p = contoured(OUTER, INNER[::-1] if turned else INNER)
    bridged = flat(nested(OUTER, INNER[::-1] if turned else INNER))
    shape = p if kind is polygon else as_path(p)
    for x, y in [(3.0, -2.0), *somewhere(rng, 100)]:
        assert kind.distance(shape, x, y, rule) == pytest.approx(polygon.distance(bridged, x, y, rule), abs=1e-9)


@both_rules
def test_contours_side_by_side_are_the_nearest_of_them(rule: str, rng: np.random.Generator) -> None:
    left, right = [(x - 20.0, y) for x, y in INNER], [(x + 9.0, y) for x, y in INNER[::-1]]
    for x, y in somewhere(rng, 100):
        d = min(polygon.distance(flat(ring), x, y) for ring in (left, right))
        assert polygon.distance(contoured(left, right), x, y, rule) == pytest.approx(d, abs=1e-9)


@both_rules
def test_contours_that_share_an_edge_are_one_or_both(rule: str, rng: np.random.Generator) -> None:
    """Either way the edge between two squares ends nothing: both of its sides are inside."""
    left, right = [(0, 0), (8, 0), (8, 8), (0, 8)], [(8, 0), (16, 0), (16, 8), (8, 8)]
    whole = flat([(0, 0), (16, 0), (16, 8), (0, 8)])
    for x, y in [(8.0, 4.0), (8.0, 0.5), *somewhere(rng, 100, 20.0)]:
        d = polygon.distance(whole, x, y)
        assert polygon.distance(contoured(left, right), x, y, rule) == pytest.approx(d, abs=1e-9)


@both_rules
@pytest.mark.parametrize("kind", [polygon, path])
def test_gradient(kind: Any, rule: str, rng: np.random.Generator) -> None:
    """Of nested contours, and of contours that cross each other anyhow."""
    counts = (4, 3, 5) if kind is polygon else (6, 3, 3)
    anyhow = Contoured(rng.uniform(-10.0, 10.0, 2 * sum(counts)).tolist(), counts)
    nested = contoured(OUTER, INNER[::-1])
    for p in (nested if kind is polygon else as_path(nested), anyhow):
        kept = []
        for x, y in somewhere(rng, 30, 13.0):
            g = kind.gradient(p, x, y, rule)

            def distance(q: tuple[float, ...], x: float = x, y: float = y, p: Contoured = p) -> float:
                return float(kind.distance(Contoured(q, p.contours), x, y, rule))

            v = rng.normal(size=len(p))
            kept.append(check_where_smooth(distance, tuple(p), g, [v / np.linalg.norm(v)]))
        assert np.mean(kept) > 0.8


def test_what_svg_draws_is_a_path_with_a_part_for_each() -> None:
    tag, attributes = polygon.svg(contoured(OUTER, INNER))
    assert (tag, attributes["d"].contours, attributes["d"].degree) == ("path", (6, 4), 1)
    assert path.svg(as_path(contoured(OUTER, INNER)))[1]["d"].contours == (18, 12)
    assert len(polygon.svg(flat(OUTER))[1]["d"].contours) == 1


def test_frame_and_bounds_are_those_of_all_points() -> None:
    p = contoured(INNER, OUTER)
    assert polygon.frame(p) == pytest.approx(polygon.frame(flat([*INNER, *OUTER])))
    assert polygon.bounds(p) == polygon.bounds(flat(OUTER))
