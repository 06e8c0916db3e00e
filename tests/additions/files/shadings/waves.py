"""A colour that swings between two, ``c0 + (c1 - c0) t`` with ``t = (1 + sin(k u + phase)) / 2``: c0, c1, k, phase."""

from __future__ import annotations

from math import cos, sin

import numpy as np

from sdfraster.model.paint import Paint, frame_of, hexadecimal, line_of, range_of
from sdfraster.model.shading import MIN_FRAME, Shading

STOPS = 64  # of the gradient that SVG draws


def shade(color, u, v):
    t = 0.5 + 0.5 * sin(color[6] * u + color[7])
    return (
        color[0] + (color[3] - color[0]) * t,
        color[1] + (color[4] - color[1]) * t,
        color[2] + (color[5] - color[2]) * t,
    )


def shade_adjoint(color, u, v, g):
    along = color[6] * u + color[7]
    t = 0.5 + 0.5 * sin(along)
    g_t = g[0] * (color[3] - color[0]) + g[1] * (color[4] - color[1]) + g[2] * (color[5] - color[2])
    s, g_along = 1.0 - t, 0.5 * cos(along) * g_t
    return g[0] * s, g[1] * s, g[2] * s, g[0] * t, g[1] * t, g[2] * t, g_along * u, g_along


def frame_adjoint(color, g_color, unit):
    g_l = -unit * color[6] * g_color[6] if unit * MIN_FRAME < 1.0 else 0.0
    return -unit * color[6] * g_color[7], 0.0, g_l


def start(colors, rng):
    """Return one colour at both ends; these have different slopes, and so separate."""
    return np.concatenate([colors, colors, np.full((len(colors), 2), 0.5)], axis=1)


def paint(shape, p, color):
    """Return a gradient with many stops."""
    frame, across = frame_of(shape, p), np.array([1.0, 0.0])
    first, last = range_of(shape, p, frame, across)
    at = np.linspace(0.0, 1.0, STOPS + 1)
    stops = tuple((t, hexadecimal(shade(color, first + t * (last - first), 0.0))) for t in at.tolist())
    return Paint(np.asarray(color, np.float64), stops, line_of(frame, across, first, last))


SHADING = Shading(
    shape=(8,),
    shade=shade,
    shade_adjoint=shade_adjoint,
    frame_adjoint=frame_adjoint,
    start=start,
    paint=paint,
    tones=(0, 1, 2, 3, 4, 5),
    bent=(6, 7),
    mirrored=(6,),
)
