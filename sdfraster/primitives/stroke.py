"""Stroke: an open curve of cubic Beziers drawn with a round brush; points 0, 3, 6, ... are on the curve."""

from __future__ import annotations

from math import cos, pi, sin

from . import edges, outline

OUTLINE = outline.Outline(degree=3, closed=False, stroked=True)
SEGMENTS = 4  # of a typical one, as many as of a path; two are 1 dB worse
PARAMETERS = OUTLINE.parameters(OUTLINE.count(SEGMENTS))


def distance(p, x, y):
    """Return the signed distance from (x, y) to the edge of the brush, negative inside.

    It is the distance to the curve less half the width: exact outside, and a bound where the stroke overlaps itself.
    """
    return edges.stroke_distance(OUTLINE, p, x, y)


def gradient(p, x, y):
    """Return the derivative of `distance` by x0, y0, x1, y1, ..., width."""
    return edges.stroke_gradient(OUTLINE, p, x, y)


def bounds(p):
    """Return the box x0, y0, x1, y1 around what the brush covers."""
    return edges.bounds(OUTLINE, p)


def frame(p):
    """Return origin and length unit of the linear-colour frame: mean and spread of the points."""
    return outline.frame(OUTLINE, p)


def frame_adjoint(p, g_cx, g_cy, g_l):
    """Return the gradient by x0, y0, x1, y1, ..., width, given that by the frame."""
    return outline.frame_adjoint(OUTLINE, p, g_cx, g_cy, g_l)


def sample(rng, x, y, size, segments=SEGMENTS):
    """Return a typical stroke around (x, y): wandering over about 3 `size` in any direction, and half as wide."""
    turn, count = rng.uniform(0.0, 2.0 * pi), 3 * segments + 1
    c, s = cos(turn), sin(turn)
    points = []
    for k in range(count):
        along = 3.0 * size * ((k + rng.uniform(-0.3, 0.3)) / (count - 1) - 0.5)
        across = size * rng.uniform(-0.6, 0.6)
        points += [x + along * c - across * s, y + along * s + across * c]
    return (*points, size * rng.uniform(0.4, 0.8))


def svg(p):
    """Return the SVG element that draws it: tag and geometry attributes."""
    brush = {"stroke-width": p[-1], "stroke-linecap": "round", "stroke-linejoin": "round"}
    return "path", {"d": outline.PathData(tuple(p[:-1]), closed=False), "fill": "none", **brush}
