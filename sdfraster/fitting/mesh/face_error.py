"""What a face of a mesh costs: the squared error of its best colours at a fixed set of points, and sharp corners."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from ...shapes import Array
from ..strategy import Remeshing
from .triangulation import Points, corner_weights, cotangent, edges, sharpness

TOUCHED = 5  # pixels of the square around one of which a triangle notices something
FORBIDDEN = 1e4  # times the price: more than any face's error


class FaceError:
    """The squared error of faces over a picture, and a price for sharp corners.

    Parameters
    ----------
    image : ndarray, shape (H, W, C)
        The picture.
    shade : {"flat", "linear", "vertex"}
        What colours a face can have. With colours of vertices, the error is the mean of that with the colours at hand
        and that with the best linear ones, because colours follow.
    strategy : Remeshing
        Which angles have a price, and below which one any price is too high.
    price : float
        Squared error that a sharpness of twice the free one is worth.
    weight : ndarray, shape (H, W), optional
        Weight of every pixel. The best colours of a face are those without; what is left counts with its mean weight.
    """

    def __init__(
        self, image: Array, shade: str, strategy: Remeshing, price: float, weight: Array | None = None
    ) -> None:
        self._pixels = np.ascontiguousarray(image[..., :3], np.float32).reshape(-1, 3)
        self._size = image.shape[1], image.shape[0]
        self._weight = None if weight is None else weight.astype(np.float32).ravel()
        self._touched = None if weight is None else maximum_filter(weight.astype(np.float32), TOUCHED).ravel()
        self.shade, self._price = shade, price
        self._free, self._sharpest = cotangent(strategy.free), cotangent(strategy.smallest)
        self._barycentric = corner_weights(strategy.rows).astype(np.float32)  # (K, 3)
        self._basis = np.linalg.qr(self._barycentric)[0].astype(np.float32)

    def color_at(self, points: NDArray[Any]) -> Array:
        """Return the colours of the pixels at points (..., 2)."""
        colors: Array = self._pixels.take(self._pixels_at(points), axis=0)
        return colors

    def largest_weight(self, corners: Array) -> Array | None:
        """Return the largest weights (M,) of pixels that triangles (M, 3, 2) touch, if pixels have weights."""
        if self._touched is None:
            return None
        touched: Array = self._touched.take(self._pixels_at(self._samples(corners))).max(axis=1)
        return touched

    def mean_color(self, corners: Array) -> Array:
        """Return the mean colours (M, 3) of triangles (M, 3, 2)."""
        means: Array = self._colors(corners).mean(axis=1)
        return means

    def _colors(self, corners: Array) -> Array:
        """Return the colours (M, K, 3) at the sample points of triangles."""
        return self.color_at(self._samples(corners))

    def _samples(self, corners: Array) -> Any:
        """Return the sample points (M, K, 2) of triangles."""
        return np.einsum("kc,mcx->mkx", self._barycentric, corners.astype(np.float32), optimize=True)

    def _pixels_at(self, points: NDArray[Any]) -> Any:
        """Return the numbers of the pixels at points (..., 2)."""
        width, height = self._size
        x = np.clip(points[..., 0].astype(np.int32), 0, width - 1)
        y = np.clip(points[..., 1].astype(np.int32), 0, height - 1)
        return y * width + x

    def color_between(self, corners: Points, colors: Points, present: NDArray[np.bool_]) -> Points:
        """Return the best colours (M, 3) of vertices with a fan of triangles each, those around them being held.

        Parameters
        ----------
        corners : ndarray, shape (K, M, 3, 2)
            The triangles; the second corner is the vertex.
        colors : ndarray, shape (K, M, 3, 3)
            Colours of the corners; those of the vertex are not looked at.
        present : ndarray, shape (K, M)
            Which triangles there are.
        """
        w = self._barycentric
        area = np.where(present, np.maximum(edges(corners)[1], 0.0), 0.0)
        around = np.einsum("kc,tmcx->tmkx", w[:, (0, 2)], colors[:, :, (0, 2)], optimize=True)
        rest = np.stack([self._colors(triangles) for triangles in corners]) - around
        total = np.einsum("tm,k,tmkx->mx", area, w[:, 1], rest, optimize=True)
        mass = area.sum(axis=0) * (w[:, 1] ** 2).sum()
        best: Points = np.clip(total / np.maximum(mass, 1e-9)[:, None], 0.0, 1.0)
        return best

    def __call__(self, corners: Points, colors: Array | None = None) -> Points:
        """Return the cost of triangles (M, 3, 2), with colours (M, 3, 3) at the corners if vertices have them.

        A triangle without positive area costs infinitely much.
        """
        _, double = edges(corners)
        pixels = self._pixels_at(self._samples(corners))
        sampled = self._pixels.take(pixels, axis=0)
        if self.shade == "flat":
            rest = sampled - sampled.mean(axis=1, keepdims=True)
            square = np.einsum("mkx,mkx->m", rest, rest)
        else:
            part = np.einsum("kc,mkx->mcx", self._basis, sampled, optimize=True)
            square = np.einsum("mkx,mkx->m", sampled, sampled) - np.einsum("mcx,mcx->m", part, part)
        if colors is not None:
            rest = sampled - np.einsum("kc,mcx->mkx", self._barycentric, colors, optimize=True)
            square = 0.5 * (square + np.einsum("mkx,mkx->m", rest, rest))
        cost = square * (0.5 / len(self._barycentric)) * double
        if self._weight is not None:
            cost = cost * self._weight.take(pixels).mean(axis=1)
        with np.errstate(invalid="ignore"):
            sharp = sharpness(corners)
            cost = cost + self._price * np.maximum(0.0, sharp / self._free - 1.0)
            cost = cost + FORBIDDEN * self._price * np.maximum(0.0, sharp / self._sharpest - 1.0)
        return np.where(double > 1e-6, cost, np.inf)
