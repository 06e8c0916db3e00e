"""The few colours that shapes may have, and shapes in these."""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral

import numpy as np
from numpy.random import Generator

from ...palette import make_palette, nearest
from ...rendering import render
from ...scene import Scene
from ...shapes import Array
from ..options import FitOptions
from .rates import sizes


def palette_of(scene: Scene, options: FitOptions, rng: Generator) -> Array:
    """Return the palette asked for (K, 3), found among the colours of a scene if only its size is given.

    A background that is found too is one of them, and counts by what is seen of it (sizes are half a side).
    """
    layer, behind = scene.layers[-1], scene.background
    colors, weights = layer.color, layer.opacity * sizes(layer) ** 2
    if behind is not None and options.background is None and isinstance(options.palette, Integral):
        alpha = render(scene.replace(background=None), options.radius, options.filter)[..., 3]
        colors, weights = np.vstack([colors, behind]), np.append(weights, 0.25 * (1.0 - alpha).sum())
    return make_palette(options.palette, colors, weights, rng)


def in_palette(scene: Scene, options: FitOptions, palette: Array) -> Scene:
    """Return a scene with every colour replaced by the nearest one of a palette, also that behind it if it is free."""
    layer, background = scene.layers[-1], scene.background
    layer = replace(layer, color=nearest(layer.color, palette))
    if background is not None and options.background is None:
        background = nearest(background[None], palette)[0]
    return Scene(scene.width, scene.height, [*scene.layers[:-1], layer], background)
