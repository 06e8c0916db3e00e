"""The one way in for pictures: whatever a user has becomes an array (H, W, 3), or premultiplied (H, W, 4).

`arrays` says what an array means, `files` reads files and PIL images, and `colors` converts their colours to sRGB. Work
is done some rows at a time, so that a large photograph takes little more memory than its result.
"""

from __future__ import annotations

from math import isfinite

import numpy as np
from numpy.typing import DTypeLike

from .arrays import OVERSHOOT, Array, PictureLike, as_array, is_file, is_straight, picture_array, premultiplied, scaled
from .files import decode


def as_picture(
    source: PictureLike, dtype: DTypeLike | None = None, name: str = "the image", beyond: float = OVERSHOOT
) -> Array:
    """Return any picture as floating-point numbers from 0 to 1; an array that is one already is not copied.

    Parameters
    ----------
    source : path, ``"sample:NAME"``, binary stream, PIL image, or array, also of other libraries
        See `read_image`. Floats of which a colour is above its alpha are straight; where they may be further beyond
        0..1, as in pictures that `render` draws, only if none is; and never where anything may be `beyond`.
    dtype : {float32, float64}, optional
        Dtype of the result; by default that of a float array, and float32 for others.
    name : str
        What messages call it.
    beyond : float
        By how much floats may lie below 0 or above 1.

    Returns
    -------
    ndarray, shape (H, W, 3) or (H, W, 4)

    Raises
    ------
    DataError
        If it is no such picture; the message says what would be right.
    """
    if is_file(source):
        return decode(source, dtype or np.float32)
    array = picture_array(source, name, beyond)
    dtype = np.dtype(dtype or np.result_type(array.dtype, np.float32))
    may_be = array.dtype.kind == "f" and array.shape[2] == 4 and isfinite(beyond)
    straight = may_be and is_straight(array, drawn=beyond > OVERSHOOT)
    if array.dtype == dtype and array.shape[2] > 1 and not straight:
        return array
    picture = scaled(array, dtype)
    return premultiplied(picture) if straight else picture


def brightness(source: PictureLike, name: str) -> Array:
    """Return how much pixels count (H, W): an array of that shape as it is; of a picture, the mean over black.

    The values of a file are taken as they are stored, whatever they mean as colours.
    """
    if is_file(source):
        picture = decode(source, np.float64, colors=False)
    else:
        array = as_array(source, name)
        if array.ndim != 3 or array.shape[2] == 1:
            numbers = as_array(array, name, np.float64)
            return numbers[..., 0] if array.ndim == 3 else numbers
        picture = as_picture(array, np.float64, name)
    values: Array = picture[..., :3].mean(axis=2)  # premultiplied: over black
    return values
