"""The weights of the pixels of a picture: an array, or the brightness of a mask; and a region that counts more."""

from __future__ import annotations

import os
from math import ceil, floor
from typing import Any

import numpy as np

from ..errors import DataError
from ..io.images import on_background, read_image
from ..rendering import check_weight
from ..scene import Array

BLACK = (0.0, 0.0, 0.0)
ELSEWHERE = 0.1  # weight of what is outside of a region
Region = tuple[float, float, float, float]


def weigh(weight: Any, region: Region | None, image: Array) -> Array | None:
    """Return the weights (H, W) for a picture (H, W, C) as `read_weight` does, lower outside of a region.

    Raises
    ------
    DataError
        Also if the region (x, y, width, height) has no pixel of the picture.
    """
    weights = read_weight(weight, image)
    if region is None:
        return weights
    height, width, _ = image.shape
    x, y, w, h = region
    left, top = max(x, 0.0), max(y, 0.0)
    right, bottom = min(max(x + w, left), width), min(max(y + h, top), height)
    counted = np.full((height, width), ELSEWHERE)
    if left < right and top < bottom:
        counted[floor(top) : ceil(bottom), floor(left) : ceil(right)] = 1.0
    if counted.max() < 1.0:
        raise DataError(f"region {region} lies outside of the picture, which is {width} x {height}")
    return counted if weights is None else counted * weights


def read_weight(weight: Any, image: Array) -> Array | None:
    """Return the weights (H, W) for a picture (H, W, C), or None if there are none.

    A mask is an image file, or a stream of one: white counts fully, black or transparent not at all.

    Raises
    ------
    ValueError
        If the weights are not valid.
    DataError
        If the file cannot be read, or holds a mask of another size or without any light.
    """
    height, width, _ = image.shape
    if not (isinstance(weight, (str, os.PathLike)) or hasattr(weight, "read")):
        return None if weight is None else check_weight(weight, width, height)
    mask = on_background(read_image(weight), BLACK).mean(axis=2)
    try:
        return check_weight(mask, width, height)
    except ValueError as error:
        raise DataError(f"{weight}: {error}") from None
