"""Word that kernels are being compiled: the first run on a machine does so for many seconds, and should not seem stuck.

What shows it need not import the compiler.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_waiting: list[Callable[[], None]] = []

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_waiting.clear)  # what works in the background is silent


@contextmanager
def telling(tell: Callable[[], None]) -> Iterator[None]:
    """Call a function once, before the first kernel that is not on disk is compiled."""
    _waiting.append(tell)
    try:
        yield
    finally:
        if tell in _waiting:
            _waiting.remove(tell)


def begins() -> None:
    """Say that a kernel is about to be compiled."""
    while _waiting:
        _waiting.pop()()
