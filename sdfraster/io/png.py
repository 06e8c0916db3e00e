"""Pictures out: 8-bit files of sRGB in the formats Pillow writes, PNG above all.

A picture comes some rows at a time, so that beside the file only Pillow's copy of it, of 4 bytes a pixel, is in memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import partial
from math import inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import DataError
from ..pictures import as_picture
from ..pictures.arrays import Array, strips
from ..pictures.profile import srgb_profile
from ..scene import Scene
from .atomic import write_atomic
from .formats import Format, Wanted, check_writable
from .place import Place
from .scale import scaled

PICTURES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}  # by suffix, as Pillow calls them
MOVING = (".webp",)  # those that can be animations, see `animation`
_OPTIONS: dict[str, dict[str, Any]] = {"PNG": {}, "JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True}}
ON_PAPER = ("PNG", "JPEG")  # those that can say how large they are: in pHYs, and in JFIF
MEMORY = 4.0e9  # bytes that writing a picture may take
NEEDED = {"PNG": 8, "JPEG": 8, "WEBP": 45}  # bytes a pixel: Pillow's copy, the file, and what the encoder of WebP keeps
STRIP = 1000  # bytes for a column of pixels of the row of tiles that is drawn at a time
LONGEST = {"PNG": 2**28, "JPEG": 65_500, "WEBP": 16_383}  # pixels of a side that formats, and Pillow, can hold


class Size(NamedTuple):
    """Of a picture."""

    height: int
    width: int
    channels: int
    dpi: float | None = None
    """Pixels in an inch, if it has a size on paper"""


def check_size(form: str, path: Place, width: float, height: float, transparent: bool) -> None:
    """Find out before the work whether a file can hold a picture of this size; see `check_picture`."""
    if max(width, height) > LONGEST[form]:
        raise DataError(f"{path}: {form} has at most {LONGEST[form]:,} pixels a side, not {max(width, height):.0f}")
    needed = width * (height * NEEDED[form] + STRIP)
    if needed > MEMORY:
        raise DataError(
            f"{path}: a picture of {width:.0f} x {height:.0f} is larger than the limit: to write it as {form} would "
            f"take {needed / 1e9:.1f} GB of memory, and {MEMORY / 1e9:g} are allowed; choose a smaller scale"
        )
    if transparent and form == "JPEG":
        raise DataError(f"{path}: JPEG has no transparency; write .png or .webp, or choose a background")


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
    a = np.asarray(image)
    if a.ndim != 3 or a.shape[2] not in (3, 4) or a.size == 0:
        raise DataError(f"{path}: an image must have shape (H, W, 3) or (H, W, 4), not {a.shape}")
    height, width, channels = a.shape
    form = PICTURES[check_writable(path, tuple(PICTURES), format)]
    name = f"{path}: the image"
    parts = ((rows, as_picture(a[rows], name=name, beyond=inf)) for rows in strips(height, width))
    _write_strips(form, parts, path, Size(height, width, channels))


def write_drawn(form: str, scene: Scene, path: Place, wanted: Wanted) -> None:
    """Draw a scene, some rows at a time, into a picture.

    Raises
    ------
    DataError
        If the picture is too large, or the file cannot be written.
    """
    from ..rendering import render_strips

    scale, transparent = wanted.page.scale(scene.width) or wanted.scale, scene.background is None
    check_size(form, path, scene.width * scale, scene.height * scale, transparent)
    try:
        drawn = scene if scale == 1.0 else scaled(scene, scale)
    except ValueError as error:  # coordinates that become too large
        raise DataError(f"{path}: the scene cannot be drawn at scale {scale:g}: {error}") from None
    size = Size(drawn.height, drawn.width, 4 if transparent else 3, wanted.page.resolution(drawn.width))
    _write_strips(form, render_strips(drawn, **wanted.drawing), path, size)


def _write_strips(form: str, parts: Iterable[tuple[slice, Array]], path: Place, size: Size) -> None:
    """Write a picture of which some rows are given at a time."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    check_size(form, path, size.width, size.height, size.channels == 4)
    picture = Image.new("RGBA" if size.channels == 4 else "RGB", (size.width, size.height))
    for rows, part in parts:
        for some in strips(*part.shape[:2]):
            if not np.isfinite(part[some]).all():
                raise DataError(f"{path}: the image holds NaN or infinity; all values must be finite")
            picture.paste(Image.fromarray(as_bytes(part[some])), (0, rows.start + some.start))
    says_srgb: dict[str, Any] = {"icc_profile": srgb_profile()}
    if form == "PNG":
        says_srgb = {"pnginfo": PngInfo()}
        says_srgb["pnginfo"].add(b"sRGB", b"\0")  # perceptual: the usual intent
    says_size = {} if size.dpi is None or form not in ON_PAPER else {"dpi": (size.dpi, size.dpi)}
    buffer = io.BytesIO()
    picture.save(buffer, form, **_OPTIONS[form], **says_srgb, **says_size)
    write_atomic(path, buffer.getvalue())


def as_bytes(part: Array) -> NDArray[np.uint8]:
    """Return values of 8 bits, with straight alpha."""
    a = np.asarray(part, np.float64)
    if a.shape[2] == 4:
        alpha = a[..., 3:]
        a = np.concatenate([np.divide(a[..., :3], alpha, out=np.zeros_like(a[..., :3]), where=alpha > 0), alpha], 2)
    return np.rint(np.clip(a, 0.0, 1.0) * 255.0).astype(np.uint8)


FILE_FORMATS = tuple(
    Format(
        suffix,
        partial(write_drawn, form),
        check=partial(check_size, form),
        page=("width", "dpi") if form in ON_PAPER else (),
    )
    for suffix, form in PICTURES.items()
    if suffix not in MOVING
)
