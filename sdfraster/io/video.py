"""Animations as MP4 (H.264), through the ffmpeg that comes with the extra ``video``."""

from __future__ import annotations

import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import DataError, missing
from ..scene import Scene
from .atomic import write_atomic
from .film import BUILD, SEARCH, Film
from .formats import Format, Wanted
from .frames import on_white, pictures
from .place import Place

LIBRARY = "imageio_ffmpeg"
EVEN = 2  # H.264 halves the colours in both directions
QUALITY = 8  # of 10


def write_mp4(scene: Scene, place: Place, wanted: Wanted) -> None:
    """Write a video, on white.

    Raises
    ------
    DataError
        If the extra is not installed, there is nothing to show, or the file cannot be written.
    """
    ffmpeg, film = _ffmpeg(place), wanted.film
    frames = (on_white(picture) for picture in pictures(scene, place, wanted, EVEN))
    last = next(frames)
    with tempfile.TemporaryDirectory(prefix="sdfraster-") as folder:
        file = Path(folder, "film.mp4")
        options = {"fps": film.fps, "quality": QUALITY, "macro_block_size": EVEN, "ffmpeg_log_level": "error"}
        try:
            writer = ffmpeg.write_frames(str(file), last.size, **options)
            writer.send(None)
            writer.send(last.tobytes())
            for last in frames:
                writer.send(last.tobytes())
            for _ in range(round(film.hold * film.fps)):
                writer.send(last.tobytes())
            writer.close()
            data = file.read_bytes()
        except OSError as error:
            raise DataError(f"{place}: the video cannot be made ({error.strerror or error})") from None
    write_atomic(place, data)


def _ffmpeg(place: Place) -> Any:
    """Return the library that runs ffmpeg."""
    try:
        return import_module(LIBRARY)
    except ModuleNotFoundError as error:
        said = missing("a video", "imageio-ffmpeg", "video", error, (LIBRARY,))
        raise DataError(f"{place}: {said}") from None


def _check(place: Place, width: float, height: float, transparent: bool) -> None:
    _ffmpeg(place)


FILE_FORMATS = (Format(".mp4", write_mp4, check=_check, frames=Film.searched, moves=(SEARCH, BUILD), still=False),)
