"""Star of five tips: centre, distance of its tips, ratio of the inner corners to that, and a turn.

Mirrored at the axes of its symmetry, every point lies beside the tip at (0, r): then one edge is left to look at.
"""

from __future__ import annotations

from math import cos, pi, sin, sqrt

from sdfraster.primitives.parameter import angle, length, point, ratio

PARAMETERS = (*point("cx", "cy"), length("r"), ratio("inner", lower=0.2, upper=0.8), angle("angle"))
C, S = cos(pi / 5.0), sin(pi / 5.0)


def _across(x, y, kx, ky):
    """Return (x, y), mirrored at the line through 0 with normal (kx, ky) if it lies on the side of that."""
    t = 2.0 * max(kx * x + ky * y, 0.0)
    return x - t * kx, y - t * ky


def _back(before_x, before_y, nx, ny, kx, ky):
    """Return a direction at what `_across` returned as one at what it was given."""
    t = 2.0 * (kx * nx + ky * ny) if kx * before_x + ky * before_y > 0.0 else 0.0 * nx
    return nx - t * kx, ny - t * ky


def _place(p, x, y):
    """Return (x, y) in the frame of the star, after each of the reflections."""
    c, s = cos(p[4]), sin(p[4])
    dx, dy = x - p[0], y - p[1]
    u, v = dx * c + dy * s, dy * c - dx * s
    x1, y1 = _across(abs(u), v, C, -S)
    x2, y2 = _across(x1, y1, -C, -S)
    return u, v, x1, y1, x2, y2


def _edge(p, x, y):
    """Return the vector to (x, y) from the closest point of the edge, its parameter, and the side, positive outside."""
    ex, ey = p[2] * p[3] * S, p[2] * (p[3] * C - 1.0)
    qy = y - p[2]
    t = min(max((x * ex + qy * ey) / max(ex * ex + ey * ey, 1e-12), 0.0), 1.0)
    return x - t * ex, qy - t * ey, t, qy * ex - x * ey


def distance(p, x, y):
    """Return the signed distance from (x, y) to the outline, negative inside."""
    _, _, _, _, x2, y2 = _place(p, x, y)
    ox, oy, _, side = _edge(p, abs(x2), y2)
    d = sqrt(ox * ox + oy * oy)
    return d if side > 0.0 else -d


def gradient(p, x, y):
    """Return the derivative of `distance` by cx, cy, r, inner, angle: the ends of the edge move, and share by t."""
    u, v, x1, y1, x2, y2 = _place(p, x, y)
    ox, oy, t, side = _edge(p, abs(x2), y2)
    ex, ey = p[2] * p[3] * S, p[2] * (p[3] * C - 1.0)
    d = sqrt(ox * ox + oy * oy)
    unit = 1.0 / max(sqrt(ex * ex + ey * ey), 1e-6)
    on_edge = 1.0 if d < 1e-9 else 0.0
    sign = (1.0 if side > 0.0 else -1.0) / max(d, 1e-9)
    nx = on_edge * (-ey * unit) + (1.0 - on_edge) * sign * ox
    ny = on_edge * (ex * unit) + (1.0 - on_edge) * sign * oy
    by_inner = -t * (nx * S + ny * C)
    by_r = -(1.0 - t) * ny + p[3] * by_inner
    nx = nx if x2 >= 0.0 else -nx
    nx, ny = _back(x1, y1, nx, ny, -C, -S)
    nx, ny = _back(abs(u), v, nx, ny, C, -S)
    nx = nx if u >= 0.0 else -nx
    c, s = cos(p[4]), sin(p[4])
    return ny * s - nx * c, -nx * s - ny * c, by_r, p[2] * by_inner, nx * v - ny * u


def _reach(u, v):
    """Return how far the tips of a star with r = 1 reach in a direction of its frame."""
    x1, y1 = _across(abs(u), v, C, -S)
    _, y2 = _across(x1, y1, -C, -S)
    return y2


def bounds(p):
    """Return the box x0, y0, x1, y1 around the outline."""
    c, s = cos(p[4]), sin(p[4])
    left, right, up, down = _reach(-c, s), _reach(c, -s), _reach(-s, -c), _reach(s, c)
    return p[0] - p[2] * left, p[1] - p[2] * up, p[0] + p[2] * right, p[1] + p[2] * down


def frame(p):
    """Return origin and length unit of the linear-colour frame: the centre and its depth."""
    return p[0], p[1], -distance(p, p[0], p[1])


def frame_adjoint(p, g_cx, g_cy, g_l):
    """Return the gradient by cx, cy, r, inner, angle, given that by the frame."""
    _, _, by_r, by_inner, _ = gradient(p, p[0], p[1])
    return g_cx, g_cy, -g_l * by_r, -g_l * by_inner, 0.0


def sample(rng, x, y, size):
    """Return a typical star at (x, y), turned anywhere."""
    return x, y, size * rng.uniform(0.7, 1.6), rng.uniform(0.35, 0.6), rng.uniform(0.0, 2.0 * pi)


def svg(p):
    """Return the SVG element that draws it: tag and geometry attributes."""
    points = []
    for k in range(10):
        turn, reach = p[4] + 0.5 * pi + k * pi / 5.0, p[2] * (p[3] if k % 2 else 1.0)
        points += [p[0] + reach * cos(turn), p[1] + reach * sin(turn)]
    return "polygon", {"points": points}
