"""Learning rates of every value of a scene: geometry moves in proportion to the size of its shape.

With one rate for shapes of all sizes small ones tremble and large ones crawl; with its own for each, fits of circles
gain 0.05 dB, and those of paths 0.3. What is thin trembles too: lengths move in proportion to themselves, and points to
the geometric mean of size and thickness (on pictures of 34,000 pixels ellipses and triangles gain 0.15 to 0.2 dB, with
thickness alone 0.1; at full size, found on a copy, 0 to 0.07).
"""

from __future__ import annotations

import numpy as np

from ..primitives import primitive
from ..scene import Array, Layer
from ..vector import Layout

RATES = {"position": 0.1, "length": 0.1, "angle": 0.1, "color": 0.02, "opacity": 0.02, "background": 0.01}
FORMULA = 2.0  # on all, of kinds without edges: 0.1 to 0.15 dB on the cat, 0 on others; with 3 those lose 0.2
CORNERS, OUTLINE = 1.5, 3.0  # factors for points that move only a part of a shape, few or many (2: 0.1 dB for both)
SMALLEST, LARGEST = 0.2, 4.0  # sizes that count, in typical ones
THINNEST = 0.1  # thickness that counts, in typical sizes


def sizes(layer: Layer) -> Array:
    """Return half the mean side of the box around each shape (N,), of an outline around its points."""
    shape = primitive(layer.kind)
    if shape.outline is None:
        boxes = np.array([shape.bounds(p) for p in layer.params.tolist()])
        return (boxes[:, 2] - boxes[:, 0] + boxes[:, 3] - boxes[:, 1]) / 4.0
    return np.ptp(_points(layer), axis=1).sum(axis=1) / 4.0  # the box of a curve takes 2 ms a shape in Python


def thickness(layer: Layer) -> Array:
    """Return the least length of each shape (N,); of one made of points alone, twice area by perimeter of these."""
    lengths = [k for k, parameter in enumerate(layer.parameters) if parameter.role == "length" and parameter.size]
    if lengths:
        return layer.params[:, lengths].min(axis=1)
    points = _points(layer)
    x, y = np.moveaxis(points, 2, 0)
    edge = np.roll(points, -1, axis=1) - points
    area = (x * edge[..., 1] - y * edge[..., 0]).sum(axis=1)
    return np.abs(area) / np.maximum(np.hypot(edge[..., 0], edge[..., 1]).sum(axis=1), 1e-6)


def _points(layer: Layer) -> Array:
    """Return the points (N, K, 2) that shapes are made of."""
    columns = [k for k, parameter in enumerate(layer.parameters) if parameter.role == "position"]
    return layer.params[:, columns].reshape(len(layer), -1, 2)


def _freedom(layer: Layer) -> float:
    """Return the factor on the rates of points, larger where each moves less of its shape."""
    if primitive(layer.kind).outline is not None:
        return OUTLINE
    return CORNERS if _points(layer).shape[1] > 1 else 1.0


def learning_rates(layout: Layout, layer: Layer, typical: float, factor: float, settled: bool) -> Array:
    """Return the learning rate of every value of a scene whose first layer is `layer`.

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
    rates = layout.by_role(RATES)
    params = layout.views(rates)[0][0].params
    if not settled:
        factor *= 1.0 if primitive(layer.kind).outline is not None else FORMULA
        own = np.clip(sizes(layer), SMALLEST * typical, LARGEST * typical)
        thin = np.clip(thickness(layer), THINNEST * typical, own)
        step = np.sqrt(own * thin) * _freedom(layer)
        for k, parameter in enumerate(layer.parameters):
            if parameter.role == "position":
                params[:, k] *= step
            elif parameter.role == "length":
                params[:, k] *= np.clip(layer.params[:, k], THINNEST * typical, LARGEST * typical)
    return rates * rates.dtype.type(factor)
