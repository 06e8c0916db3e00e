"""Triangle: three corners in either orientation, exact distance to the nearest of three segments."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

from .outline import PathData
from .parameter import point

PARAMETERS = (
    *point("ax", "ay"),
    *point("bx", "by"),
    *point("cx", "cy"),
)


def _orientation(p):
    """Return +1 or -1 so that it times the cross product of an edge with a point is positive inside."""
    area = (p[2] - p[0]) * (p[5] - p[1]) - (p[3] - p[1]) * (p[4] - p[0])
    return 1.0 if area >= 0.0 else -1.0


def _edge(ax, ay, bx, by, x, y):
    """Return parameter t of the closest point on a segment, squared distance to it, and the cross product."""
    ex, ey = bx - ax, by - ay
    dx, dy = x - ax, y - ay
    t = min(max((dx * ex + dy * ey) / max(ex * ex + ey * ey, 1e-30), 0.0), 1.0)
    qx, qy = dx - t * ex, dy - t * ey
    return t, qx * qx + qy * qy, ex * dy - ey * dx


def distance(p, x, y):
    """Return the signed distance from (x, y) to the outline, negative inside."""
    s = _orientation(p)
    _, d0, c0 = _edge(p[0], p[1], p[2], p[3], x, y)
    _, d1, c1 = _edge(p[2], p[3], p[4], p[5], x, y)
    _, d2, c2 = _edge(p[4], p[5], p[0], p[1], x, y)
    d = sqrt(min(d0, min(d1, d2)))
    return -d if min(s * c0, min(s * c1, s * c2)) > 0.0 else d


def gradient(p, x, y):
    """Return the derivative of `distance` by ax, ay, bx, by, cx, cy.

    By the envelope theorem it is ``-n`` spread over the ends of the nearest edge with weights (1 - t, t). Beside the
    edge n is the edge's own outward normal, which is right on the outline too; beyond an end it points from the corner
    to (x, y). A point outside can be on the inner side of its nearest edge only if the triangle is flat to rounding;
    then the normal is turned. There are no branches so that the loop over a tile's pixels can be vectorised.
    """
    s = _orientation(p)
    t0, d0, c0 = _edge(p[0], p[1], p[2], p[3], x, y)
    t1, d1, c1 = _edge(p[2], p[3], p[4], p[5], x, y)
    t2, d2, c2 = _edge(p[4], p[5], p[0], p[1], x, y)
    m0 = 1.0 if d0 <= min(d1, d2) else 0.0  # the nearest edge takes all
    m1 = (1.0 - m0) * (1.0 if d1 <= d2 else 0.0)
    m2 = 1.0 - m0 - m1
    t = m0 * t0 + m1 * t1 + m2 * t2
    ax, ay = m0 * p[0] + m1 * p[2] + m2 * p[4], m0 * p[1] + m1 * p[3] + m2 * p[5]
    bx, by = m0 * p[2] + m1 * p[4] + m2 * p[0], m0 * p[3] + m1 * p[5] + m2 * p[1]
    ex, ey = bx - ax, by - ay
    qx, qy = x - ax - t * ex, y - ay - t * ey
    side = s * (m0 * c0 + m1 * c1 + m2 * c2)
    inside = min(s * c0, min(s * c1, s * c2))
    turned = -s if min(side, -inside) > 0.0 else s
    radial = 1.0 / max(sqrt(qx * qx + qy * qy), 1e-15)
    unit = turned / max(sqrt(ex * ex + ey * ey), 1e-15)
    beyond = 1.0 if abs(t - 0.5) >= 0.5 else 0.0
    nx = beyond * (qx * radial) + (1.0 - beyond) * (ey * unit)
    ny = beyond * (qy * radial) - (1.0 - beyond) * (ex * unit)
    u = 1.0 - t
    wa, wb, wc = m0 * u + m2 * t, m0 * t + m1 * u, m1 * t + m2 * u
    return -wa * nx, -wa * ny, -wb * nx, -wb * ny, -wc * nx, -wc * ny


def bounds(p):
    """Return the box x0, y0, x1, y1 around the outline."""
    return (
        min(p[0], min(p[2], p[4])),
        min(p[1], min(p[3], p[5])),
        max(p[0], max(p[2], p[4])),
        max(p[1], max(p[3], p[5])),
    )


def frame(p):
    """Return origin and length unit of the linear-colour frame: the centroid and its depth inside."""
    x = (p[0] + p[2] + p[4]) / 3.0
    y = (p[1] + p[3] + p[5]) / 3.0
    return x, y, abs(distance(p, x, y))


def frame_adjoint(p, g_cx, g_cy, g_l):
    """Return the gradient by the corners, given that by the frame.

    The depth moves with the corners (the centroid lies inside, so it is minus the distance) and with the centroid
    itself; the spatial gradient of a distance is minus the sum of its derivatives by the corners.
    """
    x = (p[0] + p[2] + p[4]) / 3.0
    y = (p[1] + p[3] + p[5]) / 3.0
    d = gradient(p, x, y)
    ux = (g_cx + g_l * (d[0] + d[2] + d[4])) / 3.0
    uy = (g_cy + g_l * (d[1] + d[3] + d[5])) / 3.0
    return (
        ux - g_l * d[0],
        uy - g_l * d[1],
        ux - g_l * d[2],
        uy - g_l * d[3],
        ux - g_l * d[4],
        uy - g_l * d[5],
    )


def sample(rng, x, y, size):
    """Return a typical triangle around (x, y): corners on a circle of about 1.5 `size`, unevenly spread."""
    turn = rng.uniform(0.0, 2.0 * pi)
    corners = []
    for k in range(3):
        angle = turn + (k + rng.uniform(-0.3, 0.3)) * 2.0 * pi / 3.0
        radius = size * rng.uniform(1.0, 2.0)
        corners += [x + radius * cos(angle), y + radius * sin(angle)]
    return tuple(corners)


def svg(p):
    """Return the SVG element that draws it: tag and geometry attributes."""
    return "path", {"d": PathData(tuple(p), (3,), closed=True, degree=1)}
