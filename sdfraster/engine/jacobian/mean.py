"""How a pixel changes with the shapes of a group that is averaged by coverage."""

from __future__ import annotations

from ...model.composites.mean import mean_adjoint
from ...model.coverage import Filter
from ..composites.mean import INVERSE, P0, P1, P2, A, S
from ..functions import ShapeFunctions
from ..tiles import PIXELS
from .arrays import CompositeSlopes


def build(functions: ShapeFunctions, filter: Filter) -> CompositeSlopes:
    """Return the functions for one kind of shape."""
    frame, shade, coverage = functions.frame, functions.shading.shade, filter.coverage

    def one(below, p, group, color, through):
        """Return the slopes of a channel by the coverage times opacity of a shape, by the sum S, and by the colour."""
        s, a, inverse = group
        _, g_p, g_a, g_m = mean_adjoint(below, p, a, inverse, through)
        return g_p * color + g_a, (g_m if s > 1.0 else g_m - g_m), g_p

    def slopes(shape, tile, below, through, by):
        cx, cy, unit = frame(shape.p)
        o, scale, x, y, d = shape.opacity, tile.inverse, tile.x, tile.y, shape.level[0]
        s, a, p0, p1, p2 = tile.work[S], tile.work[A], tile.work[P0], tile.work[P1], tile.work[P2]
        inverse = tile.work[INVERSE]
        for i in range(shape.low, shape.high):
            c, group = coverage(d[i] * scale), (s[i], a[i], inverse[i])
            r, g, b = shade(shape.color, (x[i] - cx) * unit, (y[i] - cy) * unit)
            q0, m0, painted = one(below[0, i], p0[i], group, r, through[i])
            q1, m1, _ = one(below[1, i], p1[i], group, g, through[i])
            q2, m2, _ = one(below[2, i], p2[i], group, b, through[i])
            by.coverage[0, i], by.coverage[1, i], by.coverage[2, i] = o * q0 + m0, o * q1 + m1, o * q2 + m2
            by.opacity[0, i], by.opacity[1, i], by.opacity[2, i] = c * q0, c * q1, c * q2
            by.color[i] = c * o * painted
        if len(below) == 4:
            for i in range(shape.low, shape.high):
                c, group = coverage(d[i] * scale), (s[i], a[i], inverse[i])
                q3, m3, _ = one(below[3, i], a[i], group, 1.0, through[i])
                by.coverage[3, i], by.opacity[3, i] = o * q3 + m3, c * q3

    def finish(tile, through):
        a, inverse = tile.work[A], tile.work[INVERSE]
        for i in range(PIXELS):
            through[i] -= a[i] * inverse[i] * through[i]

    return CompositeSlopes(slopes, finish)
