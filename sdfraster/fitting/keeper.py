"""When checkpoints of a fit are written: now and then, and when it ends."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from warnings import warn

from ..errors import DataError, DataWarning
from ..io.atomic import write_atomic
from ..io.packed import Tree
from ..io.place import check_place, status
from .checkpoint import Checkpoint, as_bytes, is_checkpoint

EVERY = 10.0  # seconds between checkpoints
SHARE = 0.01  # of the time, which is the most that they may take: large ones are written less often


class Keeper:
    """Writes checkpoints of a fit to a file, or does nothing if there is none.

    Parameters
    ----------
    place : path, optional
        The file.

    Attributes
    ----------
    start : Checkpoint
        The checkpoint but for its parts; to be set before the first step.
    parts : dict
        By name, functions that return what is to be kept.

    Raises
    ------
    DataError
        If it cannot be written, or something else is there.
    """

    start: Checkpoint

    def __init__(self, place: str | os.PathLike[str] | None = None) -> None:
        if place is not None:
            check_kept(place)
        self._place, self._due = place, time.monotonic()
        self.parts: dict[str, Callable[[], Tree]] = {}

    def __bool__(self) -> bool:
        return self._place is not None

    def now_and_then(self) -> None:
        """Write a checkpoint if it is time."""
        if self._place is not None and time.monotonic() >= self._due:
            self.now()

    def now(self) -> None:
        """Write a checkpoint; one that cannot be written is no reason to lose the fit."""
        if self._place is None:
            return
        begun = time.monotonic()
        parts = {name: part() for name, part in self.parts.items()}
        try:
            write_atomic(self._place, as_bytes(replace(self.start, parts=parts)))
        except DataError as error:
            warn(f"{error}; the fit goes on without", DataWarning, stacklevel=2)
        ended = time.monotonic()
        self._due = ended + max(EVERY, (ended - begun) / SHARE)

    def close(self, name: str) -> None:
        """Write a checkpoint, and keep a part as it is now from now on."""
        if self._place is not None:
            tree = self.parts[name]()
            self.parts[name] = lambda: tree
            self.now()

    @contextmanager
    def at_last(self) -> Iterator[None]:
        """Write a checkpoint if what is done between two steps ends the fit."""
        try:
            yield
        except BaseException:
            self.now()
            raise


def check_kept(place: str | os.PathLike[str]) -> None:
    """Find out before the work whether checkpoints can be written to a file.

    Raises
    ------
    DataError
        If not, or if what is there is neither a checkpoint nor empty.
    """
    check_place(place)
    there = status(place)
    if there is not None and stat.S_ISREG(there.st_mode) and there.st_size > 0 and not is_checkpoint(place):
        raise DataError(f"{place}: is there, and is no checkpoint; choose another name for that")
