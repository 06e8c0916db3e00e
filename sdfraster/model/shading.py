"""The colour of a shape at a point of its frame, ``u = (x - cx)/l, v = (y - cy)/l``; each rule with its adjoint.

A constant colour is (r, g, b). A linear colour is, channel after channel, (slope_u, slope_v, offset) as in
DiffRaster2D. A gradient, as SVG has it, is two colours and a line: ``c0 + (c1 - c0) t`` with ``t = slope_u u +
slope_v v + offset`` held in 0..1; its values are c0, c1, and (slope_u, slope_v, offset). All rules offer the same:

* ``shade(color, u, v)``: the colour at (u, v), and ``shade_adjoint(color, u, v, g)``: the gradient by the colour;
* ``rebase(color, u, v, unit)``: the same colour in a frame whose origin is (u, v) and whose unit length is `unit` of
  the old frame's, and ``rebase_adjoint(u, v, unit, g)``, for rules whose colours add up as their values do;
* ``frame_adjoint(color, g_color, unit)``: the gradient by the frame's cx, cy, l, given that by the colour, with
  `unit` = 1/l.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

MIN_FRAME = 1e-3  # pixels: a frame's unit length is never taken to be smaller, so that degenerate shapes have a colour


class Shading(NamedTuple):
    """The functions of one rule, and the number of colour values of a shape."""

    values: int
    shade: Callable[..., Any]
    shade_adjoint: Callable[..., Any]
    frame_adjoint: Callable[..., Any]
    rebase: Any = None
    rebase_adjoint: Any = None


def constant(color, u, v):
    return color


def constant_adjoint(color, u, v, g):
    return g


def constant_rebase(color, u, v, unit):
    return color


def constant_rebase_adjoint(u, v, unit, g):
    return g


def constant_frame_adjoint(color, g_color, unit):
    return 0.0, 0.0, 0.0


def linear(color, u, v):
    return (
        color[0] * u + color[1] * v + color[2],
        color[3] * u + color[4] * v + color[5],
        color[6] * u + color[7] * v + color[8],
    )


def linear_adjoint(color, u, v, g):
    return g[0] * u, g[0] * v, g[0], g[1] * u, g[1] * v, g[1], g[2] * u, g[2] * v, g[2]


def linear_rebase(color, u, v, unit):
    r, g, b = linear(color, u, v)
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


def linear_rebase_adjoint(u, v, unit, g):
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


def linear_frame_adjoint(color, g_color, unit):
    # moving the origin by one pixel changes every u by -1/l; stretching the unit changes u by -u/l
    g_cx = color[0] * g_color[2] + color[3] * g_color[5] + color[6] * g_color[8]
    g_cy = color[1] * g_color[2] + color[4] * g_color[5] + color[7] * g_color[8]
    g_l = color[0] * g_color[0] + color[3] * g_color[3] + color[6] * g_color[6]
    g_l += color[1] * g_color[1] + color[4] * g_color[4] + color[7] * g_color[7]
    return -unit * g_cx, -unit * g_cy, (-unit * g_l if unit * MIN_FRAME < 1.0 else 0.0)


def gradient(color, u, v):
    t = min(max(color[6] * u + color[7] * v + color[8], 0.0), 1.0)
    return (
        color[0] + (color[3] - color[0]) * t,
        color[1] + (color[4] - color[1]) * t,
        color[2] + (color[5] - color[2]) * t,
    )


def gradient_adjoint(color, u, v, g):
    along = color[6] * u + color[7] * v + color[8]
    t = min(max(along, 0.0), 1.0)
    g_t = g[0] * (color[3] - color[0]) + g[1] * (color[4] - color[1]) + g[2] * (color[5] - color[2])
    g_t = g_t if along == t else g_t - g_t  # held: the line does not matter
    s = 1.0 - t
    return g[0] * s, g[1] * s, g[2] * s, g[0] * t, g[1] * t, g[2] * t, g_t * u, g_t * v, g_t


def gradient_frame_adjoint(color, g_color, unit):
    g_l = color[6] * g_color[6] + color[7] * g_color[7]
    g_offset = unit * g_color[8]
    return -color[6] * g_offset, -color[7] * g_offset, (-unit * g_l if unit * MIN_FRAME < 1.0 else 0.0)


CONSTANT = Shading(3, constant, constant_adjoint, constant_frame_adjoint, constant_rebase, constant_rebase_adjoint)
LINEAR = Shading(9, linear, linear_adjoint, linear_frame_adjoint, linear_rebase, linear_rebase_adjoint)
GRADIENT = Shading(9, gradient, gradient_adjoint, gradient_frame_adjoint)

SHADINGS = {"constant": CONSTANT, "linear": LINEAR, "gradient": GRADIENT}
