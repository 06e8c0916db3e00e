"""Exact areas that closed curves cover of pixels, and their derivative by the numbers of the curves.

By Green's theorem a piece of an edge that rises by dy in a pixel, at the distance u from its left side on average, adds
``(1 - u) dy`` to the area of that pixel and dy to those on its right. By Reynolds' transport theorem that area changes
by ``dx w`` where a point of weight w on the piece moves by one downwards, and by ``-dy w`` where it moves to the right.
"""

from math import ceil, floor

from ...engine.compile.marks import noinline
from .arrays import Stretch
from .pieces import NONE

ROOM, A_PIECE = 2.4, 6  # pixels that a pixel of a curve may touch: 2, and more if it grows; and some for every piece
STEP = 1.0  # pixels of a straight piece of a curve: resvg's are no finer
MOST_STEPS = 48


def steps_of(control, line):
    """Return in how many straight pieces a piece of a curve is cut."""
    if line:
        return 1
    length = 0.0
    for k in range(3):
        dx, dy = control[k + 1, 0] - control[k, 0], control[k + 1, 1] - control[k, 1]
        length += (dx * dx + dy * dy) ** 0.5
    return min(max(ceil(length / STEP), 4), MOST_STEPS)


@noinline
def add_row(of, k, wa, wb, stretch, free, row):
    """Add the derivative of the area under a `Stretch` of piece k to a row of the Jacobian.

    ``wa`` and ``wb`` are the weights of the control points at both ends of the straight bit that it is part of; `free`
    has the column of every number, or NONE if it stays.
    """
    values, columns = of.values[k], of.columns[k]
    for m in range(of.used[k]):
        if free[columns[m]] == NONE:
            continue
        total = 0.0
        for j in range(4):
            w = (1.0 - stretch.share) * wa[j] + stretch.share * wb[j]
            total += w * (stretch.dx * values[m, 2 * j + 1] - stretch.dy * values[m, 2 * j])
        row[free[columns[m]]] += total


def weights(t, w):
    """Set the weights of the control points of a cubic at a parameter."""
    s = 1.0 - t
    w[0], w[1], w[2], w[3] = s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t


@noinline
def areas(of, some, cover, wa, wb):
    """Add up what pieces of curves cover of pixels; return how many pixels they touch.

    Parameters
    ----------
    of : Derived
        Pieces.
    some : Some
        Which of them, and which of their numbers are free.
    cover : Cover
        Out.
    wa, wb : (4,), (4,)
        Scratch.
    """
    left, top, place, sums, jacobian = cover.left, cover.top, cover.place, cover.sums, cover.jacobian
    height, width = place.shape
    place[:], sums[:] = NONE, 0.0
    touched = 0
    for k in some.pieces:
        c = of.control[k]
        count = steps_of(c, some.line[k])
        for step in range(count):
            weights(step / count, wa)
            weights((step + 1) / count, wb)
            ax, ay, bx, by = -1.0 * left, -1.0 * top, -1.0 * left, -1.0 * top
            for j in range(4):
                ax, ay = ax + wa[j] * c[j, 0], ay + wa[j] * c[j, 1]
                bx, by = bx + wb[j] * c[j, 0], by + wb[j] * c[j, 1]
            ex, ey = bx - ax, by - ay
            t = 0.0
            while t < 1.0:
                # up to the next line between pixels
                x, y = ax + t * ex, ay + t * ey
                ix, iy = floor(x), floor(y)
                if ex < 0.0 and x == ix:
                    ix -= 1
                if ey < 0.0 and y == iy:
                    iy -= 1
                after = 1.0
                if ex != 0.0:
                    after = min(after, ((ix + (1 if ex > 0.0 else 0)) - ax) / ex)
                if ey != 0.0:
                    after = min(after, ((iy + (1 if ey > 0.0 else 0)) - ay) / ey)
                after = min(max(after, t + 1e-12), 1.0)
                dx, dy = (after - t) * ex, (after - t) * ey
                if 0 <= iy < height:
                    if ix < 0:
                        sums[iy, 0] += dy
                    elif ix < width:
                        u = x + 0.5 * dx - ix
                        sums[iy, ix] += (1.0 - u) * dy
                        sums[iy, ix + 1] += u * dy
                        if place[iy, ix] == NONE and touched < jacobian.shape[0]:
                            place[iy, ix] = touched
                            jacobian[touched] = 0.0
                            touched += 1
                        if place[iy, ix] != NONE:
                            stretch = Stretch(0.5 * (t + after), dx, dy)
                            add_row(of, k, wa, wb, stretch, some.free, jacobian[place[iy, ix]])
                t = after
    return touched


@noinline
def squares(covering, row):
    """Return the sum of the squared errors of all pixels of a window, and set the normal equations.

    Parameters
    ----------
    covering : Covering
        Its pieces as they are.
    row : (8,)
        Scratch.
    """
    some, of, cover, goal, sums = covering
    place, jacobian, normal, right = cover.place, cover.jacobian, sums.normal, sums.right
    height, width = place.shape
    areas(of, some, cover, row[:4], row[4:])
    normal[:], right[:] = 0.0, 0.0
    total = 0.0
    for y in range(height):
        area = 0.0
        for x in range(width):
            area -= cover.sums[y, x]
            counts = goal.counts[y, x]
            error = counts * (area - goal.share[y, x])
            total += error * error
            if place[y, x] == NONE or counts == 0.0:
                continue
            slopes, used = jacobian[place[y, x]], 0
            for m in range(right.shape[0]):
                if slopes[m] != 0.0:
                    sums.columns[used] = m
                    used += 1
            for i in range(used):
                a = sums.columns[i]
                right[a] -= counts * error * slopes[a]
                for j in range(i, used):
                    normal[a, sums.columns[j]] += counts * counts * slopes[a] * slopes[sums.columns[j]]
    return total


def polygon(x, y, tolerance, worth, cost, back):
    """Find the cheapest polygon through points from the first to the last, by dynamic programming.

    ``cost``, ``back`` (N,) get the least cost to get to every point, two for a corner, and the corner before it.
    """
    n = x.shape[0]
    for b in range(1, n):
        cost[b] = 1e30
    cost[0] = 0.0
    for a in range(n - 1):
        for b in range(a + 1, n):
            ux, uy = x[b] - x[a], y[b] - y[a]
            length = max(ux * ux + uy * uy, 1e-9)
            worst, square = 0.0, 0.0
            for k in range(a + 1, b):
                t = min(max(((x[k] - x[a]) * ux + (y[k] - y[a]) * uy) / length, 0.0), 1.0)
                dx, dy = x[k] - x[a] - t * ux, y[k] - y[a] - t * uy
                worst, square = max(worst, dx * dx + dy * dy), square + dx * dx + dy * dy
            price = cost[a] + 2.0 + worth * square
            if (worst <= tolerance * tolerance or b == a + 1) and price < cost[b]:
                cost[b], back[b] = price, a
