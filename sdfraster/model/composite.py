"""Compositing: one shape, or one group of shapes, onto one pixel; each rule with its adjoint.

A group with coverages c_i, opacities o_i and colours s_i forms ``S = sum c_i``, ``A = sum c_i o_i``,
``P = sum c_i o_i s_i``, ``m = max(1, S)`` and paints ``C <- P/m + (1 - A/m) C``. A group of one (an *over* layer) is
Porter and Duff's source-over with alpha = c o. In a group of many (a *mean* layer) occupancy and transparency stay
different numbers, so two shapes that share an edge (c_1 + c_2 = 1) hide the background completely.

The functions act on one channel; alpha is a channel whose shapes all have colour 1. `Composite` is what the rest of the
package must know of a rule. What it does with the shapes of a tile is in a module of `engine.composites` that has its
name, and in the twin of that.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Composite:
    """One rule.

    Attributes
    ----------
    name : str
        Also of the modules with its kernels.
    grouped : bool
        Whether all shapes of a layer are painted as one group. Then its colours must add up, see `Shading`.
    in_svg : bool
        Whether SVG has it.
    initial_opacity : float
        Opacity of the new shapes of a fit.
    opacity_moves : bool
        Whether a fit changes opacities.
    """

    name: str
    grouped: bool
    in_svg: bool
    initial_opacity: float
    opacity_moves: bool


# over others, opaque from the start cost a prototype 0.7 dB
OVER = Composite("over", grouped=False, in_svg=True, initial_opacity=0.5, opacity_moves=True)
MEAN = Composite("mean", grouped=True, in_svg=False, initial_opacity=1.0, opacity_moves=False)
COMPOSITES = {rule.name: rule for rule in (OVER, MEAN)}


def over(below, color, alpha):
    """Return the channel after source-over."""
    return below + alpha * (color - below)


def over_adjoint(below, color, alpha, g):
    """Return the gradient by `below`, by `color` and by `alpha`."""
    return g - alpha * g, alpha * g, g * (color - below)


def mean(below, p, a, inverse):
    """Return the channel after a group: p and a are its sums P and A, `inverse` is 1/m."""
    return p * inverse + (below - a * inverse * below)


def mean_adjoint(below, p, a, inverse, g):
    """Return the gradient by `below`, by P, by A, and by m."""
    g_p = g * inverse
    g_a = -g_p * below
    return g - a * inverse * g, g_p, g_a, -(g_p * p + g_a * a) * inverse
