"""How alike two images are, as the literature measures it: PSNR, mean absolute error and SSIM.

All take arrays (H, W, C) with values 0..1 and compute in float64, without compiled kernels.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .errors import DataError
from .model.ssim import similarity, window


def mae(a: ArrayLike, b: ArrayLike) -> float:
    """Return the mean absolute error.

    Raises
    ------
    DataError
        If the shapes differ.
    """
    x, y = _pair(a, b)
    return float(np.abs(x - y).mean())


def psnr(a: ArrayLike, b: ArrayLike) -> float:
    """Return the peak signal-to-noise ratio in dB for a peak of 1; infinite if the images are equal.

    Raises
    ------
    DataError
        If the shapes differ.
    """
    x, y = _pair(a, b)
    mse = float(((x - y) ** 2).mean())
    return float("inf") if mse == 0.0 else float(-10.0 * np.log10(mse))


def ssim(a: ArrayLike, b: ArrayLike) -> float:
    """Return the structural similarity: Gaussian window 11x11, sigma 1.5, K1 = 0.01, K2 = 0.03, L = 1.

    The mean goes over the channels and over the *valid* positions only, where the window lies wholly inside the image,
    as in the reference implementation. In images lower or narrower than 11 pixels the window shrinks to the largest odd
    size that fits; at one pixel only the luminance is compared.

    Raises
    ------
    DataError
        If the shapes differ.
    """
    x, y = _pair(a, b)
    weights = window(*x.shape[:2])
    luminance, structure = similarity(*(_filter(image, weights) for image in (x, y, x * x + y * y, x * y)))
    return float((luminance * structure).mean())


def _pair(a: ArrayLike, b: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if x.shape != y.shape or x.ndim != 3 or x.size == 0:
        raise DataError(f"two images of the same shape (H, W, C) are needed, not {x.shape} and {y.shape}")
    return x, y


def _filter(image: NDArray[Any], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted mean around every valid position; separable, rows then columns."""
    n = len(weights)
    h, w = image.shape[0] - n + 1, image.shape[1] - n + 1
    rows = sum((weight * image[k : k + h] for k, weight in enumerate(weights)), np.zeros(()))
    return sum((weight * rows[:, k : k + w] for k, weight in enumerate(weights)), np.zeros(()))
