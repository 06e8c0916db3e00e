"""Measuring a shape in a tile by the nearest of its edges, and the adjoint of that.

With the nonzero rule an edge can have the inside on both sides and is no outline there. `distances` knows that of the
nearest edge of a pixel from the winding number; only such pixels look for the nearest true outline (see
`interior_edges`). The same search settles pixels of tiles in which edges may lie on each other.
"""

from __future__ import annotations

from functools import cache
from math import pi, sqrt
from typing import Any

import numpy as np

from ...model.shading import MIN_FRAME, SHADINGS
from ...primitives import primitive
from ..arrays import Pixel
from ..compile.kernel import noinline, vectorized
from ..compile.rounding import round_down
from ..compile.tuples import tuple_functions
from ..functions import EIGHT, ShapeFunctions, is_zero
from ..tiles import TILE
from .arrays import (
    AFTER,
    BEFORE,
    CX,
    CY,
    EVENODD,
    HALF,
    INVERSE,
    INVERSE_SQUARE,
    LENGTH,
    UNIT,
    X0,
    X1,
    Y0,
    Y1,
    Edge,
    Planes,
    Spot,
)
from .edge_sums import STROKE_ROW
from .interior_edges import crossing_adjoint, nearest_boundary, sides
from .pairs import pixel_rows

QUARTER_PI = pi / 4.0
FAR = 1e18  # more than any cross product
SIDE_PIXELS = np.uint64(TILE)  # unsigned: see `composites.kernels`


def near_parameter(dx, dy, ex, ey, inverse):
    """Return the parameter of the point of an edge that is nearest to the offset (dx, dy) from its first end."""
    return min(max((dx * ex + dy * ey) * inverse, 0.0), 1.0)


def offset_square(dx, dy, ex, ey, t):
    """Return the squared distance from there to the point of the edge at parameter t."""
    qx, qy = dx - t * ex, dy - t * ey
    return qx * qx + qy * qy


def side(cross, t, first, last, tie):
    """Return whether a pixel is on the positive side of an edge: ``first`` and ``last`` decide beyond its ends."""
    beyond = (first if t <= 0.0 else 0.0) + (last if t >= 1.0 else 0.0)
    return cross + beyond > tie


def crossings(cross, y, top, bottom, sign, tie):
    """Return by how much an edge changes the winding number of a pixel: not 0 if it crosses left of it."""
    right = -1.0 if cross > tie else 1.0
    crossed = sign if right == sign else 0.0
    crossed = crossed if y >= top else 0.0
    return crossed if y < bottom else 0.0


def edge_adjoint(edges, m, stroked, pixel):
    """Return the nearest parameter of edge m, and the gradient of g times the distance of a pixel by x, y there."""
    x, y, d, winner, g = pixel.x, pixel.y, pixel.d, pixel.winner, pixel.g
    x0, y0 = edges[m, X0], edges[m, Y0]
    ex, ey = edges[m, X1] - x0, edges[m, Y1] - y0
    dx, dy = x - x0, y - y0
    t = min(max((dx * ex + dy * ey) * edges[m, INVERSE_SQUARE], 0.0), 1.0)
    if not stroked and t > 0.0 and t < 1.0:  # the edge's own normal, which is right on the outline too
        qx, qy = -ey, ex
        scale = g * edges[m, INVERSE] * (1.0 if (winner > 0.0) == (d >= 0.0) else -1.0)
    else:
        qx, qy = dx - t * ex, dy - t * ey
        scale = g / max(sqrt(qx * qx + qy * qy), 1e-12)
        scale = -scale if not stroked and d < 0.0 else scale
    return t, -qx * scale, -qy * scale


def edge_at(edges, m):
    """Return edge m by name."""
    x0, y0, x1, y1 = edges[m, X0], edges[m, Y0], edges[m, X1], edges[m, Y1]
    return Edge(x0, y0, x1, y1, edges[m, BEFORE], edges[m, AFTER], edges[m, INVERSE_SQUARE])


@cache
def edge_functions(kind: str, shading: str) -> ShapeFunctions:
    """Return the functions of a kind with edges.

    Its geometry is `Outlines`.
    """
    outline: Any = primitive(kind).outline
    stroked = outline.stroked
    shader = SHADINGS[shading]

    def gather(geometry, k, e):
        return geometry, k, e

    def frame(p):
        frames, k = p[0].frames, p[1]
        return frames[k, CX], frames[k, CY], 1.0 / max(frames[k, UNIT], MIN_FRAME)

    def no_frame(p):
        zero = p[0].frames[p[1], 0]
        return zero, zero, zero  # never read: a constant colour is the same everywhere

    def pixels(p, box, k, tile):
        near_rows, e = p[0].near_rows, p[2]
        return np.uint64(near_rows[e, 0]) * SIDE_PIXELS, np.uint64(near_rows[e, 1]) * SIDE_PIXELS

    @vectorized
    def nearest(edge, number, low, high, planes):
        """Keep the squared distance to an edge where it is smaller, and its number."""
        x0, y0, inverse = edge.x0, edge.y0, edge.inverse_square
        x, y, d, winner = planes.x, planes.y, planes.d, planes.winner
        ex, ey = edge.x1 - x0, edge.y1 - y0
        for i in range(low, high):
            dx, dy = x[i] - x0, y[i] - y0
            square = offset_square(dx, dy, ex, ey, near_parameter(dx, dy, ex, ey, inverse))
            winner[i] = number if square < d[i] else winner[i]
            d[i] = min(square, d[i])

    @vectorized
    def nearest_and_winding(edge, number, low, high, planes):
        """Do the same with the side of the edge as the sign of the number; count the edge if it crosses left of x."""
        x0, y0, inverse = edge.x0, edge.y0, edge.inverse_square
        x, y, d, winner, winding = planes.x, planes.y, planes.d, planes.winner, planes.winding
        first, last = FAR * edge.before, FAR * edge.after
        ex, ey = edge.x1 - x0, edge.y1 - y0
        top, bottom = min(y0, edge.y1), max(y0, edge.y1)
        sign, tie = sides(ex, ey)
        for i in range(low, high):
            dx, dy = x[i] - x0, y[i] - y0
            t = near_parameter(dx, dy, ex, ey, inverse)
            square = offset_square(dx, dy, ex, ey, t)
            cross = ex * dy - ey * dx
            signed = number if side(cross, t, first, last, tie) else -number
            winner[i] = signed if square < d[i] else winner[i]
            d[i] = min(square, d[i])
            winding[i] += crossings(cross, y[i], top, bottom, sign, tie)

    @vectorized
    def sign_nonzero(low, high, rho, d, winner, winding):
        """Turn squared distances into signed ones and return whether some pixel's nearest edge is no outline."""
        interior = rho - rho
        for i in range(low, high):
            w = abs(winding[i])
            beyond = abs(winding[i] + (1.0 if winner[i] > 0.0 else -1.0))
            root = sqrt(d[i])
            interior += 1.0 if min(min(w, beyond), rho - root) > 0.0 else 0.0  # (a maximum would not be vectorised)
            d[i] = -root if w > 0.0 else root
        return interior > 0.0

    @vectorized
    def sign_evenodd(low, high, d, winding):
        """Turn squared distances into signed ones."""
        for i in range(low, high):
            root = sqrt(d[i])
            d[i] = -root if winding[i] - 2.0 * round_down(0.5 * winding[i]) > 0.0 else root

    def distances(shape, tile, scratch):
        geometry, k, e = shape.p
        edges, pair_start, pair_edge, base = geometry.edges, geometry.pair_start, geometry.pair_edge, geometry.base
        low, high, level, rho, x, y = shape.low, shape.high, shape.level, tile.rho, tile.x, tile.y
        half = geometry.frames[k, HALF] if stroked else rho - rho
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
        number = rho - rho  # 1 for the first pair of the hit
        planes = Planes(x, y, d, winner, scratch)
        for q in range(pair_start[e], pair_start[e + 1]):
            edge = edge_at(edges, pair_edge[q])
            number += 1.0
            start, end = pixel_rows(edge.y0, edge.y1, reach, top)
            start, end = np.uint64(start) * SIDE_PIXELS, np.uint64(end) * SIDE_PIXELS
            if stroked:
                nearest(edge, number, start, end, planes)
            else:
                nearest_and_winding(edge, number, start, end, planes)
        if stroked:
            for i in range(low, high):
                d[i] = sqrt(d[i]) - half
        else:
            interior = geometry.retraced[e] != 0
            if geometry.fill_rule[EVENODD] > 0.0:
                sign_evenodd(low, high, d, scratch)
            elif sign_nonzero(low, high, rho, d, winner, scratch):
                interior = True
            if interior:
                find_boundary(shape, tile, scratch)

    @noinline
    def find_boundary(shape, tile, winding):
        """Look for the nearest true outline of every pixel near an edge."""
        geometry, _, e = shape.p
        d, winner = shape.level[0], shape.level[len(shape.level) - 1]
        for i in range(shape.low, shape.high):
            if abs(d[i]) < tile.rho:
                spot = Spot(geometry, e, tile.x[i], tile.y[i], winding[i])
                d[i], winner[i] = nearest_boundary(spot, tile.rho, d[i], winner[i])

    def adjoint(shape, tile, g_d, scratch, rows, j):
        geometry, _, e = shape.p
        pair_start = geometry.pair_start
        low, high, level, x, y = shape.low, shape.high, shape.level, tile.x, tile.y
        d, winner = level[0], level[len(level) - 1]
        first = pair_start[e]
        count = pair_start[e + 1] - first
        total = y[0] - y[0]
        for i in range(low, high):
            total += g_d[i]
        if stroked:
            rows[j, 0], rows[j, 1] = -0.5 * total, total - total
        n = pixels_with_gradient(g_d, winner, low, high, scratch)
        for k in range(n):
            i = np.uint64(scratch[k])
            pixel_adjoint(geometry, first, count, Pixel(x[i], y[i], d[i], winner[i], g_d[i]))

    def pixels_with_gradient(g_d, winner, low, high, found):
        """List the pixels that have a gradient, without a branch that could not be predicted, and return how many."""
        n = 0
        for block in range(low // EIGHT, high // EIGHT):
            start = block * EIGHT
            if is_zero(g_d, start):
                continue
            for i in range(start, start + EIGHT):
                found[n] = i
                n += 1 if g_d[i] * winner[i] != 0.0 else 0
        return n

    def pixel_adjoint(geometry, first, count, pixel):
        """Add the gradient of g times the distance of one pixel to the rows of its edge, or of two that cross."""
        edges, pair_edge, pair_rows = geometry.edges, geometry.pair_edge, geometry.pair_rows
        number = int(abs(pixel.winner))
        if number <= count:
            q = first + number - 1
            add_row(pair_rows, q, edge_adjoint(edges, pair_edge[q], stroked, pixel))
            return
        q, r = first + (number - count - 1) // count, first + (number - count - 1) % count
        of_q, of_r = crossing_adjoint(
            edges, pair_edge[q], pair_edge[r], pixel.x, pixel.y, -pixel.g if pixel.d < 0.0 else pixel.g
        )
        add_row(pair_rows, q, of_q)
        add_row(pair_rows, r, of_r)

    def add_row(pair_rows, q, g):
        t, gx, gy = g
        pair_rows[q, 0] += (1.0 - t) * gx
        pair_rows[q, 1] += (1.0 - t) * gy
        pair_rows[q, 2] += t * gx
        pair_rows[q, 3] += t * gy

    def strip(p):
        frames, k = p[0].frames, p[1]
        width = 2.0 * frames[k, HALF]
        return width, frames[k, LENGTH] + QUARTER_PI * width, width - width

    def add_strip(p, g, rows, j):
        g_width, g_length, _ = g
        rows[j, 0] += g_width + QUARTER_PI * g_length
        rows[j, 1] += g_length

    load_color = tuple_functions(shader.values).load
    shape_frame = frame if shader.framed else no_frame
    row, planes, thin = (STROKE_ROW, 3, (strip, add_strip)) if stroked else (0, 2, (None, None))
    functions = gather, load_color, shape_frame, pixels, distances, adjoint
    return ShapeFunctions(row, planes, shader, *functions, *thin)
