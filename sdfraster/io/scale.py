"""The same scene on a larger or smaller canvas: what drawing at another resolution means for vector graphics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..primitives import primitive
from ..scene import Scene


def scaled(scene: Scene, factor: float) -> Scene:
    """Return the scene with every position and length multiplied by `factor`; angles and colours stay.

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
        parameters = primitive(layer.kind).parameters_of(layer.params.shape[1])
        factors = [1.0 if item.role == "angle" else factor for item in parameters]
        with np.errstate(over="ignore"):  # infinity is refused by the layer
            params = layer.params * np.array(factors, dtype=layer.params.dtype)
        layers.append(replace(layer, params=params))
    width, height = (max(1, round(side * factor)) for side in (scene.width, scene.height))
    return Scene(width, height, layers, scene.background)
