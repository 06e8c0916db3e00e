"""The picture as the shapes of a fit see it for a while: a copy, smaller at first, with what is looked up in it."""

from __future__ import annotations

import numpy as np

from ...engine.tiles import pack, unpack
from ...scene import Array, Scene
from ..initial import ColorSampler
from ..pyramid import Copy, enlarge
from .population import Population


class Seen:
    """A copy of a picture with pixels `factor` times as large.

    Attributes
    ----------
    copy : Copy
        With the pixels.
    target : ndarray, shape (T, C, PIXELS)
        They in tiles.
    weight : ndarray, shape (H, W, 1)
        Their weights, also if all are the same.
    colors : ColorSampler
        Finds mean colours.
    """

    def __init__(self, picture: Copy, factor: float) -> None:
        self._picture, self.factor = picture, factor
        self.copy = picture.shrunk(factor)
        image, weight = self.copy.image, self.copy.weight
        self.target, self.colors = pack(image), ColorSampler(image)
        ones = np.ones((*image.shape[:2], 1), image.dtype)
        self.weight: Array = ones if weight is None else weight[..., None].astype(image.dtype)

    def on_picture(self, scene: Scene) -> Scene:
        """Return a scene of the copy in pixels of the picture."""
        return enlarge(scene, self.factor, *self._picture.canvas)

    def residual(self, shapes: Population, rho: float) -> Array:
        """Return the picture of shapes less the copy (H, W, C)."""
        return unpack(shapes.plan.render(shapes.x, rho), *self.copy.canvas) - self.copy.image

    def squared_error(self, shapes: Population, rho: float) -> float:
        """Return the mean square of the residual."""
        error = self.residual(shapes, rho) ** 2 * self.weight
        return float(error.mean(dtype=np.float64) / self.weight.mean(dtype=np.float64))
