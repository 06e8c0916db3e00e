"""The same scene on a larger or smaller canvas: what drawing at another resolution means for vector graphics."""

from __future__ import annotations

import numpy as np

from ..scene import Scene


def scaled(scene: Scene, factor: float) -> Scene:
    """Return the scene with everything that is measured in pixels multiplied by `factor`.

    Width and height are rounded to whole pixels, at least one.

    Raises
    ------
    ValueError
        If `factor` is not a positive finite number, or makes coordinates too large for the dtype.
    """
    if not (np.isfinite(factor) and factor > 0.0):
        raise ValueError(f"factor must be a positive number, not {factor}")
    layers = []
    for layer in scene.layers:
        geometry, color, opacity = layer.values
        factors, _, _ = layer.by_role(lambda role: factor if role.scales else 1.0)
        with np.errstate(over="ignore"):  # infinity is refused by the layer
            geometry = geometry * factors
        layers.append(layer.with_values(geometry, color, opacity))
    width, height = (max(1, round(side * factor)) for side in (scene.width, scene.height))
    return Scene(width, height, layers, scene.background)
