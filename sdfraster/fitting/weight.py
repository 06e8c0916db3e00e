"""The weights of the pixels of a picture: an array, or the brightness of a mask; and a region that counts more."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

import numpy as np

from ..errors import DataError
from ..rendering import check_weight
from ..shapes import Array

ELSEWHERE = 0.1  # weight of what is outside of a region
Region = tuple[float, float, float, float]


def weigh(weight: Any, region: Region | None, image: Array) -> Array | None:
    """Return the weights (H, W) for a picture (H, W, C), lower outside of a region, or None if there are none.

    Raises
    ------
    DataError
        If the weights are not valid, or the region (x, y, width, height) has no pixel of the picture.
    """
    height, width, _ = image.shape
    weights = None if weight is None else check_weight(weight, width, height)
    if region is None:
        return weights
    x, y, w, h = region
    left, top = max(x, 0.0), max(y, 0.0)
    right, bottom = min(max(x + w, left), width), min(max(y + h, top), height)
    counted = np.full((height, width), ELSEWHERE)
    if left < right and top < bottom:
        counted[floor(top) : ceil(bottom), floor(left) : ceil(right)] = 1.0
    if counted.max() < 1.0:
        raise DataError(f"region {region} lies outside of the picture, which is {width} x {height}")
    return counted if weights is None else counted * weights
