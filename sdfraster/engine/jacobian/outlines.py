"""How coverage changes with the points of an outline: by the nearest edge, and that by the points of its curve."""

from __future__ import annotations

from functools import cache
from math import pi
from typing import Any

from ...model.coverage import FILTERS
from ...model.shading import MIN_FRAME, SHADINGS
from ...primitives import primitive
from ...primitives.curve import bernstein
from ..arrays import Pixel
from ..outlines.arrays import CX, CY, FROM, INVERSE, TO, UNIT, X0, X1, Y0, Y1
from ..outlines.interior_edges import crossing_adjoint
from ..outlines.nearest import edge_adjoint, edge_functions
from .arrays import KindSlopes
from .cover import cover_slope

QUARTER_PI = pi / 4.0


@cache
def outline_slopes(kind: str, shading: str, filter: str) -> KindSlopes:
    """Return the functions of a kind with one rule of colours."""
    outline: Any = primitive(kind).outline
    degree, stroked = outline.degree, outline.stroked
    slope = cover_slope(edge_functions(kind, shading), FILTERS[filter])
    shading_frame_adjoint = SHADINGS[shading].frame_adjoint

    def add_end(shape, edges, end, g, rows, i):
        """Add the gradient of pixel i by one end (0 or 1) of an edge to the points of its curve."""
        (m, side), (gx, gy) = end, g
        c, begin = edges.curve[m], edges.curves.first[shape.p[1]]
        first, last = edges.curves.curve[c, FROM] - begin, edges.curves.curve[c, TO] - begin
        t = edges.t[m, side]
        if degree == 3:
            w = bernstein(t)
            for k in range(3):
                rows[first + 2 * k, 0, i] += w[k] * gx
                rows[first + 2 * k + 1, 0, i] += w[k] * gy
            rows[last, 0, i] += w[3] * gx
            rows[last + 1, 0, i] += w[3] * gy
        else:
            rows[first, 0, i] += (1.0 - t) * gx
            rows[first + 1, 0, i] += (1.0 - t) * gy
            rows[last, 0, i] += t * gx
            rows[last + 1, 0, i] += t * gy

    def add_edge(shape, edges, m, g, rows, i):
        """Add the gradient of pixel i by the place on edge m that is nearest to it."""
        t, gx, gy = g
        add_end(shape, edges, (m, 0), ((1.0 - t) * gx, (1.0 - t) * gy), rows, i)
        add_end(shape, edges, (m, 1), (t * gx, t * gy), rows, i)

    def add_pixel(shape, edges, pixel, rows, i):
        geometry, _, e = shape.p
        first = geometry.pair_start[e]
        count, number = geometry.pair_start[e + 1] - first, int(abs(pixel.winner))
        if number <= count:
            m = geometry.pair_edge[first + number - 1]
            add_edge(shape, edges, m, edge_adjoint(geometry.edges, m, stroked, pixel), rows, i)
            return
        a = geometry.pair_edge[first + (number - count - 1) // count]
        b = geometry.pair_edge[first + (number - count - 1) % count]
        g = -pixel.g if pixel.d < 0.0 else pixel.g
        of_a, of_b = crossing_adjoint(geometry.edges, a, b, pixel.x, pixel.y, g)
        add_edge(shape, edges, a, of_a, rows, i)
        add_edge(shape, edges, b, of_b, rows, i)

    def add_length(shape, edges, by, rows):
        """Add what the length of a stroke says of its points."""
        all_edges, k = shape.p[0].edges, shape.p[1]
        for m in range(edges.start[k], edges.start[k + 1]):
            ux = all_edges[m, INVERSE] * (all_edges[m, X1] - all_edges[m, X0])
            uy = all_edges[m, INVERSE] * (all_edges[m, Y1] - all_edges[m, Y0])
            for i in range(shape.low, shape.high):
                along = by.length[i]
                if along != 0.0:
                    add_end(shape, edges, (m, 0), (-along * ux, -along * uy), rows, i)
                    add_end(shape, edges, (m, 1), (along * ux, along * uy), rows, i)

    def coverage(shape, edges, tile, by, rows):
        winner, thin, k = shape.level[len(shape.level) - 1], False, shape.p[1]
        width = edges.curves.first[k + 1] - edges.curves.first[k] - 1  # row of a stroke's
        for i in range(shape.low, shape.high):
            d, g, of_strip = slope(shape, tile, i)
            if g * winner[i] != 0.0:
                add_pixel(shape, edges, Pixel(tile.x[i], tile.y[i], d, winner[i], g), rows, i)
            if stroked:
                rows[width, 0, i] += of_strip[0] + QUARTER_PI * of_strip[1] - 0.5 * g
                by.length[i] = of_strip[1]
                thin = thin or of_strip[1] != 0.0
        if thin:
            add_length(shape, edges, by, rows)

    def frame(shape, edges, g, rows, channel, i):
        geometry, k, _ = shape.p
        p, frames = edges.params[edges.curves.first[k] : edges.curves.first[k + 1]], geometry.frames
        cx, cy, unit = frames[k, CX], frames[k, CY], 1.0 / max(frames[k, UNIT], MIN_FRAME)
        g_cx, g_cy, g_l = shading_frame_adjoint(shape.color, g, unit)
        points = len(p) // 2
        part = 1.0 / (cx - cx + points)
        along = g_l * unit * part
        for j in range(points):
            rows[2 * j, channel, i] += g_cx * part + along * (p[2 * j] - cx)
            rows[2 * j + 1, channel, i] += g_cy * part + along * (p[2 * j + 1] - cy)

    return KindSlopes(coverage, frame)
