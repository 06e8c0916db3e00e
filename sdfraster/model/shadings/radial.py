"""A radial gradient, as SVG has it: stops, a circle, and a focus in it (see `layer.Layer`).

In a space of its own, where a point of the shape is ``q = (x_u u + x_v v + x_1, y_u u + y_v v + y_1)``, the circle has
the radius 1 and its centre at 0, so that it may be any ellipse in the picture; `cone` says which t q has. The values
are the colours of the stops, x_u, x_v, x_1, y_u, y_v, y_1, the focus, and the offsets of the stops but the last. A
focal circle (fr of SVG 2) needs no values: its cone begins at a focus too, and the first stop is further on.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from ..cone import along, along_adjoint, held_focus, held_focus_adjoint
from ..ellipse import circle_of, distance
from ..paint import Paint, corners_of, frame_of
from ..ramp import FEWEST, ramp
from ..shading import MIN_FRAME, Shading
from ..stops import NARROW, graded, in_one_color, plain_gradient, revived

APART = 0.3  # of the size of a shape, by how much circles may start off its middle in a fit
FOCUS = 0.65  # of the radius, how far a focus goes along each axis in a fit


@cache
def variant(stops: int) -> Shading:
    """Return the rule for so many stops."""
    xu, xv, x1, yu, yv, y1, at_fx, at_fy, first = range(3 * stops, 3 * stops + 9)
    count = first + stops - 1
    shape = (5, 3) if stops == FEWEST else (count,)
    mix, mix_adjoint = ramp(stops, first, starts=True)

    def shade(color, u, v):
        fx, fy = held_focus(color[at_fx], color[at_fy])
        x, y = color[xu] * u + color[xv] * v + color[x1], color[yu] * u + color[yv] * v + color[y1]
        return mix(color, along(x, y, fx, fy)[0])

    def shade_adjoint(color, u, v, g):
        fx, fy = held_focus(color[at_fx], color[at_fy])
        x, y = color[xu] * u + color[xv] * v + color[x1], color[yu] * u + color[yv] * v + color[y1]
        g_stops, g_t, g_offsets = mix_adjoint(color, along(x, y, fx, fy)[0], g)
        (g_x, g_y), g_focus = along_adjoint(x, y, fx, fy, g_t)
        g_focus = held_focus_adjoint(color[at_fx], color[at_fy], g_focus[0], g_focus[1])
        return g_stops + (g_x * u, g_x * v, g_x, g_y * u, g_y * v, g_y) + g_focus + g_offsets  # noqa: RUF005

    def frame_adjoint(color, g_color, unit):
        g_cx = color[xu] * g_color[x1] + color[yu] * g_color[y1]
        g_cy = color[xv] * g_color[x1] + color[yv] * g_color[y1]
        g_l = color[xu] * g_color[xu] + color[xv] * g_color[xv] + color[yu] * g_color[yu] + color[yv] * g_color[yv]
        return -unit * g_cx, -unit * g_cy, (-unit * g_l if unit * MIN_FRAME < 1.0 else 0.0)

    def start(colors, rng):
        """Return gradients with one colour at all stops, and circles of the size of their shapes, somewhere in them."""
        geometry = np.zeros((len(colors), 9))
        geometry[:, [0, 4]] = 1.0
        geometry[:, [2, 5]] = rng.uniform(-APART, APART, (len(colors), 2))
        return in_one_color(colors, stops, geometry).reshape(len(colors), *shape)

    def revive(color, g):
        """Lay circles that are off their shapes, or too large or small to be seen, on them again."""
        values = color.reshape(len(color), -1)
        values[revived(values, g.reshape(values.shape), stops), xu : first + 1] = (1, 0, 0, 0, 1, 0, 0, 0, 0)

    def paint(shape, p, color):
        """Return the paint of a gradient, with colours of 8 bits."""
        c = np.asarray(color, np.float64)
        values, frame = c.ravel(), frame_of(shape, p)
        whole, focus = graded(values, stops, first, starts=True), held_focus(values[at_fx], values[at_fy])
        to_circle = values[xu:at_fx].reshape(2, 3)
        corners = corners_of(shape, p, frame) @ to_circle[:, :2].T + to_circle[:, 2]
        high = max(along(*corner, *focus)[0] for corner in corners.tolist())
        if high <= whole.offsets[0] or distance(corners) >= 1.0:
            return plain_gradient(whole.colors[0 if high <= whole.offsets[0] else -1], c, stops)
        part, thin = whole.between(0.0, min(high, 1.0)), whole.rounded().fewer()
        if part.even or len(thin.offsets) == 1:
            return plain_gradient(part.middle, c, stops)
        end = 1.0 if thin.offsets[-1] < NARROW else float(thin.offsets[-1])
        seen = whole.rounded().values(stops, values[xu:first], starts=True)
        to_circle = (to_circle - [[0.0, 0.0, (1.0 - end) * f] for f in focus]) / end  # where the last stop is
        return Paint(seen.reshape(c.shape), thin.written(0.0, end), circle_of(to_circle, focus, frame))

    return Shading(
        shape=shape,
        shade=shade,
        shade_adjoint=shade_adjoint,
        frame_adjoint=frame_adjoint,
        start=start,
        paint=paint,
        tones=tuple(range(3 * stops)),
        bent=tuple(range(xu, count)),
        mirrored=(xu, yu),
        ranges=((at_fx, -FOCUS, FOCUS), (at_fy, -FOCUS, FOCUS), *((k, 0.0, 1.0) for k in range(first, count))),
        offsets=tuple(range(first, count)),
        revive=revive,
        variant=variant if stops == FEWEST else None,
    )


SHADING = variant(FEWEST)
