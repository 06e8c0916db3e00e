"""How coverage changes with distance, also of shapes thinner than the filter; see `composites.cover`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...model.coverage import Filter
from ...model.thin import thin
from ..composites.cover import FLAT
from ..functions import ShapeFunctions


def cover_slope(functions: ShapeFunctions, filter: Filter) -> Callable[..., Any]:
    """Return ``slope(shape, tile, i)``: distance of pixel i, slope of coverage by it, and by the strip of the shape.

    The strip is (width, length, rest) of a kind that may be thinner than the filter, see `model.thin`.
    """
    k_slope, strip, planes = filter.slope, functions.strip, functions.planes

    def wide(shape, tile, i):
        d = shape.level[0, i]
        zero = d - d
        return d, k_slope(d * tile.inverse) * tile.inverse, (zero, zero, zero)

    if strip is None:
        return wide
    both, both_slopes, scale_of, scale_adjoint = thin(filter)

    def slope(shape, tile, i):
        of_strip = strip(shape.p)
        if of_strip[0] >= 2.0 * tile.rho:
            return wide(shape, tile, i)
        inverse, of_one_edge = tile.inverse, k_slope(shape.level[0, i] * tile.inverse)
        part = of_one_edge / min(of_one_edge, FLAT)  # 1, or 0 where coverage does not change
        d, width = shape.level[len(shape.level) + 1 - planes, i], of_strip[0] * inverse
        scale, (by_t, by_width) = scale_of(of_strip, tile.rho), both_slopes(d * inverse, width)
        g_width, g_length, g_rest = scale_adjoint(of_strip, tile.rho, part * both(d * inverse, width))
        return d, part * scale * by_t * inverse, (g_width + part * scale * by_width * inverse, g_length, g_rest)

    return slope
