"""The progress bar of a fit."""

from __future__ import annotations

import sys
from contextlib import suppress
from io import StringIO
from typing import TYPE_CHECKING, Any

import click

from .signals import Signals

if TYPE_CHECKING:
    from sdfraster.fitting import FitProgress

REDRAW = 0.1  # seconds between updates


class Bar:
    """Progress on stderr: share done, time left, loss. Between steps it lets signals end the fit.

    A bar that cannot be drawn, on a full disk or a terminal that is gone, is no reason to lose the fit.
    """

    def __init__(self, iterations: int, signals: Signals) -> None:
        self._bar: Any = click.progressbar(
            length=iterations,
            label="fitting",
            file=sys.stderr or StringIO(),  # click would take stdout
            item_show_func=self._state,
        )
        self._next = 0.0
        self._signals = signals

    def __enter__(self) -> Bar:
        with suppress(OSError):
            self._bar.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        with suppress(OSError):
            if not self._signals.came and error[0] is None:  # L-BFGS, or a limit, may end a fit before its last step
                self._bar.update(self._bar.length - self._bar.pos)
            self._bar.__exit__(*error)

    def __call__(self, progress: FitProgress) -> None:
        self._signals.check()
        if progress.seconds >= self._next or progress.iteration == progress.iterations:
            self._next = progress.seconds + REDRAW
            self._bar.length = progress.iterations  # a fit for a PSNR may get more
            with suppress(OSError):
                self._bar.update(progress.iteration - self._bar.pos, progress)

    @staticmethod
    def _state(progress: FitProgress | None) -> str | None:
        if progress is None:
            return None
        text = f"loss {progress.loss:.5f}"
        return text if progress.psnr is None else f"{text}  PSNR {progress.psnr:.2f} dB"
