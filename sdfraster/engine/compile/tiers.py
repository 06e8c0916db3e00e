"""Which way kernels are run, of three *tiers*.

SDFRASTER_JIT asks for one:

* *python*, for ``off`` and for Numba's own NUMBA_DISABLE_JIT=1: nothing is compiled (see `interpret`).
* *plain*, for ``plain``: compiled through the public interface of Numba (see `plain`).
* *fast*, for ``on`` or nothing: through its inside (see the folder `fast`), in half the time and with shorter steps.

What is inside Numba may change with any version. So the fast tier is for versions with which it was tested, and only
after a check that it computes the right numbers. Else kernels are *plain*, and one line on stderr says why.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import numba
import numpy as np

from ...errors import DataError
from . import interpret, plain

NUMBA_TESTED = (0, 60), (0, 68)  # first and last version of Numba that the fast tier was tested with


class Tier(Protocol):
    """What the modules of the three tiers offer."""

    def parallel(self, visit: Callable[..., Any], dtype: np.dtype[Any], name: str, /) -> Callable[..., None]:
        """Return ``run(workers, *arguments)``: it calls ``visit(worker, workers, *arguments)`` for every worker."""

    def serial(self, function: Callable[..., Any], dtype: np.dtype[Any], name: str, /) -> Callable[..., Any]:
        """Return a function that Python calls."""

    def worker_count(self) -> int:
        """Return how many workers can run at once."""


def tier() -> Tier:
    """Return the tier that is asked for, or the next one that there is."""
    asked = _asked()
    if asked == "off" or numba.config.DISABLE_JIT:
        return interpret
    if asked == "plain":
        return plain
    with _deciding:
        return _fast_or_plain()


def fast_is_allowed() -> bool:
    """Return whether the inside of Numba may be used at all."""
    return _asked() != "plain" and _tested() and _fast() is not None


def _asked() -> str:
    """Return what SDFRASTER_JIT says.

    Raises
    ------
    DataError
        If that is none of what it may be.
    """
    asked = os.environ.get("SDFRASTER_JIT", "").strip().lower() or "on"
    if asked not in ("on", "plain", "off"):
        raise DataError(f"SDFRASTER_JIT must be on, plain or off, not {asked!r}")
    return asked


def _tested() -> bool:
    first, last = NUMBA_TESTED
    return first <= numba.version_info.short <= last


@cache
def _fast_or_plain() -> Tier:
    """Return the fast tier, or say in one line why not; children of a process that has said it are silent."""
    doubt = _doubt()
    if doubt is None:
        return _fast()
    if multiprocessing.parent_process() is None:
        print(f"sdfraster: {doubt}; kernels are compiled the plain way, which is slower", file=sys.stderr)
    return plain


def _doubt() -> str | None:
    """Return why the fast tier is not to be trusted, or None."""
    if not _tested():
        first, last = (".".join(map(str, version)) for version in NUMBA_TESTED)
        return f"fast kernels were tested with Numba {first} to {last}, and this is {numba.__version__}"
    fast = _fast()
    if fast is None:
        return f"fast kernels cannot be imported ({_failures[0]})"
    failure = fast.check()
    return f"fast kernels failed a check ({failure})" if failure else None


_failures: list[Exception] = []


@cache
def _fast() -> Any:
    """Return the fast tier, or None if its folder, or what it needs of Numba, is not there."""
    try:
        from . import fast
    except (ImportError, AttributeError) as error:
        _failures.append(error)
        return None
    return fast


_deciding = threading.Lock()


def _after_fork_in_child() -> None:
    global _deciding
    _deciding = threading.Lock()  # another thread may have held it


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
