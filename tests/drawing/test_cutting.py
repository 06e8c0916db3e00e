"""Convex polygons: what is inside of them is what no side has beyond it, and outlines are cut alike, few or many."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.drawing import contour
from sdfraster.drawing.contour import Contour
from sdfraster.drawing.cutting import Around, beyond, cut, sides_of
from sdfraster.drawing.limits import Budget


def convex(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return a polygon on an ellipse, around its middle."""
    angles = np.sort(2.0 * np.pi * (np.arange(count) + rng.uniform(0.0, 0.9, count)) / count)
    return rng.uniform(-9.0, 9.0, 2) + np.stack(
        [rng.uniform(1.0, 50.0) * np.cos(angles), 20.0 * np.sin(angles)], axis=1
    )


@pytest.mark.parametrize("count", [3, 4, 7, 300])
def test_points_inside_are_those_that_no_side_has_beyond_it(count: int, rng: np.random.Generator) -> None:
    polygon = convex(rng, count)
    points = rng.uniform(-60.0, 60.0, (500, 2))
    wanted = ~beyond(np.tile(points, 2), sides_of(polygon)).any(axis=1)
    assert 0 < wanted.sum() < len(points)
    for same in (polygon, polygon[::-1], np.roll(polygon, 2, axis=0), np.repeat(polygon, 2, axis=0)):
        np.testing.assert_array_equal(Around(same).holds(points), wanted)
    assert Around(polygon).holds(polygon).all()


@pytest.mark.parametrize("count", [3, 4, 7, 300])
def test_boxes_that_are_missed_hold_no_point_of_a_polygon(count: int, rng: np.random.Generator) -> None:
    polygon = convex(rng, count)
    low = rng.uniform(-60.0, 60.0, (500, 2))
    boxes = np.concatenate([low, low + rng.uniform(0.1, 30.0, (500, 2))], axis=1)
    share = np.linspace(0.0, 1.0, 40)
    grid = np.stack(np.meshgrid(share, share), axis=-1).reshape(-1, 2)
    points = boxes[:, None, :2] + grid * (boxes[:, None, 2:] - boxes[:, None, :2])
    met = Around(polygon).holds(points.reshape(-1, 2)).reshape(500, -1).any(axis=1)
    missed = Around(polygon).misses(boxes, 0.0)
    assert not (missed & met).any()
    assert missed.sum() > 0.8 * (~met).sum() > 0


def outline(rng: np.random.Generator) -> tuple[list[complex], bytes]:
    """Return a closed outline of lines and other curves."""
    straight = rng.integers(0, 2, 7).astype(np.uint8).tobytes()
    knots = [complex(*point) for point in rng.uniform(-30.0, 30.0, (7 + 2 * straight.count(0), 2))]
    return [*knots, knots[0]], straight


@pytest.mark.parametrize("seed", range(9))
def test_outlines_of_few_curves_are_cut_as_those_of_many(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(seed)
    drawn, sides = [outline(rng) for _ in range(9)], sides_of(convex(rng, 5))
    few = cut([Contour.of(*each, True) for each in drawn], sides, Budget("cuts", 10**6))
    monkeypatch.setattr(contour, "FEW", 0)
    many = cut([Contour.of(*each, True) for each in drawn], sides, Budget("cuts", 10**6))
    assert few is not None
    assert many is not None
    assert 0 < len(few) == len(many)
    for a, b in zip(few, many, strict=True):
        np.testing.assert_array_equal(a.straight, b.straight)
        np.testing.assert_allclose(a.points, b.points, atol=1e-11)
