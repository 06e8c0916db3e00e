"""Where to put the knots of a run of points between two corners: fewest numbers for a tolerance.

The shortest path (Bellman 1957) over places that may be knots. An edge of the graph is a line or a cubic Bezier between
two places; a cubic has the tangents of the border there, and the lengths of its two handles by least squares over
parameters that Newton's method improves (Schneider, Graphics Gems 1990). Its cost is how many numbers it takes, plus
the squares of the distances.
"""

from math import atan2, cos, sin

from .arrays import Straight

START, LINE, CUBIC, BEFORE_LINE = 0, 1, 2, 3  # kinds of pieces
LINE_COST, CUBIC_COST = 2.0, 6.0
ROUNDS = 3  # of parameters
HOPELESS = 16.0  # pixels squared, after the first of them
MOST = 28  # points that a piece is fitted to
LEAST_LINE, LEAST_FREE_LINE = 2.0, 5.0  # pixels of a line at a corner, and of one between curves
KINK = 0.03  # radians between a line and the tangent of the border at its smooth ends
GIVE_UP = 4.0  # times the tolerance, at which longer pieces are not tried
LOST = 6  # places in a row that are that bad
LONG = 1024  # points of a line, of which all are looked at


def cubic(border, i, j, alpha, beta, control, t):
    """Fit a cubic Bezier to points i to j of an `OpenBorder` that leaves at angle alpha and arrives at beta.

    Return the largest distance of a point from it and the sum of the squares. ``control`` (4, 2) gets its points, ``t``
    (MOST) is scratch.
    """
    x, y, smooth = border.x, border.y, border.smooth
    count = min(j - i + 1, MOST)
    step = (j - i) / (count - 1)
    ax, ay, bx, by = cos(alpha), sin(alpha), cos(beta), sin(beta)
    x0, y0, x3, y3 = smooth[i, 0], smooth[i, 1], smooth[j, 0], smooth[j, 1]
    total, px, py = 0.0, x0, y0
    for k in range(count):
        m = i + int(k * step + 0.5)
        total += ((x[m] - px) * (x[m] - px) + (y[m] - py) * (y[m] - py)) ** 0.5
        px, py = x[m], y[m]
        t[k] = total
    for k in range(count):
        t[k] /= max(total, 1e-12)
    chord = ((x3 - x0) * (x3 - x0) + (y3 - y0) * (y3 - y0)) ** 0.5
    h, g = total / 3.0, total / 3.0
    worst, square = 0.0, 0.0
    for attempt in range(ROUNDS):
        c00, c01, c11, r0, r1 = 1e-9, 0.0, 1e-9, 0.0, 0.0
        for k in range(count):
            m, u = i + int(k * step + 0.5), t[k]
            v = 1.0 - u
            b0, b1, b2, b3 = v * v * v, 3.0 * v * v * u, 3.0 * v * u * u, u * u * u
            dx, dy = x[m] - (b0 + b1) * x0 - (b2 + b3) * x3, y[m] - (b0 + b1) * y0 - (b2 + b3) * y3
            c00 += b1 * b1
            c11 += b2 * b2
            c01 -= b1 * b2 * (ax * bx + ay * by)
            r0 += b1 * (ax * dx + ay * dy)
            r1 -= b2 * (bx * dx + by * dy)
        det = c00 * c11 - c01 * c01
        if det > 1e-9 * c00 * c11:
            h, g = (c11 * r0 - c01 * r1) / det, (c00 * r1 - c01 * r0) / det
        least, most = 0.02 * total, 1.5 * max(total, chord)
        h, g = min(max(h, least), most), min(max(g, least), most)
        x1, y1, x2, y2 = x0 + h * ax, y0 + h * ay, x3 - g * bx, y3 - g * by
        worst, square = 0.0, 0.0
        for k in range(count):
            m, u = i + int(k * step + 0.5), t[k]
            v = 1.0 - u
            b0, b1, b2, b3 = v * v * v, 3.0 * v * v * u, 3.0 * v * u * u, u * u * u
            qx, qy = b0 * x0 + b1 * x1 + b2 * x2 + b3 * x3 - x[m], b0 * y0 + b1 * y1 + b2 * y2 + b3 * y3 - y[m]
            vx = 3.0 * (v * v * (x1 - x0) + 2.0 * v * u * (x2 - x1) + u * u * (x3 - x2))
            vy = 3.0 * (v * v * (y1 - y0) + 2.0 * v * u * (y2 - y1) + u * u * (y3 - y2))
            wx = 6.0 * (v * (x2 - 2.0 * x1 + x0) + u * (x3 - 2.0 * x2 + x1))
            wy = 6.0 * (v * (y2 - 2.0 * y1 + y0) + u * (y3 - 2.0 * y2 + y1))
            speed = vx * vx + vy * vy
            off = (qx * vy - qy * vx) * (qx * vy - qy * vx) / max(speed, 1e-12)
            worst, square = max(worst, off), square + off
            slope = speed + qx * wx + qy * wy
            if 0 < k < count - 1 and slope > 1e-9:
                t[k] = min(max(u - (qx * vx + qy * vy) / slope, 0.0), 1.0)
        control[0, 0], control[0, 1], control[1, 0], control[1, 1] = x0, y0, x1, y1
        control[2, 0], control[2, 1], control[3, 0], control[3, 1] = x2, y2, x3, y3
        if attempt == 0 and worst > HOPELESS:
            break
    return worst**0.5, square * (j - i + 1) / count


def straight(border, i, j, loose_in, loose_out):
    """Return the `Straight` line that is fitted to points i to j of an `OpenBorder`.

    An end is only the guess of a corner if it is `loose`; the line goes through the others' places. Of very many points
    some are looked at, evenly.
    """
    x, y, smooth = border.x, border.y, border.smooth
    ux, uy = smooth[j, 0] - smooth[i, 0], smooth[j, 1] - smooth[i, 1]
    mx, my = smooth[i, 0], smooth[i, 1]
    first, last = i + (1 if loose_in else 0), j - (1 if loose_out else 0)
    every = max(last - first, 0) // LONG + 1
    if loose_in and not loose_out:
        mx, my = smooth[j, 0], smooth[j, 1]
    if (loose_in or loose_out) and last - first >= 3:
        if loose_in and loose_out:
            mx, my = 0.0, 0.0
            for k in range(first, last + 1, every):
                mx, my = mx + x[k], my + y[k]
            count = (last - first) // every + 1
            mx, my = mx / count, my / count
        xx, xy, yy = 0.0, 0.0, 0.0
        for k in range(first, last + 1, every):
            dx, dy = x[k] - mx, y[k] - my
            xx, xy, yy = xx + dx * dx, xy + dx * dy, yy + dy * dy
        angle = 0.5 * atan2(2.0 * xy, xx - yy)
        length = cos(angle) * ux + sin(angle) * uy
        ux, uy = cos(angle) * length, sin(angle) * length
    length = max((ux * ux + uy * uy) ** 0.5, 1e-12)
    worst, square = 0.0, 0.0
    for k in range(first, last + 1, every):
        off = abs((x[k] - mx) * uy - (y[k] - my) * ux) / length
        worst, square = max(worst, off), square + off * off
    return Straight(worst, square * every, ux, uy)


def goes_along(border, line, i, side, tolerance):
    """Return whether a `Straight` line has the direction of the border at point i, on a side of it."""
    length = max((line.ux * line.ux + line.uy * line.uy) ** 0.5, 1e-12)
    off = abs(line.uy * cos(border.ways[i, side]) - line.ux * sin(border.ways[i, side]))
    return off <= max(KINK, tolerance / length) * length


def may_end(border, line, j, loose_in, loose_out, tolerance):
    """Return whether a `Straight` line is long enough, and may end at point j."""
    length = (line.ux * line.ux + line.uy * line.uy) ** 0.5
    if not (loose_in and loose_out) and length < (LEAST_LINE if loose_in or loose_out else LEAST_FREE_LINE):
        return False
    return loose_out or goes_along(border, line, j, 1, tolerance)


def line_begins(border, candidates, a, sharp, tolerance):
    """Return whether a line begins at candidate a that has the direction of the border after it."""
    i, m = candidates[a], candidates.shape[0]
    for b in range(a + 1, m):
        loose_out = b == m - 1 and sharp
        line = straight(border, i, candidates[b], False, loose_out)
        if line.worst > GIVE_UP * tolerance:
            return False
        ends = line.worst <= tolerance and may_end(border, line, candidates[b], False, loose_out, tolerance)
        if ends and goes_along(border, line, i, 2, tolerance):
            return True
    return False


def place(border, candidates, sharp, limits, chains, control, t):
    """Find the cheapest chain of lines and cubics from the first to the last candidate.

    A cubic next to a line has the direction of the border on the side of the line: a window around the place, where the
    border begins to bend, would tell another one. So cubics that a line follows are a kind of their own.

    Parameters
    ----------
    border : OpenBorder
        Points.
    candidates : (M,)
        Points that may be knots, in order.
    sharp : bool
        Whether the ends are corners, where a line need not have the direction of a tangent.
    limits : Limits
        What is good enough.
    chains : Chains
        Out.
    control, t : (4, 2), (MOST,)
        Scratch.
    """
    ways, cost, back, kind = border.ways, chains.cost, chains.back, chains.kind
    tolerance, line_tolerance, worth = limits.cubic, limits.line, limits.worth
    m = candidates.shape[0]
    for b in range(m):
        for c in range(4):
            cost[b, c] = 1e30
        chains.line[b] = b > 0 and line_begins(border, candidates, b, sharp, line_tolerance)
    cost[0, START] = 0.0
    for a in range(m - 1):
        i, lost, line_lost = candidates[a], 0, False
        free = START if cost[a, START] <= cost[a, CUBIC] else CUBIC  # the cheapest that is no line
        curved = min(cost[a, free], cost[a, BEFORE_LINE])  # what a line may follow
        if min(curved, cost[a, LINE]) >= 1e30:
            continue
        for b in range(a + 1, m):
            j = candidates[b]
            last = b == m - 1
            if not line_lost and curved + LINE_COST < cost[b, LINE]:
                loose_in, loose_out = a == 0 and sharp, last and sharp
                line = straight(border, i, j, loose_in, loose_out)
                if line.worst <= line_tolerance:
                    if may_end(border, line, j, loose_in, loose_out, line_tolerance):
                        price = LINE_COST + worth * line.square
                        for before in (START, CUBIC, BEFORE_LINE):
                            along = loose_in or goes_along(
                                border, line, i, 2 if before == BEFORE_LINE else 0, line_tolerance
                            )
                            if along and cost[a, before] + price < cost[b, LINE]:
                                cost[b, LINE], back[b, LINE], kind[b, LINE] = cost[a, before] + price, a, before
                elif line.worst > GIVE_UP * line_tolerance:
                    line_lost = True
            if lost < LOST:
                found = 1e30
                for start in (0, 1):
                    before = LINE if start == 1 else free
                    if cost[a, before] >= 1e30:
                        continue
                    for end in (0, 2):
                        to = CUBIC if end == 0 else BEFORE_LINE
                        if end == 2 and not chains.line[b]:
                            continue
                        if cost[a, before] + CUBIC_COST >= cost[b, to]:
                            continue  # however good, it would not be cheaper
                        worst, square = cubic(border, i, j, ways[i, start], ways[j, end], control, t)
                        found = min(found, worst)
                        price = cost[a, before] + CUBIC_COST + worth * square
                        if worst <= tolerance and price < cost[b, to]:
                            cost[b, to], back[b, to], kind[b, to] = price, a, before
                if found <= tolerance:
                    lost = 0
                elif GIVE_UP * tolerance < found < 1e30:
                    lost += 1
            if lost >= LOST and line_lost:
                break
        # a way on, whatever the tolerance: to the next candidate by a cubic
        if cost[a + 1, CUBIC] >= 1e30 and cost[a + 1, LINE] >= 1e30:
            before = LINE if cost[a, LINE] < cost[a, free] else free
            cost[a + 1, CUBIC] = cost[a, before] + 2.0 * CUBIC_COST
            back[a + 1, CUBIC], kind[a + 1, CUBIC] = a, before
