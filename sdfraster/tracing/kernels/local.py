"""Parabolas through the points of a border on either side of a place: which way it runs, and by how much it turns.

The window is the widest one of `REACHES` in which the points lie on a parabola; near a corner it ends before that.
"""

from math import atan2, cos, hypot, pi, sin

REACHES = (12.0, 8.0, 5.5, 3.6)  # pixels
BENT = 5.0  # pixels of the least window for a parabola; a line in smaller ones
BEND = 0.35  # radians by which a round border may turn in the least window
GAPS = (1.3, 2.6)  # pixels next to a corner, where a crack sees both sides of it: more at an acute one
ACUTE = 1.8  # radians by which a border turns there
SIDE = 8.0  # pixels of a line beside a place


def one_side(border, i, sign, rough, fit):
    """Fit the points on one side of point i of a `ClosedBorder`, up to a corner that is known.

    Return the widest window in which they lie on a parabola, or 0.

    ``fit`` gets x, y, their derivatives along the border at point i, the rms distance, and how much is left out.
    """
    x, y, s, stop = border.x, border.y, border.s, border.stop
    n = x.shape[0]
    total = s[n]
    best = 0.0
    for window in range(len(GAPS) * len(REACHES)):
        gap, reach = GAPS[window // len(REACHES)], REACHES[window % len(REACHES)]
        if 2.0 * reach > total:
            continue
        a0, a1, a2, a3, a4 = 0.0, 0.0, 0.0, 0.0, 0.0
        bx0, bx1, bx2, by0, by1, by2 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        xx, yy, count = 0.0, 0.0, 0
        k = 0
        while k < n:
            j = (i + sign * k) % n
            t = (s[j] - s[i]) * sign
            if t < 0.0:
                t += total
            if t > gap + reach:
                break
            if stop[j] and count + k > 0:
                break
            k += 1
            if t < gap:
                continue
            t *= sign
            u, v = x[j] - x[i], y[j] - y[i]
            a0 += 1.0
            a1 += t
            a2 += t * t
            a3 += t * t * t
            a4 += t * t * t * t
            bx0 += u
            bx1 += u * t
            bx2 += u * t * t
            by0 += v
            by1 += v * t
            by2 += v * t * t
            xx += u * u
            yy += v * v
            count += 1
        if count < 3:
            continue
        if count >= 5 and reach > BENT:
            det = a0 * (a2 * a4 - a3 * a3) - a1 * (a1 * a4 - a2 * a3) + a2 * (a1 * a3 - a2 * a2)
            if abs(det) < 1e-12:
                continue
            i00, i01, i02 = a2 * a4 - a3 * a3, a2 * a3 - a1 * a4, a1 * a3 - a2 * a2
            i11, i12, i22 = a0 * a4 - a2 * a2, a1 * a2 - a0 * a3, a0 * a2 - a1 * a1
            cx0 = (i00 * bx0 + i01 * bx1 + i02 * bx2) / det
            cx1 = (i01 * bx0 + i11 * bx1 + i12 * bx2) / det
            cx2 = (i02 * bx0 + i12 * bx1 + i22 * bx2) / det
            cy0 = (i00 * by0 + i01 * by1 + i02 * by2) / det
            cy1 = (i01 * by0 + i11 * by1 + i12 * by2) / det
            cy2 = (i02 * by0 + i12 * by1 + i22 * by2) / det
        else:
            det = a0 * a2 - a1 * a1
            if abs(det) < 1e-12:
                continue
            cx0, cx1, cx2 = (a2 * bx0 - a1 * bx1) / det, (a0 * bx1 - a1 * bx0) / det, 0.0
            cy0, cy1, cy2 = (a2 * by0 - a1 * by1) / det, (a0 * by1 - a1 * by0) / det, 0.0
        square = xx + yy - cx0 * bx0 - cx1 * bx1 - cx2 * bx2 - cy0 * by0 - cy1 * by1 - cy2 * by2
        rms = (max(square, 0.0) / count) ** 0.5
        if best == 0.0 or rms <= rough or rms < fit[4]:
            fit[0], fit[1], fit[2], fit[3], fit[4], fit[5] = x[i] + cx0, y[i] + cy0, cx1, cy1, rms, gap
            best = reach
        if rms <= rough:
            return best
    return best


def turns(border, rough, before, after, turn, meet):
    """Find by how much a closed border turns at every point, if it had a corner there.

    Parameters
    ----------
    border : ClosedBorder
        Points.
    rough : float
        Distance of points from a parabola that is noise.
    before, after : (6,)
        Scratch.
    turn : (N,)
        Out: the angle, 0 where it cannot be told.
    meet : (N, 2)
        Out: where the tangents of both sides meet.
    """
    x, y = border.x, border.y
    for i in range(x.shape[0]):
        turn[i], meet[i, 0], meet[i, 1] = 0.0, x[i], y[i]
        if border.stop[i]:
            continue
        a = one_side(border, i, -1, rough, before)
        b = one_side(border, i, 1, rough, after)
        if a == 0.0 or b == 0.0:
            continue
        alpha, beta = atan2(before[3], before[2]), atan2(after[3], after[2])
        angle = beta - alpha
        angle -= 2.0 * pi * round(angle / (2.0 * pi))
        clean = before[4] <= 2.0 * rough and after[4] <= 2.0 * rough
        doubt = BEND if min(a, b) < BENT else 0.0  # a line does not know how round the border is
        round_off = max(before[5], after[5]) > GAPS[0] and abs(angle) < ACUTE  # what is left out may be round
        turn[i] = max(abs(angle) - doubt, 0.0) if clean and not round_off else 0.0
        cross = sin(angle)
        if abs(cross) > 0.05:
            dx, dy = after[0] - before[0], after[1] - before[1]
            t = (dx * sin(beta) - dy * cos(beta)) / cross
            meet[i, 0], meet[i, 1] = before[0] + t * cos(alpha), before[1] + t * sin(alpha)
        else:
            meet[i, 0], meet[i, 1] = 0.5 * (before[0] + after[0]), 0.5 * (before[1] + after[1])


def chords(x, y, ways):
    """Find which way a border runs on either side of its points, by lines through those at most `SIDE` away.

    ``ways`` (N, 3) gets the angles before and after each point in columns 1 and 2; that around it is in column 0.
    """
    n = x.shape[0]
    for i in range(n):
        for side in (1, 2):
            step = -1 if side == 1 else 1
            k, count, sx, sy = i, 0, 0.0, 0.0
            while 0 <= k < n and hypot(x[k] - x[i], y[k] - y[i]) <= SIDE:
                sx, sy, count = sx + x[k], sy + y[k], count + 1
                k += step
            ways[i, side] = ways[i, 0]
            if count < 4:
                continue
            sx, sy = sx / count, sy / count
            xx, xy, yy = 0.0, 0.0, 0.0
            for m in range(count):
                dx, dy = x[i + step * m] - sx, y[i + step * m] - sy
                xx, xy, yy = xx + dx * dx, xy + dx * dy, yy + dy * dy
            angle = 0.5 * atan2(2.0 * xy, xx - yy)
            turn = angle - ways[i, 0]
            ways[i, side] = angle - pi * round(turn / pi)


def tangents(x, y, rough, way, smooth, beside):
    """Find which way an open piece of a border runs at each of its points, from a window around it.

    The window is the widest in which the points lie on a parabola. ``way`` (N,) gets the angle, ``smooth`` (N, 2) the
    place on the parabola, and ``beside`` (N,) how far the point is from the parabola through the others.
    """
    first, last = 0, x.shape[0] - 1
    for i in range(first, last + 1):
        way[i], beside[i] = 0.0, 0.0
        smooth[i, 0], smooth[i, 1] = x[i], y[i]
        for reach in REACHES:
            lo, hi = i, i
            while lo > first and hypot(x[lo - 1] - x[i], y[lo - 1] - y[i]) <= reach:
                lo -= 1
            while hi < last and hypot(x[hi + 1] - x[i], y[hi + 1] - y[i]) <= reach:
                hi += 1
            ux, uy = x[hi] - x[lo], y[hi] - y[lo]
            if hi - lo < 2:
                way[i] = atan2(uy, ux)
                break
            # parameter: projection on the chord, a0..: moments
            length = max(hypot(ux, uy), 1e-9)
            ux, uy = ux / length, uy / length
            a0, a1, a2, a3, a4, b0, b1, b2, vv = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            for k in range(lo, hi + 1):
                dx, dy = x[k] - x[i], y[k] - y[i]
                t, v = dx * ux + dy * uy, dy * ux - dx * uy
                a0 += 1.0
                a1 += t
                a2 += t * t
                a3 += t * t * t
                a4 += t * t * t * t
                b0 += v
                b1 += v * t
                b2 += v * t * t
                vv += v * v
            det = a0 * (a2 * a4 - a3 * a3) - a1 * (a1 * a4 - a2 * a3) + a2 * (a1 * a3 - a2 * a2)
            if hi - lo < 4 or abs(det) < 1e-9:
                det = a0 * a2 - a1 * a1
                slope, rms, c0, part = ((a0 * b1 - a1 * b0) / det if det > 1e-12 else 0.0), 0.0, 0.0, 0.0
            else:
                i01, i11, i12 = a2 * a3 - a1 * a4, a0 * a4 - a2 * a2, a1 * a2 - a0 * a3
                i00, i02, i22 = a2 * a4 - a3 * a3, a1 * a3 - a2 * a2, a0 * a2 - a1 * a1
                c0 = (i00 * b0 + i01 * b1 + i02 * b2) / det
                part = i00 / det  # of the place that is due to the point itself
                slope = (i01 * b0 + i11 * b1 + i12 * b2) / det
                c2 = (i02 * b0 + i12 * b1 + i22 * b2) / det
                rms = (max(vv - c0 * b0 - slope * b1 - c2 * b2, 0.0) / a0) ** 0.5
            way[i] = atan2(uy, ux) + atan2(slope, 1.0)
            smooth[i, 0], smooth[i, 1] = x[i] - uy * c0, y[i] + ux * c0
            beside[i] = abs(c0) / max(1.0 - part, 0.1)
            if rms <= rough:
                break
