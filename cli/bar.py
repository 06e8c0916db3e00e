"""The progress bar of a fit, and Ctrl-C while it runs."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sdfraster.fitting import FitProgress

REDRAW = 0.1  # seconds between updates


class _Interrupt:
    """Ctrl-C that is not lost.

    Python drops the exception if it comes while a finaliser or a callback from C runs; then the next step raises it.
    """

    def __init__(self) -> None:
        self._asked = False
        self._before: Any = None

    def __enter__(self) -> _Interrupt:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *error: Any) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def check(self) -> None:
        """Raise KeyboardInterrupt if it was asked for."""
        if self._asked:
            self._asked = False
            raise KeyboardInterrupt

    def _ask(self, *signal: Any) -> None:
        self._asked = True
        raise KeyboardInterrupt


class Bar:
    """Progress on stderr: share done, time left, loss."""

    def __init__(self, iterations: int) -> None:
        self._bar: Any = click.progressbar(
            length=iterations, label="fitting", file=sys.stderr, item_show_func=self._state
        )
        self._next = 0.0
        self._interrupt = _Interrupt()

    def __enter__(self) -> Bar:
        self._interrupt.__enter__()
        self._bar.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._bar.__exit__(*error)
        self._interrupt.__exit__(*error)

    def __call__(self, progress: FitProgress) -> None:
        self._interrupt.check()
        if progress.seconds >= self._next or progress.iteration == progress.iterations:
            self._next = progress.seconds + REDRAW
            self._bar.update(progress.iteration - self._bar.pos, progress)

    @staticmethod
    def _state(progress: FitProgress | None) -> str | None:
        if progress is None:
            return None
        text = f"loss {progress.loss:.5f}"
        return text if progress.psnr is None else f"{text}  PSNR {progress.psnr:.2f} dB"
