"""Polygon: a closed ring of straight edges through any number of points, which may cross itself."""

from __future__ import annotations

from math import cos, pi, sin

from . import edges, outline, region, search

OUTLINE = outline.Outline(degree=1, closed=True, stroked=False)
SEARCH = search.FILLED
CORNERS = 7  # of a typical one
PARAMETERS = OUTLINE.parameters(2 * CORNERS)


def distance(p, x, y, fill_rule="nonzero"):
    """Return the signed distance from (x, y) to where the filled region ends, negative inside."""
    return region.distance(OUTLINE, p, x, y, fill_rule)


def gradient(p, x, y, fill_rule="nonzero"):
    """Return the derivative of `distance` by x0, y0, x1, y1, ..."""
    return region.gradient(OUTLINE, p, x, y, fill_rule)


def bounds(p):
    """Return the box x0, y0, x1, y1 around the outline."""
    return edges.bounds(OUTLINE, p)


def frame(p):
    """Return origin and length unit of the linear-colour frame: mean and spread of the corners."""
    return outline.frame(OUTLINE, p)


def frame_adjoint(p, g_cx, g_cy, g_l):
    """Return the gradient by x0, y0, x1, y1, ..., given that by the frame."""
    return outline.frame_adjoint(OUTLINE, p, g_cx, g_cy, g_l)


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
    return "polygon", {"points": p}
