"""A linear gradient, as SVG has it: stops, and a line along which ``t`` goes from 0 to 1 (see `layer.Layer`).

``t = slope_u u + slope_v v + offset``; the values are the colours of the stops, (slope_u, slope_v, offset), and the
offsets of the stops but the first and last.
"""

from __future__ import annotations

from functools import cache
from math import pi

import numpy as np

from ..paint import Paint, frame_of, line_of, range_of
from ..ramp import FEWEST, ramp
from ..shading import MIN_FRAME, Shading
from ..stops import graded, in_one_color, plain_gradient, revived

SHORTEST, SHARE = 0.025, 1.0 / 64.0  # pixels, and of the unit of the frame: shorter lines are written longer
STRETCHED = 4.0  # times that, so that who reads the stops knows them as `narrow`
TRIMMED = 1e-3  # of the line: as much beside the shape is written too, so that what was written is written again


@cache
def variant(stops: int) -> Shading:
    """Return the rule for so many stops."""
    along_u, along_v, offset, after = range(3 * stops, 3 * stops + 4)
    count = after + stops - 2
    shape = (3, 3) if stops == FEWEST else (count,)
    mix, mix_adjoint = ramp(stops, after)

    def shade(color, u, v):
        return mix(color, color[along_u] * u + color[along_v] * v + color[offset])

    def shade_adjoint(color, u, v, g):
        g_stops, g_t, g_offsets = mix_adjoint(color, color[along_u] * u + color[along_v] * v + color[offset], g)
        return g_stops + (g_t * u, g_t * v, g_t) + g_offsets  # noqa: RUF005 (kernels cannot unpack)

    def frame_adjoint(color, g_color, unit):
        g_l = color[along_u] * g_color[along_u] + color[along_v] * g_color[along_v]
        g_t = unit * g_color[offset]
        return -color[along_u] * g_t, -color[along_v] * g_t, (-unit * g_l if unit * MIN_FRAME < 1.0 else 0.0)

    def start(colors, rng):
        """Return gradients with one colour at all stops, whose lines cross the unit circle in random directions.

        The stops have different slopes, and so separate.
        """
        angle = rng.uniform(0.0, 2.0 * pi, len(colors))
        line = np.stack([0.5 * np.cos(angle), 0.5 * np.sin(angle), np.full(len(colors), 0.5)], axis=1)
        return in_one_color(colors, stops, line).reshape(len(colors), *shape)

    def revive(color, g):
        """Lay the lines of gradients that are off their shapes through them again."""
        values = color.reshape(len(color), -1)
        values[revived(values, g.reshape(values.shape), stops), offset] = 0.5

    def paint(shape, p, color):
        """Return the paint of a gradient: what of its line is seen in the shape, with colours of 8 bits.

        A line that is short beside its shape is written longer, with its stops in the middle: rounding would turn it.
        """
        c = np.asarray(color, np.float64)
        values, frame = c.ravel(), frame_of(shape, p)
        g, whole = values[along_u : along_v + 1], graded(values, stops, after)
        low, high = (end + values[offset] for end in range_of(shape, p, frame, g))
        first, last = max(low, 0.0), min(high, 1.0)
        if last <= first:
            return plain_gradient(whole.at(min(first, 1.0)), c, stops)
        margin = TRIMMED * (last - first)
        first, last = (first if first > margin else 0.0), (last if last < 1.0 - margin else 1.0)
        part = whole.between(first, last)
        thin, length = part.rounded().fewer(), last - first
        if part.even or len(thin.offsets) == 1:
            return plain_gradient(part.middle, c, stops)
        g, shift = g / length, (values[offset] - first) / length
        begin, end = (0.0, 1.0) if thin.narrow else thin.offsets[[0, -1]].tolist()
        shortest = max(SHORTEST, SHARE * frame[2]) / frame[2] * float(np.hypot(*g))
        if end - begin < shortest:
            middle = 0.5 * (begin + end)
            begin, end = middle - 0.5 * STRETCHED * shortest, middle + 0.5 * STRETCHED * shortest
        color = part.rounded().values(stops, [*g, shift]).reshape(c.shape)
        return Paint(color, thin.written(begin, end), line_of(frame, g, begin - shift, end - shift))

    return Shading(
        shape=shape,
        shade=shade,
        shade_adjoint=shade_adjoint,
        frame_adjoint=frame_adjoint,
        start=start,
        paint=paint,
        tones=tuple(range(3 * stops)),
        bent=tuple(range(along_u, count)),
        mirrored=(along_u,),
        line=(along_u, along_v, offset),
        ranges=tuple((k, 0.0, 1.0) for k in range(after, count)),
        offsets=tuple(range(after, count)),
        revive=revive,
        variant=variant if stops == FEWEST else None,
    )


SHADING = variant(FEWEST)
