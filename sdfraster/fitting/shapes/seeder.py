"""The shapes of a fit as they are made: those that it starts with, and those that it adds."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ...layer import Layer
from ...scene import Scene
from .. import initial
from ..backdrop import is_sloping, with_backdrop
from ..options import CONTOUR, FitOptions
from ..pyramid import Level, enlarge
from ..seeding import lay_along, lines, places
from ..strategy import FitStrategy
from .level import SearchLevel
from .population import Population
from .symmetry import with_mirror_images


class Seeder:
    """Makes shapes in groups: pairs in a symmetric fit, and single ones otherwise.

    Parameters
    ----------
    options : FitOptions
        Of the fit.
    strategy : FitStrategy
        Where additional shapes appear and what they are like, and what contours become.
    rng : Generator
        Source of everything random.
    """

    def __init__(self, options: FitOptions, strategy: FitStrategy, rng: Generator) -> None:
        self._options, self._strategy, self._contours, self._rng = options, strategy.seeding, strategy.contours, rng

    def start(self, level: SearchLevel, count: int) -> Scene:
        """Return the scene of `count` shapes that a fit starts from; of contours there are as many as it finds."""
        options, picture = self._options, level.picture
        image, channels = picture.image, picture.image.shape[2]
        if options.given is not None:
            return enlarge(options.given.astype(image.dtype), 1.0 / picture.pixel, *picture.canvas)
        if options.init == CONTOUR:
            from ..contours.scene import contour_scene

            return contour_scene(image, options, self._contours)
        part = picture.left_half() if options.symmetric else picture
        points = initial.INITIALIZERS[str(options.init)](count // options.group, part, self._rng, self._strategy)
        size = initial.typical_size(count, picture.width, picture.height)
        layer = self._grouped(self._layer(level, points, np.full(len(points), size)), picture)
        background = None
        if channels == 3:
            seen = options.background is None or is_sloping(options.background)
            background = image.mean(axis=(0, 1)) if seen or picture.behind is not None else options.background
        scene = Scene(*picture.canvas, [layer], background)
        return with_backdrop(scene, image) if is_sloping(options.background) else scene

    def more(self, level: SearchLevel, shapes: Population, count: int, wanted: int, rho: float) -> Layer:
        """Return `count` additional shapes, where the picture is wrong, for a population of `wanted` shapes."""
        strategy, picture = self._strategy, level.picture
        groups = count // self._options.group
        low, high = np.log(strategy.sizes) + log(initial.typical_size(wanted + count, picture.width, picture.height))
        size = np.exp(self._rng.uniform(low, high, groups))
        residual, typical = level.residual(shapes, rho), exp(0.5 * (low + high))
        points = places(residual, level.weight, groups, typical, self._rng, strategy)
        layer = self._layer(level, points, size)
        if strategy.along_lines:
            layer = lay_along(layer, points, *lines(residual, points, typical, strategy.blur), strategy)
        return self._grouped(layer, picture)

    def _layer(self, level: SearchLevel, points: NDArray[np.float64], size: NDArray[np.float64]) -> Layer:
        """Return typical shapes of given sizes (N,) at points (N, 2), in the colours of the picture."""
        options, rng = self._options, self._rng
        params = initial.shapes(options.kind, points, size, rng, options.segments)
        image = level.picture.image
        colors, rule = level.colors(points, size), options.color_rule
        layer = initial.layer(options.kind, params, colors, options.composite, rule, image.dtype, rng)
        nothing = image.shape[2] == 4 and not image[..., 3].any()  # is to be seen
        return replace(layer, opacity=np.zeros_like(layer.opacity)) if nothing else layer

    def _grouped(self, layer: Layer, picture: Level) -> Layer:
        """Return one group for every shape of a layer."""
        return with_mirror_images(layer, picture.width) if self._options.symmetric else layer
