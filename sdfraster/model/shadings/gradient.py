"""A gradient, as SVG has it: two colours and a line, ``c0 + (c1 - c0) t`` with ``t`` held in 0..1 (see `scene.Layer`).

``t = slope_u u + slope_v v + offset``; the values are c0, c1, and (slope_u, slope_v, offset).
"""

from __future__ import annotations

from math import pi

import numpy as np

from ..paint import HALF_STEP, Paint, frame_of, hexadecimal, line_of, plain, quantized, range_of
from ..shading import MIN_FRAME, Shading

SHORTEST = 0.1  # pixels of the line of a gradient: SVG paints nothing in between if its ends are the same


def shade(color, u, v):
    t = min(max(color[6] * u + color[7] * v + color[8], 0.0), 1.0)
    return (
        color[0] + (color[3] - color[0]) * t,
        color[1] + (color[4] - color[1]) * t,
        color[2] + (color[5] - color[2]) * t,
    )


def shade_adjoint(color, u, v, g):
    along = color[6] * u + color[7] * v + color[8]
    t = min(max(along, 0.0), 1.0)
    g_t = g[0] * (color[3] - color[0]) + g[1] * (color[4] - color[1]) + g[2] * (color[5] - color[2])
    g_t = g_t if along == t else g_t - g_t  # held: the line does not matter
    s = 1.0 - t
    return g[0] * s, g[1] * s, g[2] * s, g[0] * t, g[1] * t, g[2] * t, g_t * u, g_t * v, g_t


def frame_adjoint(color, g_color, unit):
    g_l = color[6] * g_color[6] + color[7] * g_color[7]
    g_offset = unit * g_color[8]
    return -color[6] * g_offset, -color[7] * g_offset, (-unit * g_l if unit * MIN_FRAME < 1.0 else 0.0)


def paint(shape, p, color):
    """Return the paint of a gradient: that part of its line which is seen in the shape, with 8-bit colours at the ends.

    A line that is shorter than a tenth of a pixel is made so long.
    """
    c = np.asarray(color, np.float64)
    g, offset = c[2, :2], float(c[2, 2])
    frame = frame_of(shape, p)
    first, last = range_of(shape, p, frame, g)
    first, last = max(first + offset, 0.0), min(last + offset, 1.0)
    ends = c[0] + np.outer([min(first, 1.0), max(last, 0.0)], c[1] - c[0])
    if last <= first or np.abs(ends[1] - ends[0]).max() < HALF_STEP:
        middle = plain(ends[0] if last <= first else ends.mean(axis=0))
        return Paint(np.array([middle.color, middle.color, c[2]]), middle.stops)
    g, offset = g / (last - first), (offset - first) / (last - first)
    shrunk = min(1.0, frame[2] / SHORTEST / float(np.hypot(*g)))
    g, offset = g * shrunk, 0.5 + (offset - 0.5) * shrunk
    seen = np.array([quantized(ends[0]), quantized(ends[1]), [*g, offset]])
    stops = (0.0, hexadecimal(ends[0])), (1.0, hexadecimal(ends[1]))
    return Paint(seen, stops, line_of(frame, g, -offset, 1.0 - offset))


def start(colors, rng):
    """Return gradients with one colour at both ends, whose lines cross the unit circle in random directions.

    The ends have different slopes, and so separate.
    """
    angle = rng.uniform(0.0, 2.0 * pi, len(colors))
    line = np.stack([0.5 * np.cos(angle), 0.5 * np.sin(angle), np.full(len(colors), 0.5)], axis=1)
    return np.stack([colors, colors, line], axis=1)


def revive(color, g):
    """Lay the lines of gradients that are off their shapes through them again.

    Of such a shape one of its colours is seen only, and nothing moves the other one or the line.
    """
    moving = np.any(g != 0.0, axis=2)
    first, last = moving[:, 0] & ~moving[:, 1], moving[:, 1] & ~moving[:, 0]
    color[first, 1], color[last, 0] = color[first, 0], color[last, 1]
    color[first | last, 2, 2] = 0.5


SHADING = Shading(
    shape=(3, 3),
    shade=shade,
    shade_adjoint=shade_adjoint,
    frame_adjoint=frame_adjoint,
    start=start,
    paint=paint,
    tones=(0, 1, 2, 3, 4, 5),
    bent=(6, 7, 8),
    mirrored=(6,),
    line=(6, 7, 8),
    revive=revive,
)
