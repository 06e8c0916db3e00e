"""Borders from shares of pixels, against straight edges whose coverage is exact."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.tracing.borders import find_borders
from sdfraster.tracing.palette import CLEAN, Pixels, find_cores
from sdfraster.tracing.regions import find_regions
from sdfraster.tracing.squares import find_squares, planes_of

COLORS = np.array([[0.9, 0.2, 0.1, 1.0], [0.1, 0.3, 0.8, 1.0]])


def half_plane(slope: float, height: float, size: int = 24) -> Pixels:
    """Return a picture of what is below the line ``y = height + slope (x - size / 2)``, by 64 columns a pixel."""
    x = (np.arange(64 * size) + 0.5) / 64.0
    line = height + slope * (x - 0.5 * size)
    rows = np.arange(size)[:, None]
    share = np.clip(rows + 1.0 - line, 0.0, 1.0).reshape(size, size, 64).mean(axis=2)[..., None]
    picture: Pixels = share * COLORS[0] + (1.0 - share) * COLORS[1]
    return picture


@pytest.mark.parametrize("slope", [0.0, 0.13, -0.6, 0.95])
def test_points_lie_on_the_edge(slope: float) -> None:
    pixels = half_plane(slope, 12.3)
    regions = find_regions(pixels, find_cores(pixels, find_squares(planes_of(pixels)), CLEAN), 4.0)
    assert len(regions.ink) == 2
    for loop in find_borders(pixels, regions):
        inner = (loop.good == 2) & (np.abs(loop.at - 12.0) < 8.0).all(axis=1)
        assert inner.sum() > 10
        x, y = loop.at[inner].T
        np.testing.assert_allclose(y, 12.3 + slope * (x - 12.0), atol=2e-4)


def test_colours_are_exact_and_edges_are_no_colour() -> None:
    pixels = half_plane(0.3, 12.3)
    cores = find_cores(pixels, find_squares(planes_of(pixels)), CLEAN)
    assert cores.flat.all()
    np.testing.assert_allclose(sorted(cores.colors[:, 0].tolist()), sorted(COLORS.tolist()), atol=1e-12)


def test_loops_enclose_their_regions() -> None:
    labels = np.zeros((12, 12))
    labels[2:9, 3:10] = 1
    labels[4:6, 5:8] = 0
    pixels = COLORS[labels.astype(int)]
    regions = find_regions(pixels, find_cores(pixels, find_squares(planes_of(pixels)), CLEAN), 4.0)
    loops = find_borders(pixels, regions)
    areas = dict.fromkeys(range(len(regions.ink)), 0.0)
    for loop in loops:
        areas[loop.region] += loop.area
    np.testing.assert_array_equal(list(areas.values()), np.bincount(regions.labels.ravel()))
