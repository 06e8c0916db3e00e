"""How close fits come, as others see them: ``python -m benchmarks.quality IMAGE ... [--case TEXT] [--seed N]``.

Every case is run for every picture: the SVG is drawn by resvg at the picture's size, and its PSNR over 8-bit RGB is
printed as a row of a Markdown table, with the time of the fit and that at which its picture, looked at every 0.1 s,
passed 25 dB. ``--case`` keeps cases whose name holds the text, for instance ``--case "path 256"``; ``--out FOLDER``
keeps what resvg drew. Kernels are compiled, or loaded, before the clock starts.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

import sdfraster as sr
from sdfraster.io import on_background, read_image, svg_text
from sdfraster.metrics import psnr
from sdfraster.model.coverage import SVG_RADIUS

from .engine import machine

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


def drawn(scene: sr.Scene) -> Any:
    """Return the SVG of a scene as resvg draws it (H, W, 3), 8 bits."""
    import resvg_py

    data = bytes(resvg_py.svg_to_bytes(svg_string=svg_text(scene)))
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


class Passed:
    """A callback that draws the shapes at the size of the picture ten times a second, until they are good enough."""

    def __init__(self, target: Any) -> None:
        self._target, self._next = target, EVERY
        self.seconds: float | None = None

    def __call__(self, progress: sr.FitProgress) -> None:
        if self.seconds is None and progress.seconds >= self._next:
            self._next = progress.seconds + EVERY
            picture = sr.render(progress.scene, filter_radius=SVG_RADIUS["parabolic"])
            if psnr(picture.clip(0.0, 1.0), self._target) >= PASSED:
                self.seconds = progress.seconds


def row(picture: str, name: str, seed: int, out: Path | None) -> tuple[str, float]:
    """Run a case; return a row of the table, and the PSNR."""
    options = {**CASES[name], "filter_radius": SVG_RADIUS["parabolic"], "seed": seed}
    sr.fit(picture, **{**options, "iterations": WARM})
    target = on_background(read_image(picture, np.float64))
    passed = Passed(target)
    result = sr.fit(picture, None, passed, **options)
    svg = drawn(result.scene)
    decibels = psnr(svg / 255.0, target)
    when = "-" if passed.seconds is None else f"{passed.seconds:.1f}"
    stem = Path(picture.removeprefix("sample:")).stem
    if out is not None:
        Image.fromarray(svg).save(out / f"{stem} {name}.png")
    return f"| {stem} | {name} | {decibels:.2f} | {result.seconds:.1f} | {when} |", decibels


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality")
    parser.add_argument("images", nargs="*", default=[SAMPLE])
    parser.add_argument("--case", default="")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
    command = " ".join([*(Path(name).name for name in given.images), "--case", f"'{given.case}'"])
    print(f"\n`python -m benchmarks.quality {command}`, {machine()}")
    print(f"\n| picture | shapes | SVG dB | s | s to {PASSED:g} dB |\n|---|---|---|---|---|")
    for name in (name for name in CASES if given.case in name):
        rows = [row(picture, name, given.seed, given.out) for picture in given.images]
        for text, _ in rows:
            print(text, flush=True)
        if len(rows) > 1:
            print(f"| mean | {name} | {np.mean([decibels for _, decibels in rows]):.2f} | | |", flush=True)


if __name__ == "__main__":
    main()
