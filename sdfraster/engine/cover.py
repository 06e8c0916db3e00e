"""Coverage of the pixels of a tile: from distances alone or, of shapes thinner than the filter, from both edges.

The loops over pixels are the same for both. The stack holds distances, and of a thin shape the coverages themselves; a
number that is the same for all pixels of a shape, ``bare``, tells the loops which (two more operations on a pixel,
where a second set of loops would double what has to be compiled). The distances are then kept in a plane of their own,
for the adjoint.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..model.coverage import Filter
from ..model.thin import thin
from .jit import separate
from .shapes import ShapeFunctions


class Cover(NamedTuple):
    """Plain functions of one kind and filter."""

    bare: Callable[..., Any]
    """``bare(p, rho)``: 1 for a shape of which the stack holds coverages, otherwise 0"""
    coverage: Callable[..., Any]
    """``coverage(d, inverse, bare)`` from what the stack holds; ``inverse`` is 1/rho"""
    slope: Callable[..., Any]
    """``slope(d, inverse, bare)``: its derivative by what the stack holds"""
    measure: Callable[..., Any]
    """``measure(p, low, high, rho, x, y, level, scratch)``: as that of the kind, and what the stack holds instead"""
    pull: Callable[..., Any]
    """``pull(p, low, high, rho, x, y, level, g, scratch, rows, j)``: as that of the kind, given the gradient by what
    the stack holds"""


def cover_functions(functions: ShapeFunctions, filter: Filter) -> Cover:
    """Return the functions of a kind."""
    return _from_distance(functions, filter) if functions.strip is None else _from_both(functions, filter)


def _from_distance(functions: ShapeFunctions, filter: Filter) -> Cover:
    """Return the functions of a kind that is never taken for a strip."""
    k, k_slope, pull_distance = filter.coverage, filter.slope, functions.pull

    def bare(p, rho):
        return rho - rho

    def coverage(d, inverse, bare):
        return k(d * inverse)

    def slope(d, inverse, bare):
        return k_slope(d * inverse) * inverse

    def pull(p, low, high, rho, x, y, level, g, scratch, rows, j):
        pull_distance(p, low, high, x, y, level, g, scratch, rows, j)

    return Cover(bare, coverage, slope, functions.measure, pull)


def _from_both(functions: ShapeFunctions, filter: Filter) -> Cover:
    """Return the functions of a kind that may be thinner than the filter."""
    k, k_slope = filter.coverage, filter.slope
    both, both_slopes, scale_of, scale_adjoint = thin(filter)
    strip, add_strip, planes = functions.strip, functions.add_strip, functions.planes
    measure_distance, pull_distance = functions.measure, functions.pull

    def bare(p, rho):
        return rho / rho if strip(p)[0] < 2.0 * rho else rho - rho

    def coverage(d, inverse, bare):
        return (1.0 - bare) * k(d * inverse) + bare * d

    def slope(d, inverse, bare):
        return (1.0 - bare) * k_slope(d * inverse) * inverse + bare

    @separate
    def cover_strip(p, low, high, rho, level):
        """Turn distances into coverages."""
        d, kept = level[0], level[len(level) + 1 - planes]
        inverse = 1.0 / rho
        scale, width = scale_of(strip(p), rho), strip(p)[0] * inverse
        for i in range(low, high):
            kept[i] = d[i]
            d[i] = scale * both(d[i] * inverse, width)

    @separate
    def cover_strip_adjoint(p, low, high, rho, level, g):
        """Turn the gradient by coverages into that by distances, and return that by the strip."""
        d, kept = level[0], level[len(level) + 1 - planes]
        inverse = 1.0 / rho
        scale, width = scale_of(strip(p), rho), strip(p)[0] * inverse
        g_scale, g_width = rho - rho, rho - rho
        for i in range(low, high):
            d[i] = kept[i]
            by_t, by_width = both_slopes(d[i] * inverse, width)
            g_scale += g[i] * both(d[i] * inverse, width)
            g_width += g[i] * by_width
            g[i] *= scale * by_t * inverse
        by_width, by_length, by_rest = scale_adjoint(strip(p), rho, g_scale)
        return by_width + scale * g_width * inverse, by_length, by_rest

    def measure(p, low, high, rho, x, y, level, scratch):
        measure_distance(p, low, high, rho, x, y, level, scratch)
        if bare(p, rho) > 0.0:
            cover_strip(p, low, high, rho, level)

    def pull(p, low, high, rho, x, y, level, g, scratch, rows, j):
        thin = bare(p, rho) > 0.0
        g_width, g_length, g_rest = rho - rho, rho - rho, rho - rho
        if thin:
            g_width, g_length, g_rest = cover_strip_adjoint(p, low, high, rho, level, g)
        pull_distance(p, low, high, x, y, level, g, scratch, rows, j)
        if thin:
            add_strip(p, g_width, g_length, g_rest, rows, j)

    return Cover(bare, coverage, slope, measure, pull)
