"""What narrow shapes of a contour keep: their colour and opacity, and the narrowest ones their area.

Coverage comes from the distance to one side of a shape, and is too large where the other side is within the filter too.
A fit would make such shapes narrower and darker than they are, and other renderers would draw them too light. So only
their outlines move, and at the end the narrowest ones get back the area that they started with.
"""

from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np
from numpy.typing import NDArray

from ...anatomy import points_of
from ...primitives import primitive
from ...scene import Layer
from ..strategy import NarrowShapes
from .rates import thickness

WIDTH_ROUNDS = 3  # of finding an area
NO_LENGTH = 1e-9  # pixels, instead of none


class Narrow:
    """The narrow ones among the shapes of a layer.

    Parameters
    ----------
    layer : Layer
        The shapes as they start.
    strategy : NarrowShapes
        How wide narrow ones are.

    Attributes
    ----------
    held : ndarray, shape (N,)
        Which shapes keep colour and opacity.
    """

    def __init__(self, layer: Layer, strategy: NarrowShapes) -> None:
        width = thickness(layer)
        self.held: NDArray[np.bool_] = width < strategy.held
        self._narrowest = width < strategy.restored
        self._areas, _ = _areas(*self._points(layer))

    def restored(self, layer: Layer) -> Layer:
        """Return the layer with the areas that the narrowest shapes had, their points moved along the normals."""
        points, degree = self._points(layer)
        for _ in range(WIDTH_ROUNDS):
            areas, slope = _areas(points, degree)
            length = np.linalg.norm(slope, axis=2, keepdims=True)
            step = (self._areas - areas) / np.maximum(length.sum(axis=(1, 2)), NO_LENGTH)
            points = points + step[:, None, None] * slope / np.maximum(length, NO_LENGTH)
        params = layer.params.copy()
        params[self._narrowest] = points.reshape(len(points), params.shape[1])
        return replace(layer, params=params)

    def _points(self, layer: Layer) -> tuple[NDArray[np.float64], int]:
        """Return the points (M, K, 2) of the narrowest shapes, and their degree."""
        outline = primitive(layer.kind).outline
        assert outline is not None
        return points_of(layer)[self._narrowest].astype(np.float64), outline.degree


def _areas(points: NDArray[np.float64], degree: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the signed areas (M,) that closed curves enclose, and their derivative by the points (M, K, 2).

    By Green's theorem an area is the sum over the pieces of the integral of x dy, which is bilinear in the points.
    """
    weights = _weights(degree)
    piece = (np.arange(0, points.shape[1], degree)[:, None] + np.arange(degree + 1)) % points.shape[1]
    x, y = points[:, piece, 0], points[:, piece, 1]  # (M, pieces, degree + 1)
    by_x, by_y = y @ weights.T, x @ weights
    by_both = np.stack([by_x, by_y], axis=3)
    slope = by_both[:, :, :degree].reshape(points.shape)
    slope[:, ::degree] += np.roll(
        by_both[:, :, degree], 1, axis=1
    )  # the last point of a piece is the first of the next
    return (x * by_x).sum(axis=(1, 2)), slope


def _weights(degree: int) -> NDArray[np.float64]:
    """Return the integrals over a piece of each Bernstein polynomial times the derivative of each."""

    def product(i: int, k: int) -> float:  # of one of this degree and one of the next lower
        if not 0 <= k < degree:
            return 0.0
        return comb(degree, i) * comb(degree - 1, k) / (2 * degree * comb(2 * degree - 1, i + k))

    return np.array(
        [[degree * (product(i, j - 1) - product(i, j)) for j in range(degree + 1)] for i in range(degree + 1)]
    )
