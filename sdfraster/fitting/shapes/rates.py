"""Learning rates of every move of a scene: geometry moves in proportion to the size of its shape.

With one rate for shapes of all sizes small ones tremble and large ones crawl; with its own for each, fits of circles
gain 0.05 dB, and those of paths 0.3. What is thin trembles too. Points and sides of shapes of a formula move along
their axes (see `directions`) in proportion to the extent there, other lengths in proportion to themselves, and what is
long turns slowly. The points of outlines move in proportion to the geometric mean of size and thickness.
"""

from __future__ import annotations

import numpy as np

from ...anatomy import extents, points_of, sides, size_columns
from ...primitives import primitive
from ...scene import Array, Layer
from ...vector import Layout
from .directions import Directions, along_axes, separate

FORMULA = 2.0  # on all, of kinds without edges: 0.1 to 0.15 dB on the cat, 0 on others; with 3 those lose 0.2
CORNERS, OUTLINE = 1.5, 3.0  # factors for points that move only a part of a shape, few or many (2: 0.1 dB for both)
SIDES = 2.8  # factor for the sides of a shape; with 2 a gain of 0.09 dB halves, and with 4 it is lost
SMALLEST, LARGEST = 0.2, 4.0  # sizes that count, in typical ones
THINNEST = 0.1  # thickness that counts, in typical sizes


def sizes(layer: Layer) -> Array:
    """Return half the mean side of the box around each shape (N,), of an outline around its points."""
    shape = primitive(layer.kind)
    if shape.outline is None:
        boxes = np.array([shape.bounds(p) for p in layer.params.tolist()])
        sides: Array = boxes[:, 2] - boxes[:, 0] + boxes[:, 3] - boxes[:, 1]
    else:
        sides = np.ptp(points_of(layer), axis=1).sum(axis=1)  # the box of a curve takes 2 ms a shape in Python
    return sides / 4.0


def thickness(layer: Layer) -> Array:
    """Return the least length of each outline (N,); of one made of points alone, twice area by perimeter of these."""
    lengths = size_columns(layer)
    if lengths:
        least: Array = layer.params[:, lengths].min(axis=1)
        return least
    points = points_of(layer)
    x, y = np.moveaxis(points, 2, 0)
    edge = np.roll(points, -1, axis=1) - points
    area = (x * edge[..., 1] - y * edge[..., 0]).sum(axis=1)
    widths: Array = np.abs(area) / np.maximum(np.hypot(edge[..., 0], edge[..., 1]).sum(axis=1), 1e-6)
    return widths


def learning_rates(
    layout: Layout, layer: Layer, typical: float, factor: float, settled: bool
) -> tuple[Array, Directions]:
    """Return the learning rate of every move of a scene whose first layer is `layer`, and these moves.

    Parameters
    ----------
    layout : Layout
        Of the scene.
    layer : Layer
        The shapes as they are.
    typical : float
        Typical size of a shape in pixels.
    factor : float
        On all rates.
    settled : bool
        Whether the shapes are nearly where they belong: then all move in steps for a shape of one pixel.
    """
    rates, directions = layout.by_role(lambda role: role.rate), separate(layout)
    if settled:
        return rates * rates.dtype.type(factor), directions
    params = layout.views(rates)[0][0].params
    roles = [parameter.role for parameter in layer.parameters]
    position = np.flatnonzero([role.axis is not None for role in roles])
    length = np.flatnonzero([role.axis is None and role.scales for role in roles])
    angle = np.flatnonzero([role.turns for role in roles])
    params[:, length] *= np.clip(layer.params[:, length], THINNEST * typical, LARGEST * typical)
    if primitive(layer.kind).outline is None:
        factor *= FORMULA
        axes, half = extents(layer)
        directions = along_axes(layout, axes)
        step = np.clip(half, THINNEST * typical, LARGEST * typical)
        params[:, angle] *= (step.min(axis=1) / step.max(axis=1))[:, None]
        opposite, _ = sides(layer)
        step *= SIDES if opposite else (CORNERS if len(position) > 2 else 1.0)
        params[:, position] *= np.tile(step, len(position) // 2)
        if opposite:
            params[:, opposite] = params[:, position]
    else:
        own = np.clip(sizes(layer), SMALLEST * typical, LARGEST * typical)
        thin = np.clip(thickness(layer), THINNEST * typical, own)
        params[:, position] *= OUTLINE * np.sqrt(own * thin)[:, None]
    return rates * rates.dtype.type(factor), directions
