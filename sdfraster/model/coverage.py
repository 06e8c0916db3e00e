"""From distance to coverage: the pixel filters.

Coverage is ``K(t)`` with ``t = d / rho``: the part of the filter's unit mass on the inner side of a straight edge at
signed distance d. ``rho`` is the filter radius in pixels. Each filter is five functions, see `Filter`: ``K``, its
derivative and its inverse, and two that `thin` wants to know of a disc.

Their variances are rho^2/5 (parabolic), rho^2/6 (tent) and rho^2/3 (box); SVG renderers integrate over the 1-pixel
square, variance 1/12. Tent at radius 1 and box at radius 1/2 sum to a constant over unit pixels, whatever the phase.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any, NamedTuple


class Filter(NamedTuple):
    """The functions of one pixel filter, of lengths in units of its radius."""

    coverage: Callable[..., Any]
    """``coverage(t)``: K"""
    slope: Callable[..., Any]
    """``slope(t)``: its derivative"""
    inverse: Callable[..., Any]
    """``inverse(c)``: where K is c, from 0 to 1"""
    disc: Callable[..., Any]
    """``disc(h)``: ink of a small disc of radius h <= 1, taken for a strip (see `thin`), divided by pi h"""
    disc_slope: Callable[..., Any]
    """``disc_slope(h)``: its derivative"""


def parabolic(t):
    """Return the integral of the density 3/4 (1 - t^2)."""
    t = min(max(t, -1.0), 1.0)
    return 0.5 + 0.25 * t * (t * t - 3.0)


def parabolic_slope(t):
    t = min(max(t, -1.0), 1.0)
    return 0.75 * (t * t - 1.0)


def parabolic_inverse(c):
    """Return the root 1 - u of ``u^2 (3 - u) = 4 c``, by three steps of Newton from its series in the root of c."""
    q = max(4.0 * min(c, 1.0 - c), 1e-24)  # with 1e-30 float32 gets subnormal numbers, 12 times as slow where c is 0
    s = sqrt(q / 3.0)
    u = s * (1.0 + s * (1.0 / 6.0 + s * (5.0 / 72.0)))
    u -= (u * u * (3.0 - u) - q) / (3.0 * u * (2.0 - u))
    u -= (u * u * (3.0 - u) - q) / (3.0 * u * (2.0 - u))
    u -= (u * u * (3.0 - u) - q) / (3.0 * u * (2.0 - u))
    return 1.0 - u if c < 0.5 else u - 1.0


def parabolic_disc(h):
    return 0.75 + h * h * (0.5 - 0.05 * h * h)


def parabolic_disc_slope(h):
    return h * (1.0 - 0.2 * h * h)


def tent(t):
    """Return the integral of the density 1 - |t|."""
    t = min(max(t, -1.0), 1.0)
    return 0.5 - t + 0.5 * t * abs(t)


def tent_slope(t):
    return min(abs(t), 1.0) - 1.0


def tent_inverse(c):
    t = 1.0 - sqrt(2.0 * max(min(c, 1.0 - c), 0.0))
    return t if c < 0.5 else -t


def tent_disc(h):
    return 2.0 / 3.0 + h * h * (2.0 / 3.0 - h / 6.0)


def tent_disc_slope(h):
    return h * (4.0 / 3.0 - 0.5 * h)


def box(t):
    """Return the integral of the density 1/2."""
    return 0.5 - 0.5 * min(max(t, -1.0), 1.0)


def box_slope(t):
    """Return the derivative; at the two kinks the mean of both sides, so that an edge on the pixel grid is centred."""
    a = abs(t)
    return -0.5 if a < 1.0 else (-0.25 if a == 1.0 else 0.0)


def box_inverse(c):
    return 1.0 - 2.0 * c


def box_disc(h):
    return 1.0 + h * h / 3.0


def box_disc_slope(h):
    return 2.0 / 3.0 * h


FILTERS = {
    "parabolic": Filter(parabolic, parabolic_slope, parabolic_inverse, parabolic_disc, parabolic_disc_slope),
    "tent": Filter(tent, tent_slope, tent_inverse, tent_disc, tent_disc_slope),
    "box": Filter(box, box_slope, box_inverse, box_disc, box_disc_slope),
}

# Scenes of 50 shapes at the radii below agree with resvg best with the parabolic filter: 45.5 dB for circles and 46.7
# for triangles; box 45.3 and 46.3, tent 45.2 and 46.1. A fit reaches the same quality with each.
SVG_RADIUS = {"parabolic": (5 / 12) ** 0.5, "tent": 0.5**0.5, "box": 0.5}  # where the variance is 1/12, in pixels
