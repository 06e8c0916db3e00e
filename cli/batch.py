"""`sdfraster fit` of many pictures: one process for each, as many at once as there are cores."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from sdfraster.errors import DataError

from .board import Board
from .files import Output
from .keeping import Keeping
from .options import bundle
from .signals import Signals

if TYPE_CHECKING:
    from sdfraster.batch.job import Job, Outcome
    from sdfraster.batch.wish import Wish

SUMMARIES = (".csv", ".html", ".json")
SHEET = ".html"


class Batch(NamedTuple):
    """What is asked for beside fits."""

    skip_existing: bool = False
    summaries: tuple[str, ...] = ()
    watch: bool = False
    jobs: int | None = None
    scheduler: str | None = None


batch_options = bundle(
    "batch",
    Batch,
    {
        "skip_existing": click.option(
            "--skip-existing", is_flag=True, help="Leave out pictures whose results are all there."
        ),
        "summaries": click.option(
            "--report",
            "summaries",
            type=click.Path(readable=False),
            multiple=True,
            help=f"Write what became of many pictures: {', '.join(SUMMARIES)}, of which the second is a contact sheet; "
            "may be given more than once.",
        ),
        "watch": click.option("--watch", is_flag=True, help="Wait for new pictures in a folder, until Ctrl-C."),
        "jobs": click.option("--jobs", type=click.IntRange(1), help="Pictures at once.  [default: one for each core]"),
        "scheduler": click.option(
            "--scheduler",
            metavar="ADDRESS",
            help="Let workers of a Dask cluster do it, such as tcp://10.0.0.7:8786; local makes one here.",
        ),
    },
)
"""Adds the options of batches; the command gets a `Batch`."""


def is_batch(images: Sequence[str], outputs: Sequence[Output], batch: Batch) -> bool:
    """Return whether many pictures are meant, though it may be one now."""
    from sdfraster.batch.names import has_field, is_pattern

    many = len(images) > 1 or any(map(is_pattern, images))
    return many or batch != Batch() or any(has_field(each.name) for each in outputs)


def run_batch(
    ctx: click.Context,
    images: Sequence[str],
    outputs: Sequence[Output],
    wish: Wish,
    batch: Batch,
    keeping: Keeping,
    as_json: bool,
) -> None:
    """Fit all pictures and say what became of each; exit with 1 if one has failed."""
    from sdfraster.batch.crew import Share
    from sdfraster.batch.job import FAILED
    from sdfraster.batch.many import NoSpaceError, carried_out, hired
    from sdfraster.batch.summary import Summary

    _check(images, outputs, batch)
    with _as_usage():
        count, jobs = _jobs(images, outputs, wish.loaded(), batch, keeping)
        crew = hired(batch.scheduler, batch.jobs, count, wish.options.device, keeping.checkpoint is not None)
    signals: Signals = ctx.obj
    start, faults = time.monotonic(), []
    with signals.held(), Summary(bool(batch.summaries)) as summary:
        with Board(count, as_json) as board:
            try:
                for said in carried_out(jobs, crew, lambda: signals.came):
                    if isinstance(said, Share):
                        board.share(said)
                    else:
                        summary.add(said)
                        board.outcome(said)
            except NoSpaceError as error:
                summary.add(error.outcome)
                faults.append(str(error))
        board.end(summary.counts, time.monotonic() - start)
        for name in batch.summaries:
            try:
                summary.write(Path(name))
                click.echo(f"wrote {name}", err=as_json)
            except DataError as error:
                faults.append(str(error))
        if faults:
            raise DataError("; ".join(faults))
        if signals.came:
            ctx.exit(signals.status)
        if summary.counts[FAILED]:
            ctx.exit(1)


def _jobs(
    images: Sequence[str], outputs: Sequence[Output], wish: Wish, batch: Batch, keeping: Keeping
) -> tuple[int | None, Iterable[Job | Outcome | None]]:
    """Return how many pictures there are, if that is known, and what is to be done.

    Raises
    ------
    ValueError
        If the names of files are not such that every picture has its own.
    DataError
        If there are no pictures.
    """
    from sdfraster.batch.job import Job
    from sdfraster.batch.names import Taken, pictures
    from sdfraster.batch.watch import arriving, missing
    from sdfraster.batch.wish import Output as File

    taken = Taken((each.name for each in outputs), keeping.checkpoint)
    thumbnails = any(Path(each).suffix.lower() == SHEET for each in batch.summaries)
    resume = keeping.resume is not None

    def job(name: str) -> Job:
        paths = zip(taken.outputs(name), outputs, strict=True)
        files = tuple(File(Path(path), each.format) for path, each in paths)
        return Job(name, name, files, wish, thumbnails, taken.checkpoint(name), resume)

    jobs: Iterable[Job | Outcome | None]
    if batch.watch:
        count, jobs = None, arriving(images, taken, job)
    else:
        names = pictures(images)
        for name in names:
            taken.outputs(name)
        count, jobs = len(names), map(job, names)
    return count, missing(jobs) if batch.skip_existing else jobs


@contextmanager
def _as_usage() -> Iterator[None]:
    """Let values that cannot be be wrong usage; bad data stay bad data."""
    try:
        yield
    except DataError:
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _check(images: Sequence[str], outputs: Sequence[Output], batch: Batch) -> None:
    """Refuse what cannot be before the work."""
    from sdfraster.batch.names import is_pattern, suffixes
    from sdfraster.io.place import check_place

    for each in outputs:
        if each.standard:
            raise click.UsageError(f"{each.name} is standard output, which is for one picture")
        for folder in filter(os.path.isdir, images):
            if f".{each.format}" in suffixes() and _same_folder(os.path.dirname(each.name), folder):
                raise click.UsageError(
                    f"{each.name}: results in {folder} would be taken for pictures; name another folder"
                )
    for name in images:
        if name == "-":
            raise click.UsageError("- is standard input, which is one picture; give files or folders")
        if batch.watch and not is_pattern(name):
            raise click.UsageError(f"--watch needs a folder, or a pattern such as 'photos/*.jpg', not {name}")
    for name in batch.summaries:
        if Path(name).suffix.lower() not in SUMMARIES:
            raise click.UsageError(f"--report {name}: its suffix must be one of {', '.join(SUMMARIES)}")
        check_place(name)


def _same_folder(a: str, b: str) -> bool:
    return os.path.exists(a or ".") and os.path.samefile(a or ".", b)
