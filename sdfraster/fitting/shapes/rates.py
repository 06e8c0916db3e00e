"""Learning rates of every direction of a scene: geometry moves in proportion to the size of its shape.

With one rate for all sizes small shapes tremble and large ones crawl, and thin ones tremble too. Points and sides of
shapes without an outline move along the axes (see `directions`) in proportion to the extent there. Other lengths move
in proportion to themselves, and long shapes turn slowly. Points of outlines move in proportion to the geometric mean of
size and thickness. `docs/decisions/fit-rates.md` says what that is worth.
"""

from __future__ import annotations

import numpy as np

from ...anatomy import extents, over_parameters, points_of, rings_of, sides, size_columns
from ...layer import Layer
from ...primitives import primitive
from ...shapes import Array
from ...vector import Layout
from ..strategy import Rates
from .directions import Directions, along_axes, coordinate_directions


def sizes(layer: Layer) -> Array:
    """Return half the mean side of the box around each shape (N,), of an outline around its points."""
    shape = primitive(layer.kind)
    if shape.outline is None:
        boxes = np.array([shape.bounds(p) for p in layer.shapes()])
        sides: Array = boxes[:, 2] - boxes[:, 0] + boxes[:, 3] - boxes[:, 1]
    elif layer.contours is None:
        sides = np.ptp(points_of(layer), axis=1).sum(axis=1)  # the box of a curve takes 2 ms a shape in Python
    else:
        points = (np.concatenate(rings) for rings in rings_of(layer))
        sides = np.array([np.ptp(each, axis=0).sum() for each in points])
    return sides / 4.0


def thickness(layer: Layer) -> Array:
    """Return the least length of each outline (N,); of one made of points alone, twice area by perimeter of these."""
    lengths = size_columns(layer)
    if lengths and layer.contours is not None:
        return np.array([p[-1] for p in layer.params])
    if lengths:
        least: Array = layer.params[:, lengths].min(axis=1)
        return least
    if layer.contours is None:
        area, perimeter = _ring(points_of(layer))
    else:
        every = [[_ring(ring) for ring in rings] for rings in rings_of(layer)]
        area, perimeter = np.array([np.sum(each, axis=0) for each in every]).T
    widths: Array = np.abs(area) / np.maximum(perimeter, 1e-6)
    return widths


def _ring(points: Array) -> tuple[Array, Array]:
    """Return twice the area, with its sign, and the perimeter of rings of points (..., K, 2)."""
    x, y = points[..., 0], points[..., 1]
    edge = np.roll(points, -1, axis=-2) - points
    area = (x * edge[..., 1] - y * edge[..., 0]).sum(axis=-1)
    return area, np.hypot(edge[..., 0], edge[..., 1]).sum(axis=-1)


def learning_rates(
    layout: Layout, layer: Layer, typical: float, strategy: Rates, factor: float, settled: bool
) -> tuple[Array, Directions]:
    """Return the learning rate of every direction of a scene whose first layer is `layer`, and the directions.

    Parameters
    ----------
    layout : Layout
        Of the scene.
    layer : Layer
        The shapes as they are.
    typical : float
        Typical size of a shape in pixels.
    strategy : Rates
        Factors on the rates of roles.
    factor : float
        On all rates.
    settled : bool
        Whether the shapes are nearly where they belong: then all move in steps for a shape of one pixel.
    """
    rates, directions = layout.by_role(lambda role: role.rate), coordinate_directions(layout)
    if settled:
        return rates * rates.dtype.type(factor), directions
    params, values = layout.views(rates)[0][-1].params, layer.geometry
    factor *= strategy.all
    thinnest, largest = strategy.thinnest * typical, strategy.largest * typical
    length = layer.by_parameter(lambda parameter: parameter.role.axis is None and parameter.role.scales)
    params[length] *= np.clip(values[length], thinnest, largest)
    if primitive(layer.kind).outline is None:
        roles = [parameter.role for parameter in layer.parameters]
        position = np.flatnonzero([role.axis is not None for role in roles])
        angle = np.flatnonzero([role.turns for role in roles])
        axes, half = extents(layer)
        directions = along_axes(layout, axes) if strategy.along_axes else directions
        step = np.clip(half, thinnest, largest)
        params[:, angle] *= (step.min(axis=1) / step.max(axis=1))[:, None]
        opposite, _ = sides(layer)
        step *= strategy.sides if opposite else (strategy.corners if len(position) > 2 else 1.0)
        params[:, position] *= np.tile(step, len(position) // 2)
        if opposite:
            params[:, opposite] = params[:, position]
    else:
        own = np.clip(sizes(layer), strategy.smallest * typical, largest)
        thin = np.clip(thickness(layer), thinnest, own)
        points = layer.by_parameter(lambda parameter: parameter.role.axis is not None)
        params[points] *= over_parameters(layer, strategy.outline * np.sqrt(own * thin))[points]
    return rates * rates.dtype.type(factor), directions
