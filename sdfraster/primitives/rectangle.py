"""Rectangle: full width and height about a centre, turned by an angle, with round corners.

The distance is Quilez's rounded box: that of a rectangle smaller by the corner radius all around, minus the radius.
A corner radius above half the shorter side acts as if it were half the shorter side, as in SVG, and then has no
gradient: fits keep it below.
"""

from __future__ import annotations

from math import cos, pi, sin, sqrt

from .parameter import angle, length, point
from .rotation import Rotation, quarter

PARAMETERS = (
    *point("cx", "cy"),
    length("w"),
    length("h"),
    angle("angle"),
    length("corner", size=False, half_of=("w", "h")),
)


def _corner(p):
    """Return the corner radius that is drawn."""
    return min(p[5], 0.5 * min(p[2], p[3]))


def distance(p, x, y):
    """Return the signed distance from (x, y) to the outline, negative inside."""
    c, s = cos(p[4]), sin(p[4])
    dx, dy = x - p[0], y - p[1]
    r = _corner(p)
    u = abs(dx * c + dy * s) - 0.5 * p[2] + r
    v = abs(dy * c - dx * s) - 0.5 * p[3] + r
    ou, ov = max(u, 0.0), max(v, 0.0)
    return sqrt(ou * ou + ov * ov) + min(max(u, v), 0.0) - r


def gradient(p, x, y):
    """Return the derivative of `distance` by cx, cy, w, h, angle, corner.

    With the outward normal (n0, n1) in the frame of the sides, first quadrant, the distance is
    ``n0 (|u| - w/2 + r) + n1 (|v| - h/2 + r) - r``, and n drops out of its derivative.
    """
    c, s = cos(p[4]), sin(p[4])
    dx, dy = x - p[0], y - p[1]
    r = _corner(p)
    lu, lv = dx * c + dy * s, dy * c - dx * s
    u, v = abs(lu) - 0.5 * p[2] + r, abs(lv) - 0.5 * p[3] + r
    round_part = 1.0 if min(u, v) > 0.0 else 0.0
    beside = 1.0 if u >= v else 0.0
    k = round_part / max(sqrt(u * u + v * v), 1e-15)
    n0 = k * u + (1.0 - round_part) * beside
    n1 = k * v + (1.0 - round_part) * (1.0 - beside)
    by_r = n0 + n1 - 1.0
    clamped = 1.0 if p[5] > 0.5 * min(p[2], p[3]) else 0.0
    w_is_shorter = 1.0 if p[2] < p[3] else 0.0
    by_w = 0.5 * (clamped * w_is_shorter * by_r - n0)
    by_h = 0.5 * (clamped * (1.0 - w_is_shorter) * by_r - n1)
    m0, m1 = (n0 if lu >= 0.0 else -n0), (n1 if lv >= 0.0 else -n1)
    return m1 * s - m0 * c, -m0 * s - m1 * c, by_w, by_h, m0 * lv - m1 * lu, (1.0 - clamped) * by_r


def bounds(p):
    """Return the box x0, y0, x1, y1 around the outline."""
    c, s = abs(cos(p[4])), abs(sin(p[4]))
    r = _corner(p)
    a, b = 0.5 * p[2] - r, 0.5 * p[3] - r
    hx, hy = a * c + b * s + r, a * s + b * c + r
    return p[0] - hx, p[1] - hy, p[0] + hx, p[1] + hy


def frame(p):
    """Return origin and length unit of the linear-colour frame: the centre and half the shorter side."""
    return p[0], p[1], 0.5 * min(p[2], p[3])


def frame_adjoint(p, g_cx, g_cy, g_l):
    """Return the gradient by cx, cy, w, h, angle, corner, given that by the frame."""
    w_is_shorter = 1.0 if p[2] < p[3] else 0.0
    return g_cx, g_cy, 0.5 * w_is_shorter * g_l, 0.5 * (1.0 - w_is_shorter) * g_l, 0.0, 0.0


def strip(p):
    """Return the strip that it is where it is thinner than the filter: width, length, and rest, of its corners."""
    width = min(p[2], p[3])
    r = _corner(p)
    lost = (4.0 - pi) * r * r / max(width, 1e-12)  # by the corners
    return width, max(p[2], p[3]) - lost, (1.0 - 0.25 * pi) * width - lost


def strip_adjoint(p, g_width, g_length, g_rest):
    """Return the gradient by cx, cy, w, h, angle, corner, given that by the strip."""
    width = max(min(p[2], p[3]), 1e-12)
    r = _corner(p)
    g_lost = -(4.0 - pi) * (g_length + g_rest)
    g_r = 2.0 * r / width * g_lost
    clamped = 1.0 if p[5] > 0.5 * width else 0.0
    g_short = g_width + (1.0 - 0.25 * pi) * g_rest - r * r / (width * width) * g_lost + 0.5 * clamped * g_r
    w_is_shorter = 1.0 if p[2] < p[3] else 0.0
    h_is_shorter = 1.0 - w_is_shorter
    by_w = w_is_shorter * g_short + h_is_shorter * g_length
    by_h = h_is_shorter * g_short + w_is_shorter * g_length
    return 0.0, 0.0, by_w, by_h, 0.0, (1.0 - clamped) * g_r


def sample(rng, x, y, size):
    """Return a typical rectangle at (x, y) with sides of about 1.8 `size`, turned anywhere, corners little rounded."""
    w, h = 1.8 * size * rng.uniform(0.5, 1.5), 1.8 * size * rng.uniform(0.5, 1.5)
    return x, y, w, h, rng.uniform(0.0, pi), min(w, h) * rng.uniform(0.0, 0.25)


def svg(p):
    """Return the SVG element that draws it: tag and geometry attributes."""
    turn = Rotation(quarter(p[4]), p[0], p[1])
    corner = {"x": p[0] - 0.5 * p[2], "y": p[1] - 0.5 * p[3]}
    rounding = {"rx": _corner(p)} if p[5] > 0.0 else {}
    return "rect", {**corner, "width": p[2], "height": p[3], **rounding, "transform": turn}
