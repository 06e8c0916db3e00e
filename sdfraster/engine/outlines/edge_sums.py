"""The sum of the gradient of outlines, from rows of hits and of pairs to the points of shapes.

What tiles say of an edge goes to its ends, and from there, by Bernstein weights, to the points of its curve.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ...model.shading import MIN_FRAME, SHADINGS
from ...primitives import primitive
from ...primitives.curve import bernstein
from ..compile.kernel import Kernel
from ..compile.tuples import tuple_functions
from .arrays import CX, CY, FROM, INVERSE, TO, UNIT, X0, X1, Y0, Y1

STROKE_ROW = 2  # what rows of the gradient say of the geometry of a stroke: that by its width, and by its length


@cache
def edge_sum_kernel(kind: str, shading: str, dtype: np.dtype[Any]) -> Kernel:
    """Compile the sum of the rows and pairs of each shape, carried from ends of edges and frame to the points."""
    outline: Any = primitive(kind).outline
    degree, stroked = outline.degree, outline.stroked
    shader = SHADINGS[shading]
    framed, shading_frame_adjoint = shader.framed, shader.frame_adjoint
    color_tuple = tuple_functions(shader.values)
    load_color, store_color = color_tuple.load, color_tuple.store
    own = STROKE_ROW if stroked else 0
    row = tuple_functions(own + 1 + shader.values)
    load_row, zeros, add = row.load, row.zeros, row.add
    at_color = own + 1

    def visit(
        worker,
        workers,
        rows,  # `Rows` of hits
        pairs,  # `EdgeRows`
        flat,
        color,  # (N, values)
        gradient,  # out
    ):
        frames, edges, g_edges = flat.frames, flat.edges, pairs.total
        curve, shapes = flat.curves.curve, flat.curves.first
        for k in range(worker, len(frames), workers):
            begin, stop = shapes[k], shapes[k + 1]
            p, g = flat.params[begin:stop], gradient.params[begin:stop]
            points = len(p) // 2
            total = zeros(frames[k, 0])
            for e in range(rows.start[k], rows.start[k + 1]):
                total = add(load_row(rows.values, rows.place[e]), total)
            gradient.opacity[k] = total[own]
            g_c = total[at_color:]
            store_color(g_c, gradient.color, k, 0)
            for m in range(flat.start[k], flat.start[k + 1]):
                for i in range(4):
                    g_edges[m, i] = 0.0
            for q in range(pairs.start[k], pairs.start[k + 1]):
                for i in range(4):
                    g_edges[pairs.edge[q], i] += pairs.values[q, i]
            for i in range(len(g)):
                g[i] = 0.0
            if stroked:
                g[2 * points] = total[0]
            for m in range(flat.start[k], flat.start[k + 1]):
                first, last = curve[flat.curve[m], FROM] - begin, curve[flat.curve[m], TO] - begin
                for end in range(2):
                    gx, gy = g_edges[m, 2 * end], g_edges[m, 2 * end + 1]
                    if stroked:
                        along = (total[1] if end == 1 else -total[1]) * edges[m, INVERSE]
                        gx += along * (edges[m, X1] - edges[m, X0])
                        gy += along * (edges[m, Y1] - edges[m, Y0])
                    t = flat.t[m, end]
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
            if framed:
                cx, cy = frames[k, CX], frames[k, CY]
                unit = 1.0 / max(frames[k, UNIT], MIN_FRAME)
                g_cx, g_cy, g_l = shading_frame_adjoint(load_color(color, k), g_c, unit)
                part = 1.0 / (zeros(cx)[0] + points)
                along = g_l * unit * part
                for i in range(points):
                    g[2 * i] += g_cx * part + along * (p[2 * i] - cx)
                    g[2 * i + 1] += g_cy * part + along * (p[2 * i + 1] - cy)

    return Kernel(visit, dtype, f"sum {kind} {shading}")
