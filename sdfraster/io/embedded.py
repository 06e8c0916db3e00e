"""Pictures and data inside of a page of HTML, which then is one file."""

from __future__ import annotations

import gzip
import io
import json
from base64 import b64encode
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from ..scene import Array
from .png import as_bytes

if TYPE_CHECKING:
    from PIL import Image

WEBP: dict[str, Any] = {"format": "WEBP", "lossless": True, "quality": 60}
PNG: dict[str, Any] = {"format": "PNG", "optimize": True}


def page_part(name: str) -> str:
    """Return a file of the folder ``pages``."""
    return files(__package__).joinpath("pages").joinpath(name).read_text(encoding="utf-8")


def as_image(picture: Array) -> Image.Image:
    """Return a picture (H, W, 3) or premultiplied (H, W, 4) as Pillow has it."""
    from PIL import Image

    return Image.fromarray(as_bytes(np.asarray(picture)))


def encoded(image: Image.Image, **options: Any) -> bytes:
    """Return the file of a picture; the options are those of Pillow."""
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()


def data_uri(data: bytes, kind: str) -> str:
    """Return data as an address that holds them."""
    return f"data:{kind};base64,{b64encode(data).decode()}"


def packed(value: Any) -> str:
    """Return what JSON can hold as text of one line, compressed; the same value always gives the same text."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def pair(a: Array, b: Array, most: int) -> tuple[bytes, bytes]:
    """Return two pictures of one size without loss, the second as PNG, made smaller until both have so few bytes."""
    from PIL import Image

    images = as_image(a), as_image(b)
    while True:
        files = encoded(images[0], **WEBP), encoded(images[1], **PNG)
        size = sum(map(len, files))
        if size <= most:
            return files
        factor = min(0.9, 0.95 * (most / size) ** 0.5)
        width, height = (max(1, round(factor * side)) for side in images[0].size)
        images = tuple(image.resize((width, height), Image.Resampling.BOX) for image in images)  # type: ignore[assignment]
