"""The sizes at which a picture is fitted: shapes do not see every pixel of a large photograph.

A step costs as much as its pixels. A fit of few shapes to many megapixels is done on a smaller copy, and its shapes are
enlarged; their edges are as exact as before, because a pixel of the copy is the mean of those it stands for.

Which shapes there are is found on a still smaller copy, and only the last steps of a fit see the picture at its own
size, see `schedule`.

A copy has one factor f for both axes: its pixel (i, j) is the square from (i f, j f) to (i f + f, j f + f) of the
picture, and where a side is no multiple of f, the last pixels reach beyond it. Copies that cover the picture with whole
pixels need a factor for each axis, and then circles are none: with one of them shapes came back up to half a pixel of
the copy away from their place.
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
from ..scene import Array, Scene

LEAST = 400_000  # pixels that are never too many
NARROWEST = 16  # pixels that the shorter side keeps
PER_SHAPE = 1000  # pixels for each shape beyond
WORTH = 1.1  # factor below which a smaller copy saves less than it blurs
ROOM = 0.015  # share by which a side may be longer or shorter than wanted, so that pixels fit into the other one
SLIVER = 1 / 16  # part of a pixel that is left out at the far sides of a picture, or that a whole one may lack there
ROUNDING = 1e-6  # relative, of coordinates


class Copy(NamedTuple):
    """A picture on a grid of pixels: its own, or that of a smaller copy."""

    image: Array  # (H, W, C)
    weight: Array | None  # (H, W): how much every pixel counts; None if all do the same
    width: float  # of the picture, in pixels of the copy, of which the last ones may reach beyond it
    height: float
    pixel: float = 1.0  # side of a pixel of the copy, in pixels of the picture

    @classmethod
    def of(cls, image: Array, weight: Array | None) -> Copy:
        """Return a picture on its own grid."""
        height, width = image.shape[:2]
        return cls(image, weight, float(width), float(height))

    @property
    def canvas(self) -> tuple[int, int]:
        """Width and height in whole pixels."""
        return self.image.shape[1], self.image.shape[0]

    def left_half(self) -> Copy:
        """Return the half of the picture that lies left of the middle, with the whole pixel in which that is."""
        columns = slice(ceil(0.5 * self.width))
        weight = None if self.weight is None else self.weight[:, columns]
        return Copy(self.image[:, columns], weight, 0.5 * self.width, self.height, self.pixel)

    def shrunk(self, factor: float) -> Copy:
        """Return a copy with pixels `factor` times as large, which count as much as they see of the picture."""
        if factor == 1.0:
            return self
        extent = self.height / factor, self.width / factor
        image = shrink(self.image, factor, extent)
        seen = np.outer(*map(_seen, extent))
        weight = None if (seen == 1.0).all() else seen
        if self.weight is not None:
            weight = seen * shrink(self.weight, factor, extent)
        return Copy(image, weight, extent[1], extent[0], self.pixel * factor)


def working_factor(width: int, height: int, count: int, size: int | None) -> float:
    """Return by how much a picture is made smaller, at least 1.

    Its longer side gets `size` pixels, or as many as `count` shapes need, and its shorter side not less than 16.
    """
    if size is not None:
        return _bounded(max(width, height) / size, width, height)
    return _bounded(sqrt(width * height / max(LEAST, PER_SHAPE * count)), width, height)


def search_factor(width: float, height: float, count: int, each: float) -> float:
    """Return by how much a picture is made smaller, at least 1, while `count` shapes are searched for.

    They then have about `each` pixels in the mean.
    """
    factor = _bounded(sqrt(width * height / (each * count)), width, height)
    return even(factor, width, height) if factor >= WORTH else 1.0


def even(factor: float, width: float, height: float) -> float:
    """Return the factor close to a given one by which the longer side is divided evenly, and the shorter one best."""
    longer, shorter = max(width, height), min(width, height)
    wanted = longer / factor
    fewest = ceil(min(max(wanted * (1.0 - ROOM), NARROWEST * longer / shorter), wanted))
    counts = np.arange(fewest, max(fewest, floor(min(wanted * (1.0 + ROOM), longer))) + 1)
    rows = shorter / longer * counts
    off = np.abs(rows - np.rint(rows)).round(3)
    best = np.lexsort([np.abs(counts - wanted), off])[0]
    return max(1.0, longer / float(counts[best]))


def _bounded(factor: float, width: float, height: float) -> float:
    """Return the factor, but at least 1, and so that the shorter side keeps some pixels."""
    return max(1.0, min(factor, min(width, height) / NARROWEST))


def radius_on_copy(radius: float, filter: str, factor: float) -> float:
    """Return the filter radius with which a scene on a copy looks as one with `radius` on the picture does there.

    Variances add up: that of the filter, now so much smaller, and that of the mean over a pixel of the copy.
    """
    return radius if factor == 1.0 else hypot(radius / factor, SVG_RADIUS[filter])


def shrink(image: Array, factor: float, extent: tuple[float, float] | None = None) -> Array:
    """Return a picture (H, W, C) or (H, W) with pixels `factor` times as large, of the mean colour below each.

    Pixels that reach beyond its sides see its last pixels repeated there, which leaves edges where they are.

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
    """Return the scene of a copy on the canvas of what it is a copy of, to whose far sides meshes are drawn."""
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


def _seen(extent: float) -> NDArray[np.float64]:
    """Return which part of every pixel along an axis shows something."""
    seen = np.ones(_pixels(extent))
    last = extent - len(seen) + 1.0
    seen[-1] = 1.0 if last > 1.0 - SLIVER else last
    return seen


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
