"""Pictures as they come, and those whose results are not there yet."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator

from .job import Job, Outcome, failed, skipped
from .names import Taken, found

SCAN = 1.0  # seconds between two looks at a folder


def arriving(
    words: Iterable[str], taken: Taken, job: Callable[[str], Job], scan: float = SCAN
) -> Iterator[Job | Outcome | None]:
    """Yield jobs for pictures as they come, and None while there are none; without an end.

    A picture has come when it stays the same from one look to the next: it may be large, and on its way.

    Parameters
    ----------
    words : iterable of str
        Folders and patterns.
    taken : Taken
        Names of results, which are no pictures.
    job : callable
        Makes the job of a picture, or raises ValueError.
    scan : float
        Seconds between two looks.
    """
    words = tuple(words)
    seen: set[str] = set()
    waiting: dict[str, tuple[int, int]] = {}
    last = -scan
    while True:
        if time.monotonic() - last >= scan:
            last = time.monotonic()
            for name in (name for word in words for name in _there(word)):
                if name in seen or name in taken:
                    continue
                stamp = _stamp(name)
                if stamp is None or waiting.get(name) != stamp:
                    waiting[name] = stamp or (-1, -1)
                    continue
                seen.add(name)
                del waiting[name]
                try:
                    yield job(name)
                except ValueError as error:
                    yield failed(name, str(error))
        yield None


def _there(word: str) -> Iterator[str]:
    """Yield what is there now; the folder may come later, or be away for a moment."""
    try:
        yield from found(word)
    except OSError:
        return


def _stamp(name: str) -> tuple[int, int] | None:
    """Return size and time of a file, or None if it is gone or empty."""
    try:
        there = os.stat(name)
    except OSError:
        return None
    return (there.st_size, there.st_mtime_ns) if there.st_size else None


def missing(jobs: Iterable[Job | Outcome | None]) -> Iterator[Job | Outcome | None]:
    """Yield jobs, or for those whose results are all there that they are skipped."""
    for each in jobs:
        yield (skipped(each) or each) if isinstance(each, Job) else each
