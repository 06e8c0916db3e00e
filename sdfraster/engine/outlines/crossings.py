"""How far curves cross themselves, as an area, and its gradient by their points.

A closed curve crosses itself nowhere if and only if its winding number is 0 outside and the same, 1 or -1, inside:
around a crossing there are always three different numbers. So what a closed curve has too much is the integral of
``E(w) = w (w - 1) / 2`` (of ``w (w + 1) / 2`` if it runs the other way), which is 0 for the numbers allowed. An open
curve has no inside; there every crossing closes a loop, and what it has too much are the areas of these loops.

Both are sums of areas ``1/2 integral J x dy - y dx`` over parts of the curve between crossings, with a whole number J
that is constant on each part: the difference of E between both sides, or how many loops a part belongs to. By Reynolds'
theorem a part moves its area by J times how far it moves sideways; that crossings move along the curve adds nothing.

Square roots of the areas are lengths. With the areas themselves the last small loops would have no gradient left.
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

import numpy as np

from ..compile.kernel import serial

LEAST = 1e-9  # square pixels


def find_crossings(points, n, edges, closed, place, partner, sign):
    """List by place where the edges of curve n cross, and return how many entries there are, two for each crossing.

    ``place`` is the edge plus the parameter on it, ``partner`` the place of the other edge, and ``sign`` the change of
    the winding number beside the edge, from before the crossing to after it.
    """
    count = 0
    for i in range(edges):
        x, y = points[n, i, 0], points[n, i, 1]
        ex, ey = points[n, i + 1, 0] - x, points[n, i + 1, 1] - y
        left, right, top, bottom = min(x, x + ex), max(x, x + ex), min(y, y + ey), max(y, y + ey)
        last = edges - 1 if closed and i == 0 else edges  # neighbours meet at a point and do not cross
        for j in range(i + 2, last):
            ax, ay, bx, by = points[n, j, 0], points[n, j, 1], points[n, j + 1, 0], points[n, j + 1, 1]
            if max(ax, bx) < left or min(ax, bx) > right or max(ay, by) < top or min(ay, by) > bottom:
                continue
            fx, fy, dx, dy = bx - ax, by - ay, ax - x, ay - y
            cross = ex * fy - ey * fx
            s, t = dx * fy - dy * fx, dx * ey - dy * ex
            if cross < 0.0:
                s, t = -s, -t
            if s < 0.0 or t < 0.0 or s >= abs(cross) or t >= abs(cross) or count + 2 > len(place):
                continue
            at_i, at_j = i + s / abs(cross), j + t / abs(cross)
            turn = -1.0 if cross > 0.0 else 1.0
            insert(count, at_i, at_j, turn, place, partner, sign)
            insert(count + 1, at_j, at_i, -turn, place, partner, sign)
            count += 2
    return count


def insert(count, at, other, turn, place, partner, sign):
    """Put an entry into a list of so many, which is in order."""
    k = count
    while k > 0 and place[k - 1] > at:
        place[k], partner[k], sign[k] = place[k - 1], partner[k - 1], sign[k - 1]
        k -= 1
    place[k], partner[k], sign[k] = at, other, turn


def beside(points, n, edges, at):
    """Return the winding number on the positive side of the first edge of curve n, at a place before any crossing."""
    x = points[n, 0, 0] + at * (points[n, 1, 0] - points[n, 0, 0])
    y = points[n, 0, 1] + at * (points[n, 1, 1] - points[n, 0, 1])
    w = 1.0 if points[n, 1, 1] > points[n, 0, 1] else 0.0
    for i in range(1, edges):
        ax, ay, bx, by = points[n, i, 0], points[n, i, 1], points[n, i + 1, 0], points[n, i + 1, 1]
        if (ay <= y) != (by <= y) and ax + (y - ay) / (by - ay) * (bx - ax) > x:
            w += 1.0 if by > ay else -1.0
    return w


def sweep(points, n, first, last, factor, g):
    """Return the area between a part of curve n and its first point; add `factor` times the gradient of that to g."""
    area = 0.0
    ox, oy = points[n, 0, 0], points[n, 0, 1]
    i = int(first)
    while i < last:
        t0, t1 = max(first - i, 0.0), min(last - i, 1.0)
        x, y = points[n, i, 0], points[n, i, 1]
        ex, ey = points[n, i + 1, 0] - x, points[n, i + 1, 1] - y
        area += 0.5 * (t1 - t0) * ((x - ox) * ey - (y - oy) * ex)
        if factor != 0.0:
            share, middle = factor * (t1 - t0), 0.5 * (t0 + t1)
            g[n, i, 0] += share * (1.0 - middle) * ey
            g[n, i, 1] -= share * (1.0 - middle) * ex
            g[n, i + 1, 0] += share * middle * ey
            g[n, i + 1, 1] -= share * middle * ex
        i += 1
    return area


def of_region(points, n, edges, count, place, sign, g):
    """Return the root of the area of closed curve n that has a wrong winding number, and add its gradient to g."""
    start = beside(points, n, edges, 0.5 * min(place[0], 1.0))
    whole = sweep(points, n, 0.0, edges, 0.0, g)
    offset = 1.0 if whole > 0.0 else 0.0
    root = 0.0
    for turn in range(2):  # first the area, then its gradient
        w, before, area = start, 0.0, 0.0
        for k in range(count + 1):
            after = place[k] if k < count else float(edges)
            excess = w - offset
            area += excess * sweep(points, n, before, after, 0.5 * excess / root if turn > 0 else 0.0, g)
            w += sign[k] if k < count else 0.0
            before = after
        root = sqrt(max(area, LEAST))
    return root


def of_loops(points, n, count, place, partner, g):
    """Return the sum of the roots of the areas of the loops of open curve n, and add its gradient to g."""
    total = 0.0
    for k in range(count):
        if partner[k] > place[k]:
            area = sweep(points, n, place[k], partner[k], 0.0, g)
            root = sqrt(max(abs(area), LEAST))
            sweep(points, n, place[k], partner[k], (0.5 if area > 0.0 else -0.5) / root, g)
            total += root
    return total


def cross_all(points, closed, place, partner, sign, value, g):
    """Set the value of every curve, and its gradient by the points, all 0 before."""
    edges = points.shape[1] - 1
    for n in range(len(points)):
        count = find_crossings(points, n, edges, closed, place, partner, sign)
        if count > 0:
            if closed:
                value[n] = of_region(points, n, edges, count, place, sign, g)
            else:
                value[n] = of_loops(points, n, count, place, partner, g)


@cache
def _compiled() -> Any:
    return serial(cross_all, np.dtype(np.float64), "crossings")


def crossings(points: Any, closed: bool) -> tuple[Any, Any]:
    """Return how far curves (N, M, 2) cross themselves (N,), in pixels, and its gradient (N, M, 2).

    The last point of a closed curve is its first one again.
    """
    n, m, _ = points.shape
    value, g = np.zeros(n), np.zeros_like(points)
    place, partner, sign = np.empty((3, m * m))
    _compiled()(points, closed, place, partner, sign, value, g)
    return value, g
