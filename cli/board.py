"""What a batch says: a bar for all pictures on stderr, and a line for each that is done."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from io import StringIO
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sdfraster.batch.crew import Share
    from sdfraster.batch.job import Outcome

PARTS = 1000  # of the bar, for each picture


class Board:
    """The bar, and the lines above it.

    Parameters
    ----------
    count : int or None
        Number of pictures, if it is known; there is no bar without.
    as_json : bool
        Whether lines are JSON objects.
    """

    def __init__(self, count: int | None, as_json: bool) -> None:
        self._as_json, self._done = as_json, 0
        self._shares: dict[str, float] = {}
        self._bar: Any = None
        if count is not None:
            label = f"{count} picture{'s' if count != 1 else ''}"
            self._bar = click.progressbar(length=PARTS * count, label=label, file=sys.stderr or StringIO())

    def __enter__(self) -> Board:
        with suppress(OSError):
            if self._bar is not None:
                self._bar.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        with suppress(OSError):
            if self._bar is not None:
                self._bar.__exit__(*error)

    def share(self, said: Share) -> None:
        """Show how far a picture is."""
        if self._bar is not None and not self._shares and not self._done:
            self._bar.start = time.time()  # what comes before the first step says nothing of the time that is left
        self._shares[said.picture] = said.share
        self._move()

    def outcome(self, outcome: Outcome) -> None:
        """Say what became of a picture."""
        from sdfraster.batch.job import FAILED
        from sdfraster.batch.summary import row

        self._shares.pop(outcome.picture, None)
        self._done += 1
        erase = "\r\x1b[K" if self._bar is not None and sys.stderr is not None and sys.stderr.isatty() else ""
        for warning in outcome.warnings:
            click.echo(f"{erase}sdfraster: warning: {warning}", err=True)
        if outcome.status == FAILED:
            named = outcome.error if outcome.picture in outcome.error else f"{outcome.picture}: {outcome.error}"
            click.echo(f"{erase}sdfraster: error: {named}", err=True)
        elif erase:
            click.echo(erase, err=True, nl=False)
        if self._as_json:
            click.echo(json.dumps(row(outcome)))
        elif outcome.status != FAILED:
            click.echo(_text(outcome))
        self._move()

    def end(self, counts: dict[str, int], seconds: float) -> None:
        """Say what became of all."""
        from sdfraster.io.report import counted

        said = ", ".join(f"{count} {status}" for status, count in counts.items() if count) or "none came"
        click.echo(f"{counted(sum(counts.values()), 'picture')} in {seconds:.1f} s: {said}", err=self._as_json)

    def _move(self) -> None:
        if self._bar is not None:
            at = round(PARTS * (self._done + sum(self._shares.values())))
            with suppress(OSError):
                self._bar.update(max(0, at - self._bar.pos))


def _text(outcome: Outcome) -> str:
    from sdfraster.io.report import described

    if outcome.figures is None:
        return f"{outcome.picture}: {outcome.status}{''.join(f', {name}' for name in outcome.files)}"
    psnr = outcome.figures.get("svg_psnr", outcome.figures["psnr"])
    quality = "no error" if psnr is None else f"PSNR {psnr:.2f} dB"
    what = described(outcome.figures["kind"], outcome.figures["count"])
    return f"{outcome.picture}: {what}, {quality}, {outcome.seconds:.1f} s; wrote {', '.join(outcome.files)}"
