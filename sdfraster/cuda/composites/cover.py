"""Coverage of a pixel: from its distance alone or, of shapes thinner than the filter, from both edges.

The twin of `engine.composites.cover`. A thread knows the shape and the distance when it asks, so nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ...engine.compile.tuples import tuple_functions
from ...model.coverage import Filter
from ...model.thin import thin
from ..functions import PixelFunctions


class Cover(NamedTuple):
    """Plain functions of one kind and filter."""

    coverage: Callable[..., Any]
    """``coverage(p, d, rho)`` of a pixel at distance d"""
    slope: Callable[..., Any]
    """``slope(p, d, rho)``: its derivative by d"""
    slopes: Callable[..., Any]
    """``slopes(p, rho, pixel, g_c)``: the tuple of the geometry part of a row, of this `Pixel`, given the gradient by
    its coverage too"""


def cover_functions(functions: PixelFunctions, filter: Filter) -> Cover:
    """Return the functions of a kind."""
    return _from_distance(functions, filter) if functions.strip is None else _from_both(functions, filter)


def _from_distance(functions: PixelFunctions, filter: Filter) -> Cover:
    """Return the functions of a kind that is never taken for a strip."""
    k, k_slope, slopes_of_distance = filter.coverage, filter.slope, functions.slopes

    def coverage(p, d, rho):
        return k(d / rho)

    def slope(p, d, rho):
        return k_slope(d / rho) / rho

    def slopes(p, rho, pixel, g_c):
        return slopes_of_distance(p, pixel)

    return Cover(coverage, slope, slopes)


def _from_both(functions: PixelFunctions, filter: Filter) -> Cover:
    """Return the functions of a kind that may be thinner than the filter."""
    k, k_slope = filter.coverage, filter.slope
    both, both_slopes, scale, scale_adjoint = thin(filter)
    strip, strip_slopes, slopes_of_distance = functions.strip, functions.strip_slopes, functions.slopes
    add = tuple_functions(functions.row).add

    def coverage(p, d, rho):
        c = k(d / rho)
        width = strip(p)[0]
        if width < 2.0 * rho:
            c = scale(strip(p), rho) * both(d / rho, width / rho)
        return c

    def slope(p, d, rho):
        by_d = k_slope(d / rho) / rho
        width = strip(p)[0]
        if width < 2.0 * rho:
            by_d = scale(strip(p), rho) * both_slopes(d / rho, width / rho)[0] / rho
        return by_d

    def slopes(p, rho, pixel, g_c):
        row = slopes_of_distance(p, pixel)
        width, d = strip(p)[0], pixel.d
        if width < 2.0 * rho:
            g_width, g_length, g_rest = scale_adjoint(strip(p), rho, g_c * both(d / rho, width / rho))
            g_width += g_c * scale(strip(p), rho) * both_slopes(d / rho, width / rho)[1] / rho
            row = add(strip_slopes(p, g_width, g_length, g_rest), row)
        return row

    return Cover(coverage, slope, slopes)
