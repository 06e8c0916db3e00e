"""Edges between and on pixel centres: coverage adds up to the area, and its gradient to the length of the outline.

Moving a straight edge by s uncovers s pixels of area per pixel of its length, wherever it stands between the pixel
centres, if the filter's density summed over unit pixels is constant: tent at radius 1 and box at radius 1/2. The
parabolic density at radius 1 is not, which costs up to a quarter of the gradient. Edges that leave the canvas have no
corners on it, where the coverage of a distance is not that of a product of two edges.
"""

from __future__ import annotations

from math import pi

import numpy as np
import pytest

import sdfraster as sr

PARTITIONS = [("tent", 1.0), ("box", 0.5)]
WIDTH, HEIGHT = 36, 20
FAR = 100.0
PHASES = [k / 10 for k in range(11)]


def white(params: list[list[float]]) -> sr.Layer:
    return sr.Layer("triangle", np.array(params), np.ones((len(params), 3)), composite="mean")


def bar(x0: float, x1: float) -> sr.Layer:
    """Return a rectangle, taller than the canvas, cut into two triangles along a diagonal that crosses the canvas."""
    y0, y1 = -12.0, HEIGHT + 12.0
    return white([[x0, y0, x1, y0, x1, y1], [x0, y0, x1, y1, x0, y1]])


def half_plane(edge: float, axis: int) -> sr.Layer:
    """Return a triangle whose edge from A to B stands at x = edge (or y), all else beyond the canvas."""
    points = np.array([[edge, -FAR], [edge, FAR], [edge - 4 * FAR, 0.0]])
    return white([list((points if axis == 0 else points[:, ::-1]).ravel())])


def area(layer: sr.Layer, filter: str, radius: float) -> float:
    """Return the summed coverage."""
    return float(sr.render(sr.Scene(WIDTH, HEIGHT, layer), radius, filter)[..., 0].sum())


def g_area(layer: sr.Layer, filter: str, radius: float) -> np.ndarray:
    """Return the derivative of the summed coverage by the parameters."""
    g_image = np.zeros((HEIGHT, WIDTH, 3))
    g_image[..., 0] = 1.0
    return sr.render_vjp(sr.Scene(WIDTH, HEIGHT, layer), g_image, radius, filter).layers[0].params


@pytest.mark.compiled
@pytest.mark.parametrize(("filter", "radius"), PARTITIONS)
def test_a_moving_bar_keeps_its_area(filter: str, radius: float) -> None:
    for phase in PHASES:
        assert area(bar(7.0 + phase, 19.3 + phase), filter, radius) == pytest.approx(12.3 * HEIGHT, rel=1e-6)


@pytest.mark.compiled
def test_the_parabolic_filter_lets_it_wobble() -> None:
    areas = [area(half_plane(12.0 + phase, 0), "parabolic", 1.0) - phase * HEIGHT for phase in PHASES]
    assert 0.04 * HEIGHT < np.ptp(areas) < 0.06 * HEIGHT
    slopes = [g_area(half_plane(12.0 + phase, 0), "parabolic", 1.0)[0, :4:2].sum() / HEIGHT for phase in PHASES]
    assert min(slopes) == pytest.approx(0.75)  # an edge through the centres: they alone have a density, 3/4
    assert max(slopes) == pytest.approx(1.125)  # halfway between: two centres, 9/16 each


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("phase", [0.0, 0.5, 0.2])
@pytest.mark.parametrize(("filter", "radius"), PARTITIONS)
def test_an_edge_on_the_pixel_grid_or_through_centres_has_its_length_as_gradient(
    filter: str, radius: float, phase: float, axis: int
) -> None:
    length = (HEIGHT, WIDTH)[axis]
    g = g_area(half_plane(11.0 + phase, axis), filter, radius)[0]
    assert g[axis] + g[2 + axis] == pytest.approx(length, rel=1e-9)
    # each end has the share of the edge's pixels nearer to it: where along the edge the middle of the canvas is
    share = (length / 2 + FAR) / (2 * FAR)
    assert g[2 + axis] == pytest.approx(length * share, rel=1e-9)
    assert g[1 - axis] + g[3 - axis] == pytest.approx(0.0, abs=1e-9)  # moving an edge along itself changes nothing
    assert np.abs(g[4:]).max() < 1e-9  # nor does the far corner


@pytest.mark.compiled
@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(("filter", "radius"), PARTITIONS)
def test_an_edge_moved_across_two_pixels_gains_its_length_in_every_step(filter: str, radius: float, axis: int) -> None:
    areas = [area(half_plane(10.0 + 0.1 * k, axis), filter, radius) for k in range(21)]
    np.testing.assert_allclose(np.diff(areas), 0.1 * (HEIGHT, WIDTH)[axis], rtol=1e-6)


def ring(cx: float, cy: float, r: float) -> np.ndarray:
    """Return the derivative of the summed coverage of a disc by cx, cy, r."""
    g_image = np.zeros((40, 40, 3))
    g_image[..., 0] = 1.0
    disc = sr.Layer("circle", np.array([[cx, cy, r]]), np.ones((1, 3)))
    return sr.render_vjp(sr.Scene(40, 40, disc), g_image).layers[0].params[0]


@pytest.mark.parametrize("r", [6.0, 9.5, 12.3])
@pytest.mark.parametrize("x", [20.0, 20.5, 20.2])
def test_a_circle_on_the_pixel_grid_or_through_centres_grows_by_its_circumference(x: float, r: float) -> None:
    g = ring(x, 20.0, r)
    assert g[2] == pytest.approx(2.0 * pi * r, rel=0.05)  # the filter's wobble, averaged over all phases
    assert np.abs(g[:2]).max() < 0.05 * 2.0 * pi * r  # and keeps its area when it moves


def test_a_circle_moved_in_small_steps_keeps_its_area() -> None:
    r, variance = 10.0, 1.0 / 5.0  # of the parabolic density at radius 1, which blurs the disc
    for phase in PHASES:
        layer = sr.Layer("circle", np.array([[19.0 + phase, 20.3, r]]), np.ones((1, 3)))
        total = sr.render(sr.Scene(40, 40, layer))[..., 0].sum()
        assert total == pytest.approx(pi * (r * r + variance), rel=5e-4)
