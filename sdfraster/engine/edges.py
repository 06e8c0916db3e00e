"""Kinds whose outline is a list of edges: flattened, binned edge by edge, measured by the nearest edge of a tile.

Curves are cut into edges at fixed parameters, so the adjoint is exact for what is drawn; how many is not
differentiated. An edge is *near* a tile if it can be within the filter of one of its pixel centres; every such pair of
an edge and an entry is a *pair*, numbered entry after entry (``pair_start``). The winding number of a pixel is that at
the left end of its row of the tile (``base``, the backdrop of vello and pathfinder) plus the crossings of near edges
left of the pixel. The
backdrop counts edges that lie left of a tile **and are not near it**, for which no rounding can change on which side
they are; so a tile without near edges is inside or outside as a whole and costs nothing.

With the nonzero rule an edge can have the inside on both sides and is no outline there. `measure` knows that of the
nearest edge of a pixel from the winding number; only such pixels look for the nearest true outline, which may be a
point where two edges cross.
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

import numpy as np

from ..model.shading import CONSTANT, LINEAR, MIN_FRAME
from ..primitives import primitive
from ..primitives.curve import bernstein, pieces
from .bins import HALF_DIAGONAL, SIDE, tile_range
from .jit import Kernel, separate
from .shapes import ShapeFunctions
from .tiles import TILE
from .tuples import tuple_functions

SLACK = 0.01  # pixels, so that rounding never loses a pair
TINY = 1e-30
TIE = -1e-37  # cross products above it count as positive where the smallest sign decides
SAME = 1e-3  # pixels between edges that may lie on each other
FAR = 1e18  # more than any cross product
EIGHT, SIDE_PIXELS = np.uint64(8), np.uint64(TILE)  # unsigned: see cpu.py


def turn(edges, a, b):
    """Return the sign of the cross product of edge a, or b after it, with an offset that is nearest to their corner.

    There are such offsets on the outer side of a corner only. Where edges go straight on, or back, the answer is 0.
    """
    ux, uy = edges[a, 2] - edges[a, 0], edges[a, 3] - edges[a, 1]
    vx, vy = edges[b, 2] - edges[b, 0], edges[b, 3] - edges[b, 1]
    cross = ux * vy - uy * vx
    return -1.0 if cross > 0.0 else (1.0 if cross < 0.0 else 0.0)


@cache
def flatten_kernel(kind: str, dtype: np.dtype[Any]) -> Kernel:
    """Compile the cutting of every outline into edges, with its box and the frame of its colour."""
    outline: Any = primitive(kind).outline
    degree, closed, stroked = outline.degree, outline.closed, outline.stroked
    real = dtype.type

    def visit(
        worker,
        workers,
        fill,  # False: only count, into edge_start[1:]; True: write edges from edge_start on
        params,  # (N, P)
        edge_start,  # (N + 1,) out or in
        edges,  # (M, 8) out: x0, y0, x1, y1; on which side those are that are nearest to these ends (see `turn`);
        # 1 / (squared length); 1 / length
        edge_curve,  # (M,) out
        edge_t,  # (M, 2) out: parameters of the ends on the curve
        frames,  # (N, 3) out: origin and length
        box,  # (N, 4) out
    ):
        points = params.shape[1] // 2
        curves = (points if closed else points - 1) // degree
        for k in range(worker, len(params), workers):
            p = params[k]
            m = edge_start[k] if fill else 0
            for c in range(curves):
                a, d = degree * c, (degree * c + degree) % points
                x, y = p[2 * a], p[2 * a + 1]
                n = 1
                if degree == 3:
                    n = pieces(x, y, p[2 * a + 2], p[2 * a + 3], p[2 * a + 4], p[2 * a + 5], p[2 * d], p[2 * d + 1])
                if fill:
                    for i in range(n):
                        t = real(i + 1) / real(n)
                        x1, y1 = p[2 * d], p[2 * d + 1]
                        if i + 1 < n:
                            w = bernstein(t)
                            x1 = w[0] * p[2 * a] + w[1] * p[2 * a + 2] + w[2] * p[2 * a + 4] + w[3] * x1
                            y1 = w[0] * p[2 * a + 1] + w[1] * p[2 * a + 3] + w[2] * p[2 * a + 5] + w[3] * y1
                        edges[m, 0], edges[m, 1], edges[m, 2], edges[m, 3] = x, y, x1, y1
                        edge_curve[m], edge_t[m, 0], edge_t[m, 1] = c, real(i) / real(n), t
                        x, y, m = x1, y1, m + 1
                else:
                    m += n
            if not fill:
                edge_start[k + 1] = m
                continue
            first = edge_start[k]
            x0, y0, x1, y1 = edges[first, 0], edges[first, 1], edges[first, 0], edges[first, 1]
            for m in range(first, edge_start[k + 1]):
                ex, ey = edges[m, 2] - edges[m, 0], edges[m, 3] - edges[m, 1]
                edges[m, 6] = 1.0 / max(ex * ex + ey * ey, TINY)
                edges[m, 7] = sqrt(edges[m, 6])
                x0, x1 = min(x0, edges[m, 2]), max(x1, edges[m, 2])
                y0, y1 = min(y0, edges[m, 3]), max(y1, edges[m, 3])
            if not stroked:
                before = edge_start[k + 1] - 1
                for m in range(first, edge_start[k + 1]):
                    edges[before, 5] = edges[m, 4] = turn(edges, before, m)
                    before = m
            half = 0.5 * p[2 * points] if stroked else x0 - x0
            box[k, 0], box[k, 1], box[k, 2], box[k, 3] = x0 - half, y0 - half, x1 + half, y1 + half
            cx, cy, square = half - half, half - half, half - half
            for i in range(points):
                cx += p[2 * i]
                cy += p[2 * i + 1]
            cx, cy = cx / real(points), cy / real(points)
            for i in range(points):
                square += (p[2 * i] - cx) * (p[2 * i] - cx) + (p[2 * i + 1] - cy) * (p[2 * i + 1] - cy)
            frames[k, 0], frames[k, 1], frames[k, 2] = cx, cy, sqrt(square / real(points))

    return Kernel(visit, dtype, f"flatten {kind}")


def edge_columns(x0, y0, x1, y1, row, reach, columns):
    """Return first and last + 1 tile of a row of tiles that an edge is near to."""
    slack = SLACK + 4e-7 * max(abs(x0), abs(x1))
    top, bottom = row * SIDE + 0.5 - reach, (row + 1.0) * SIDE - 0.5 + reach
    left, right = min(x0, x1), max(x0, x1)
    if abs(y1 - y0) > TINY and (min(y0, y1) < top or max(y0, y1) > bottom):  # only the part near the row of tiles
        slope = (x1 - x0) / (y1 - y0)
        xa, xb = x0 + (top - y0) * slope, x0 + (bottom - y0) * slope
        xa, xb = min(max(min(xa, xb), left), right), min(max(max(xa, xb), left), right)
        left, right = xa, xb
    return tile_range(left - slack, right + slack, reach, columns)


def along(x0, y0, x1, y1, x, y):
    """Return the parameter of the closest point on a segment."""
    ex, ey = x1 - x0, y1 - y0
    return min(max(((x - x0) * ex + (y - y0) * ey) / max(ex * ex + ey * ey, TINY), 0.0), 1.0)


def segment_distance(x0, y0, x1, y1, x, y):
    """Return the distance from a point to a segment."""
    ex, ey, dx, dy = x1 - x0, y1 - y0, x - x0, y - y0
    t = along(x0, y0, x1, y1, x, y)
    return sqrt((dx - t * ex) * (dx - t * ex) + (dy - t * ey) * (dy - t * ey))


def lies_on(edges, a, b):
    """Return whether edge b may lie on edge a, along some of its length."""
    x0, y0 = edges[a, 0], edges[a, 1]
    ex, ey = edges[a, 2] - x0, edges[a, 3] - y0
    ux, uy = edges[b, 0] - x0, edges[b, 1] - y0
    vx, vy = edges[b, 2] - x0, edges[b, 3] - y0
    square = ex * ex + ey * ey
    if square <= TINY or (vx - ux) * (vx - ux) + (vy - uy) * (vy - uy) <= TINY:
        return True  # a point has no sides
    cross = ex * uy - ey * ux
    if cross * cross > SAME * SAME * square:
        return False
    cross = ex * vy - ey * vx
    if cross * cross > SAME * SAME * square:
        return False
    s, t = ux * ex + uy * ey, vx * ex + vy * ey
    return min(max(s, t), square) - max(min(s, t), 0.0) > SAME * sqrt(square)


@cache
def pair_kernel(kind: str, dtype: np.dtype[Any]) -> Kernel:
    """Compile the search for entries and pairs of every shape."""
    outline: Any = primitive(kind).outline
    stroked = outline.stroked
    real = dtype.type

    def visit(
        worker,
        workers,
        fill,  # False: only count, into shape_start[1:] and shape_pairs[1:]; True: write from the starts on
        params,  # (N, P)
        edge_start,  # (N + 1,)
        edges,  # (M, 8)
        box,  # (N, 4)
        rho,
        columns,
        rows,
        evenodd,
        near,  # (workers, T) scratch: near edges of a tile, then where to put the next; below 0: inside
        wind,  # (workers, T * TILE) scratch: by how much the winding number changes from the tile on the left
        shape_start,  # (N + 1,) out or in
        shape_pairs,  # (N + 1,) out or in
        entry_tile,  # (E,) out
        entry_inside,  # (E,) out
        pair_start,  # (E + 1,) out
        pair_edge,  # (Q,) out
        base,  # (E, TILE) out
        retraced,  # (E,) out: whether some of its edges may lie on each other
    ):
        count, change = near[worker], wind[worker]
        backdrop = np.zeros(TILE, np.int32)
        for k in range(worker, len(params), workers):
            half = 0.5 * params[k, params.shape[1] - 1] if stroked else rho - rho
            reach = rho + half + SLACK
            c0, c1 = tile_range(box[k, 0] + half, box[k, 2] - half, reach, real(columns))
            r0, r1 = tile_range(box[k, 1] + half, box[k, 3] - half, reach, real(rows))
            e, q = (shape_start[k], shape_pairs[k]) if fill else (0, 0)
            span, height = max(c1 - c0, 0), max(r1 - r0, 0)
            for i in range(span * height):
                count[i] = 0
            if not stroked:
                for i in range(span * height * TILE):
                    change[i] = 0
            for m in range(edge_start[k], edge_start[k + 1]):
                x0, y0, x1, y1 = edges[m, 0], edges[m, 1], edges[m, 2], edges[m, 3]
                low, high = min(y0, y1), max(y0, y1)
                first_row, last_row = tile_range(low, high, reach, real(rows))
                sign = 1 if y1 > y0 else -1
                for r in range(max(first_row, r0), min(last_row, r1)):
                    first, last = edge_columns(x0, y0, x1, y1, real(r), reach, real(columns))
                    for c in range(max(first, c0), min(last, c1)):
                        i = (r - r0) * span + c - c0
                        count[i] += 1
                        if stroked:
                            d = segment_distance(x0, y0, x1, y1, (real(c) + 0.5) * SIDE, (real(r) + 0.5) * SIDE)
                            if d <= half - rho - HALF_DIAGONAL:
                                count[i] = -(2**30)
                    last = max(last, c0)
                    if not stroked and last < c1:
                        top = real(r) * SIDE
                        start = int(min(max(np.ceil(low - top - 0.5), 0.0), SIDE))
                        end = int(min(max(np.ceil(high - top - 0.5), 0.0), SIDE))
                        for j in range(start, end):
                            change[((r - r0) * TILE + j) * span + last - c0] += sign
            for r in range(height):
                for j in range(TILE):
                    backdrop[j] = 0
                for c in range(span):
                    if not stroked:
                        for j in range(TILE):
                            backdrop[j] += change[(r * TILE + j) * span + c]
                    i = r * span + c
                    n = count[i]
                    inside = n < 0 or (n == 0 and (backdrop[0] & 1 if evenodd else backdrop[0]) != 0)
                    if n > 0 or inside:
                        if fill:
                            entry_tile[e] = (r + r0) * columns + c + c0
                            entry_inside[e] = inside
                            pair_start[e] = q
                            count[i] = -1 if inside else q
                            for j in range(TILE):
                                base[e, j] = real(backdrop[j])
                        e += 1
                        q += 0 if inside else n
            if not fill:
                shape_start[k + 1], shape_pairs[k + 1] = e, q
                continue
            pair_start[e] = q
            for m in range(edge_start[k], edge_start[k + 1]):
                x0, y0, x1, y1 = edges[m, 0], edges[m, 1], edges[m, 2], edges[m, 3]
                first_row, last_row = tile_range(min(y0, y1), max(y0, y1), reach, real(rows))
                for r in range(max(first_row, r0), min(last_row, r1)):
                    first, last = edge_columns(x0, y0, x1, y1, real(r), reach, real(columns))
                    for c in range(max(first, c0), min(last, c1)):
                        i = (r - r0) * span + c - c0
                        if count[i] >= 0:
                            pair_edge[count[i]] = m
                            count[i] += 1
            for e in range(shape_start[k], shape_start[k + 1]):
                found = False
                if not stroked:
                    for q in range(pair_start[e], pair_start[e + 1]):
                        for i in range(pair_start[e], q):
                            found = found or lies_on(edges, pair_edge[q], pair_edge[i])
                retraced[e] = found

    return Kernel(visit, dtype, f"pairs {kind}")


@cache
def edge_functions(kind: str, linear: bool) -> ShapeFunctions:
    """Return the functions of a kind with edges.

    Its geometry is (params, frames, rule, edges, pair_start, pair_edge, base, pair_rows, retraced), as `flatten_kernel`
    and `pair_kernel` have them. ``rule`` (3,) is 1 for evenodd, and how far beside an edge one looks for the inside,
    and from its ends. ``pair_rows`` (Q, 4) gets the gradient by ends of edges.
    """
    outline: Any = primitive(kind).outline
    stroked = outline.stroked
    shading = LINEAR if linear else CONSTANT

    def load(geometry, k, e):
        return geometry, k, e

    def frame(p):
        frames, k = p[0][1], p[1]
        return frames[k, 0], frames[k, 1], 1.0 / max(frames[k, 2], MIN_FRAME)

    def no_frame(p):
        zero = p[0][1][p[1], 0]
        return zero, zero, zero  # never read: a constant colour is the same everywhere

    def half_width(params, k):
        return 0.5 * params[k, params.shape[1] - 1] if stroked else params[k, 0] - params[k, 0]

    def edge_rows(y0, y1, reach, top):
        """Return first and last + 1 pixel of the rows an edge can be near to."""
        low = min(max(np.ceil(min(y0, y1) - reach - top - 0.5), 0.0), SIDE)
        high = min(max(np.ceil(max(y0, y1) + reach - top + 0.5), low), SIDE)
        return np.uint64(low * SIDE), np.uint64(high * SIDE)

    def crossed_rows(y0, y1, top):
        """Return first and last + 1 pixel of the rows whose centres an edge crosses."""
        low = min(max(np.ceil(min(y0, y1) - top - 0.5), 0.0), SIDE)
        high = min(max(np.ceil(max(y0, y1) - top - 0.5), low), SIDE)
        return np.uint64(low * SIDE), np.uint64(high * SIDE)

    def nearest(x0, y0, x1, y1, inverse, number, low, high, x, y, d, winner):
        """Keep the squared distance to an edge where it is smaller, and its number."""
        ex, ey = x1 - x0, y1 - y0
        for i in range(low, high):
            dx, dy = x[i] - x0, y[i] - y0
            t = min(max((dx * ex + dy * ey) * inverse, 0.0), 1.0)
            qx, qy = dx - t * ex, dy - t * ey
            square = qx * qx + qy * qy
            winner[i] = number if square < d[i] else winner[i]
            d[i] = min(square, d[i])

    def nearest_and_side(x0, y0, x1, y1, first, last, inverse, number, low, high, x, y, d, winner):
        """Do the same with the side of the edge as the sign of the number.

        The side is the sign of the cross product beside the edge, ``first`` and ``last`` beyond its ends.
        """
        first, last = FAR * first, FAR * last
        ex, ey = x1 - x0, y1 - y0
        tie = TIE if ey < 0.0 or (ey == 0.0 and ex > 0.0) else 0.0  # pixels on the edge are right of it or below
        for i in range(low, high):
            dx, dy = x[i] - x0, y[i] - y0
            t = min(max((dx * ex + dy * ey) * inverse, 0.0), 1.0)
            qx, qy = dx - t * ex, dy - t * ey
            square = qx * qx + qy * qy
            beyond = (first if t <= 0.0 else 0.0) + (last if t >= 1.0 else 0.0)
            signed = number if ex * dy - ey * dx + beyond > tie else -number
            winner[i] = signed if square < d[i] else winner[i]
            d[i] = min(square, d[i])

    def cross(x0, y0, x1, y1, low, high, x, y, winding):
        """Count an edge that crosses the rows of the pixels where it does so left of them."""
        ex, ey = x1 - x0, y1 - y0
        sign = 1.0 if ey > 0.0 else -1.0
        tie = TIE if ey < 0.0 else 0.0
        for i in range(low, high):
            positive = ex * (y[i] - y0) - ey * (x[i] - x0) > tie
            right = -1.0 if positive else 1.0
            winding[i] += sign if right == sign else 0.0

    def sign_nonzero(low, high, rho, d, winner, winding):
        """Turn squared distances into signed ones and return whether some pixel's nearest edge is no outline."""
        hidden = rho - rho
        for i in range(low, high):
            w = abs(winding[i])
            beyond = abs(winding[i] + (1.0 if winner[i] > 0.0 else -1.0))
            root = sqrt(d[i])
            hidden += 1.0 if min(min(w, beyond), rho - root) > 0.0 else 0.0  # (a maximum would not be vectorised)
            d[i] = -root if w > 0.0 else root
        return hidden > 0.0

    def sign_evenodd(low, high, d, winding):
        """Turn squared distances into signed ones."""
        for i in range(low, high):
            root = sqrt(d[i])
            d[i] = -root if winding[i] - 2.0 * np.floor(0.5 * winding[i]) > 0.0 else root

    def measure(p, low, high, rho, x, y, level, scratch):
        geometry, k, e = p
        params, _, rule, edges, pair_start, pair_edge, base, _, retraced = geometry
        half = half_width(params, k)
        reach = rho + half
        far = (reach + rho) * (reach + rho)
        d, winner = level[0], level[len(level) - 1]
        top = y[0] - 0.5
        for i in range(low, high):
            d[i] = far
            winner[i] = 0.0
        if not stroked:
            for row in range(low // SIDE_PIXELS, high // SIDE_PIXELS):
                backdrop = base[e, row]
                for i in range(row * SIDE_PIXELS, row * SIDE_PIXELS + SIDE_PIXELS):
                    scratch[i] = backdrop
        number = rho - rho  # 1 for the first pair of the entry
        for q in range(pair_start[e], pair_start[e + 1]):
            m = pair_edge[q]
            x0, y0, x1, y1 = edges[m, 0], edges[m, 1], edges[m, 2], edges[m, 3]
            number += 1.0
            start, end = edge_rows(y0, y1, reach, top)
            start, end = max(start, low), min(end, high)
            if stroked:
                nearest(x0, y0, x1, y1, edges[m, 6], number, start, end, x, y, d, winner)
            else:
                sides = edges[m, 4], edges[m, 5]
                nearest_and_side(x0, y0, x1, y1, *sides, edges[m, 6], number, start, end, x, y, d, winner)
                start, end = crossed_rows(y0, y1, top)
                cross(x0, y0, x1, y1, max(start, low), min(end, high), x, y, scratch)
        if stroked:
            for i in range(low, high):
                d[i] = sqrt(d[i]) - half
        else:
            hidden = retraced[e] != 0
            if rule[0] > 0.0:
                sign_evenodd(low, high, d, scratch)
            elif sign_nonzero(low, high, rho, d, winner, scratch):
                hidden = True
            if hidden:
                uncover(geometry, e, low, high, rho, x, y, d, winner, scratch)

    def winding_at(geometry, e, px, py, winding, x, y):
        """Return the winding number of (x, y), which is near (px, py), whose winding number is known."""
        edges, pair_start, pair_edge = geometry[3], geometry[4], geometry[5]
        for q in range(pair_start[e], pair_start[e + 1]):
            m = pair_edge[q]
            x0, y0, x1, y1 = edges[m, 0], edges[m, 1], edges[m, 2], edges[m, 3]
            ex, ey = x1 - x0, y1 - y0
            tie = TIE if ey < 0.0 or (ey == 0.0 and ex > 0.0) else 0.0
            here, there = ex * (py - y0) - ey * (px - x0) > tie, ex * (y - y0) - ey * (x - x0) > tie
            dx, dy = x - px, y - py
            if here != there and (dx * (y0 - py) - dy * (x0 - px) > 0.0) != (dx * (y1 - py) - dy * (x1 - px) > 0.0):
                winding += 1.0 if here else -1.0
        return winding

    def is_inside(winding, rule):
        return (winding if rule == 0.0 else winding - 2.0 * np.floor(0.5 * winding)) != 0.0

    @separate
    def is_outline(geometry, e, m, t, way, px, py, winding):
        """Return whether edge m has the inside on one side only, at its parameter t or a little before or after it."""
        rule, edges = geometry[2], geometry[3]
        x0, y0, x1, y1 = edges[m, 0], edges[m, 1], edges[m, 2], edges[m, 3]
        ex, ey = x1 - x0, y1 - y0
        inverse = 1.0 / max(sqrt(ex * ex + ey * ey), TINY)
        step, margin = rule[1] * inverse, min(rule[2] * inverse, 0.25)
        t = min(max(t + way * margin, margin), 1.0 - margin)
        x, y = x0 + t * ex, y0 + t * ey
        one = winding_at(geometry, e, px, py, winding, x - step * ey, y + step * ex)
        other = winding_at(geometry, e, px, py, winding, x + step * ey, y - step * ex)
        return is_inside(one, rule[0]) != is_inside(other, rule[0])

    @separate
    def crossing(edges, a, b):
        """Return the parameters at which edges a and b meet, -1 if they are parallel."""
        ax, ay, bx, by = edges[a, 0], edges[a, 1], edges[b, 0], edges[b, 1]
        ux, uy, vx, vy = edges[a, 2] - ax, edges[a, 3] - ay, edges[b, 2] - bx, edges[b, 3] - by
        det = ux * vy - uy * vx
        if abs(det) <= TINY:
            return ax - ax - 1.0, ax - ax - 1.0
        s = ((bx - ax) * vy - (by - ay) * vx) / det
        t = ((bx - ax) * uy - (by - ay) * ux) / det
        return s, t

    @separate
    def uncover(geometry, e, low, high, rho, x, y, d, winner, winding):
        """Measure pixels whose nearest edge is no outline: the nearest edge, or crossing of edges, that is."""
        edges, pair_start, pair_edge = geometry[3], geometry[4], geometry[5]
        first, last = pair_start[e], pair_start[e + 1]
        count = last - first
        for i in range(low, high):
            if abs(d[i]) >= rho:
                continue
            w, px, py = winding[i], x[i], y[i]
            nearest_edge = pair_edge[first + int(abs(winner[i])) - 1]
            ends = edges[nearest_edge, 0], edges[nearest_edge, 1], edges[nearest_edge, 2], edges[nearest_edge, 3]
            t = along(*ends, px, py)
            if (
                is_outline(geometry, e, nearest_edge, t, 0.0, px, py, w)
                or is_outline(geometry, e, nearest_edge, t, 0.2, px, py, w)  # in case another edge crosses just there
                or is_outline(geometry, e, nearest_edge, t, -0.2, px, py, w)
            ):
                continue
            best, number = rho + rho, rho - rho
            for q in range(first, last):
                m = pair_edge[q]
                x0, y0, x1, y1 = edges[m, 0], edges[m, 1], edges[m, 2], edges[m, 3]
                near = segment_distance(x0, y0, x1, y1, px, py)
                if near >= rho:
                    continue
                ex, ey, dx, dy = x1 - x0, y1 - y0, px - x0, py - y0
                t = along(x0, y0, x1, y1, px, py)
                if near < best and is_outline(geometry, e, m, t, 0.0, px, py, w):
                    best = near
                    number = (q - first + 1) * (rho / rho)
                    number = number if ex * dy - ey * dx > 0.0 else -number
                for r in range(first, q):
                    s, t = crossing(edges, m, pair_edge[r])
                    if min(s, t) > 0.0 and max(s, t) < 1.0:
                        vx, vy = x0 + s * ex - px, y0 + s * ey - py
                        near = sqrt(vx * vx + vy * vy)
                        if near < best and (
                            is_outline(geometry, e, m, s, -1.0, px, py, w)
                            or is_outline(geometry, e, m, s, 1.0, px, py, w)
                            or is_outline(geometry, e, pair_edge[r], t, -1.0, px, py, w)
                            or is_outline(geometry, e, pair_edge[r], t, 1.0, px, py, w)
                        ):
                            best = near
                            number = (count + 1 + (q - first) * count + (r - first)) * (rho / rho)
            d[i], winner[i] = -best if d[i] < 0.0 else best, number

    def pull(p, low, high, x, y, level, g_d, rows, j):
        geometry, _, e = p
        pair_start = geometry[4]
        d, winner = level[0], level[len(level) - 1]
        first = pair_start[e]
        count = pair_start[e + 1] - first
        total = y[0] - y[0]
        for i in range(low, high):
            total += g_d[i]
        if stroked:
            rows[j, 0] = -0.5 * total
        for block in range(low // EIGHT, high // EIGHT):
            start = block * EIGHT
            if is_zero(g_d, start):
                continue
            for i in range(start, start + EIGHT):
                if g_d[i] != 0.0 and winner[i] != 0.0:
                    pull_pixel(geometry, first, count, x[i], y[i], d[i], winner[i], g_d[i])

    def is_zero(g_d, start):
        """Return whether eight pixels have no gradient: most have none."""
        total = g_d[start] - g_d[start]
        for i in range(start, start + EIGHT):
            total += abs(g_d[i])
        return total == 0.0

    def pull_pixel(geometry, first, count, x, y, d, winner, g):
        """Add the gradient of g times the distance of one pixel to the rows of its edge, or of two that cross."""
        edges, pair_edge, pair_rows = geometry[3], geometry[5], geometry[7]
        number = int(abs(winner))
        if number > count:
            q, r = first + (number - count - 1) // count, first + (number - count - 1) % count
            pull_crossing(edges, pair_edge, pair_rows, q, r, x, y, -g if d < 0.0 else g)
            return
        q = first + number - 1
        m = pair_edge[q]
        x0, y0 = edges[m, 0], edges[m, 1]
        ex, ey = edges[m, 2] - x0, edges[m, 3] - y0
        dx, dy = x - x0, y - y0
        t = min(max((dx * ex + dy * ey) * edges[m, 6], 0.0), 1.0)
        if not stroked and t > 0.0 and t < 1.0:  # the edge's own normal, which is right on the outline too
            qx, qy = -ey, ex
            scale = g * edges[m, 7] * (1.0 if (winner > 0.0) == (d >= 0.0) else -1.0)
        else:
            qx, qy = dx - t * ex, dy - t * ey
            scale = g / max(sqrt(qx * qx + qy * qy), 1e-12)
            scale = -scale if not stroked and d < 0.0 else scale
        pair_rows[q, 0] -= (1.0 - t) * qx * scale
        pair_rows[q, 1] -= (1.0 - t) * qy * scale
        pair_rows[q, 2] -= t * qx * scale
        pair_rows[q, 3] -= t * qy * scale

    @separate
    def pull_crossing(edges, pair_edge, pair_rows, q, r, x, y, g):
        """Add the gradient of g times the distance from (x, y) to the point where the edges of pairs q and r meet.

        A point moved by (dx, dy) on edge a moves the crossing by (n_a . (dx, dy)) v / (n_a . v), v along edge b.
        """
        a, b = pair_edge[q], pair_edge[r]
        s, t = crossing(edges, a, b)
        ux, uy = edges[a, 2] - edges[a, 0], edges[a, 3] - edges[a, 1]
        vx, vy = edges[b, 2] - edges[b, 0], edges[b, 3] - edges[b, 1]
        mx, my = edges[a, 0] + s * ux - x, edges[a, 1] + s * uy - y
        scale = g / max(sqrt(mx * mx + my * my), 1e-12)
        det = ux * vy - uy * vx
        along_v, along_u = (mx * vx + my * vy) * scale / det, -(mx * ux + my * uy) * scale / det
        ax, ay = -uy * along_v, ux * along_v
        bx, by = -vy * along_u, vx * along_u
        pair_rows[q, 0] += (1.0 - s) * ax
        pair_rows[q, 1] += (1.0 - s) * ay
        pair_rows[q, 2] += s * ax
        pair_rows[q, 3] += s * ay
        pair_rows[r, 0] += (1.0 - t) * bx
        pair_rows[r, 1] += (1.0 - t) * by
        pair_rows[r, 2] += t * bx
        pair_rows[r, 3] += t * by

    load_color = tuple_functions(shading.values).load
    return ShapeFunctions(int(stroked), 2, shading, load, load_color, frame if linear else no_frame, measure, pull)


@cache
def edge_sum_kernel(kind: str, linear: bool, dtype: np.dtype[Any]) -> Kernel:
    """Compile the sum of the rows and pairs of each shape, carried from ends of edges and frame to the points."""
    outline: Any = primitive(kind).outline
    degree, stroked = outline.degree, outline.stroked
    shading = LINEAR if linear else CONSTANT
    shading_frame_adjoint = shading.frame_adjoint
    color_tuple = tuple_functions(shading.values)
    load_color, store_color = color_tuple.load, color_tuple.store
    own = int(stroked)
    row = tuple_functions(own + 1 + shading.values)
    load_row, zeros, add = row.load, row.zeros, row.add
    at_color = own + 1

    def visit(
        worker,
        workers,
        shape_start,  # (N + 1,)
        entry_place,  # (E,)
        rows,  # (E, own + 1 + values)
        params,  # (N, P)
        frames,  # (N, 3)
        edge_start,  # (N + 1,)
        edge_curve,  # (M,)
        edge_t,  # (M, 2)
        shape_pairs,  # (N + 1,)
        pair_edge,  # (Q,)
        pair_rows,  # (Q, 4)
        g_edges,  # (M, 4) scratch
        color,  # (N, values)
        g_params,  # (N, P) out
        g_color,  # (N, values) out
        g_opacity,  # (N,) out
    ):
        points = params.shape[1] // 2
        for k in range(worker, len(params), workers):
            total = zeros(params[k, 0])
            for e in range(shape_start[k], shape_start[k + 1]):
                total = add(load_row(rows, entry_place[e]), total)
            g_opacity[k] = total[own]
            g_c = total[at_color:]
            store_color(g_c, g_color, k, 0)
            for m in range(edge_start[k], edge_start[k + 1]):
                for i in range(4):
                    g_edges[m, i] = 0.0
            for q in range(shape_pairs[k], shape_pairs[k + 1]):
                for i in range(4):
                    g_edges[pair_edge[q], i] += pair_rows[q, i]
            g = g_params[k]
            for i in range(len(g)):
                g[i] = 0.0
            if stroked:
                g[2 * points] = total[0]
            for m in range(edge_start[k], edge_start[k + 1]):
                first = 2 * degree * edge_curve[m]
                last = 2 * ((degree * edge_curve[m] + degree) % points)
                for end in range(2):
                    gx, gy = g_edges[m, 2 * end], g_edges[m, 2 * end + 1]
                    t = edge_t[m, end]
                    if degree == 3:
                        w = bernstein(t)
                        g[first] += w[0] * gx
                        g[first + 1] += w[0] * gy
                        g[first + 2] += w[1] * gx
                        g[first + 3] += w[1] * gy
                        g[first + 4] += w[2] * gx
                        g[first + 5] += w[2] * gy
                        g[last] += w[3] * gx
                        g[last + 1] += w[3] * gy
                    else:
                        g[first] += (1.0 - t) * gx
                        g[first + 1] += (1.0 - t) * gy
                        g[last] += t * gx
                        g[last + 1] += t * gy
            if linear:
                cx, cy, length = frames[k, 0], frames[k, 1], frames[k, 2]
                unit = 1.0 / max(length, MIN_FRAME)
                g_cx, g_cy, g_l = shading_frame_adjoint(load_color(color, k), g_c, unit)
                part = 1.0 / (zeros(cx)[0] + points)
                along = g_l * unit * part
                for i in range(points):
                    g[2 * i] += g_cx * part + along * (params[k, 2 * i] - cx)
                    g[2 * i + 1] += g_cy * part + along * (params[k, 2 * i + 1] - cy)

    return Kernel(visit, dtype, f"sum {kind} {linear}")
