"""The curve that runs beside a cubic curve at a constant distance, as cubic curves.

Each piece has the ends, tangents and middle point of the true one (as Hoschek 1988, "Spline approximation of offset
curves"); a piece that is off by more than the tolerance is halved.
"""

from __future__ import annotations

from itertools import combinations, pairwise

from .contour import turns

Curve = tuple[complex, complex, complex, complex]
DEPTH = 8  # halvings
SLOW = 1e-3  # share of its largest speed below which a curve is taken to turn back
NARROW = 0.00224  # share of its length by which control points may be beside a line
SAMPLES = 32
STEPS = 3  # of Newton's method
_TIMES = [k / SAMPLES for k in range(SAMPLES + 1)]
HALFWAY = 0.5


def cross(a: complex, b: complex) -> float:
    """Return the cross product."""
    return a.real * b.imag - a.imag * b.real


def dot(a: complex, b: complex) -> float:
    """Return the dot product."""
    return a.real * b.real + a.imag * b.imag


def unit(direction: complex) -> complex:
    """Return a direction with length 1."""
    return direction / abs(direction)


def tangents(curve: Curve) -> tuple[complex, complex]:
    """Return the directions at both ends of a curve that has some length."""
    a, b, c, d = curve
    before, after = b - a, d - c
    leaves, arrives = abs(before), abs(after)
    reach = 1e-9 * max(leaves, abs(c - a), abs(d - a))
    if leaves > reach and arrives > reach:
        return before / leaves, after / arrives
    first = next(p - a for p in (b, c, d) if abs(p - a) > reach)
    last = next(d - p for p in (c, b, a) if abs(d - p) > reach)
    return unit(first), unit(last)


def point(curve: Curve, t: float) -> complex:
    """Return the point at a parameter."""
    a, b, c, d = curve
    s = 1.0 - t
    return s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d


def velocity(curve: Curve, t: float) -> complex:
    """Return the derivative at a parameter."""
    a, b, c, d = curve
    s = 1.0 - t
    return 3.0 * (s * s * (b - a) + 2.0 * s * t * (c - b) + t * t * (d - c))


def powers(curve: Curve) -> Curve:
    """Return the coefficients of 1, t, t^2 and t^3."""
    a, b, c, d = curve
    return a, 3.0 * (b - a), 3.0 * (a - 2.0 * b + c), d - a + 3.0 * (b - c)


def halves(curve: Curve, t: float = HALFWAY) -> tuple[Curve, Curve]:
    """Return the parts of a curve before and after a parameter."""
    a, b, c, d = curve
    ab, bc, cd = a + t * (b - a), b + t * (c - b), c + t * (d - c)
    abc, bcd = ab + t * (bc - ab), bc + t * (cd - bc)
    middle = abc + t * (bcd - abc)
    return (a, ab, abc, middle), (middle, bcd, cd, d)


def is_narrow(curve: Curve) -> bool:
    """Return whether renderers draw a curve as a line: its control points are that near to one (Skia's stroker)."""
    first, last = max(combinations(curve, 2), key=lambda pair: abs(pair[1] - pair[0]))
    along = last - first
    return all(abs(cross(along, point - first)) <= NARROW * abs(along) ** 2 for point in curve)


def as_lines(curve: Curve) -> list[Curve]:
    """Return a curve that is nearly straight as lines between its ends and where it turns back."""
    a, d = curve[0], curve[3]
    axis = max((q - p for p, q in combinations(curve, 2)), key=abs)
    turned = [point(curve, t) for t in turns([dot(axis, point) for point in curve])]
    ends = [a, *turned, d]
    return [(p, p + (q - p) / 3.0, q - (q - p) / 3.0, q) for p, q in pairwise(ends) if p != q]


def is_steady(curve: Curve) -> bool:
    """Return whether it is plain that a curve never stops: along the middle leg of its control polygon it goes on."""
    a, b, c, d = curve
    legs = b - a, c - b, d - c
    along = abs(legs[1])
    return min(dot(legs[0], legs[1]), along * along, dot(legs[2], legs[1])) > SLOW * along * max(map(abs, legs))


def without_cusps(curve: Curve) -> list[Curve]:
    """Return a curve cut where it stops and turns back."""
    if is_steady(curve):
        return [curve]
    _, v0, v1, v2 = powers(curve)
    v1, v2 = 2.0 * v1, 3.0 * v2
    speeds = [abs((v2 * t + v1) * t + v0) for t in _TIMES]
    fastest = max(speeds)
    for k in range(1, SAMPLES):
        slow = speeds[k] <= speeds[k - 1] and speeds[k] <= speeds[k + 1] and speeds[k] < 0.3 * fastest
        if slow and _least_speed((v0, v1, v2), k / SAMPLES) < 2.0 * SLOW * fastest:
            t = _slowest(curve, (k - 1) / SAMPLES, (k + 1) / SAMPLES)
            if abs(velocity(curve, t)) < SLOW * fastest:
                before, after = halves(curve, t)
                return [part for part in (before, after) if part[0] != part[3] or abs(part[1] - part[0]) > 0.0]
    return [curve]


def _least_speed(powers: tuple[complex, complex, complex], t: float) -> float:
    """Return about the least speed within a sample of a parameter, of a velocity ``v0 + v1 t + v2 t^2``: by Newton."""
    (v0, v1, v2), first, last = powers, t - 1.0 / SAMPLES, t + 1.0 / SAMPLES
    for _ in range(STEPS):
        v, change = (v2 * t + v1) * t + v0, 2.0 * v2 * t + v1
        bend = dot(change, change) + 2.0 * dot(v, v2)
        if bend <= 0.0:
            return 0.0  # which is not known
        t = min(max(t - dot(v, change) / bend, first), last)
    return abs((v2 * t + v1) * t + v0)


def _slowest(curve: Curve, first: float, last: float) -> float:
    """Return the parameter between two at which a curve is slowest, by ternary search."""
    for _ in range(60):
        a, b = first + (last - first) / 3.0, last - (last - first) / 3.0
        if abs(velocity(curve, a)) < abs(velocity(curve, b)):
            last = b
        else:
            first = a
    return 0.5 * (first + last)


def offset(curve: Curve, r: float, tolerance: float) -> list[Curve]:
    """Return curves beside a curve without cusps, at distance r on the side of i times its tangent.

    Parameters
    ----------
    curve : tuple of 4 complex
        Control points.
    r : float
        Distance.
    tolerance : float
        By how much they may be off.
    """
    return _offset(curve, r, tolerance, DEPTH)


def _offset(curve: Curve, r: float, tolerance: float, depth: int) -> list[Curve]:
    first, last = tangents(curve)
    start, end = curve[0] + 1j * r * first, curve[3] + 1j * r * last
    middle = _beside(curve, HALFWAY, r)
    beside = _through(start, first, middle, last, end)
    if depth == 0:
        return [beside or (start, start + (end - start) / 3.0, end - (end - start) / 3.0, end)]
    if beside is not None and _is_near(curve, beside, r, tolerance):
        return [beside]
    before, after = halves(curve)
    if any(a == b == c == d for a, b, c, d in (before, after)):
        return [(start, start + (end - start) / 3.0, end - (end - start) / 3.0, end)]
    return _offset(before, r, tolerance, depth - 1) + _offset(after, r, tolerance, depth - 1)


def _beside(curve: Curve, t: float, r: float) -> complex:
    v = velocity(curve, t)
    return point(curve, t) + (1j * r * unit(v) if v else 0.0)


def _through(start: complex, first: complex, middle: complex, last: complex, end: complex) -> Curve | None:
    """Return the curve with given ends, directions and middle, or None if there is none that runs forward."""
    q = (8.0 * middle - 4.0 * (start + end)) / 3.0  # = a first - b last, with the lengths a and b of the arms
    turn = cross(first, last)
    if abs(turn) > 1e-6:
        a, b = cross(q, last) / turn, cross(q, first) / turn
    else:  # parallel: any lengths of this difference or sum
        a = b = abs(end - start) / 3.0
    if a < 0.0 or b < 0.0:
        return None
    curve: Curve = (start, start + a * first, end - b * last, end)
    return curve


def _is_near(curve: Curve, beside: Curve, r: float, tolerance: float) -> bool:
    """Return whether `beside` is at the distance r from a curve, by a tolerance, at two parameters."""
    c0, c1, c2, c3 = powers(curve)
    for t in (0.25, 0.75):
        start = c0 - point(beside, t)
        for _ in range(STEPS):  # Newton's method for the nearest point
            away = ((c3 * t + c2) * t + c1) * t + start
            v, change = (3.0 * c3 * t + 2.0 * c2) * t + c1, 6.0 * c3 * t + 2.0 * c2
            slope = dot(v, v) + dot(away, change)
            if slope <= 0.0:
                break
            t = min(max(t - dot(away, v) / slope, 0.0), 1.0)
        if not abs(abs(((c3 * t + c2) * t + c1) * t + start) - abs(r)) <= tolerance:
            return False
    return True
