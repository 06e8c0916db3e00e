"""SVG files in: as scenes, and as pictures that are compared with others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

from ..drawing.scenes import from_svg
from ..errors import DataError
from ..scene import Scene


def read_svg(path: str | os.PathLike[str] | BinaryIO, strict: bool = False) -> Scene:
    """Read a scene from an SVG file, see `from_svg`.

    Raises
    ------
    DataError
        If it is missing, no SVG, asks for too much, or, if `strict`, has something that cannot be drawn; the message
        names the file.
    """
    return from_svg(bytes_of(path), strict, f"{path}: ")


def bytes_of(path: Any) -> bytes:
    """Return what is in a file or a stream.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    try:
        data: bytes = Path(path).read_bytes() if isinstance(path, (str, os.PathLike)) else path.read()
        return data
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise DataError(f"{path}: is a folder, not an SVG file") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from None


def is_svg(data: bytes) -> bool:
    """Return whether what a file begins with is that of an SVG, plain or compressed, and not of JSON."""
    return data[:2] == b"\x1f\x8b" or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
