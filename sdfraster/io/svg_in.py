"""SVG files in: as scenes, and as pictures that are compared with others."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from ..drawing.document import read_bytes
from ..drawing.reader import Drawing, drawing_of
from ..drawing.scenes import from_svg, paths_of, scene_of
from ..errors import DataError, DataWarning
from ..scene import Scene


def read_svg(
    path: str | os.PathLike[str] | BinaryIO, strict: bool = False, sizes: Sequence[tuple[int, ...]] = ()
) -> Scene:
    """Read a scene from an SVG file, see `from_svg`.

    Raises
    ------
    DataError
        If it is missing, no SVG, asks for too much, or, if `strict`, has something that cannot be drawn; the message
        names the file.
    """
    return from_svg(bytes_of(path), strict, f"{path}: ", sizes)


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


def read_paths(path: str | os.PathLike[str], size: tuple[int, int] | None = None) -> Scene:
    """Read a drawing as one layer of paths, which a fit can start from.

    Parameters
    ----------
    path : path
        Of the file.
    size : pair of int, optional
        Width and height of the canvas, if not those that the file says.

    Raises
    ------
    DataError
        If it cannot be read, or be one layer.
    """
    return _read(path, size, paths_of)


def read_sized(path: str | os.PathLike[str], size: tuple[int, int]) -> Scene:
    """Read a drawing on a canvas of a given width and height.

    Raises
    ------
    DataError
        If it cannot be read.

    Warns
    -----
    DataWarning
        If something in it cannot be drawn.
    """
    scene = _read(path, size, scene_of)
    if scene.unsupported:
        warnings.warn(
            f"{path}: not drawn as it is in the file: {', '.join(scene.unsupported)}", DataWarning, stacklevel=2
        )
    return scene


def _read(path: str | os.PathLike[str], size: tuple[int, int] | None, scene_from: Callable[[Drawing], Scene]) -> Scene:
    try:
        drawing = drawing_of(read_bytes(bytes_of(path)), None if size is None else size[0])
        scene = scene_from(drawing)
    except DataError as error:
        message = str(error)
        raise DataError(message if message.startswith(f"{path}") else f"{path}: {message}") from None
    return scene if size is None or abs(scene.height - size[1]) > 1 else scene.replace(height=size[1])


def is_svg(data: bytes) -> bool:
    """Return whether what a file begins with is that of an SVG, plain or compressed, and not of JSON."""
    return data[:2] == b"\x1f\x8b" or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
