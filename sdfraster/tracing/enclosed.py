"""What a loop goes around, whatever is in it: a primitive along the loop must cover that, and nothing else."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_erosion

from .borders import Loop
from .palette import Pixels
from .refine import BAND, Target, find_target
from .regions import Regions


def enclosed(loop: Loop, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return the pixels (H, W) that a loop goes around."""
    ahead = np.roll(loop.corner, -1, axis=0)
    upright = loop.corner[:, 0] == ahead[:, 0]
    x, y = loop.corner[upright, 0], np.minimum(loop.corner, ahead)[upright, 1]
    crossed = np.zeros((shape[0], shape[1] + 1), np.int64)
    crossed[y, x] = 1
    inside: NDArray[np.bool_] = np.cumsum(crossed, axis=1)[:, :-1] % 2 == 1
    return inside


def target_around(loop: Loop, inside: NDArray[np.bool_], pixels: Pixels, regions: Regions) -> Target:
    """Return the shares of what a loop goes around, `inside` (H, W), in the pixels around it.

    Pixels beside third regions do not tell.
    """
    target = find_target(loop.region, pixels, regions, [loop], np.zeros(len(regions.ink), bool))
    height, width = target.share.shape
    window = np.s_[target.top : target.top + height, target.left : target.left + width]
    within, labels = inside[window], regions.labels[window]
    near = binary_dilation(within, iterations=BAND) & ~binary_erosion(within, iterations=BAND, border_value=1)
    share = np.where(near, target.share if loop.area > 0.0 else 1.0 - target.share, within)
    third = ~np.isin(labels, [loop.region, *loop.across])
    told = ~(near & binary_dilation(third, np.ones((3, 3), bool)))
    return Target(target.left, target.top, share, told.astype(np.float64))
