"""How coverage changes with the parameters of a shape whose distance is a formula of them."""

from __future__ import annotations

from functools import cache
from typing import Any

from ...model.coverage import FILTERS
from ...model.shading import SHADINGS
from ...primitives import primitive
from ..compile.tuples import tuple_functions
from ..functions import shape_functions
from .arrays import KindSlopes
from .cover import cover_slope


@cache
def formula_slopes(kind: str, shading: str, filter: str) -> KindSlopes:
    """Return the functions of a kind with one rule of colours."""
    functions, shape_of_kind = shape_functions(kind, shading), primitive(kind)
    gradient, frame_of, frame_adjoint = shape_of_kind.gradient, functions.frame, shape_of_kind.frame_adjoint
    shading_frame_adjoint = SHADINGS[shading].frame_adjoint
    slope, strip = cover_slope(functions, FILTERS[filter]), functions.strip
    strip_adjoint: Any = shape_of_kind.strip_adjoint  # which is called only if there is a strip
    own = tuple_functions(len(shape_of_kind.parameters))
    zeros, axpy, add, add_to_planes = own.zeros, own.axpy, own.add, own.add_to_planes

    def by_distance(shape, tile, i):
        _, g, _ = slope(shape, tile, i)
        return axpy(g, gradient(shape.p, tile.x[i], tile.y[i]), zeros(g))

    def by_distance_and_strip(shape, tile, i):
        _, g, of_strip = slope(shape, tile, i)
        by_strip = strip_adjoint(shape.p, of_strip[0], of_strip[1], of_strip[2])
        return add(axpy(g, gradient(shape.p, tile.x[i], tile.y[i]), zeros(g)), by_strip)

    pixel = by_distance if strip is None else by_distance_and_strip

    def coverage(shape, edges, tile, by, rows):
        for i in range(shape.low, shape.high):
            add_to_planes(pixel(shape, tile, i), rows, 0, i)

    def frame(shape, edges, g, rows, channel, i):
        _, _, unit = frame_of(shape.p)
        g_cx, g_cy, g_l = shading_frame_adjoint(shape.color, g, unit)
        add_to_planes(frame_adjoint(shape.p, g_cx, g_cy, g_l), rows, channel, i)

    return KindSlopes(coverage, frame)
