"""Polygon: closed rings of straight edges through any number of points, which may cross themselves."""

from __future__ import annotations

from functools import partial
from math import cos, pi, sin

from . import edges, outline, region, search

OUTLINE = outline.Outline(degree=1, closed=True, stroked=False)
SEARCH = search.FILLED
CORNERS = 7  # of a typical one
PARAMETERS = OUTLINE.parameters(2 * CORNERS)


distance = partial(region.distance, OUTLINE)  # to where the filled region ends; the fill rule is its last argument
gradient = partial(region.gradient, OUTLINE)
bounds = partial(edges.bounds, OUTLINE)
frame = partial(outline.frame, OUTLINE)
frame_adjoint = partial(outline.frame_adjoint, OUTLINE)


def sample(rng, x, y, size, corners=CORNERS):
    """Return a typical polygon around (x, y): corners about `size` away, unevenly spread."""
    turn = rng.uniform(0.0, 2.0 * pi)
    points = []
    for k in range(corners):
        angle = turn + (k + rng.uniform(-0.3, 0.3)) * 2.0 * pi / corners
        radius = size * rng.uniform(0.6, 1.4)
        points += [x + radius * cos(angle), y + radius * sin(angle)]
    return tuple(points)


def svg(p):
    """Return the SVG element that draws it: tag and geometry attributes."""
    return "path", {"d": outline.PathData(tuple(p), outline.contours_of(OUTLINE, p), closed=True, degree=1)}
