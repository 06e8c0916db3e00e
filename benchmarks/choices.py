"""What the parts of a fit buy: ``python -m benchmarks.choices [IMAGE] [--kind KIND] [--count N] [--seeds K]``.

Fits one picture as it is, and with one part at a time left out or exchanged. Prints rows of a Markdown table: the mean
PSNR of our own picture at the filter that SVG stands for, over some seeds, its standard deviation, and seconds.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np

import sdfraster as sr
from sdfraster.fitting import seeding as births
from sdfraster.fitting.shapes import rates, schedule
from sdfraster.fitting.shapes import run as shape_fit
from sdfraster.fitting.shapes.directions import Directions, separate
from sdfraster.model.coverage import SVG_RADIUS
from sdfraster.vector import Layout

from .engine import machine

RADIUS = SVG_RADIUS["parabolic"]
FEW_STEPS = 100


class Change(NamedTuple):
    """A fit that differs from the usual one in options, or in names of modules that have other values."""

    what: str
    options: dict[str, Any]
    values: tuple[tuple[Any, str, Any], ...] = ()


def _never(self: schedule.Schedule, step: int, done: float) -> bool:
    return False


def _no_axes(layout: Layout, axes: Any) -> Directions:
    return separate(layout)


UNSOLVED = ((shape_fit, "LAST_SOLVE", 0),)
CHANGES = [
    Change("as it is", {}),
    Change("AMSGrad", {"optimizer": "amsgrad"}),
    Change("L-BFGS, which adds and removes nothing", {"optimizer": "lbfgs"}),
    Change("then 200 iterations of L-BFGS", {"polish": 200}),
    Change("nothing added or removed", {}, ((schedule.Schedule, "grown", _never),)),
    Change("new shapes anywhere", {}, ((births, "UNIFORM", 1.0),)),
    Change("new shapes of one size", {}, ((shape_fit, "BIRTH_SIZES", (0.6, 0.6)),)),
    Change("rates by x, y and lengths, not along axes", {}, ((rates, "along_axes", _no_axes),)),
    Change("rates that fall from the start", {}, ((schedule, "HELD", 0.0),)),
    Change("rates that never fall", {}, ((schedule, "LAST_RATE", 1.0),)),
    Change("the narrow filter from the start", {}, ((shape_fit, "START_RADIUS", RADIUS),)),
    Change("the picture itself from the start", {}, ((shape_fit, "SEARCHED", (1e9,) * 3),)),
    Change("colours not solved at the end", {}, UNSOLVED),
    Change(f"{FEW_STEPS} steps", {"iterations": FEW_STEPS}),
    Change(f"{FEW_STEPS} steps, colours not solved at the end", {"iterations": FEW_STEPS}, UNSOLVED),
]


@contextmanager
def changed(change: Change) -> Iterator[None]:
    """Let modules have the values of a change for a while."""
    with ExitStack() as stack:
        for owner, name, value in change.values:
            stack.enter_context(patch.object(owner, name, value))
        yield


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.choices")
    parser.add_argument("image", nargs="?", default="sample:chelsea")
    parser.add_argument("--kind", default="ellipse")
    parser.add_argument("--count", type=int, default=256)
    parser.add_argument("--seeds", type=int, default=4)
    given = parser.parse_args()
    usual: dict[str, Any] = {"kind": given.kind, "count": given.count, "filter_radius": RADIUS}
    print(f"\n{given.count} {given.kind}s, {given.seeds} seeds, {machine()}\n")
    print("| fit | dB | +- | s |\n|---|---|---|---|")
    for change in CHANGES:
        with changed(change):
            sr.fit(given.image, **{**usual, **change.options, "iterations": 40})  # compiles or loads what it needs
            results = [sr.fit(given.image, **{**usual, **change.options, "seed": seed}) for seed in range(given.seeds)]
        decibels = [result.psnr for result in results]
        seconds = np.mean([result.seconds for result in results])
        print(f"| {change.what} | {np.mean(decibels):.2f} | {np.std(decibels):.2f} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
