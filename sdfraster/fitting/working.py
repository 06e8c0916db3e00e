"""The sizes at which a picture is fitted: shapes do not see every pixel of a large photograph.

A step costs as much as its pixels. A fit of few shapes to many megapixels is done on a smaller copy, and its shapes are
enlarged; their edges are as exact as before, because a pixel of the copy is the mean of those it stands for.

Which shapes there are is found on a still smaller copy, and only the last steps of a fit see the picture at its own
size, see `schedule`.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ..io.scale import scaled
from ..mesh import Mesh
from ..scene import Array, Scene

LEAST = 400_000  # pixels that are never too many
NARROWEST = 16  # pixels that the shorter side keeps
PER_SHAPE = 1000  # pixels for each shape beyond
WORTH = 1.1  # factor below which a smaller copy saves less than it blurs


def working_factor(width: int, height: int, count: int, size: int | None) -> float:
    """Return by how much a picture is made smaller, at least 1.

    Its longer side gets `size` pixels, or as many as `count` shapes need, and its shorter side not less than 16.
    """
    if size is not None:
        return _bounded(max(width, height) / size, width, height)
    return _bounded(sqrt(width * height / max(LEAST, PER_SHAPE * count)), width, height)


def search_factor(width: int, height: int, count: int, each: float) -> float:
    """Return by how much a picture is made smaller, at least 1, while `count` shapes are searched for.

    They then have `each` pixels in the mean.
    """
    factor = _bounded(sqrt(width * height / (each * count)), width, height)
    return factor if factor >= WORTH else 1.0


def _bounded(factor: float, width: int, height: int) -> float:
    """Return the factor, but at least 1, and so that the shorter side keeps some pixels: they are whole ones."""
    return max(1.0, min(factor, min(width, height) / NARROWEST))


def shrink(image: Array, factor: float) -> Array:
    """Return a picture (H, W, C) or (H, W) with pixels `factor` times as large, of the mean colour below each."""
    if factor == 1.0:
        return image
    height, width = image.shape[:2]
    small = image
    for axis, side in ((0, height), (1, width)):
        count = max(1, round(side / factor))
        small = _means(small, axis, np.linspace(0.0, side, count + 1))
    return np.ascontiguousarray(small, image.dtype)


def shrink_both(image: Array, weight: Array | None, factor: float) -> tuple[Array, Array | None]:
    """Return a picture and the weights of its pixels, if there are any, as `shrink` does."""
    return shrink(image, factor), None if weight is None else shrink(weight, factor)


def enlarge(scene: Scene, width: int, height: int) -> Scene:
    """Return the scene on a canvas of another size and (nearly) the same shape, to whose corners meshes are drawn."""
    if (scene.width, scene.height) == (width, height):
        return scene
    factor = enlargement(scene, width, height)
    large = scaled(scene, factor)
    stretch = np.array([width / scene.width, height / scene.height]) / factor
    layers = [_stretched(layer, stretch) if isinstance(layer, Mesh) else layer for layer in large.layers]
    return Scene(width, height, layers, large.background)


def enlargement(scene: Scene, width: int, height: int) -> float:
    """Return the factor of `enlarge`: that of the longer side, which was rounded by the smaller part."""
    return max(width, height) / max(scene.width, scene.height)


def _stretched(mesh: Mesh, factors: NDArray[np.float64]) -> Mesh:
    """Return the mesh made wider and higher."""
    return replace(mesh, vertices=mesh.vertices * factors.astype(mesh.dtype))


def _means(image: Array, axis: int, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of an image over the intervals between edges, along one axis."""
    below = np.cumsum(image, axis=axis, dtype=np.float64)
    below = np.concatenate([np.zeros_like(below.take([0], axis)), below], axis=axis)
    low = np.minimum(edges.astype(int), image.shape[axis] - 1)
    shape = [1] * image.ndim
    shape[axis] = -1
    at_edges = below.take(low, axis) + (edges - low).reshape(shape) * image.take(low, axis)
    return np.diff(at_edges, axis=axis) / np.diff(edges).reshape(shape)
