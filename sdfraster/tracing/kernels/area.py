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
BLOCK = 16  # pixels of a row that are passed over at once if no piece touches them


def steps_of(control, line):
    """Return in how many straight pieces a piece of a curve is cut."""
    if line:
        return 1
    length = 0.0
    for k in range(3):
        dx, dy = control[k + 1, 0] - control[k, 0], control[k + 1, 1] - control[k, 1]
        length += (dx * dx + dy * dy) ** 0.5
    return min(max(ceil(length / STEP), 4), MOST_STEPS)


def weights(t, w):
    """Set the weights of the control points of a cubic at a parameter."""
    s = 1.0 - t
    w[0], w[1], w[2], w[3] = s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t


@noinline
def clear(cover):
    """Take back what pieces covered before."""
    place, sums, marked = cover.place, cover.sums, cover.marked
    for y in range(marked.shape[0]):
        for block in range(marked.shape[1]):
            if not marked[y, block]:
                continue
            first = block * BLOCK
            for x in range(first, min(first + BLOCK, place.shape[1])):
                place[y, x] = NONE
            for x in range(first, min(first + BLOCK, sums.shape[1])):
                sums[y, x] = 0.0
            marked[y, block] = False


@noinline
def free_of(of, some, k, bit):
    """List the free numbers that piece k depends on; return how many there are."""
    count = 0
    for m in range(of.used[k]):
        if some.free[of.columns[k, m]] != NONE:
            bit.number[count], bit.column[count] = m, some.free[of.columns[k, m]]
            count += 1
    return count


@noinline
def move(of, k, t, count, bit):
    """Let a `Bit` go on from where it ends to parameter t of piece k; return the point there."""
    w, slopes, values = bit.weights, bit.slopes, of.values[k]
    weights(t, w)
    x, y = 0.0, 0.0
    for j in range(4):
        x, y = x + w[j] * of.control[k, j, 0], y + w[j] * of.control[k, j, 1]
    for n in range(count):
        m = bit.number[n]
        slopes[n, 0], slopes[n, 1], slopes[n, 2], slopes[n, 3] = slopes[n, 2], slopes[n, 3], 0.0, 0.0
        for j in range(4):
            slopes[n, 2] += w[j] * values[m, 2 * j]
            slopes[n, 3] += w[j] * values[m, 2 * j + 1]
    return x, y


@noinline
def add_row(bit, count, stretch, row):
    """Add the derivative of the area under a `Stretch` of a `Bit` to a row of the Jacobian."""
    slopes, b = bit.slopes, stretch.share
    a = 1.0 - b
    for n in range(count):
        along = a * slopes[n, 1] + b * slopes[n, 3]
        across = a * slopes[n, 0] + b * slopes[n, 2]
        row[bit.column[n]] += stretch.dx * along - stretch.dy * across


@noinline
def areas(of, some, cover):
    """Add up what pieces of curves cover of pixels.

    Parameters
    ----------
    of : Derived
        Pieces.
    some : Some
        Which of them, and which of their numbers are free.
    cover : Cover
        Out.
    """
    place, sums, jacobian, marked, bit = cover.place, cover.sums, cover.jacobian, cover.marked, cover.bit
    height, width = sums.shape[0], sums.shape[1] - 2
    clear(cover)
    touched, most = 0, jacobian.shape[0]
    for k in some.pieces:
        free = free_of(of, some, k, bit) if most > 0 else 0
        count = steps_of(of.control[k], some.line[k])
        bx, by = move(of, k, 0.0, free, bit)
        bx, by = bx - cover.left, by - cover.top
        for step in range(count):
            ax, ay = bx, by
            bx, by = move(of, k, (step + 1) / count, free, bit)
            bx, by = bx - cover.left, by - cover.top
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
                if 0 <= iy < height and ix < width:
                    if ix < 0:
                        sums[iy, 0] += dy
                        marked[iy, 0] = True
                    else:
                        u = x + 0.5 * dx - ix
                        sums[iy, ix] += (1.0 - u) * dy
                        sums[iy, ix + 1] += u * dy
                        marked[iy, ix // BLOCK] = marked[iy, (ix + 1) // BLOCK] = True
                        if touched < most and place[iy, ix] == NONE:
                            place[iy, ix] = touched
                            jacobian[touched] = 0.0
                            touched += 1
                        if most > 0 and place[iy, ix] != NONE:
                            add_row(bit, free, Stretch(0.5 * (t + after), dx, dy), jacobian[place[iy, ix]])
                t = after


@noinline
def sum_up(goal, even):
    """Add up what `squares` needs of blocks of pixels that no piece touches."""
    height, width = goal.share.shape
    for y in range(height):
        for block in range(even.shape[1]):
            one, share, square = 0.0, 0.0, 0.0
            for x in range(block * BLOCK, min((block + 1) * BLOCK, width)):
                counts = goal.counts[y, x] * goal.counts[y, x]
                one += counts
                share += counts * goal.share[y, x]
                square += counts * goal.share[y, x] * goal.share[y, x]
            even[y, block, 0], even[y, block, 1], even[y, block, 2] = one, share, square


@noinline
def squares(covering):
    """Return the sum of the squared errors of all pixels of a window, and set the normal equations.

    Parameters
    ----------
    covering : Covering
        Its pieces as they are.
    """
    cover, goal, even, sums = covering.cover, covering.goal, covering.even, covering.sums
    areas(covering.of, covering.some, cover)
    sums.normal[:], sums.right[:] = 0.0, 0.0
    total = 0.0
    for y in range(even.shape[0]):
        area = 0.0
        for block in range(even.shape[1]):
            if not cover.marked[y, block]:
                one, share, square = even[y, block, 0], even[y, block, 1], even[y, block, 2]
                total += max(area * (area * one - 2.0 * share) + square, 0.0)
                continue
            for x in range(block * BLOCK, min((block + 1) * BLOCK, goal.share.shape[1])):
                area -= cover.sums[y, x]
                error = goal.counts[y, x] * (area - goal.share[y, x])
                total += error * error
                if cover.place[y, x] != NONE:
                    add_equations(cover.jacobian[cover.place[y, x]], goal.counts[y, x], error, sums)
    return total


@noinline
def add_equations(slopes, counts, error, sums):
    """Add what a pixel tells to the normal equations."""
    used = 0
    for m in range(slopes.shape[0] if counts != 0.0 else 0):
        if slopes[m] != 0.0:
            sums.columns[used] = m
            used += 1
    for i in range(used):
        a = sums.columns[i]
        sums.right[a] -= counts * error * slopes[a]
        for j in range(i, used):
            sums.normal[a, sums.columns[j]] += counts * counts * slopes[a] * slopes[sums.columns[j]]


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
