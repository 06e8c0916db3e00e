"""Shapes averaged by coverage: occupancy and transparency stay different numbers.

A group with coverages c_i, opacities o_i and colours s_i forms ``S = sum c_i``, ``A = sum c_i o_i``,
``P = sum c_i o_i s_i``, ``m = max(1, S)`` and paints ``C <- P/m + (1 - A/m) C``. Two shapes that share an edge
(c_1 + c_2 = 1) hide the background completely. A group of one is source-over.
"""

from __future__ import annotations

from ..composite import Composite

COMPOSITE = Composite(grouped=True, in_svg=False, initial_opacity=1.0, opacity_moves=False)


def mean(below, p, a, inverse):
    """Return the channel after a group: p and a are its sums P and A, `inverse` is 1/m."""
    return p * inverse + (below - a * inverse * below)


def mean_adjoint(below, p, a, inverse, g):
    """Return the gradient by `below`, by P, by A, and by m."""
    g_p = g * inverse
    g_a = -g_p * below
    return g - a * inverse * g, g_p, g_a, -(g_p * p + g_a * a) * inverse
