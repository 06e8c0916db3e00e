"""Where a result is to be written, looked at before the work.

A fit may run for minutes; a typing error in the path of its output must not be found at its end. Besides ordinary files
there are pipes and character devices (/dev/null, a terminal), which are written into. Sockets and disks are refused:
the first cannot be opened, and the second hold more than a picture.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any, Protocol

from ..errors import DataError


class Stream(Protocol):
    """What takes bytes, such as a binary file that is open or ``sys.stdout.buffer``."""

    def write(self, data: bytes, /) -> object:
        """Take all the bytes."""

    def flush(self) -> object:
        """Pass them on."""


Place = str | os.PathLike[str] | Stream


def check_path(place: Any, use: str) -> None:
    """Refuse what is neither a path nor a stream, which has a method `use`: read or write.

    Raises
    ------
    ValueError
        If it is something else.
    DataError
        If it is no name at all.
    """
    if not isinstance(place, (str, os.PathLike)) and not hasattr(place, use):
        raise ValueError(f"path must be a path or a binary stream, not {type(place).__name__}")
    if place == "":
        raise DataError("path is empty; the name of a file was expected")


def check_place(place: Place) -> None:
    """Find out before the work whether a result can be written after it.

    Raises
    ------
    DataError
        If the folder is missing or not writable, or what is there is a folder, read-only, a socket or a disk.
    """
    if not isinstance(place, (str, os.PathLike)):
        return
    there = status(place)
    if there is not None:
        check_there(place, there)
        if not stat.S_ISREG(there.st_mode):
            return
    linked = os.path.islink(place)  # also to what is not there yet
    folder = Path(os.path.realpath(place) if linked else place).parent
    if not folder.exists():
        raise DataError(f"{place}: cannot be written, the folder {folder} does not exist")
    if not folder.is_dir():
        raise DataError(f"{place}: cannot be written, {folder} is not a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DataError(f"{place}: cannot be written, no permission to write in the folder {folder}")


def status(path: str | os.PathLike[str]) -> os.stat_result | None:
    """Return what the system knows of a file, following links, or None if there is none.

    Raises
    ------
    DataError
        If the name cannot be one of a file, or its folder may not be entered.
    """
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:  # a name too long, links in a circle; ValueError: a zero byte
        raise DataError(f"{path}: cannot be written ({getattr(error, 'strerror', None) or error})") from None


def check_there(path: str | os.PathLike[str], there: os.stat_result) -> None:
    """Refuse to write where there is what must stay as it is.

    Raises
    ------
    DataError
        If it is a folder, a socket, a disk, or read-only: without permission, or by its mode, which root may ignore.
    """
    mode = there.st_mode
    if stat.S_ISDIR(mode):
        raise DataError(f"{path}: cannot be written, it is a folder; give a file name")
    if stat.S_ISSOCK(mode) or stat.S_ISBLK(mode):
        what = "a socket" if stat.S_ISSOCK(mode) else "a disk"
        raise DataError(f"{path}: cannot be written, it is {what}; give a file, a pipe or a character device")
    if (stat.S_ISREG(mode) and not mode & 0o222) or not os.access(path, os.W_OK):
        raise DataError(f"{path}: cannot be written, it is read-only; choose another name, or make it writable")
