"""Coverage of what is thinner than the filter, where a pixel sees both edges of a shape at once.

A straight strip of width w, seen at signed distance d from its nearer edge, covers ``K(d/rho) - K((d + w)/rho)``. That
is exact, tends to 0 with w, and is ``K(d/rho)`` alone where w >= 2 rho. Other shapes are taken for a strip of their own
width, but ends, tips and corners then have too much ink. So the difference is multiplied by the same number everywhere,

    scale = length / (length + rho pi/2 e(h) + rest (1 - h)^2)    with h = w / 2 rho,

where ``width * length`` is the area of the shape. A disc of radius h rho has the ink ``pi rho^2 h disc(h)`` as a strip
(the filter's `disc`), so ``e(h) = disc(h) - h`` is what it has too much, and so have the two ends of a line. ``rest``
is what tips and corners add, in pixels of length of a very thin shape; its factor is fitted to integrals.

A disc of radius rho has some 20 % more ink than area (rho^2 / 5 r^2 for the parabolic filter), because its coverage
comes from the distance alone. What is wider than the filter stays as it is, so `e` is led to 0 over the last tenth or
two of h, by the factor ``1 - h^16``: discs, lines and strokes of h < 0.85 have the ink of their area within 2 %.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any, NamedTuple

from .coverage import Filter

HALF_PI = pi / 2.0


class Thin(NamedTuple):
    """The functions of one filter for shapes whose strip (width, length, rest) is thinner than it."""

    coverage: Callable[..., Any]
    """``coverage(t, w)``: that of a strip of width w, t from its nearer edge, both in units of rho"""
    slopes: Callable[..., Any]
    """``slopes(t, w)``: its derivative by t and by w"""
    scale: Callable[..., Any]
    """``scale(strip, rho)``: what makes the ink of a shape its area"""
    scale_adjoint: Callable[..., Any]
    """``scale_adjoint(strip, rho, g)``: the gradient by width, length and rest"""


def thin(filter: Filter) -> Thin:
    """Return the functions of a filter."""
    k, slope, _, disc, disc_slope = filter

    def coverage(t, w):
        return k(t) - k(t + w)

    def slopes(t, w):
        far = slope(t + w)
        return slope(t) - far, -far

    def excess(h):
        """Return e(h) and its derivative."""
        more = disc(h) - h
        h2 = h * h
        h4 = h2 * h2
        h7 = h4 * h2 * h
        h15 = h7 * h7 * h
        fade = 1.0 - h15 * h
        return more * fade, (disc_slope(h) - 1.0) * fade - 16.0 * more * h15

    def scale(strip, rho):
        width, length, rest = strip
        h = 0.5 * width / rho
        e, _ = excess(h)
        return length / (length + HALF_PI * rho * e + rest * (1.0 - h) * (1.0 - h))

    def scale_adjoint(strip, rho, g):
        width, length, rest = strip
        h = 0.5 * width / rho
        e, e_slope = excess(h)
        more = HALF_PI * rho * e + rest * (1.0 - h) * (1.0 - h)
        total = length + more
        g_more = -g * length / (total * total)
        g_h = g_more * (HALF_PI * rho * e_slope - 2.0 * rest * (1.0 - h))
        return 0.5 * g_h / rho, g * more / (total * total), g_more * (1.0 - h) * (1.0 - h)

    return Thin(coverage, slopes, scale, scale_adjoint)
