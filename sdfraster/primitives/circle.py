"""Circle: centre and radius, the simplest exact distance there is."""

from __future__ import annotations

from math import pi, sqrt

from .parameter import length, point

PARAMETERS = (*point("cx", "cy"), length("r"))


def distance(p, x, y):
    """Return the signed distance from (x, y) to the circle."""
    dx = x - p[0]
    dy = y - p[1]
    return sqrt(dx * dx + dy * dy) - p[2]


def gradient(p, x, y):
    """Return the derivative of `distance` by cx, cy, r (zero by position at the very centre)."""
    dx = x - p[0]
    dy = y - p[1]
    inverse = 1.0 / max(sqrt(dx * dx + dy * dy), 1e-12)
    return -dx * inverse, -dy * inverse, -1.0


def bounds(p):
    """Return the box x0, y0, x1, y1 around the outline."""
    return p[0] - p[2], p[1] - p[2], p[0] + p[2], p[1] + p[2]


def frame(p):
    """Return origin and length unit of the linear-colour frame: the centre and the radius."""
    return p[0], p[1], p[2]


def frame_adjoint(p, g_cx, g_cy, g_l):
    """Return the gradient by cx, cy, r, given that by the frame."""
    return g_cx, g_cy, g_l


def strip(p):
    """Return the strip that it is where it is thinner than the filter: width, length, and rest."""
    return 2.0 * p[2], 0.5 * pi * p[2], 0.0 * p[2]


def strip_adjoint(p, g_width, g_length, g_rest):
    """Return the gradient by cx, cy, r, given that by the strip."""
    return 0.0, 0.0, 2.0 * g_width + 0.5 * pi * g_length


def sample(rng, x, y, size):
    """Return a typical circle at (x, y) with radius about `size`."""
    return x, y, size * rng.uniform(0.5, 1.5)


def svg(p):
    """Return the SVG element that draws it: tag and geometry attributes."""
    return "circle", {"cx": p[0], "cy": p[1], "r": p[2]}
