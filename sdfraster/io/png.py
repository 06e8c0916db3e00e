"""Pictures out: 8-bit files in the formats Pillow writes, PNG above all."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..errors import DataError
from .atomic import IMAGE_SUFFIXES, check_writable, suffix_of, write_atomic
from .place import Place

_OPTIONS: dict[str, dict[str, Any]] = {"PNG": {}, "JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True}}
LARGEST = 2**28  # pixels; at 12 bytes each this is 3 GiB
LONGEST = {"PNG": LARGEST, "JPEG": 65_500, "WEBP": 16_383}  # pixels of a side that formats, and Pillow, can hold


def check_picture(path: Place, width: float, height: float, transparent: bool, format: str | None = None) -> None:
    """Find out before the work whether a file, if it is to be a picture, can hold one of this size.

    Raises
    ------
    DataError
        If the picture is too large for its format or in all, or has alpha in a format without.
    """
    suffix = suffix_of(path, format)
    if suffix not in IMAGE_SUFFIXES:
        return
    form = _format(suffix)
    if width * height > LARGEST:
        raise DataError(
            f"{path}: a picture of {width:.0f} x {height:.0f} is larger than the limit of {LARGEST:,} pixels; choose a "
            "smaller scale"
        )
    if max(width, height) > LONGEST[form]:
        raise DataError(f"{path}: {form} has at most {LONGEST[form]:,} pixels a side, not {max(width, height):.0f}")
    if transparent and form == "JPEG":
        raise DataError(f"{path}: JPEG has no transparency; write .png or .webp, or choose a background")


def _format(suffix: str) -> str:
    """Return the name that Pillow has for the format of files with a suffix."""
    return suffix.lstrip(".").replace("jpg", "jpeg").upper()


def write_image(image: ArrayLike, path: Place, format: str | None = None) -> None:
    """Write an image as 8-bit RGB or RGBA; values outside 0..1 are clamped.

    Parameters
    ----------
    image : array_like, shape (H, W, 3) or (H, W, 4)
        sRGB-encoded, 0..1; four channels are premultiplied.
    path : path or binary stream
        Where to write.
    format : {"png", "jpg", "jpeg", "webp"}, optional
        If the suffix of the path does not say it.

    Raises
    ------
    DataError
        If the array is no finite image, has alpha in a format without, or the file cannot be written.
    """
    form = _format(check_writable(path, IMAGE_SUFFIXES, format))
    a = np.asarray(image, dtype=np.float64)
    if a.ndim != 3 or a.shape[2] not in (3, 4) or a.size == 0:
        raise DataError(f"{path}: an image must have shape (H, W, 3) or (H, W, 4), not {a.shape}")
    if not np.isfinite(a).all():
        raise DataError(f"{path}: the image holds NaN or infinity; all values must be finite")
    check_picture(path, a.shape[1], a.shape[0], a.shape[2] == 4, format)
    if a.shape[2] == 4:
        alpha = a[..., 3:]
        a = np.concatenate([np.divide(a[..., :3], alpha, out=np.zeros_like(a[..., :3]), where=alpha > 0), alpha], 2)
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(np.rint(np.clip(a, 0.0, 1.0) * 255.0).astype(np.uint8)).save(buffer, form, **_OPTIONS[form])
    write_atomic(path, buffer.getvalue())
