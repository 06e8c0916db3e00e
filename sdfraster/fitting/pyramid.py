"""The pyramid: smaller copies of a picture, its levels, on which a fit looks for shapes.

A step costs as much as its pixels. The finest level of a fit has as many as its shapes need; the shapes that were found
on it are enlarged to the picture. Coarser levels serve for finding out which shapes there are, see
`docs/decisions/fit-pyramid.md`. Edges are as exact on any level, for a pixel is the mean of those it stands for.

A level has one factor f for both axes, so that circles stay circles: its pixel (i, j) is the square from (i f, j f) to
(i f + f, j f + f) of the picture. Where a side is no multiple of f, the last pixels reach beyond it.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, floor, hypot, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..io.scale import scaled
from ..mesh import Mesh
from ..model.coverage import SVG_RADIUS
from ..scene import Scene
from ..shapes import Array
from .strategy import Pyramid

ROOM = 0.015  # share by which a side may be longer or shorter than wanted, so that pixels fit into the other one
SLIVER = 1 / 16  # part of a pixel that is left out at the far sides of a picture, or that a whole one may lack there
ROUNDING = 1e-6  # of coordinates, relative


class Level(NamedTuple):
    """A picture on a grid of pixels: its own, or a coarser one."""

    image: Array  # (H, W, C)
    weight: Array | None  # (H, W): how much every pixel counts; None if all do the same
    width: float  # of the picture, in pixels of the level, of which the last ones may reach beyond it
    height: float
    pixel: float = 1.0  # side of a pixel of the level, in pixels of the picture
    behind: Array | None = None  # (H, W, 3): what lies behind the shapes, if that is known

    @classmethod
    def of(cls, image: Array, weight: Array | None, behind: Array | None = None) -> Level:
        """Return a picture on its own grid."""
        height, width = image.shape[:2]
        return cls(image, weight, float(width), float(height), behind=behind)

    @property
    def canvas(self) -> tuple[int, int]:
        """Width and height in whole pixels."""
        return self.image.shape[1], self.image.shape[0]

    def left_half(self) -> Level:
        """Return the half of the picture that lies left of the middle, with the whole pixel in which that is."""
        columns = slice(ceil(0.5 * self.width))
        weight = None if self.weight is None else self.weight[:, columns]
        return Level(self.image[:, columns], weight, 0.5 * self.width, self.height, self.pixel)

    def coarser(self, factor: float) -> Level:
        """Return a level with pixels `factor` times as large. A pixel counts as much as it shows of the picture."""
        if factor == 1.0:
            return self
        extent = self.height / factor, self.width / factor
        image = shrink(self.image, factor, extent)
        shown = np.outer(*map(_shown, extent))
        weight = None if (shown == 1.0).all() else shown
        if self.weight is not None:
            weight = shown * shrink(self.weight, factor, extent)
        behind = None if self.behind is None else shrink(self.behind, factor, extent)
        return Level(image, weight, extent[1], extent[0], self.pixel * factor, behind)


def finest_factor(width: int, height: int, count: int, size: int | None, pyramid: Pyramid) -> float:
    """Return the factor of the finest level, at least 1.

    The longer side gets `size` pixels, or as many as `count` shapes need.
    """
    if size is not None:
        return _bounded(max(width, height) / size, width, height, pyramid.side)
    return _bounded(sqrt(width * height / max(pyramid.least, pyramid.each * count)), width, height, pyramid.side)


def search_factor(width: float, height: float, count: int, each: float, pyramid: Pyramid) -> float:
    """Return the factor, at least 1, of a level on which `count` shapes have about `each` pixels in the mean."""
    factor = _bounded(sqrt(width * height / (each * count)), width, height, pyramid.side)
    return even(factor, width, height, pyramid.side) if factor >= pyramid.worth else 1.0


def even(factor: float, width: float, height: float, side: int) -> float:
    """Return the factor close to a given one by which the longer side is divided evenly, and the shorter one best.

    The shorter one keeps `side` pixels.
    """
    longer, shorter = max(width, height), min(width, height)
    wanted = longer / factor
    fewest = ceil(min(max(wanted * (1.0 - ROOM), side * longer / shorter), wanted))
    counts = np.arange(fewest, max(fewest, floor(min(wanted * (1.0 + ROOM), longer))) + 1)
    rows = shorter / longer * counts
    off = np.abs(rows - np.rint(rows)).round(3)
    best = np.lexsort([np.abs(counts - wanted), off])[0]
    return max(1.0, longer / float(counts[best]))


def _bounded(factor: float, width: float, height: float, side: int) -> float:
    """Return the factor, but at least 1, and so that the shorter side keeps `side` pixels."""
    return max(1.0, min(factor, min(width, height) / side))


def radius_on_level(radius: float, filter: str, factor: float) -> float:
    """Return the filter radius with which a scene looks on a level as it does there with `radius` on the picture.

    Variances add up: that of the filter, in pixels of the level, and that of the mean over such a pixel.
    """
    return radius if factor == 1.0 else hypot(radius / factor, SVG_RADIUS[filter])


def shrink(image: Array, factor: float, extent: tuple[float, float] | None = None) -> Array:
    """Return a picture (H, W, C) or (H, W) with pixels `factor` times as large, each of its mean colour.

    Beyond its sides the picture is continued by its last pixels, which leaves edges where they are.

    Parameters
    ----------
    image : ndarray
        The picture.
    factor : float
        Size of the new pixels in old ones.
    extent : (height, width), optional
        Of what is shown, in new pixels; all of the picture if not given.
    """
    if factor == 1.0:
        return image
    small = image
    for axis in (0, 1):
        count = _pixels(image.shape[axis] / factor if extent is None else extent[axis])
        small = _means(small, axis, np.linspace(0.0, factor * count, count + 1))
    return np.ascontiguousarray(small, image.dtype)


def enlarge(scene: Scene, factor: float, width: int, height: int) -> Scene:
    """Return a scene with pixels `factor` times as small, on a larger canvas. Meshes reach its far sides."""
    if factor == 1.0:
        return scene
    large = scaled(scene, factor)
    layers = [_within(layer, width, height) if isinstance(layer, Mesh) else layer for layer in large.layers]
    return Scene(width, height, layers, large.background)


def _within(mesh: Mesh, width: int, height: int) -> Mesh:
    """Return the mesh with vertices beyond the far sides, or less than rounding does before them, on these."""
    sides = np.array([width, height], mesh.dtype)
    return replace(
        mesh, vertices=np.where(mesh.vertices > sides * mesh.dtype.type(1.0 - ROUNDING), sides, mesh.vertices)
    )


def _pixels(extent: float) -> int:
    """Return how many pixels show an extent."""
    return max(1, ceil(extent - SLIVER))


def _shown(extent: float) -> NDArray[np.float64]:
    """Return which part of every pixel along an axis shows something."""
    shown = np.ones(_pixels(extent))
    last = extent - len(shown) + 1.0
    shown[-1] = 1.0 if last > 1.0 - SLIVER else last
    return shown


def _means(image: Array, axis: int, edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the means of an image over the intervals between edges, along one axis."""
    below = np.cumsum(image, axis=axis, dtype=np.float64)
    below = np.concatenate([np.zeros_like(below.take([0], axis)), below], axis=axis)
    low = np.minimum(edges.astype(int), image.shape[axis] - 1)
    shape = [1] * image.ndim
    shape[axis] = -1
    at_edges = below.take(low, axis) + (edges - low).reshape(shape) * image.take(low, axis)
    means: NDArray[np.float64] = np.diff(at_edges, axis=axis) / np.diff(edges).reshape(shape)
    return means
