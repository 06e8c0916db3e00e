"""What a closed outline encloses, by winding number, and the distance to where that ends: the oracle of the engine.

An outline may cross, touch and retrace itself. Only those parts of its edges end the region that have the region on
one side and not on the other: with the rule nonzero the inner pentagon of a five-pointed star does not, and with
either rule a bridge that is walked in both directions does not. So the edges are split where they meet each other, and
of each part both sides are looked at. If nothing meets, all edges of a contour have the region on the same side: one
look does for a contour, and the sign of the area for an outline of one contour.

A region may be empty. Its distance is `FAR`, and nothing moves it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from math import hypot, sqrt
from typing import NamedTuple

from .edges import KEPT, Edge, closest, edges_of_contours
from .outline import Contoured, Outline, contours_of

FAR = 1e18  # pixels
TOUCH = 1e-13  # times the largest coordinate: two points so close are the same
LOOK = 1e-10  # times the largest coordinate: how far beside an edge to look on which side the region is


class Part(NamedTuple):
    """A part of an edge that ends the region; at an end there is a vertex of the outline, or another edge crosses."""

    edge: Edge
    first: float  # parameters on the edge
    last: float
    at_first: Edge | None
    at_last: Edge | None
    nx: float  # unit normal, outwards
    ny: float


def winding(outline: tuple[Edge, ...], x: float, y: float) -> int:
    """Return how often the edges run around (x, y); a point on an edge counts as right of it or below it."""
    total = 0
    for ax, ay, bx, by, _, _ in outline:
        if ay <= y < by:
            total += ax + (y - ay) / (by - ay) * (bx - ax) <= x
        elif by <= y < ay:
            total -= ax + (y - ay) / (by - ay) * (bx - ax) <= x
    return total


def _filled(outline: tuple[Edge, ...], x: float, y: float, fill_rule: str) -> bool:
    turns = winding(outline, x, y)
    return turns % 2 == 1 if fill_rule == "evenodd" else turns != 0


def _meet(a: Edge, b: Edge, tolerance: float) -> tuple[list[float], list[float], bool]:
    """Return at which parameters of a it meets b, at which parameters of b, and whether they cross there."""
    ex, ey, fx, fy = a.bx - a.ax, a.by - a.ay, b.bx - b.ax, b.by - b.ay
    dx, dy = b.ax - a.ax, b.ay - a.ay
    length_a, length_b = hypot(ex, ey), hypot(fx, fy)
    cross = ex * fy - ey * fx
    if abs(cross) > 1e-12 * length_a * length_b:
        s, t = (dx * fy - dy * fx) / cross, (dx * ey - dy * ex) / cross
        past_a, past_b = tolerance / length_a, tolerance / length_b
        if -past_a <= s <= 1.0 + past_a and -past_b <= t <= 1.0 + past_b:
            return [s], [t], True
        return [], [], False
    reach = tolerance * tolerance
    ends_b = [closest(a, 0.0, 1.0, x, y) for x, y in ((b.ax, b.ay), (b.bx, b.by))]
    ends_a = [closest(b, 0.0, 1.0, x, y) for x, y in ((a.ax, a.ay), (a.bx, a.by))]
    return [s for d, s in ends_b if d <= reach], [t for d, t in ends_a if d <= reach], False


def _splits(
    outline: tuple[Edge, ...], contours: list[tuple[Edge, ...]], tolerance: float
) -> list[list[tuple[float, Edge | None]]] | None:
    """Return at which parameters each edge meets others, and the other if they cross; None if nothing meets."""
    n = len(outline)
    ends = list(accumulate(map(len, contours), initial=0))
    after = [k + 1 if k + 1 < last else first for first, last in pairwise(ends) for k in range(first, last)]
    found: list[list[tuple[float, Edge | None]]] = [[] for _ in outline]
    met = False
    order = sorted(range(n), key=lambda k: min(outline[k].ax, outline[k].bx))
    for place, i in enumerate(order):
        a = outline[i]
        right, low, high = max(a.ax, a.bx) + tolerance, min(a.ay, a.by) - tolerance, max(a.ay, a.by) + tolerance
        for j in order[place + 1 :]:
            b = outline[j]
            if b.ax > right and b.bx > right:
                break
            if (b.ay > high and b.by > high) or (b.ay < low and b.by < low):
                continue
            on_a, on_b, crosses = _meet(a, b, tolerance)
            if j == after[i] or i == after[j]:  # neighbours meet at their vertex; anything else is a fold
                along = (a.bx - a.ax) * (b.bx - b.ax) + (a.by - a.ay) * (b.by - b.ay)
                if crosses or along > 0.0:
                    continue
            met = met or bool(on_a or on_b)
            found[i] += [(s, b if crosses else None) for s in on_a]
            found[j] += [(t, a if crosses else None) for t in on_b]
    return found if met else None


@lru_cache(KEPT)
def _region(
    outline: Outline, p: tuple[float, ...], contours: tuple[int, ...], fill_rule: str
) -> tuple[tuple[Edge, ...], tuple[Part, ...]]:
    """Return the edges that have a length, and the parts of them that end the region."""
    rings = [
        tuple(edge for edge in ring if edge.ax != edge.bx or edge.ay != edge.by)
        for ring in edges_of_contours(outline, Contoured(p, contours))
    ]
    every = tuple(chain.from_iterable(rings))
    scale = max(map(abs, p))
    splits = _splits(every, rings, TOUCH * scale)
    if splits is None:
        return every, tuple(chain.from_iterable(_whole(ring, every, len(rings), scale, fill_rule) for ring in rings))
    parts = []
    for edge, inner in zip(every, splits, strict=True):
        gap = TOUCH * scale / hypot(edge.bx - edge.ax, edge.by - edge.ay)
        ends: list[tuple[float, Edge | None]] = [(0.0, None)]
        for s, other in sorted(inner, key=lambda item: item[0]):
            if ends[-1][0] + gap < s < 1.0 - gap:
                ends.append((s, other))
        ends.append((1.0, None))
        for (first, at_first), (last, at_last) in pairwise(ends):
            part = _part(edge, first, last, at_first, at_last, True)
            way = _outwards(part, every, scale, fill_rule)
            if way != 0.0:
                parts.append(part if way > 0.0 else part._replace(nx=-part.nx, ny=-part.ny))
    return every, tuple(parts)


def _whole(
    ring: tuple[Edge, ...], every: tuple[Edge, ...], rings: int, scale: float, fill_rule: str
) -> tuple[Part, ...]:
    """Return the edges of a contour that meets nothing as parts that end the region, or none if they do not."""
    if not ring:
        return ()
    if rings == 1:
        x, y = ring[0].ax, ring[0].ay
        way = sum((e.ax - x) * (e.by - y) - (e.ay - y) * (e.bx - x) for e in ring)
    else:
        longest = max(ring, key=lambda e: hypot(e.bx - e.ax, e.by - e.ay))
        way = _outwards(_part(longest, 0.0, 1.0, None, None, True), every, scale, fill_rule)
        if way == 0.0:
            return ()
    return tuple(_part(edge, 0.0, 1.0, None, None, way >= 0.0) for edge in ring)


def _outwards(part: Part, every: tuple[Edge, ...], scale: float, fill_rule: str) -> float:
    """Return 1 if the normal of a part points out of the region, -1 if into it, 0 if both sides are the same."""
    x, y = part.edge.at(0.5 * (part.first + part.last))
    dx, dy = LOOK * scale * part.nx, LOOK * scale * part.ny
    outer, inside = (_filled(every, x + k * dx, y + k * dy, fill_rule) for k in (1.0, -1.0))
    return float(inside) - float(outer)


def _part(edge: Edge, first: float, last: float, at_first: Edge | None, at_last: Edge | None, clockwise: bool) -> Part:
    """Return a part of an edge of an outline that runs around the region clockwise, or the other way."""
    ex, ey = edge.bx - edge.ax, edge.by - edge.ay
    unit = (1.0 if clockwise else -1.0) / hypot(ex, ey)
    return Part(edge, first, last, at_first, at_last, unit * ey, -unit * ex)


def distance(outline: Outline, p: Sequence[float], x: float, y: float, fill_rule: str = "nonzero") -> float:
    """Return the signed distance from (x, y) to where the region ends, negative inside."""
    x, y = float(x), float(y)
    every, parts = _region(outline, tuple(map(float, p)), contours_of(outline, p), fill_rule)
    d = sqrt(min((closest(edge, first, last, x, y)[0] for edge, first, last, *_ in parts), default=FAR * FAR))
    return -d if _filled(every, x, y, fill_rule) else d


def gradient(outline: Outline, p: Sequence[float], x: float, y: float, fill_rule: str = "nonzero") -> tuple[float, ...]:
    """Return the derivative of `distance` by the parameters.

    By the envelope theorem it is ``-n . dq``. Along an edge n is the edge's own outward normal, which is right on the
    outline too; at an end it is the direction from there to (x, y). A vertex moves with its points, and a crossing
    with the ends of both edges.
    """
    x, y = float(x), float(y)
    g = [0.0] * len(p)
    every, parts = _region(outline, tuple(map(float, p)), contours_of(outline, p), fill_rule)
    if not parts:
        return tuple(g)
    part = min(parts, key=lambda part: closest(part.edge, part.first, part.last, x, y)[0])
    _, t = closest(part.edge, part.first, part.last, x, y)
    nx, ny = part.nx, part.ny
    if part.first < t < part.last:
        part.edge.spread(t, -nx, -ny, g)
        return tuple(g)
    qx, qy = part.edge.at(t)
    dx, dy = x - qx, y - qy
    d = hypot(dx, dy)
    if d > 1e-12:
        unit = (-1.0 if _filled(every, x, y, fill_rule) else 1.0) / d
        nx, ny = unit * dx, unit * dy
    other = part.at_first if t == part.first else part.at_last
    if other is None:
        part.edge.spread(t, -nx, -ny, g)
    else:
        _crossing_adjoint(part.edge, other, t, -nx, -ny, g)
    return tuple(g)


def _crossing_adjoint(a: Edge, b: Edge, s: float, g_x: float, g_y: float, g: list[float]) -> None:
    """Add to the gradient that by the point where a, at its parameter s, crosses b.

    The point moves with a, and slides along a so that it stays on b: with u the difference of the two motions there,
    ``dq = da - e (u x f) / (e x f)``, where e and f are the directions of a and b.
    """
    ex, ey, fx, fy = a.bx - a.ax, a.by - a.ay, b.bx - b.ax, b.by - b.ay
    qx, qy = a.at(s)
    _, t = closest(b, 0.0, 1.0, qx, qy)
    slide = (g_x * ex + g_y * ey) / (ex * fy - ey * fx)
    a.spread(s, g_x - slide * fy, g_y + slide * fx, g)
    b.spread(t, slide * fy, -slide * fx, g)
