"""A colour that changes linearly, as in DiffRaster2D: channel after channel, (slope_u, slope_v, offset)."""

from __future__ import annotations

import numpy as np

from ..clamped import Lines, unclamped
from ..paint import Paint, frame_of, line_of, moments, plain, range_of
from ..shading import MIN_FRAME, Shading

PASSES = 2  # until where a line begins and ends is hardly moved by rounding its colours


def shade(color, u, v):
    return (
        color[0] * u + color[1] * v + color[2],
        color[3] * u + color[4] * v + color[5],
        color[6] * u + color[7] * v + color[8],
    )


def shade_adjoint(color, u, v, g):
    return g[0] * u, g[0] * v, g[0], g[1] * u, g[1] * v, g[1], g[2] * u, g[2] * v, g[2]


def rebase(color, u, v, unit):
    r, g, b = shade(color, u, v)
    return (
        color[0] * unit,
        color[1] * unit,
        r,
        color[3] * unit,
        color[4] * unit,
        g,
        color[6] * unit,
        color[7] * unit,
        b,
    )


def rebase_adjoint(u, v, unit, g):
    return (
        g[0] * unit + g[2] * u,
        g[1] * unit + g[2] * v,
        g[2],
        g[3] * unit + g[5] * u,
        g[4] * unit + g[5] * v,
        g[5],
        g[6] * unit + g[8] * u,
        g[7] * unit + g[8] * v,
        g[8],
    )


def frame_adjoint(color, g_color, unit):
    # moving the origin by one pixel changes every u by -1/l; stretching the unit changes u by -u/l
    g_cx = color[0] * g_color[2] + color[3] * g_color[5] + color[6] * g_color[8]
    g_cy = color[1] * g_color[2] + color[4] * g_color[5] + color[7] * g_color[8]
    g_l = color[0] * g_color[0] + color[3] * g_color[3] + color[6] * g_color[6]
    g_l += color[1] * g_color[1] + color[4] * g_color[4] + color[7] * g_color[7]
    return -unit * g_cx, -unit * g_cy, (-unit * g_l if unit * MIN_FRAME < 1.0 else 0.0)


def paint(shape, p, color):
    """Return the paint closest to a linear colour in the mean square over the shape.

    With mean q and covariance C of (u, v) over the shape, the best matrix of rank 1 is ``w w^T M``, w being the first
    eigenvector of ``M C M^T`` (Eckart-Young in the metric of C), and ``(M - w w^T M) q`` moves into the offsets. If M
    has rank 1 already, this returns M itself. The stops include every place where a channel leaves 0..1. Between the
    stops that it begins and ends to change with, once these have 8 bits, every channel is a line again: so what was
    read is written in the same bytes.
    """
    c = np.asarray(color, np.float64)
    slopes, offset = c[:, :2], c[:, 2]
    frame = frame_of(shape, p)
    mean, covariance = moments(shape, p, frame)
    w = np.linalg.eigh(slopes @ covariance @ slopes.T)[1][:, -1]
    g = w @ slopes  # (2,): colour = offset + w t with t = g . (u, v)
    offset = offset + (slopes - np.outer(w, g)) @ mean

    first, last = range_of(shape, p, frame, g)
    lines = Lines(offset, w).between(first, last)
    drawn = lines.clamped()
    for _ in range(PASSES):
        begin, end = lines.ends()
        first, last = first + (last - first) * begin, first + (last - first) * end
        lines = unclamped(lines.between(begin, end).clamped().rounded())
    if not lines.upwards():  # the sign of w is arbitrary; the file should not be
        lines, first, last = lines.reversed(), last, first
    stops = lines.clamped().rounded()
    if drawn.even or len(stops.fewer().offsets) == 1:
        middle = plain(drawn.middle)
        return Paint(_matrix(np.zeros((3, 2)), middle.color), middle.stops)
    w = lines.change / (last - first)
    linear = _matrix(np.outer(w, g), lines.start - w * first)
    return Paint(linear, stops.written(0.0, 1.0), line_of(frame, g, first, last))


def _matrix(slopes, offset):
    """Return the linear colour [channel, (slope_u, slope_v, offset)]."""
    color = np.empty((3, 3))
    color[:, :2], color[:, 2] = slopes, offset
    return color


def start(colors, rng):
    """Return colours that do not slope yet."""
    values = np.zeros((len(colors), 3, 3))
    values[..., 2] = colors
    return values


SHADING = Shading(
    shape=(3, 3),
    shade=shade,
    shade_adjoint=shade_adjoint,
    frame_adjoint=frame_adjoint,
    start=start,
    paint=paint,
    rebase=rebase,
    rebase_adjoint=rebase_adjoint,
    tones=(2, 5, 8),
    slopes=((0, 1), (3, 4), (6, 7)),
    mirrored=(0, 3, 6),
    svg_loss="an SVG gradient has one direction for all channels, and is clamped to 0..1",
)
