"""Distances of the pixels of a tile, from which coverage is computed, also of shapes thinner than the filter.

There a pixel sees both edges at once. The loops over pixels know only coverage ``K(d/rho)`` from a distance, as wide
shapes have it, and pay nothing for thin ones: these give the distance of a single edge of the same coverage. Their own
distances are kept in a plane of their own, for the adjoint.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ...model.coverage import Filter
from ...model.thin import thin
from ..compile.kernel import separate
from ..functions import ShapeFunctions

FLAT = -1e-30  # slope that a coverage without any is taken to have: there the gradient is 0


class Cover(NamedTuple):
    """Plain functions of one kind and filter."""

    measure: Callable[..., Any]
    """``measure(p, low, high, rho, x, y, level, scratch)``: as that of the kind, with ``level[0]`` for coverage"""
    pull: Callable[..., Any]
    """``pull(p, low, high, rho, x, y, level, g_d, scratch, rows, j)``: as that of the kind"""


def cover_functions(functions: ShapeFunctions, filter: Filter) -> Cover:
    """Return the functions of a kind."""
    return _from_distance(functions) if functions.strip is None else _from_both(functions, filter)


def _from_distance(functions: ShapeFunctions) -> Cover:
    """Return the functions of a kind that is never taken for a strip."""
    pull_distance = functions.pull

    def pull(p, low, high, rho, x, y, level, g_d, scratch, rows, j):
        pull_distance(p, low, high, x, y, level, g_d, scratch, rows, j)

    return Cover(functions.measure, pull)


def _from_both(functions: ShapeFunctions, filter: Filter) -> Cover:
    """Return the functions of a kind that may be thinner than the filter."""
    k_slope, k_inverse = filter.slope, filter.inverse
    both, both_slopes, scale_of, scale_adjoint = thin(filter)
    strip, add_strip, planes = functions.strip, functions.add_strip, functions.planes
    measure_distance, pull_distance = functions.measure, functions.pull

    def is_thin(p, rho):
        return strip(p)[0] < 2.0 * rho

    @separate
    def cover_strip(p, low, high, rho, level):
        """Turn distances into those of a single edge."""
        d, kept = level[0], level[len(level) + 1 - planes]
        inverse = 1.0 / rho
        scale, width = scale_of(strip(p), rho), strip(p)[0] * inverse
        for i in range(low, high):
            kept[i] = d[i]
            d[i] = rho * k_inverse(scale * both(d[i] * inverse, width))

    @separate
    def cover_strip_adjoint(p, low, high, rho, level, g_d):
        """Turn the gradient by distances of a single edge into that by distances, and return that by the strip."""
        d, kept = level[0], level[len(level) + 1 - planes]
        inverse = 1.0 / rho
        scale, width = scale_of(strip(p), rho), strip(p)[0] * inverse
        g_scale, g_width = rho - rho, rho - rho
        for i in range(low, high):
            by_coverage = g_d[i] * rho / min(k_slope(d[i] * inverse), FLAT)
            d[i] = kept[i]
            by_t, by_width = both_slopes(d[i] * inverse, width)
            g_scale += by_coverage * both(d[i] * inverse, width)
            g_width += by_coverage * by_width
            g_d[i] = by_coverage * scale * by_t * inverse
        by_width, by_length, by_rest = scale_adjoint(strip(p), rho, g_scale)
        return by_width + scale * g_width * inverse, by_length, by_rest

    def measure(p, low, high, rho, x, y, level, scratch):
        measure_distance(p, low, high, rho, x, y, level, scratch)
        if is_thin(p, rho):
            cover_strip(p, low, high, rho, level)

    def pull(p, low, high, rho, x, y, level, g_d, scratch, rows, j):
        thin = is_thin(p, rho)
        g_width, g_length, g_rest = rho - rho, rho - rho, rho - rho
        if thin:
            g_width, g_length, g_rest = cover_strip_adjoint(p, low, high, rho, level, g_d)
        pull_distance(p, low, high, x, y, level, g_d, scratch, rows, j)
        if thin:
            add_strip(p, g_width, g_length, g_rest, rows, j)

    return Cover(measure, pull)
