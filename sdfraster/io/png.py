"""Pictures out: 8-bit files in the formats Pillow writes, PNG above all."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..errors import DataError
from .atomic import IMAGE_SUFFIXES, check_writable, write_atomic

_OPTIONS: dict[str, dict[str, Any]] = {"PNG": {}, "JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True}}


def write_image(image: ArrayLike, path: str | os.PathLike[str]) -> None:
    """Write an image as 8-bit RGB or RGBA; the suffix chooses the format, values outside 0..1 are clamped.

    Parameters
    ----------
    image : array_like, shape (H, W, 3) or (H, W, 4)
        sRGB-encoded, 0..1; four channels are premultiplied.
    path : path
        Ends in .png, .jpg, .jpeg or .webp.

    Raises
    ------
    DataError
        If the array is no finite image, has alpha in a format without, or the file cannot be written.
    """
    check_writable(path, IMAGE_SUFFIXES)
    a = np.asarray(image, dtype=np.float64)
    if a.ndim != 3 or a.shape[2] not in (3, 4) or a.size == 0:
        raise DataError(f"{path}: an image must have shape (H, W, 3) or (H, W, 4), not {a.shape}")
    if not np.isfinite(a).all():
        raise DataError(f"{path}: the image holds NaN or infinity; all values must be finite")
    form = Path(path).suffix.lower().lstrip(".").replace("jpg", "jpeg").upper()
    if a.shape[2] == 4:
        if form == "JPEG":
            raise DataError(f"{path}: JPEG has no transparency; write .png or .webp, or give the scene a background")
        alpha = a[..., 3:]
        a = np.concatenate([np.divide(a[..., :3], alpha, out=np.zeros_like(a[..., :3]), where=alpha > 0), alpha], 2)
    from PIL import Image

    buffer = io.BytesIO()
    try:
        Image.fromarray(np.rint(np.clip(a, 0.0, 1.0) * 255.0).astype(np.uint8)).save(buffer, form, **_OPTIONS[form])
    except (OSError, ValueError) as error:  # a side longer than the format allows
        raise DataError(f"{path}: {form} cannot hold this image ({error})") from None
    write_atomic(path, buffer.getvalue())
