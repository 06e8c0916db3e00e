"""Regions that are lines or letters: `thin` measures them better, as what the regions around them leave unexplained.

In photographs bands of a gradient are slim too. They differ little from their neighbours, and so stay regions, see
`docs/decisions/fit-contours.md`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter, minimum_filter

WIDE_SHARE = 0.5  # share of a region that is three pixels wide, below which it is slim
NEXT, FAR = 3, 7  # sides in pixels of the squares whose difference is around a line: it may fade in the next pixel
FLAT_SHARE = 0.6  # share of what is around that is no mixture
SLIM_CONTRAST = 0.2  # mean difference of a channel from what is around


def slim(labels: NDArray[np.int32], pure: NDArray[np.bool_], pixels: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return the pixels of slim regions that stand out from flat surroundings.

    Parameters
    ----------
    labels : ndarray, shape (H, W)
        Region of every pixel; 0 is the background and never slim.
    pure : ndarray, shape (H, W)
        Pixels that are no mixture.
    pixels : ndarray, shape (H, W, C)
        The picture.
    """
    area = np.bincount(labels.ravel())

    def sums(of: NDArray[np.int32], values: NDArray[np.generic]) -> NDArray[np.float64]:
        return np.bincount(of.ravel(), values.ravel().astype(np.float64), len(area)).astype(np.float64)

    inner = minimum_filter(labels, 3) == maximum_filter(labels, 3)
    opened = maximum_filter(np.where(inner, labels, -1), 3) == labels
    found = sums(labels, opened) < WIDE_SHARE * area
    found[0] = False
    within = np.where(found[labels], labels, 0)
    around = np.where(maximum_filter(within, NEXT) == 0, maximum_filter(within, FAR), 0)
    total = np.maximum(np.bincount(around.ravel(), minlength=len(area)), 1)
    contrast = np.zeros(len(area))
    for channel in np.moveaxis(pixels, 2, 0):
        own = sums(labels, channel) / area
        contrast = np.maximum(contrast, sums(around, np.abs(channel - own[around])) / total)
    found &= (sums(around, pure) >= FLAT_SHARE * total) & (contrast > SLIM_CONTRAST)
    return found[labels]
