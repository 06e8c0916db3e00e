"""The work on one picture: a process decodes it, fits, and makes the contents of files, which whoever sent it writes.

So it needs neither the file of the picture nor the disk of the results, and files are written in one place only.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from warnings import catch_warnings, simplefilter

from ..errors import DataError, DeviceError
from ..io import read_image, save
from ..io.atomic import DiskFullError, write_atomic
from ..pictures.arrays import PictureLike
from ..pictures.files import FileBytes, loaded
from .wish import Output, Wish

if TYPE_CHECKING:
    from ..fitting import FitProgress, FitResult

DONE, FAILED, SKIPPED, ENDED = "done", "failed", "skipped", "ended"
THUMBNAIL = 160  # pixels of the longer side

Tell = Callable[[float], bool]


class Job(NamedTuple):
    """A picture, and what is to be made of it."""

    picture: str
    """What it is called: its path or ``sample:NAME``, if it has one."""
    source: PictureLike
    """The picture."""
    outputs: tuple[Output, ...]
    """Files, all of them with a path; if there are none, the result of the fit itself is wanted."""
    wish: Wish
    """What all pictures share."""
    thumbnails: bool = False
    """Whether small pictures of target and result are wanted."""
    checkpoint: str | None = None
    """A file of this machine that gets where the fit is."""
    resume: bool = False
    """Whether the fit goes on from that file, if it is there."""

    def loaded(self) -> Job:
        """Return the same with the picture as bytes, not decoded, which can be sent.

        Raises
        ------
        DataError
            If its file cannot be read.
        """
        return self._replace(source=loaded(self.source))


@dataclass(frozen=True)
class Outcome:
    """What became of a picture.

    Attributes
    ----------
    picture : str
        What it is called: its path, if it has one.
    status : {"done", "failed", "skipped", "ended"}
        Ended: given up, because the whole batch was.
    files : tuple of str
        What was written, or was there.
    error : str
        What went wrong, in one line.
    seconds : float
        Time that decoding, fitting and making the files took.
    figures : dict
        Of the fit: width, height, kind, count, psnr, ssim, svg_psnr (if an SVG was written), iterations.
    thumbnails : tuple of bytes
        Target and result, as WebP.
    warnings : tuple of str
        What else is to be said.
    contents : tuple of bytes
        What is to be written to the files, until it is.
    result : FitResult or None
        What the fit found, if no files were asked for.
    """

    picture: str
    status: str
    files: tuple[str, ...] = ()
    error: str = ""
    seconds: float = 0.0
    figures: dict[str, Any] | None = None
    thumbnails: tuple[bytes, ...] = ()
    warnings: tuple[str, ...] = ()
    contents: tuple[bytes, ...] = ()
    result: FitResult | None = None


def work(job: Job, tell: Tell) -> Outcome:
    """Do a job, and return what became of it; what is wrong with one picture is no reason to raise.

    `tell` is called after every step with the share that is done, and returns whether to give up.
    """
    start = time.perf_counter()
    with catch_warnings(record=True) as said:
        simplefilter("default")
        try:
            outcome = _done(job, tell)
        except (DataError, DeviceError, OSError, MemoryError) as error:
            outcome = failed(job.picture, str(error) or "not enough memory")
        except Exception as error:  # a fault of ours, which must not take the other pictures with it
            outcome = failed(job.picture, f"{type(error).__name__}: {error}")
    warnings = tuple(_line(each.message) for each in said if issubclass(each.category, UserWarning))
    return replace(outcome, seconds=time.perf_counter() - start, warnings=warnings)


def _done(job: Job, tell: Tell) -> Outcome:
    result = _fit(job, tell)
    if result is None:
        return Outcome(job.picture, ENDED)
    return Outcome(
        job.picture,
        DONE,
        _names(job),
        figures=_figures(result, job.wish.page.precision),
        thumbnails=_thumbnails(result) if job.thumbnails else (),
        contents=_contents(result, job),
        result=None if job.outputs else result,
    )


def _contents(result: FitResult, job: Job) -> tuple[bytes, ...]:
    """Return what is to be written to the outputs."""
    saving = job.wish.saving(os.path.basename(job.picture))
    streams = [FileBytes(b"", str(each.place)) for each in job.outputs]
    for output, stream in zip(job.outputs, streams, strict=True):
        save(result, stream, job.wish.scale, format=output.format, **saving)
    return tuple(stream.getvalue() for stream in streams)


def stored(outcome: Outcome) -> Outcome:
    """Write the files of an outcome, each completely or not at all, and return what became of it.

    Raises
    ------
    DiskFullError
        If there is no space for a file: there will be none for the next one either.
    """
    try:
        for name, data in zip(outcome.files, outcome.contents, strict=False):  # others are there already
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            write_atomic(name, data)
    except DiskFullError:
        raise
    except (DataError, OSError) as error:
        unsaved = failed(outcome.picture, str(error))
        return replace(unsaved, seconds=outcome.seconds, warnings=outcome.warnings)
    return replace(outcome, contents=())


def skipped(job: Job) -> Outcome | None:
    """Return the outcome of a job whose files are all there already, or None."""
    names = _names(job)
    return Outcome(job.picture, SKIPPED, names) if all(map(os.path.exists, names)) else None


def failed(picture: str, error: str) -> Outcome:
    """Return the outcome of a picture for which something went wrong."""
    return Outcome(picture, FAILED, error=_line(error))


def _names(job: Job) -> tuple[str, ...]:
    return tuple(str(each.place) for each in job.outputs)


def _line(text: object) -> str:
    return " ".join(str(text).split())


def _fit(job: Job, tell: Tell) -> FitResult | None:
    """Return the result of a fit, or None if it was given up."""
    from ..fitting.fit import beginning, fit_by, past_of
    from ..fitting.keeper import Keeper
    from ..fitting.strategy import FitStrategy

    target = read_image(job.source)
    options = job.wish.options_for(target, job.picture, job.outputs)
    ended = False

    def step(progress: FitProgress) -> bool:
        nonlocal ended
        ended = tell(progress.iteration / progress.iterations)
        return ended

    if job.checkpoint is not None:
        Path(job.checkpoint).parent.mkdir(parents=True, exist_ok=True)
    past = past_of(job.checkpoint, job.checkpoint if job.resume else None)
    if past is not None:
        past.check_again(beginning(options, target))
    result = fit_by(FitStrategy.of(options.kind), target, options, step, Keeper(job.checkpoint), past)
    return None if ended or result.interrupted else result


def _figures(result: FitResult, precision: int) -> dict[str, Any]:
    height, width, _ = result.target.shape
    figures: dict[str, Any] = {
        "width": width,
        "height": height,
        "kind": result.options.kind,
        "count": len(result.scene.layers[0]),
        "psnr": _number(result.psnr),
        "ssim": round(result.ssim, 4),
        "iterations": result.iterations,
    }
    if result.options.for_svg:
        figures["svg_psnr"] = _number(result.psnr_as_svg(precision))
    return figures


def _number(decibels: float) -> float | None:
    return round(decibels, 3) if isfinite(decibels) else None


def _thumbnails(result: FitResult) -> tuple[bytes, ...]:
    from ..io.embedded import as_image, encoded

    images = [as_image(picture.clip(0.0, 1.0)) for picture in (result.target, result.image)]
    for image in images:
        image.thumbnail((THUMBNAIL, THUMBNAIL))
    return tuple(encoded(image, format="WEBP", quality=80) for image in images)
