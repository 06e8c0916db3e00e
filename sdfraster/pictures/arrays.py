"""What arrays mean as pictures. Work is done some rows at a time, for large photographs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from ..errors import DataError

if TYPE_CHECKING:
    from typing import BinaryIO

    from PIL.Image import Image

Array = NDArray[np.floating[Any]]
PictureLike: TypeAlias = "str | os.PathLike[str] | BinaryIO | Image | ArrayLike"

STRIP = 2**18  # pixels that are worked on at a time
OVERSHOOT = 0.5  # that resampling may leave below 0 or above 1; 0..255 is a mistake, and -1..1
BEYOND = 8.0  # the same, of pictures to compare with: colours of shapes need not be from 0 to 1
STRAIGHT = 0.02  # above its alpha: neither rounding nor a filter put a premultiplied colour there


def is_file(source: PictureLike) -> bool:
    """Return whether something is for Pillow to decode: a path, a stream, or a PIL image (without importing PIL)."""
    return isinstance(source, (str, os.PathLike)) or hasattr(source, "read") or hasattr(source, "getexif")


def as_array(source: Any, name: str, dtype: DTypeLike | None = None) -> NDArray[Any]:
    """Return what something holds as an array: whatever NumPy can make one, or what speaks DLPack.

    Raises
    ------
    DataError
        If it is none that NumPy can read, such as one on a GPU.
    """
    try:
        if hasattr(source, "__dlpack__") and not hasattr(source, "__array__"):
            source = np.from_dlpack(source)
        return np.asarray(source, dtype)
    except Exception as error:  # whatever other libraries raise
        raise DataError(f"{name} cannot be made an array ({' '.join(str(error).split())})") from None


def picture_array(source: PictureLike, name: str, beyond: float = OVERSHOOT) -> NDArray[Any]:
    """Return the array (H, W, 1), (H, W, 3) or (H, W, 4) that something is, or raise DataError.

    It is of bools, uint8, uint16, or floats that lie at most so much beyond 0..1.
    """
    array = as_array(source, name)
    if not isinstance(source, np.ndarray) and (array.ndim == 0 or array.dtype == object):
        what = type(source).__name__
        raise DataError(f"{name} must be a path, sample:NAME, a PIL image or an array of numbers, not {what}")
    if array.ndim == 2:
        array = array[..., None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4) or array.size == 0:
        raise DataError(
            f"{name} must have shape (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) and at least one pixel, "
            f"not {np.shape(array)}"
        )
    kind = array.dtype.kind
    if kind == "f":
        _check_range(array, name, beyond)
    elif kind != "b" and not (kind == "u" and array.dtype.itemsize <= 2):
        raise DataError(
            f"{name} must be uint8, uint16, bool or floating-point, not {array.dtype}; convert it, if its values are "
            "0 to 255 by astype('uint8')"
        )
    return array


def scaled(array: NDArray[Any], dtype: DTypeLike) -> Array:
    """Return an array (H, W, C) that `picture_array` let pass as a new picture (H, W, 3) or (H, W, 4)."""
    height, width, channels = array.shape
    picture = np.empty((height, width, max(channels, 3)), dtype)
    full = float(np.iinfo(array.dtype).max) if array.dtype.kind == "u" else 1.0
    straight = array.dtype.kind != "f"
    for rows in strips(height, width):
        values = array[rows] / full if straight else array[rows]
        picture[rows] = premultiplied(values) if straight else values
    return picture


def premultiplied(values: Array) -> Array:
    """Multiply colours of straight (h, w, 4) by their alpha, in place; others have none."""
    if values.shape[2] == 4:
        values[..., :3] *= values[..., 3:]
    return values


def is_straight(picture: Array, drawn: bool = False) -> bool:
    """Return whether a picture (H, W, 4) cannot be premultiplied: somewhere a colour is well above its alpha.

    One that may be drawn is so only if all its values are from 0 to 1: shapes of other colours draw such pictures, too.
    """
    parts = [picture[rows] for rows in strips(*picture.shape[:2])]
    if drawn and not all(part.min() >= -STRAIGHT and part.max() <= 1.0 + STRAIGHT for part in parts):
        return False
    return any(bool((part[..., :3].max(axis=2) > part[..., 3] + STRAIGHT).any()) for part in parts)


def with_alpha(picture: Array) -> Array:
    """Return a picture with alpha, 1 if it has none."""
    if picture.shape[2] == 4:
        return picture
    return np.concatenate([picture, np.ones_like(picture[..., :1])], axis=2)


def without_alpha(picture: Array) -> Array:
    """Return a picture without its alpha, if that is 1 everywhere."""
    if picture.shape[2] == 3 or not (picture[..., 3] == 1.0).all():
        return picture
    return np.ascontiguousarray(picture[..., :3])


def strips(height: int, width: int) -> Iterator[slice]:
    """Yield all rows of a picture, some at a time."""
    step = max(1, STRIP // width)
    for first in range(0, height, step):
        yield slice(first, min(first + step, height))


def _check_range(array: NDArray[Any], name: str, beyond: float) -> None:
    """Refuse floats that are not finite, or far outside of 0..1."""
    if _from_zero_to(array, 1.0 + beyond):
        return
    with np.errstate(invalid="ignore"):
        low, high = array.min(), array.max()
    if -beyond <= low and high <= 1.0 + beyond:  # not so of NaN
        return
    if not (np.isfinite(low) and np.isfinite(high)):
        raise DataError(f"{name} must be finite, from 0 to 1, but it holds NaN or infinity")
    largest = "divide it by the largest value there may be, such as 255"
    hint = largest if high > 1.0 + beyond else "scale it into that range, (image + 1) / 2 if it is one of -1 to 1"
    raise DataError(f"{name}, of floats, must have values from 0 to 1, but they go from {low:g} to {high:g}; {hint}")


def _from_zero_to(array: NDArray[Any], limit: float) -> bool:
    """Return whether all floats are from 0 to a limit, of arrays of which it takes half the time to look at them once.

    The bits of floats from 0 on, as whole numbers without a sign, are in the order of their values. Those of floats
    below 0, of -0, and of NaN are larger than those of infinity.
    """
    number = array.dtype
    if number.itemsize not in (4, 8) or not number.isnative:
        return False
    bits = f"u{number.itemsize}"
    return bool(array.view(bits).max() <= number.type(limit).view(bits))
