"""One colour everywhere: (r, g, b)."""

from __future__ import annotations

from ..paint import plain
from ..shading import Shading


def shade(color, u, v):
    return color


def shade_adjoint(color, u, v, g):
    return g


def rebase(color, u, v, unit):
    return color


def rebase_adjoint(u, v, unit, g):
    return g


def frame_adjoint(color, g_color, unit):
    return 0.0, 0.0, 0.0


def start(colors, rng):
    return colors


def paint(shape, p, color):
    return plain(color)


SHADING = Shading(
    shape=(3,),
    shade=shade,
    shade_adjoint=shade_adjoint,
    frame_adjoint=frame_adjoint,
    start=start,
    paint=paint,
    rebase=rebase,
    rebase_adjoint=rebase_adjoint,
    framed=False,
    tones=(0, 1, 2),
)
