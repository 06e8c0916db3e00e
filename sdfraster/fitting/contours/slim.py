"""Regions that are lines or letters: `thin` measures them better, as what the regions around them leave unexplained.

In photographs bands of a gradient are slim too. They differ little from their neighbours, and so stay regions, see
`docs/decisions/fit-contours.md`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, minimum_filter

from ..strategy import SlimRegions


def slim(
    labels: NDArray[np.int32], pure: NDArray[np.bool_], pixels: NDArray[np.float64], strategy: SlimRegions
) -> NDArray[np.bool_]:
    """Return the pixels of slim regions that stand out from flat surroundings.

    Parameters
    ----------
    labels : ndarray, shape (H, W)
        Region of every pixel; 0 is the background and never slim.
    pure : ndarray, shape (H, W)
        Pixels that are no mixture.
    pixels : ndarray, shape (H, W, C)
        The picture.
    strategy : SlimRegions
        What is slim.
    """
    area = np.bincount(labels.ravel())

    def sums(of: NDArray[np.int32], values: NDArray[np.generic]) -> NDArray[np.float64]:
        return np.bincount(of.ravel(), values.ravel().astype(np.float64), len(area)).astype(np.float64)

    inner = minimum_filter(labels, 3) == maximum_filter(labels, 3)
    opened = maximum_filter(np.where(inner, labels, -1), 3) == labels
    found = sums(labels, opened) < strategy.wide_share * area
    found[0] = False
    within = np.where(found[labels], labels, 0)
    around = np.where(maximum_filter(within, strategy.near) == 0, maximum_filter(within, strategy.far), 0)
    total = np.maximum(np.bincount(around.ravel(), minlength=len(area)), 1)
    contrast = np.zeros(len(area))
    for channel in np.moveaxis(pixels, 2, 0):
        own = sums(labels, channel) / area
        contrast = np.maximum(contrast, sums(around, np.abs(channel - own[around])) / total)
    found &= (sums(around, pure) >= strategy.flat_share * total) & (contrast > strategy.contrast)
    return found[labels]
