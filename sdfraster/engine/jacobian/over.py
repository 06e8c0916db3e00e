"""How a pixel changes with the shapes that are painted one over the other."""

from __future__ import annotations

from ...model.composites.over import over_adjoint
from ...model.coverage import Filter
from ..functions import ShapeFunctions
from .arrays import CompositeSlopes


def build(functions: ShapeFunctions, filter: Filter) -> CompositeSlopes:
    """Return the functions for one kind of shape."""
    frame, shade, coverage = functions.frame, functions.shading.shade, filter.coverage

    def slopes(shape, tile, below, through, by):
        cx, cy, unit = frame(shape.p)
        o, inverse, x, y, d = shape.opacity, tile.inverse, tile.x, tile.y, shape.level[0]
        b0, b1, b2 = shape.level[1], shape.level[2], shape.level[3]
        for i in range(shape.low, shape.high):
            c = coverage(d[i] * inverse)
            r, g, b = shade(shape.color, (x[i] - cx) * unit, (y[i] - cy) * unit)
            _, painted, a0 = over_adjoint(b0[i], r, o * c, through[i])
            _, _, a1 = over_adjoint(b1[i], g, o * c, through[i])
            _, _, a2 = over_adjoint(b2[i], b, o * c, through[i])
            by.coverage[0, i], by.coverage[1, i], by.coverage[2, i] = o * a0, o * a1, o * a2
            by.opacity[0, i], by.opacity[1, i], by.opacity[2, i] = c * a0, c * a1, c * a2
            by.color[i] = painted
        if len(below) == 4:
            b3 = shape.level[4]
            for i in range(shape.low, shape.high):
                c = coverage(d[i] * inverse)
                _, _, a3 = over_adjoint(b3[i], 1.0, o * c, through[i])
                by.coverage[3, i], by.opacity[3, i] = o * a3, c * a3
        for i in range(shape.low, shape.high):
            through[i] -= o * coverage(d[i] * inverse) * through[i]

    def finish(tile, through):
        pass

    return CompositeSlopes(slopes, finish)
