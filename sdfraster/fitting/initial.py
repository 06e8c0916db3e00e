"""Where the shapes of a fit start: positions from an initialiser, colours from the picture."""

from __future__ import annotations

from itertools import pairwise
from math import pi, sqrt
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ..layer import Layer
from ..model.composite import COMPOSITES
from ..model.shading import CONSTANT, SHADINGS
from ..primitives import primitive
from ..shapes import Array
from .pyramid import Level
from .seeding import places
from .strategy import Seeding


def grid(count: int, picture: Level, rng: Generator, seeding: Seeding) -> NDArray[np.float64]:
    """Return `count` points (count, 2) in rows over the picture, as DiffRaster2D starts."""
    width, height = picture.width, picture.height
    rows = min(count, max(1, round(sqrt(count * height / width))))
    ends = np.linspace(0, count, rows + 1).round().astype(int)
    points = [
        ((k + 0.5) / (last - first) * width, (row + 0.5) / rows * height)
        for row, (first, last) in enumerate(pairwise(ends))
        for k in range(last - first)
    ]
    return np.array(points)


def random(count: int, picture: Level, rng: Generator, seeding: Seeding) -> NDArray[np.float64]:
    """Return `count` points (count, 2) uniformly over the picture."""
    return rng.uniform(0.0, 1.0, (count, 2)) * (picture.width, picture.height)


def error(count: int, picture: Level, rng: Generator, seeding: Seeding) -> NDArray[np.float64]:
    """Return `count` points (count, 2) where the picture differs from its mean colour."""
    image = picture.image
    weight = np.ones((*image.shape[:2], 1), image.dtype)
    size = typical_size(count, picture.width, picture.height)
    return places(image - image.mean(axis=(0, 1)), weight, count, size, rng, seeding)


INITIALIZERS = {"random": random, "grid": grid, "error": error}


def typical_size(count: int, width: float, height: float) -> float:
    """Return the radius in pixels at which `count` circles, at least one, have the area of the picture."""
    return sqrt(width * height / (pi * max(count, 1)))


def shapes(kind: str, points: Any, sizes: Any, rng: Generator, segments: int | None = None) -> NDArray[np.float64]:
    """Return typical shapes (N, P) of one kind at given points and of given sizes; outlines have so many segments."""
    sample = primitive(kind).sample
    number = () if segments is None else (segments,)
    return np.array([sample(rng, x, y, size, *number) for (x, y), size in zip(points, sizes, strict=True)])


class ColorSampler:
    """Mean colours of a picture over squares, in constant time each (a summed-area table, Crow 1984)."""

    def __init__(self, image: Array) -> None:
        height, width, _ = image.shape
        self._table = np.zeros((height + 1, width + 1, 3))
        if image.shape[2] == 4:  # premultiplied: the colour of what is visible
            image = image[..., :3] / np.maximum(image[..., 3:], 1e-3)
        np.cumsum(np.cumsum(image, axis=0, dtype=np.float64), axis=1, out=self._table[1:, 1:])

    def __call__(self, points: NDArray[Any], sizes: NDArray[Any]) -> NDArray[np.float64]:
        """Return the mean colours (N, 3) of squares with the area of circles of radius `sizes` around `points`."""
        height, width = self._table.shape[0] - 1, self._table.shape[1] - 1
        half = 0.5 * sqrt(pi) * sizes
        x0 = np.clip(np.floor(points[:, 0] - half), 0, width - 1).astype(int)
        y0 = np.clip(np.floor(points[:, 1] - half), 0, height - 1).astype(int)
        x1 = np.clip(np.ceil(points[:, 0] + half), x0 + 1, width).astype(int)
        y1 = np.clip(np.ceil(points[:, 1] + half), y0 + 1, height).astype(int)
        t = self._table
        total = t[y1, x1] - t[y0, x1] - t[y1, x0] + t[y0, x0]
        means: NDArray[np.float64] = np.clip(total / ((x1 - x0) * (y1 - y0))[:, None], 0.0, 1.0)
        return means


def layer(
    kind: str,
    params: NDArray[Any],
    colors: NDArray[Any],
    composite: str,
    shading: str,
    dtype: np.dtype[Any],
    rng: Generator,
) -> Layer:
    """Return shapes of one colour each as a layer, with a rule of colours that may let them change."""
    rule = SHADINGS[shading]
    values = rule.start(colors, rng).astype(dtype)
    opacity = COMPOSITES[composite].initial_opacity
    changing: dict[str, Any] = {} if shading == CONSTANT else {"shading": shading.partition(" ")[0]}
    return Layer(kind, params.astype(dtype), values, opacity, composite, **changing)
