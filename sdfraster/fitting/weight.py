"""The weights of the pixels of a picture: an array, or the brightness of a mask in a file."""

from __future__ import annotations

import os
from typing import Any

from ..errors import DataError
from ..io.images import on_background, read_image
from ..rendering import check_weight
from ..scene import Array

BLACK = (0.0, 0.0, 0.0)


def read_weight(weight: Any, image: Array) -> Array | None:
    """Return the weights (H, W) for a picture (H, W, C), or None if there are none.

    A mask is an image file: white counts fully, black or transparent not at all.

    Raises
    ------
    ValueError
        If the weights are not valid.
    DataError
        If the file cannot be read, or holds a mask of another size or without any light.
    """
    height, width, _ = image.shape
    if not isinstance(weight, (str, os.PathLike)):
        return None if weight is None else check_weight(weight, width, height)
    mask = on_background(read_image(weight), BLACK).mean(axis=2)
    try:
        return check_weight(mask, width, height)
    except ValueError as error:
        raise DataError(f"{weight}: {error}") from None
