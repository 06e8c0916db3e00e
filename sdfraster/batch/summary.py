"""The summary of a batch: a table as CSV or JSON, or a contact sheet as HTML.

What becomes of a picture waits in a temporary file until the summary is written, so that memory does not grow with the
number of pictures.
"""

from __future__ import annotations

import csv
import io
import json
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path
from string import Template
from typing import IO, Any
from urllib.parse import quote

from ..errors import DataError
from ..io.atomic import write_atomic
from ..io.embedded import data_uri, page_part
from ..io.report import described
from .job import DONE, FAILED, SKIPPED, Outcome

COLUMNS = (
    *("picture", "status", "width", "height", "kind", "count", "psnr", "svg_psnr", "ssim", "iterations", "seconds"),
    *("files", "error"),
)


class Summary:
    """Outcomes of a batch, and their number by status.

    Parameters
    ----------
    kept : bool
        Whether outcomes are kept, for a summary to be written.

    Attributes
    ----------
    counts : dict of str to int
        Number of pictures by status.
    """

    def __init__(self, kept: bool = True) -> None:
        self.counts = dict.fromkeys((DONE, FAILED, SKIPPED), 0)
        self._spool: IO[bytes] | None = None
        self._fault: OSError | None = None  # why not all outcomes are kept
        if kept:
            with self._noted():
                self._spool = tempfile.TemporaryFile(prefix="sdfraster-")  # noqa: SIM115, closed in __exit__

    def __enter__(self) -> Summary:
        return self

    def __exit__(self, *error: Any) -> None:
        if self._spool is not None:
            with suppress(OSError):  # what did not fit is written again
                self._spool.close()

    def add(self, outcome: Outcome) -> None:
        """Note what became of a picture; if that cannot be kept, the batch goes on, and `write` says so."""
        self.counts[outcome.status] = self.counts.get(outcome.status, 0) + 1
        if self._spool is not None and self._fault is None:
            with self._noted():
                pickle.dump(outcome, self._spool)
                self._spool.flush()

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Note that outcomes cannot be kept."""
        try:
            yield
        except OSError as error:
            self._fault = error

    def outcomes(self) -> Iterator[Outcome]:
        """Yield all of them, from the first."""
        if self._spool is None:
            return
        self._spool.seek(0)
        while True:
            try:
                yield pickle.load(self._spool)
            except EOFError:
                return

    def write(self, path: Path) -> None:
        """Write a table or a contact sheet, as the suffix says.

        Raises
        ------
        DataError
            If it cannot be written, or the folder of temporary files had no space for all outcomes.
        """
        if self._fault is not None:
            why = f"for temporary files could not be ({self._fault.strerror})"
            raise DataError(f"{path}: cannot be written, {why}; TMPDIR can name another folder for them")
        text = WRITERS[path.suffix.lower()](self, path)
        write_atomic(path, (part.encode() for part in text))


def row(outcome: Outcome) -> dict[str, Any]:
    """Return a row of the table, with None for what is not known."""
    values = {**vars(outcome), **(outcome.figures or {}), "seconds": round(outcome.seconds, 3)}
    return {name: values.get(name) for name in COLUMNS}


def _csv(summary: Summary, path: Path) -> Iterator[str]:
    yield _line_of(COLUMNS)
    for outcome in summary.outcomes():
        yield _line_of(";".join(value) if isinstance(value, tuple) else value for value in row(outcome).values())


def _line_of(values: Iterable[Any]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerow(values)
    return stream.getvalue()


def _json(summary: Summary, path: Path) -> Iterator[str]:
    yield "["
    for n, outcome in enumerate(summary.outcomes()):
        yield (",\n" if n else "\n") + json.dumps(row(outcome))
    yield "\n]\n"


def _html(summary: Summary, path: Path) -> Iterator[str]:
    """Yield a contact sheet: what failed first, then a card for each picture."""
    said = {name: f"{count} {name}" for name, count in summary.counts.items() if count}
    words = {"style": page_part("page.css") + page_part("sheet.css"), "counts": escape(", ".join(said.values()))}
    head, foot = Template(page_part("sheet.html")).substitute(words, cards="\0").split("\0")
    yield head
    for failing in (True, False):
        for outcome in summary.outcomes():
            if (outcome.status == FAILED) == failing:
                yield _card(outcome, path.parent)
    yield foot


def _card(outcome: Outcome, folder: Path) -> str:
    name = escape(outcome.picture)
    lines = [f"<h2>{name}</h2>"]
    titles = "target", "result"
    images = [
        f'<img src="{data_uri(data, "image/webp")}" alt="{title} of {name}">'
        for title, data in zip(titles, outcome.thumbnails, strict=False)
    ]
    if images:
        lines.append(f'<div class="pair">{"".join(images)}</div>')
    figures = outcome.figures
    if outcome.error:
        lines.append(f'<p class="error">{escape(outcome.error)}</p>')
    elif figures is None:
        lines.append(f"<p>{outcome.status}</p>")
    else:
        psnr = "no error" if figures["psnr"] is None else f"{figures['psnr']:.2f} dB"
        lines.append(f"<p>{described(figures['kind'], figures['count'])}, {psnr}, {outcome.seconds:.1f} s</p>")
    links = [
        f'<a href="{escape(quote(os.path.relpath(file, folder)))}">{escape(os.path.basename(file))}</a>'
        for file in outcome.files
    ]
    if links:
        lines.append(f"<p>{', '.join(links)}</p>")
    return f"<li>{''.join(lines)}</li>\n"


WRITERS: dict[str, Callable[[Summary, Path], Iterator[str]]] = {".csv": _csv, ".html": _html, ".json": _json}
