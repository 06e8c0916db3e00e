"""Stroke: an open curve of cubic Beziers drawn with a round brush; points 0, 3, 6, ... are on the curve."""

from __future__ import annotations

from functools import partial
from itertools import combinations, pairwise
from math import copysign, cos, pi, sin, sqrt

from . import closed, edges, outline, search

OUTLINE = outline.Outline(degree=3, closed=False, stroked=True)
SEARCH = search.STROKED
SEGMENTS = 4  # of a typical one, as many as of a path; two are 1 dB worse
PARAMETERS = OUTLINE.parameters(OUTLINE.count(SEGMENTS))
STRAIGHT = 0.01  # share of its length by which a curve may bend and still be drawn as lines: 0.0022 in Skia, and more
NARROW = 0.05  # and still be lost where it turns back
BEND = 0.05  # pixels, that nobody sees
RETURNING = 9  # numbers of one curve: it may turn back on itself, but goes round nothing
ENDS = 1e-3  # share of a curve, at its ends, in which a turn does not count


# The distance is that to the curve less half the width: exact outside, and a bound where the stroke overlaps itself.
distance = partial(edges.stroke_distance, OUTLINE)
gradient = partial(edges.stroke_gradient, OUTLINE)
bounds = partial(edges.bounds, OUTLINE)
frame = partial(outline.frame, OUTLINE)
frame_adjoint = partial(outline.frame_adjoint, OUTLINE)


def strip(p):
    """Return the strip that it is where it is thinner than the filter: width, length, and rest."""
    return p[-1], edges.length(OUTLINE, p) + 0.25 * pi * p[-1], 0.0


def strip_adjoint(p, g_width, g_length, g_rest):
    """Return the gradient by x0, y0, x1, y1, ..., width, given that by the strip."""
    return (*edges.length_adjoint(OUTLINE, p, g_length), g_width + 0.25 * pi * g_length)


def sample(rng, x, y, size, segments=SEGMENTS):
    """Return a typical stroke around (x, y): wandering over about 3 `size` in any direction, and half as wide."""
    turn, count = rng.uniform(0.0, 2.0 * pi), 3 * segments + 1
    c, s = cos(turn), sin(turn)
    points = []
    for k in range(count):
        along = 3.0 * size * ((k + rng.uniform(-0.3, 0.3)) / (count - 1) - 0.5)
        across = size * rng.uniform(-0.6, 0.6)
        points += [x + along * c - across * s, y + along * s + across * c]
    return (*points, size * rng.uniform(0.4, 0.8))


def svg(p):
    """Return the SVG element that draws it: tag and geometry attributes."""
    brush = {"fill": "none", "stroke-width": p[-1]}
    returns = len(p) > RETURNING and p[0] == p[-3] and p[1] == p[-2]
    found = closed.simple(p[:-1]) if returns else None
    if found is not None:
        tag, geometry = found
        sharp = tag == "rect" and "rx" not in geometry
        return tag, {**geometry, **brush, **({"stroke-linejoin": "round"} if sharp else {})}
    points = [complex(x, y) for x, y in zip(p[:-1:2], p[1:-1:2], strict=True)]
    drawn = points[:1] + [q for k in range(0, len(points) - 1, 3) for q in _cut_where_narrow(points[k : k + 4])[1:]]
    if returns:
        drawn.pop()
    flat = tuple(value for q in drawn for value in (q.real, q.imag))
    data = outline.PathData(flat, (len(drawn),), closed=returns, degree=3)
    return "path", {"d": data, **brush, "stroke-linecap": "round", "stroke-linejoin": "round"}


def _cut_where_narrow(curve):
    """Return the control points of a cubic curve, cut until renderers draw all of it.

    Skia (Chromium) and resvg stroke a cubic whose control points are nearly on a line as straight lines between the
    places where it bends most, and how near is a share of its length: 3 pixels if it has 1,400. Of one that turns back
    on nearly the same way resvg can lose what is beyond, or all.
    """
    first, last = max(combinations(curve, 2), key=lambda pair: abs(pair[1] - pair[0]))
    length = abs(last - first)
    lying = [(q - first) * (last - first).conjugate() / max(length, 1e-9) for q in curve]
    bend = max(abs(q.imag) for q in lying)
    t = None if bend >= NARROW * length else _turn([q.real for q in lying])
    if t is None and bend >= STRAIGHT * length:
        return curve
    if t is None and bend <= BEND:  # a line, whatever its control points do at its ends
        return [curve[0] + share * (curve[3] - curve[0]) for share in (0.0, 1 / 3, 2 / 3)] + [curve[3]]
    rows = [curve]
    while len(rows[-1]) > 1:  # de Casteljau
        rows.append([a + (b - a) * (0.5 if t is None else t) for a, b in pairwise(rows[-1])])
    before, after = [row[0] for row in rows], [row[-1] for row in reversed(rows)]
    return _cut_where_narrow(before) + _cut_where_narrow(after)[1:]


def _turn(x):
    """Return the first parameter inside (0, 1) at which a cubic with these control values turns, or None."""
    d0, d1, d2 = (b - a for a, b in pairwise(x))
    square, half = d0 - 2.0 * d1 + d2, d1 - d0  # the derivative by 3: square t^2 + 2 half t + d0
    under = half * half - square * d0
    if under < 0.0:
        return None
    q = -(half + copysign(sqrt(under), half))
    roots = [over / below for over, below in ((q, square), (d0, q)) if below != 0.0]
    return min((t for t in roots if ENDS < t < 1.0 - ENDS), default=None)
