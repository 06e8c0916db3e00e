"""Path: closed curves of cubic Beziers, which may cross themselves; points 0, 3, 6, ... of each are on it."""

from __future__ import annotations

from functools import partial
from math import cos, pi, sin

from . import edges, outline, region, search

OUTLINE = outline.Outline(degree=3, closed=True, stroked=False)
SEARCH = search.FILLED
SEGMENTS = 4  # of a typical one
PARAMETERS = OUTLINE.parameters(OUTLINE.count(SEGMENTS))


distance = partial(region.distance, OUTLINE)  # to where the filled region ends; the fill rule is its last argument
gradient = partial(region.gradient, OUTLINE)
bounds = partial(edges.bounds, OUTLINE)
frame = partial(outline.frame, OUTLINE)
frame_adjoint = partial(outline.frame_adjoint, OUTLINE)


def sample(rng, x, y, size, segments=SEGMENTS):
    """Return a typical path around (x, y): a blob with all points about `size` away."""
    turn, count = rng.uniform(0.0, 2.0 * pi), 3 * segments
    points = []
    for k in range(count):
        angle, radius = turn + 2.0 * pi * k / count, size * rng.uniform(0.75, 1.25)
        points += [x + radius * cos(angle), y + radius * sin(angle)]
    return tuple(points)


def svg(p):
    """Return the SVG element that draws it: tag and geometry attributes."""
    return "path", {"d": outline.PathData(tuple(p), outline.contours_of(OUTLINE, p), closed=True, degree=3)}
