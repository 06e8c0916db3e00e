"""SSIM and multi-scale SSIM of pictures as losses, with their gradients.

The loss is 1 - SSIM, with the window and the valid positions of `metrics.ssim`; it is the mean over channels. MS-SSIM
(Wang, Simoncelli and Bovik, "Multi-scale structural similarity for image quality assessment", Asilomar 2003) multiplies
powers of the mean contrast-structure factor over scales that halve the picture, and of the whole SSIM at the last one.
There are as many of the five scales as keep the window inside the picture, with their exponents made to add up to 1, so
that of a picture below 22 pixels SSIM is left.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...model.ssim import WINDOW, window
from ...shapes import Array
from ..compile.kernel import worker_count
from .window import MAPS, AdjointLines, Lines, Pictures, adjoint_kernel, similarity_kernel

EXPONENTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
FLOOR = 0.01  # mean similarity below which the power continues as its tangent: it may be negative, a root of it not


class Similarity:
    """Mean similarity of pictures of one size, with its gradient by the first of two.

    Parameters
    ----------
    weight : ndarray, shape (H, W)
        Weight of every pixel; a window counts as the mean of its pixels.
    channels : int
        Of the pictures.
    dtype : dtype
        Of the pictures.
    luminance : bool
        Whether to compare luminance too; otherwise contrast and structure only.
    """

    def __init__(self, weight: Array, channels: int, dtype: np.dtype[Any], luminance: bool = True) -> None:
        height, width = weight.shape
        gaussian = window(width, height)
        cut = len(gaussian) - 1
        rows = sum(w * weight[k : height - cut + k] for k, w in enumerate(gaussian))
        of_window: Any = sum(w * rows[:, k : width - cut + k] for k, w in enumerate(gaussian))
        share = of_window / (channels * of_window.sum())
        self._weight = np.repeat(share, channels, axis=1).astype(dtype)
        self._gaussian, self._channels = gaussian.astype(dtype), channels
        self._g_moments = np.zeros((MAPS, height + cut, (width + cut) * channels), dtype)
        self._sums = np.zeros(len(share))
        workers, line = worker_count(), channels * width
        valid, padded = channels * (width - cut), channels * (width + cut)
        self._lines = Lines(np.zeros((workers, 4, line), dtype), np.zeros((workers, 4, valid), dtype))
        self._adjoint_lines = AdjointLines(np.zeros((workers, padded), dtype), np.zeros((workers, MAPS, line), dtype))
        self._kernels = similarity_kernel(luminance, dtype), adjoint_kernel(dtype)

    def __call__(self, image: Array, target: Array) -> tuple[float, Array]:
        """Return the mean similarity of two pictures (H, W, C) and its gradient by the first."""
        g_image = np.empty_like(image)
        height, workers = len(image), len(self._lines.rows)
        flat = image.reshape(height, -1), target.reshape(height, -1)
        pictures = Pictures(*flat, self._gaussian, self._channels)
        self._kernels[0](workers, pictures, self._weight, self._lines, self._g_moments, self._sums)
        self._kernels[1](workers, pictures, self._g_moments, self._adjoint_lines, g_image.reshape(height, -1))
        return float(self._sums.sum()), g_image


class Ssim:
    """The loss 1 - SSIM; parameters as of `Similarity`."""

    def __init__(self, weight: Array, channels: int, dtype: np.dtype[Any]) -> None:
        self._similarity = Similarity(weight, channels, dtype)

    def __call__(self, image: Array, target: Array) -> tuple[float, Array]:
        """Return the loss of a picture (H, W, C) against a target, and its gradient."""
        value, g_image = self._similarity(image, target)
        return 1.0 - value, -g_image


class MultiScaleSsim:
    """The loss 1 - MS-SSIM; parameters as of `Similarity`."""

    def __init__(self, weight: Array, channels: int, dtype: np.dtype[Any]) -> None:
        scales = max(1, min(len(EXPONENTS), (min(weight.shape) // WINDOW).bit_length()))
        self._exponents = np.array(EXPONENTS[:scales]) / sum(EXPONENTS[:scales])
        self._scales = []
        for k in range(scales):
            self._scales.append(Similarity(weight, channels, dtype, luminance=k == scales - 1))
            weight = halve(weight)

    def __call__(self, image: Array, target: Array) -> tuple[float, Array]:
        """Return the loss of a picture (H, W, C) against a target, and its gradient."""
        powers, gradients, shapes = [], [], []
        for similarity, exponent in zip(self._scales, self._exponents, strict=True):
            value, g = similarity(image, target)
            base = max(value, FLOOR)
            slope = exponent * base ** (exponent - 1.0)
            powers.append(base**exponent + slope * (value - base))
            gradients.append(image.dtype.type(-slope) * g)
            shapes.append(image.shape)
            image, target = halve(image), halve(target)
        g_image = np.zeros_like(gradients[-1])
        for k in range(len(powers) - 1, -1, -1):
            if k < len(powers) - 1:
                g_image = halve_adjoint(g_image, shapes[k])
            g_image += image.dtype.type(np.prod(powers[:k] + powers[k + 1 :])) * gradients[k]
        return 1.0 - float(np.prod(powers)), g_image


def halve(image: Array) -> Array:
    """Return the means of 2 x 2 pixels; an odd last row or column is left out."""
    height, width = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    rows = image[0:height:2] + image[1:height:2]
    halved: Array = image.dtype.type(0.25) * (rows[:, 0:width:2] + rows[:, 1:width:2])
    return halved


def halve_adjoint(g: Array, shape: tuple[int, ...]) -> Array:
    """Return the gradient by a picture of that shape, given that by its half."""
    out = np.zeros(shape, g.dtype)
    height, width = 2 * g.shape[0], 2 * g.shape[1]
    out[:height, :width] = (g.dtype.type(0.25) * g).repeat(2, axis=0).repeat(2, axis=1)
    return out
