"""Learning rates of every value of a scene: geometry moves in proportion to the size of its shape.

With one rate for shapes of all sizes small ones tremble and large ones crawl; with its own for each, fits of circles,
ellipses and triangles gain 0.05 dB, and those of paths 0.3.
"""

from __future__ import annotations

import numpy as np

from ..primitives import primitive
from ..scene import Array, Layer
from ..vector import Layout

RATES = {"position": 0.1, "length": 0.1, "angle": 0.1, "color": 0.02, "opacity": 0.02, "background": 0.01}
OUTLINE = (
    2.0  # factor for the points of an outline, each of which moves only a part of it: 0.25 dB for paths and strokes
)
SMALLEST, LARGEST = 0.2, 4.0  # sizes that count, in typical ones


def sizes(layer: Layer) -> Array:
    """Return half the mean side of the box around each shape (N,), of an outline around its points."""
    shape = primitive(layer.kind)
    if shape.outline is None:
        boxes = np.array([shape.bounds(p) for p in layer.params.tolist()])
        return (boxes[:, 2] - boxes[:, 0] + boxes[:, 3] - boxes[:, 1]) / 4.0
    count = shape.outline.points(layer.params.shape[1])  # the box of a curve takes 2 ms a shape in Python
    points = layer.params[:, : 2 * count].reshape(len(layer), count, 2)
    return np.ptp(points, axis=1).sum(axis=1) / 4.0


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
    own = 1.0 if settled else np.clip(sizes(layer), SMALLEST * typical, LARGEST * typical)
    if primitive(layer.kind).outline is not None:
        own = own * (1.0 if settled else OUTLINE)
    params = layout.views(rates)[0][0].params
    for k, parameter in enumerate(layer.parameters):
        if parameter.role in ("position", "length"):
            params[:, k] *= own
    return rates * rates.dtype.type(factor)
