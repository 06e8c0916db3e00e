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
PER_SHAPE = 1000  # pixels for each shape beyond
SEARCHED = 260  # pixels for each shape while shapes are searched for; with 130 strokes are 0.25 dB worse


def working_factor(width: int, height: int, count: int, size: int | None) -> float:
    """Return by how much a picture is made smaller, at least 1.

    Its longer side gets `size` pixels, or as many as `count` shapes need.
    """
    if size is not None:
        return max(1.0, max(width, height) / size)
    return max(1.0, sqrt(width * height / max(LEAST, PER_SHAPE * count)))


def search_factor(width: int, height: int, count: int) -> float:
    """Return by how much a picture is made smaller, at least 1, while `count` shapes are searched for."""
    return max(1.0, sqrt(width * height / (SEARCHED * count)))


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


def enlarge(scene: Scene, width: int, height: int) -> Scene:
    """Return the scene on a canvas of another size and (nearly) the same shape, to whose corners meshes are drawn."""
    if (scene.width, scene.height) == (width, height):
        return scene
    factor = width / scene.width
    large = scaled(scene, factor)
    stretch = height / (scene.height * factor)
    layers = [_stretched(layer, stretch) if isinstance(layer, Mesh) else layer for layer in large.layers]
    return Scene(width, height, layers, large.background)


def _stretched(mesh: Mesh, factor: float) -> Mesh:
    """Return the mesh made higher."""
    return replace(mesh, vertices=mesh.vertices * np.array([1.0, factor], mesh.dtype))


def _means(image: Array, axis: int, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of an image over the intervals between edges, along one axis."""
    below = np.cumsum(image, axis=axis, dtype=np.float64)
    below = np.concatenate([np.zeros_like(below.take([0], axis)), below], axis=axis)
    low = np.minimum(edges.astype(int), image.shape[axis] - 1)
    shape = [1] * image.ndim
    shape[axis] = -1
    at_edges = below.take(low, axis) + (edges - low).reshape(shape) * image.take(low, axis)
    return np.diff(at_edges, axis=axis) / np.diff(edges).reshape(shape)
