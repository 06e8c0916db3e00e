"""Output files that are either complete or not there.

A fit may run for minutes; neither a typing error in the output path at its start (`check_writable`) nor a full disk at
its end (`write_atomic`) may cost the user a file he already had.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import DataError

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
SUFFIXES = (".svg", ".json", ".obj", ".ply", *IMAGE_SUFFIXES)


def check_writable(path: str | os.PathLike[str], suffixes: tuple[str, ...] = SUFFIXES) -> None:
    """Find out before the work whether a file can be written after it.

    Raises
    ------
    DataError
        If the suffix is none of `suffixes`, the folder is missing or not writable, or the path is a folder.
    """
    file = Path(path)
    if file.suffix.lower() not in suffixes:
        raise DataError(f"{file}: unknown output format {file.suffix!r}; the known ones are {', '.join(suffixes)}")
    try:
        if file.is_dir():
            raise DataError(f"{file}: cannot be written, it is a folder; give a file name")
        if not file.parent.exists():
            raise DataError(f"{file}: cannot be written, the folder {file.parent} does not exist")
        if not file.parent.is_dir():
            raise DataError(f"{file}: cannot be written, {file.parent} is not a folder")
    except OSError as error:  # a name that is too long, a folder that may not be entered
        raise DataError(f"{file}: cannot be written ({error.strerror})") from None
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise DataError(f"{file}: cannot be written, no permission to write in the folder {file.parent}")


def write_atomic(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file through a temporary one in the same folder, so that it appears complete or not at all.

    Raises
    ------
    DataError
        If it cannot be written; nothing is left behind and an older file stays as it was.
    """
    file = Path(os.path.realpath(path))  # a link stays a link
    temporary = file.with_name(f".{file.stem[:40]}.{os.getpid()}.tmp")
    try:
        try:
            with open(temporary, "xb") as stream:
                stream.write(data)
            os.replace(temporary, file)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DataError(f"{path}: cannot be written ({error.strerror})") from None
