"""How close fits come, as others see them: ``python -m benchmarks.quality IMAGE ... [--case TEXT] [--seed N]``.

Every case is run for every picture: the SVG is drawn by resvg at the picture's size, and its PSNR over 8-bit RGB is
printed as a row of a Markdown table, with the time of the fit and that at which its picture, looked at every 0.1 s,
passed 25 dB. ``--case`` keeps cases whose name holds the text, for instance ``--case "path 256"``; ``--out FOLDER``
keeps what resvg drew. Kernels are compiled, or loaded, before the clock starts.

``--times 0.5 1 2`` prints the PSNR of fits with these limits of time instead, each a fit of its own. ``--processor``
has all clocks count the processor time of the process, on machines that do other things too; use one thread then.
"""

from __future__ import annotations

import argparse
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
from PIL import Image

import sdfraster as sr
from sdfraster.io import on_background, read_image, svg_text
from sdfraster.metrics import psnr
from sdfraster.model.coverage import SVG_RADIUS

from . import arguments
from .engine import machine
from .renderers import Picture, by_resvg

SAMPLE = "sample:chelsea"
PASSED = 25.0  # dB
EVERY = 0.1  # seconds between looks at whether a fit has passed it
WARM = 40  # steps that need every kernel of a fit: one cycle of adding and removing

CASES: dict[str, dict[str, Any]] = {
    **{f"{kind} 256": {"kind": kind} for kind in ("circle", "ellipse", "triangle", "rectangle", "line")},
    **{f"{kind} 1000": {"kind": kind, "count": 1000} for kind in ("triangle", "ellipse")},
    "ellipse 256 gradient": {"kind": "ellipse", "color": "gradient"},
    **{
        f"{kind} {count}": {"kind": kind, "count": count, "time_limit": limit}
        for kind in ("path", "stroke")
        for count, limit in ((256, 30.0), (512, 45.0), (1024, 90.0))
    },
    **{f"icon {n}": {"kind": "path", "count": n, "init": "contour", "iterations": 150} for n in (14, 34, 56)},
}


class Measured(NamedTuple):
    """A fit: what resvg draws of its SVG, how near that is to the target in dB, and the seconds that it took."""

    picture: Picture
    decibels: float
    seconds: float


class Passed:
    """A callback that draws the shapes at the size of the picture ten times a second, until they are good enough."""

    def __init__(self, target: Picture) -> None:
        self._target, self._next = target, EVERY
        self.seconds: float | None = None

    def __call__(self, progress: sr.FitProgress) -> None:
        if self.seconds is None and progress.seconds >= self._next:
            self._next = progress.seconds + EVERY
            picture = sr.render(progress.scene, filter_radius=SVG_RADIUS["parabolic"])
            if psnr(picture.clip(0.0, 1.0), self._target) >= PASSED:
                self.seconds = progress.seconds


def stem(picture: str) -> str:
    """Return the name of a picture in tables."""
    return Path(picture.removeprefix("sample:")).stem


def target_of(picture: str) -> Picture:
    """Return a picture as an array."""
    return on_background(read_image(picture, np.float64))


def warm(picture: str, name: str) -> None:
    """Compile or load all kernels of a case."""
    measure(picture, name, iterations=WARM)


def measure(picture: str, name: str, callback: Any = None, **options: Any) -> Measured:
    """Run a case, with options of its own."""
    result = sr.fit(picture, None, callback, **{**CASES[name], "filter_radius": SVG_RADIUS["parabolic"], **options})
    drawn = by_resvg(svg_text(result.scene))
    return Measured(drawn, psnr(drawn, target_of(picture)), result.seconds)


def row(picture: str, name: str, seed: int, out: Path | None) -> tuple[str, float]:
    """Run a case; return a row of the table, and the PSNR."""
    warm(picture, name)
    passed = Passed(target_of(picture))
    drawn, decibels, seconds = measure(picture, name, passed, seed=seed)
    when = "-" if passed.seconds is None else f"{passed.seconds:.1f}"
    if out is not None:
        Image.fromarray(np.rint(255.0 * drawn).astype(np.uint8)).save(out / f"{stem(picture)} {name}.png")
    return f"| {stem(picture)} | {name} | {decibels:.2f} | {seconds:.1f} | {when} |", decibels


def quality_table(given: argparse.Namespace) -> None:
    """Print a row for every case and picture."""
    print(f"\n| picture | shapes | SVG dB | s | s to {PASSED:g} dB |\n|---|---|---|---|---|")
    for name in (name for name in CASES if given.case in name):
        rows = [row(picture, name, given.seed, given.out) for picture in given.images]
        for text, _ in rows:
            print(text, flush=True)
        if len(rows) > 1:
            print(f"| mean | {name} | {np.mean([decibels for _, decibels in rows]):.2f} | | |", flush=True)


def times_table(given: argparse.Namespace) -> None:
    """Print the PSNR that fits have when they have so much time."""
    print(f"\n| picture | shapes | {' | '.join(f'{limit:g} s' for limit in given.times)} |")
    print(f"|---|---|{'---|' * len(given.times)}")
    for name in (name for name in CASES if given.case in name):
        for picture in given.images:
            warm(picture, name)
            fits = [measure(picture, name, seed=given.seed, time_limit=limit) for limit in given.times]
            cells = [f"{fit.decibels:.2f} ({fit.seconds:.1f})" for fit in fits]
            print(f"| {stem(picture)} | {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Print the table."""
    parser = arguments.parser(__doc__)
    parser.add_argument("images", nargs="*", default=[SAMPLE])
    parser.add_argument("--case", default="")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--times", type=float, nargs="+", metavar="SECONDS")
    parser.add_argument("--processor", action="store_true")
    given = parser.parse_args()
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
    command = " ".join([*(Path(name).name for name in given.images), "--case", f"'{given.case}'"])
    print(f"\n`python -m benchmarks.quality {command}`, {machine()}")
    clock = mock.patch("sdfraster.fitting.progress.time.perf_counter", time.process_time)
    with clock if given.processor else nullcontext():
        (times_table if given.times else quality_table)(given)


if __name__ == "__main__":
    main()
