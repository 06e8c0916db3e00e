"""Convex polygons: what is inside of them, looked up by direction, is what no side has beyond it."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.drawing.cutting import beyond, sides_of, within


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
        np.testing.assert_array_equal(within(points, same), wanted)
    assert within(polygon, polygon).all()
