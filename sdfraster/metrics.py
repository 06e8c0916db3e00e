"""How alike two images are, as the literature measures it: PSNR, mean absolute error and SSIM.

All take two pictures of one size (arrays, paths or PIL images, as `rendering` takes a target) and compute in
float64, without compiled kernels, some rows at a time: those fit into the cache of a processor, and a large
photograph into memory. If one is transparent anywhere, alpha is compared as a fourth channel.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import DataError
from .model.ssim import similarity, window
from .pictures import as_picture
from .pictures.arrays import BEYOND, PictureLike, with_alpha, without_alpha

ROWS = 32  # at a time


def mae(a: PictureLike, b: PictureLike) -> float:
    """Return the mean absolute error.

    Raises
    ------
    DataError
        If their sizes differ, or one is no picture.
    """
    x, y = _pair(a, b)
    return sum(float(np.abs(p - q).sum()) for p, q in _parts(x, y)) / x.size


def psnr(a: PictureLike, b: PictureLike) -> float:
    """Return the peak signal-to-noise ratio in dB for a peak of 1; infinite if the images are equal.

    Raises
    ------
    DataError
        If their sizes differ, or one is no picture.
    """
    x, y = _pair(a, b)
    mse = sum(float(((p - q) ** 2).sum()) for p, q in _parts(x, y)) / x.size
    return float("inf") if mse == 0.0 else float(-10.0 * np.log10(mse))


def ssim(a: PictureLike, b: PictureLike) -> float:
    """Return the structural similarity: Gaussian window 11x11, sigma 1.5, K1 = 0.01, K2 = 0.03, L = 1.

    The mean goes over the channels and over the *valid* positions only, where the window lies wholly inside the image,
    as in the reference implementation. In images lower or narrower than 11 pixels the window shrinks to the largest odd
    size that fits; at one pixel only the luminance is compared.

    Raises
    ------
    DataError
        If their sizes differ, or one is no picture.
    """
    x, y = _pair(a, b)
    weights = window(*x.shape[:2])
    total, around = 0.0, len(weights) - 1
    for p, q in _parts(x, y, around):
        luminance, structure = similarity(*(_filter(image, weights) for image in (p, q, p * p + q * q, p * q)))
        total += float((luminance * structure).sum())
    height, width, channels = x.shape
    mean: float = total / ((height - around) * (width - around) * channels)
    return mean


def _pair(a: PictureLike, b: PictureLike) -> tuple[NDArray[Any], NDArray[Any]]:
    x, y = (as_picture(image, name=f"the {n} image", beyond=BEYOND) for n, image in (("first", a), ("second", b)))
    if x.shape[:2] != y.shape[:2]:
        raise DataError(f"two images of the same shape (H, W, C) are needed, not {x.shape} and {y.shape}")
    x, y = without_alpha(x), without_alpha(y)
    return (x, y) if x.shape == y.shape else (with_alpha(x), with_alpha(y))


def _parts(
    x: NDArray[Any], y: NDArray[Any], around: int = 0
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Yield some rows of both images after the other, with the first rows `around` of the next ones."""
    last = len(x) - around
    for first in range(0, last, ROWS):
        rows = slice(first, min(first + ROWS, last) + around)
        yield x[rows].astype(np.float64), y[rows].astype(np.float64)


def _filter(image: NDArray[Any], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weighted mean around every valid position; separable, rows then columns."""
    n = len(weights)
    h, w = image.shape[0] - n + 1, image.shape[1] - n + 1
    rows = sum((weight * image[k : k + h] for k, weight in enumerate(weights)), np.zeros(()))
    return sum((weight * rows[:, k : k + w] for k, weight in enumerate(weights)), np.zeros(()))
