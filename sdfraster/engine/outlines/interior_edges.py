"""Edges that are no outline: with the inside on both sides, or lying on another edge.

A pixel whose nearest edge may be one looks for the nearest true outline among the edges of its tile, which may be a
point where two of them cross. Few pixels do, so this may be slow; it is compiled once, not into loops over pixels.
"""

from __future__ import annotations

from math import sqrt

from ..compile.kernel import noinline
from ..compile.rounding import round_down
from .arrays import BESIDE, EVENODD, MARGIN, X0, X1, Y0, Y1
from .flatten import TINY, along, segment_distance

TIE = -1e-37  # cross products above it count as positive where the smallest sign decides


def sides(ex, ey):
    """Return how an edge counts in winding numbers, and the cross product above which a pixel is left of it."""
    sign = 1.0 if ey > 0.0 else -1.0
    return sign, TIE if ey < 0.0 or (ey == 0.0 and ex > 0.0) else 0.0  # pixels on the edge are right of it or below


def winding_at(spot, x, y):
    """Return the winding number of (x, y), which is near a `Spot`."""
    edges, pair_start, pair_edge = spot.outlines.edges, spot.outlines.pair_start, spot.outlines.pair_edge
    e, px, py, winding = spot.e, spot.x, spot.y, spot.winding
    for q in range(pair_start[e], pair_start[e + 1]):
        m = pair_edge[q]
        x0, y0, x1, y1 = edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1]
        ex, ey = x1 - x0, y1 - y0
        _, tie = sides(ex, ey)
        here, there = ex * (py - y0) - ey * (px - x0) > tie, ex * (y - y0) - ey * (x - x0) > tie
        dx, dy = x - px, y - py
        if here != there and (dx * (y0 - py) - dy * (x0 - px) > 0.0) != (dx * (y1 - py) - dy * (x1 - px) > 0.0):
            winding += 1.0 if here else -1.0
    return winding


def is_inside(winding, evenodd):
    """Return whether a winding number means inside; `evenodd` is 1 with that rule, and 0 with nonzero."""
    return (winding if evenodd == 0.0 else winding - 2.0 * round_down(0.5 * winding)) != 0.0


@noinline
def is_outline(spot, m, t, way):
    """Return whether edge m has the inside on one side only, at its parameter t or a little before or after it."""
    fill_rule, edges = spot.outlines.fill_rule, spot.outlines.edges
    x0, y0, x1, y1 = edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1]
    ex, ey = x1 - x0, y1 - y0
    inverse = 1.0 / max(sqrt(ex * ex + ey * ey), TINY)
    step, margin = fill_rule[BESIDE] * inverse, min(fill_rule[MARGIN] * inverse, 0.25)
    t = min(max(t + way * margin, margin), 1.0 - margin)
    insides = 0
    for _ in range(2):  # one place that calls: a GPU's kernels have it copied there
        around = winding_at(spot, x0 + t * ex - step * ey, y0 + t * ey + step * ex)
        insides += 1 if is_inside(around, fill_rule[EVENODD]) else 0
        step = -step
    return insides == 1


@noinline
def crossing(edges, a, b):
    """Return the parameters at which edges a and b meet, -1 if they are parallel."""
    ax, ay, bx, by = edges[a, X0], edges[a, Y0], edges[b, X0], edges[b, Y0]
    ux, uy, vx, vy = edges[a, X1] - ax, edges[a, Y1] - ay, edges[b, X1] - bx, edges[b, Y1] - by
    det = ux * vy - uy * vx
    if abs(det) <= TINY:
        return ax - ax - 1.0, ax - ax - 1.0
    s = ((bx - ax) * vy - (by - ay) * vx) / det
    t = ((bx - ax) * uy - (by - ay) * ux) / det
    return s, t


@noinline
def is_corner(spot, a, b, s, t):
    """Return whether edge a or edge b is an outline just before or after they meet, at their parameters s and t."""
    for k in range(4):
        m, at, way = (a, s, 1.0 if k == 0 else -1.0) if k < 2 else (b, t, 1.0 if k == 2 else -1.0)
        if is_outline(spot, m, at, way):
            return True
    return False


def nearest_boundary(spot, rho, d, winner):
    """Return distance and winner of a pixel whose nearest edge may be no outline.

    That is the nearest edge, or crossing of edges, that is one.
    """
    edges, pair_start, pair_edge = spot.outlines.edges, spot.outlines.pair_start, spot.outlines.pair_edge
    first, last, px, py = pair_start[spot.e], pair_start[spot.e + 1], spot.x, spot.y
    m = pair_edge[first + int(abs(winner)) - 1]
    t = along(edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1], px, py)
    for k in range(3):  # beside the point too, in case another edge crosses just there
        if is_outline(spot, m, t, 0.0 if k == 0 else (0.2 if k == 1 else -0.2)):
            return d, winner
    count = rho - rho
    for _ in range(first, last):
        count += 1.0
    best, number, row = rho + rho, rho - rho, rho - rho
    for q in range(first, last):
        m = pair_edge[q]
        x0, y0, x1, y1 = edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1]
        row += 1.0
        near = segment_distance(x0, y0, x1, y1, px, py)
        if near >= rho:
            continue
        ex, ey, dx, dy = x1 - x0, y1 - y0, px - x0, py - y0
        t = along(x0, y0, x1, y1, px, py)
        if near < best and is_outline(spot, m, t, 0.0):
            best = near
            number = row if ex * dy - ey * dx > 0.0 else -row
        column = rho - rho
        for r in range(first, q):
            column += 1.0
            s, t = crossing(edges, m, pair_edge[r])
            if min(s, t) > 0.0 and max(s, t) < 1.0:
                vx, vy = x0 + s * ex - px, y0 + s * ey - py
                near = sqrt(vx * vx + vy * vy)
                if near < best and is_corner(spot, m, pair_edge[r], s, t):
                    best = near
                    number = row * count + column
    return -best if d < 0.0 else best, number


@noinline
def crossing_adjoint(edges, a, b, x, y, g):
    """Return the parameter where edges a and b meet, and the gradient of g times its distance, for both edges.

    A point moved by (dx, dy) on edge a moves the crossing by (n_a . (dx, dy)) v / (n_a . v), v along edge b.
    """
    s, t = crossing(edges, a, b)
    ux, uy = edges[a, X1] - edges[a, X0], edges[a, Y1] - edges[a, Y0]
    vx, vy = edges[b, X1] - edges[b, X0], edges[b, Y1] - edges[b, Y0]
    mx, my = edges[a, X0] + s * ux - x, edges[a, Y0] + s * uy - y
    scale = g / max(sqrt(mx * mx + my * my), 1e-12)
    det = ux * vy - uy * vx
    along_v, along_u = (mx * vx + my * vy) * scale / det, -(mx * ux + my * uy) * scale / det
    ax, ay = -uy * along_v, ux * along_v
    bx, by = -vy * along_u, vx * along_u
    return (s, ax, ay), (t, bx, by)
