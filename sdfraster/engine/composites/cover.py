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
from ..compile.kernel import noinline
from ..functions import ShapeFunctions

FLAT = -1e-30  # slope that a coverage without any is taken to have: there the gradient is 0


class Cover(NamedTuple):
    """Plain functions of one kind and filter."""

    distances: Callable[..., Any]
    """``distances(shape, tile, scratch)``: as that of the kind, with ``shape.level[0]`` for coverage"""
    adjoint: Callable[..., Any]
    """``adjoint(shape, tile, g_d, scratch, rows, j)``: as that of the kind"""


def cover_functions(functions: ShapeFunctions, filter: Filter) -> Cover:
    """Return the functions of a kind."""
    if functions.strip is None:  # never thinner
        return Cover(functions.distances, functions.adjoint)
    k_slope, k_inverse = filter.slope, filter.inverse
    both, both_slopes, scale_of, scale_adjoint = thin(filter)
    strip, add_strip, planes = functions.strip, functions.add_strip, functions.planes
    of_both_edges, distance_adjoint = functions.distances, functions.adjoint

    def is_thin(shape, tile):
        return strip(shape.p)[0] < 2.0 * tile.rho

    @noinline
    def cover_strip(shape, rho):
        """Turn distances into those of a single edge."""
        d, kept = shape.level[0], shape.level[len(shape.level) + 1 - planes]
        inverse = 1.0 / rho
        scale, width = scale_of(strip(shape.p), rho), strip(shape.p)[0] * inverse
        for i in range(shape.low, shape.high):
            kept[i] = d[i]
            d[i] = rho * k_inverse(scale * both(d[i] * inverse, width))

    @noinline
    def cover_strip_adjoint(shape, rho, g_d):
        """Turn the gradient by distances of a single edge into that by distances, and return that by the strip."""
        d, kept = shape.level[0], shape.level[len(shape.level) + 1 - planes]
        inverse = 1.0 / rho
        scale, width = scale_of(strip(shape.p), rho), strip(shape.p)[0] * inverse
        g_scale, g_width = rho - rho, rho - rho
        for i in range(shape.low, shape.high):
            by_coverage = g_d[i] * rho / min(k_slope(d[i] * inverse), FLAT)
            d[i] = kept[i]
            by_t, by_width = both_slopes(d[i] * inverse, width)
            g_scale += by_coverage * both(d[i] * inverse, width)
            g_width += by_coverage * by_width
            g_d[i] = by_coverage * scale * by_t * inverse
        by_width, by_length, by_rest = scale_adjoint(strip(shape.p), rho, g_scale)
        return by_width + scale * g_width * inverse, by_length, by_rest

    def distances(shape, tile, scratch):
        of_both_edges(shape, tile, scratch)
        if is_thin(shape, tile):
            cover_strip(shape, tile.rho)

    def adjoint(shape, tile, g_d, scratch, rows, j):
        thin = is_thin(shape, tile)
        zero = tile.rho - tile.rho
        by_strip = zero, zero, zero
        if thin:
            by_strip = cover_strip_adjoint(shape, tile.rho, g_d)
        distance_adjoint(shape, tile, g_d, scratch, rows, j)
        if thin:
            add_strip(shape.p, by_strip, rows, j)

    return Cover(distances, adjoint)
