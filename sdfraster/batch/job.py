"""The work on one picture: read, fit, write."""

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
from .wish import Output, Wish

if TYPE_CHECKING:
    from ..fitting import FitProgress, FitResult

DONE, FAILED, SKIPPED, ENDED = "done", "failed", "skipped", "ended"
THUMBNAIL = 160  # pixels of the longer side

Tell = Callable[[float], bool]


class Job(NamedTuple):
    """A picture, and what is to be made of it."""

    picture: str
    """Path or ``sample:NAME``."""
    outputs: tuple[Output, ...]
    """Files, all of them with a path."""
    wish: Wish
    """What all pictures share."""
    thumbnails: bool = False
    """Whether small pictures of target and result are wanted."""


@dataclass(frozen=True)
class Outcome:
    """What became of a picture.

    Attributes
    ----------
    picture : str
        Path.
    status : {"done", "failed", "skipped", "ended"}
        Ended: given up, because the whole batch was.
    files : tuple of str
        What was written, or was there.
    error : str
        What went wrong, in one line.
    seconds : float
        Time that reading, fitting and writing took.
    figures : dict
        Of the fit: width, height, kind, count, psnr, ssim, svg_psnr (if an SVG was written), iterations.
    thumbnails : tuple of bytes
        Target and result, as WebP.
    warnings : tuple of str
        What else is to be said.
    """

    picture: str
    status: str
    files: tuple[str, ...] = ()
    error: str = ""
    seconds: float = 0.0
    figures: dict[str, Any] | None = None
    thumbnails: tuple[bytes, ...] = ()
    warnings: tuple[str, ...] = ()


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
            outcome = failed(job, str(error) or "not enough memory")
        except Exception as error:  # a fault of ours, which must not take the other pictures with it
            outcome = failed(job, f"{type(error).__name__}: {error}")
    warnings = tuple(_line(each.message) for each in said if issubclass(each.category, UserWarning))
    return replace(outcome, seconds=time.perf_counter() - start, warnings=warnings)


def _done(job: Job, tell: Tell) -> Outcome:
    result = _fit(job, tell)
    if result is None:
        return Outcome(job.picture, ENDED)
    wish = job.wish
    saving = wish.saving(os.path.basename(job.picture))
    for output in job.outputs:
        Path(str(output.place)).parent.mkdir(parents=True, exist_ok=True)
        save(result, output.place, wish.scale, format=output.format, **saving)
    small = _thumbnails(result) if job.thumbnails else ()
    return Outcome(job.picture, DONE, _names(job), figures=_figures(result, wish.page.precision), thumbnails=small)


def skipped(job: Job) -> Outcome | None:
    """Return the outcome of a job whose files are all there already, or None."""
    names = _names(job)
    return Outcome(job.picture, SKIPPED, names) if all(map(os.path.exists, names)) else None


def failed(job: Job, error: str) -> Outcome:
    """Return the outcome of a job that could not be done."""
    return Outcome(job.picture, FAILED, error=_line(error))


def _names(job: Job) -> tuple[str, ...]:
    return tuple(str(each.place) for each in job.outputs)


def _line(text: object) -> str:
    return " ".join(str(text).split())


def _fit(job: Job, tell: Tell) -> FitResult | None:
    """Return the result of a fit, or None if it was given up."""
    from ..fitting import fit

    target = read_image(job.picture)
    options = job.wish.options_for(target, job.picture, job.outputs)
    ended = False

    def step(progress: FitProgress) -> bool:
        nonlocal ended
        ended = tell(progress.iteration / progress.iterations)
        return ended

    result = fit(target, options, step)
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
