"""Path: a closed curve of cubic Beziers, which may cross itself; points 0, 3, 6, ... are on it."""

from __future__ import annotations

from math import cos, pi, sin

from . import edges, outline, region, search

OUTLINE = outline.Outline(degree=3, closed=True, stroked=False)
SEARCH = search.FILLED
SEGMENTS = 4  # of a typical one
PARAMETERS = OUTLINE.parameters(OUTLINE.count(SEGMENTS))


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
    """Return origin and length unit of the linear-colour frame: mean and spread of the points."""
    return outline.frame(OUTLINE, p)


def frame_adjoint(p, g_cx, g_cy, g_l):
    """Return the gradient by x0, y0, x1, y1, ..., given that by the frame."""
    return outline.frame_adjoint(OUTLINE, p, g_cx, g_cy, g_l)


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
    return "path", {"d": outline.PathData(tuple(p), closed=True)}
