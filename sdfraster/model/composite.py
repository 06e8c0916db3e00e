"""Compositing: one shape, or one group of shapes, onto one pixel; each rule with its adjoint.

A group with coverages c_i, opacities o_i and colours s_i forms ``S = sum c_i``, ``A = sum c_i o_i``,
``P = sum c_i o_i s_i``, ``m = max(1, S)`` and paints ``C <- P/m + (1 - A/m) C``. A group of one (an *over* layer) is
Porter and Duff's source-over with alpha = c o. In a group of many (a *mean* layer) occupancy and transparency stay
different numbers, so two shapes that share an edge (c_1 + c_2 = 1) hide the background completely.

These functions act on one channel; alpha is a channel whose shapes all have colour 1.
"""

from __future__ import annotations


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
