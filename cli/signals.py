"""Ctrl-C, and what ``timeout``, batch systems and a closed terminal send: a command ends, and a fit is not lost.

A signal ends a command at once by KeyboardInterrupt, which Python drops if it comes while a finaliser or a callback
from C runs. While there is something to lose, in `held`, the first is noted instead, for `check` between two steps,
where shapes are whole; after the last step it changes the exit status only. ``timeout`` and wrappers send a signal
twice within a moment; whoever sends another one later means at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
PATIENCE = 1.0  # seconds in which signals count as one
NOTE = b"\nsdfraster: ending after this step, then writing what there is; a second signal ends at once\n"


class Signals:
    """The signals that end a command, from entering to leaving; SIGHUP that is ignored, as under nohup, stays so."""

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._hook = sys.unraisablehook
        self._holding = False
        self._number: int | None = None  # of the first that came
        self._last = float("-inf")  # when one was heeded

    def __enter__(self) -> Signals:
        sys.unraisablehook = self._dropped
        if threading.current_thread() is threading.main_thread():
            for number in (getattr(signal, name) for name in NAMES if hasattr(signal, name)):
                ignored = signal.getsignal(number) == signal.SIG_IGN
                if number == signal.SIGINT or not ignored:  # shells let jobs in the background of scripts ignore SIGINT
                    self._before[number] = signal.signal(number, self._come)
        return self

    def __exit__(self, *error: Any) -> None:
        sys.unraisablehook = self._hook
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def came(self) -> bool:
        """Whether any has come."""
        return self._number is not None

    @property
    def status(self) -> int:
        """Exit status of what a signal has ended, as shells have it."""
        return 128 + (signal.SIGINT if self._number is None else self._number)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Note signals, and end nothing; what comes a second time later does."""
        self.check()
        self._holding = True
        try:
            yield
        finally:
            self._holding = False

    @contextmanager
    def released(self) -> Iterator[None]:
        """Let signals end at once what may wait for ever, within `held`."""
        holding, self._holding = self._holding, False
        try:
            yield
        finally:
            self._holding = holding

    def check(self) -> None:
        """Raise KeyboardInterrupt if a signal has come."""
        if self.came:
            raise KeyboardInterrupt

    def _dropped(self, what: Any) -> None:
        """Say nothing of a KeyboardInterrupt that is dropped, because it is remembered."""
        if what.exc_type is not KeyboardInterrupt:
            self._hook(what)

    def _come(self, number: int, _: Any) -> None:
        now = time.monotonic()
        if now - self._last < PATIENCE:
            return
        self._last = now
        if self._holding and not self.came:
            self._number = number
            _tell(NOTE)
            return
        self._number = self._number or number
        raise KeyboardInterrupt


def _tell(note: bytes) -> None:
    """Write on stderr past its stream, which may be in the midst of a write."""
    if sys.stderr is not None:  # then another file may have its number
        with suppress(OSError):
            os.write(sys.stderr.fileno(), note)
