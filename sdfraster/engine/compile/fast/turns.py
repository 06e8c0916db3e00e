"""Turns of processes that would compile the same kernel at once: one compiles, and the others wait for its file.

Compiling takes seconds of a core, and processes of a batch that begin together need the same kernels in the same order.
A turn is a lock of the system on one byte of a file beside the kernels. The system gives it back when its process ends,
however it ends, so nobody waits for the dead. Nobody waits for long either, for a process may be stopped while it has
its turn. Then, and where there are no such locks, everybody compiles.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

FILE = "turns"  # stays empty: what is locked are numbers of bytes
PLACES = 2**30  # such numbers; two kernels as good as never have the same
PATIENCE = 60.0  # seconds to wait for another process, several times what a kernel takes to compile
PAUSE = 0.02  # seconds between two looks
TAKEN = BlockingIOError, PermissionError  # what the system says if another process has a lock


class Turn:
    """The turn of this process. It has one at a time, for Numba compiles one kernel at a time."""

    def __init__(self) -> None:
        self._file: int | None = None

    def take(self, folders: Iterable[Path], name: str, done: Callable[[], Any]) -> Any:
        """Wait until this process may compile a kernel, or need not any more.

        Parameters
        ----------
        folders : iterable of Path
            Where kernels may be kept.
        name : str
            Of the kernel, in hexadecimal digits.
        done : callable
            Returns what another process has compiled, or None.

        Returns
        -------
        object or None
            What `done` returns after the wait. If it is None, the turn is to be given back when the kernel is kept.
        """
        self.give_back()
        last = time.monotonic() + PATIENCE
        self._file = file = _opened(folders)
        with suppress(OSError):  # a disk without locks
            while file is not None and not _locked(file, int(name, 16) % PLACES) and time.monotonic() < last:
                time.sleep(PAUSE)
        found = done()
        if found is not None:
            self.give_back()
        return found

    def give_back(self) -> None:
        """Let another process have its turn, if this one has it."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)  # with all locks that this process has on it


def _opened(folders: Iterable[Path]) -> int | None:
    """Return the file of turns, in the first folder that takes one."""
    for folder in folders if fcntl is not None else ():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            return os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o666)
    return None


def _locked(file: int, place: int) -> bool:
    """Lock a byte, and return whether that was possible."""
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
    except TAKEN:
        return False
    return True
