"""Line: a segment of some width with round ends; a disc if both ends are the same."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

from .outline import PathData
from .parameter import length, point

PARAMETERS = (*point("ax", "ay"), *point("bx", "by"), length("width"))


def _offset(p, x, y):
    """Return parameter t of the closest point on the segment, and the vector from there to (x, y)."""
    ex, ey = p[2] - p[0], p[3] - p[1]
    dx, dy = x - p[0], y - p[1]
    t = min(max((dx * ex + dy * ey) / max(ex * ex + ey * ey, 1e-30), 0.0), 1.0)
    return t, dx - t * ex, dy - t * ey


def distance(p, x, y):
    """Return the signed distance from (x, y) to the outline, negative inside."""
    _, dx, dy = _offset(p, x, y)
    return sqrt(dx * dx + dy * dy) - 0.5 * p[4]


def gradient(p, x, y):
    """Return the derivative of `distance` by ax, ay, bx, by, width (zero by position on the segment itself).

    By the envelope theorem it is ``-n`` spread over the ends with weights (1 - t, t).
    """
    t, dx, dy = _offset(p, x, y)
    inverse = 1.0 / max(sqrt(dx * dx + dy * dy), 1e-12)
    nx, ny = dx * inverse, dy * inverse
    u = 1.0 - t
    return -u * nx, -u * ny, -t * nx, -t * ny, -0.5


def bounds(p):
    """Return the box x0, y0, x1, y1 around the outline."""
    r = 0.5 * p[4]
    return min(p[0], p[2]) - r, min(p[1], p[3]) - r, max(p[0], p[2]) + r, max(p[1], p[3]) + r


def frame(p):
    """Return origin and length unit of the linear-colour frame: the middle and half the width."""
    return 0.5 * (p[0] + p[2]), 0.5 * (p[1] + p[3]), 0.5 * p[4]


def frame_adjoint(p, g_cx, g_cy, g_l):
    """Return the gradient by ax, ay, bx, by, width, given that by the frame."""
    return 0.5 * g_cx, 0.5 * g_cy, 0.5 * g_cx, 0.5 * g_cy, 0.5 * g_l


def strip(p):
    """Return the strip that it is where it is thinner than the filter: width, length, and rest."""
    ex, ey = p[2] - p[0], p[3] - p[1]
    return p[4], sqrt(ex * ex + ey * ey) + 0.25 * pi * p[4], 0.0 * p[4]


def strip_adjoint(p, g_width, g_length, g_rest):
    """Return the gradient by ax, ay, bx, by, width, given that by the strip."""
    ex, ey = p[2] - p[0], p[3] - p[1]
    along = g_length / max(sqrt(ex * ex + ey * ey), 1e-12)
    return -along * ex, -along * ey, along * ex, along * ey, g_width + 0.25 * pi * g_length


def sample(rng, x, y, size):
    """Return a typical line around (x, y): about 3 `size` long in any direction, and a quarter as wide."""
    turn, half = rng.uniform(0.0, pi), 1.2 * size * rng.uniform(0.5, 1.5)
    dx, dy = half * cos(turn), half * sin(turn)
    return x - dx, y - dy, x + dx, y + dy, 0.8 * size * rng.uniform(0.5, 1.5)


def svg(p):
    """Return the SVG element that draws it: tag and geometry attributes."""
    ends = PathData(tuple(p[:4]), (2,), closed=False, degree=1)
    return "path", {"d": ends, "fill": "none", "stroke-width": p[4], "stroke-linecap": "round"}
