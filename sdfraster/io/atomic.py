"""Output files that are either complete or not there.

Data are written to a new file next to the old one, which it then replaces. The new one lies in a temporary folder: the
system makes a name for that which no other save has, neither a thread nor a process nor what a killed run left behind,
and files in it get the permissions of any new file (``tempfile`` gives its own files none for others).
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ..errors import DataError
from .place import Place, check_there, status

PREFIX = ".sdfraster-"  # of temporary folders
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)  # the disk is full, or the share of it that is allowed
IN_PLACE = (errno.EBUSY, errno.EPERM, errno.EACCES)  # a mount point, or a file in a folder whose files are not ours


class DiskFullError(DataError):
    """There is no space left for a file, nor for another of its size."""


def write_atomic(place: Place, data: bytes | Iterable[bytes]) -> None:
    """Write a file so that it appears complete or not at all; pipes, devices and streams are written into.

    Data may come in parts, which need not be in memory at once. A link stays a link, and a file that is replaced passes
    on its mode and, where that is allowed, its owner.

    Raises
    ------
    DataError
        If it cannot be written, `DiskFullError` for lack of space; nothing is left behind and an older file stays as it
        was. Errors of a stream are raised as they are.
    """
    if not isinstance(place, (str, os.PathLike)):
        for part in _parts(data):
            place.write(part)
        place.flush()
        return
    there = status(place)
    if there is not None:
        check_there(place, there)
    try:
        file = Path(os.path.realpath(place))
        if there is None or _has_name(file, there):
            _replace(file, data, there)
        else:
            _write_into(place, data)
    except OSError as error:
        fault = DiskFullError if error.errno in NO_SPACE else DataError
        raise fault(f"{place}: cannot be written ({error.strerror})") from None


def _has_name(file: Path, there: os.stat_result) -> bool:
    """Return whether a path is that of the ordinary file found there; a descriptor may lead to one without a name."""
    return stat.S_ISREG(there.st_mode) and file.exists() and os.path.samestat(file.stat(), there)


def _replace(file: Path, data: bytes | Iterable[bytes], old: os.stat_result | None) -> None:
    """Put a new file where there is an old one or none."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=file.parent, ignore_cleanup_errors=True) as folder:
        new = Path(folder, "new")
        with new.open("wb") as stream:
            stream.writelines(_parts(data))
        if old is not None:
            _keep_rights(new, old)
        try:
            os.replace(new, file)
        except OSError as error:
            if old is None or error.errno not in IN_PLACE:
                raise
            _write_into(file, (new.read_bytes(),))


def _keep_rights(new: Path, old: os.stat_result) -> None:
    """Give a file the mode and, as far as that is allowed, the owner of the one that it replaces."""
    if hasattr(os, "chown"):  # Windows has none
        for owner in (old.st_uid, -1):
            with suppress(OSError):
                os.chown(new, owner, old.st_gid)
                break
    with suppress(OSError):  # some network file systems keep no modes
        new.chmod(stat.S_IMODE(old.st_mode))


def _write_into(path: str | os.PathLike[str], data: bytes | Iterable[bytes]) -> None:
    """Write into what is there, and make nothing new; a pipe waits for its reader."""
    with open(os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0)), "wb") as stream:
        if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            stream.truncate()
        stream.writelines(_parts(data))


def _parts(data: bytes | Iterable[bytes]) -> Iterable[bytes]:
    return (data,) if isinstance(data, bytes) else data
