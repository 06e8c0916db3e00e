"""Curves that cross themselves: against winding numbers counted point by point, and by differences."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from sdfraster.engine.outlines.crossings import crossings
from tests.gradcheck import check_gradient

GRID = 400  # points a side


def closed(points: np.ndarray) -> np.ndarray:
    return np.concatenate([points, points[:1]])


def winding(points: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    total = np.zeros(x.shape)
    for (ax, ay), (bx, by) in pairwise(points):
        with np.errstate(divide="ignore", invalid="ignore"):
            beyond = ax + (y - ay) / (by - ay) * (bx - ax) > x
        total += np.where(beyond, ((ay <= y) & (y < by)).astype(int) - ((by <= y) & (y < ay)), 0)
    return total


def too_much(points: np.ndarray) -> float:
    """Return the area in which the winding number is wrong, once for each number between it and a right one."""
    low, high = points.min(axis=0), points.max(axis=0)
    x, y = (low[k] + (high[k] - low[k]) * (np.arange(GRID) + 0.5) / GRID for k in range(2))
    w = winding(points, *np.meshgrid(x, y))
    return float(min((w * (w - 1)).sum(), (w * (w + 1)).sum())) / 2.0 * float(np.prod(high - low)) / GRID**2


@pytest.mark.compiled
def test_area_of_wrong_winding_numbers(rng: np.random.Generator) -> None:
    for count in (4, 6, 9, 9, 9, 17, 17):
        points = closed(rng.uniform(0.0, 30.0, (count, 2)))
        for curve in (points, points[::-1]):
            value, _ = crossings(np.ascontiguousarray(curve)[None], closed=True)
            assert value[0] ** 2 == pytest.approx(too_much(curve), rel=0.01, abs=0.5)


def test_curves_that_do_not_cross_have_nothing_too_much() -> None:
    angle = np.linspace(0.0, 2.0 * np.pi, 40, endpoint=False)
    star = (10.0 + 5.0 * np.cos(7.0 * angle))[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    for curve in (star, star[::-1]):
        value, g = crossings(closed(curve)[None], closed=True)
        assert not value.any()
        assert not g.any()
    spiral = (angle[:, None] * np.stack([np.cos(2.0 * angle), np.sin(2.0 * angle)], axis=1))[None]
    assert not crossings(spiral, closed=False)[0].any()


def test_loops_of_an_open_curve() -> None:
    square = np.array([[[-5.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, -5.0]]])
    value, g = crossings(square, closed=False)
    assert value[0] == pytest.approx(4.0)
    assert g[0, 2] @ [1.0, 1.0] > 0.0
    np.testing.assert_allclose(g[0, :2, 0] + [0.0, g[0, 2, 0]], [0.0, 0.5], atol=1e-12)  # a wider loop: 4 / (2 x 4)


@pytest.mark.compiled
@pytest.mark.parametrize("is_closed", [True, False])
def test_gradient_matches_differences(rng: np.random.Generator, is_closed: bool) -> None:
    points = rng.uniform(0.0, 30.0, (6, 11, 2))
    points[:, -1] = points[:, 0] if is_closed else points[:, -1]
    value, g = crossings(points, is_closed)
    assert (value > 0.0).all()

    def along(v: np.ndarray) -> np.ndarray:
        v[:, -1] = v[:, 0] if is_closed else v[:, -1]
        return v

    check_gradient(lambda x: crossings(x, is_closed)[0].sum(), points, g, rng, along=along, step=1e-6)
