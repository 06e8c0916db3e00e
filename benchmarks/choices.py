"""What the parts of a fit buy: ``python -m benchmarks.choices [IMAGE] [--kind KIND] [--count N] [--seeds K]``.

Fits one picture as it is, and with one part at a time left out or exchanged. Prints rows of a Markdown table: the mean
PSNR of our own picture at the filter that SVG stands for, over some seeds, its standard deviation, and seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import sdfraster as sr
from sdfraster.fitting.fit import fit_by
from sdfraster.fitting.strategy import FitStrategy
from sdfraster.model.coverage import SVG_RADIUS

from . import arguments
from .engine import machine

RADIUS = SVG_RADIUS["parabolic"]
FEW_STEPS = 100


@dataclass(frozen=True)
class Change:
    """A fit that differs from the usual one in options, or in fields of a part of its strategy."""

    what: str
    options: dict[str, Any] = field(default_factory=dict)
    part: str = "annealing"
    fields: dict[str, Any] = field(default_factory=dict)

    def strategy(self, kind: str) -> FitStrategy:
        """Return the strategy for a kind."""
        usual = FitStrategy.of(kind)
        return replace(usual, **{self.part: replace(getattr(usual, self.part), **self.fields)})


UNSOLVED: tuple[str, dict[str, Any]] = ("colors", {"solver_steps": 0})
CHANGES = [
    Change("as it is"),
    Change("AMSGrad", {"optimizer": "amsgrad"}),
    Change("L-BFGS, which adds and removes nothing", {"optimizer": "lbfgs"}),
    Change("then 200 iterations of L-BFGS", {"polish": 200}),
    Change("nothing added or removed", {}, "growth", {"share": 0.0}),
    Change("new shapes anywhere", {}, "seeding", {"uniform": 1.0}),
    Change("new shapes of one size", {}, "seeding", {"sizes": (0.6, 0.6)}),
    Change("rates by x, y and lengths, not along axes", {}, "rates", {"along_axes": False}),
    Change("rates that fall from the start", {}, "annealing", {"held": 0.0}),
    Change("rates that never fall", {}, "annealing", {"last_rate": 1.0}),
    Change("the narrow filter from the start", {}, "annealing", {"start_radius": RADIUS}),
    Change("the picture itself from the start", {}, "pyramid", {"pixels": (1e9,) * 3}),
    Change("colours not solved at the end", {}, *UNSOLVED),
    Change(f"{FEW_STEPS} steps", {"iterations": FEW_STEPS}),
    Change(f"{FEW_STEPS} steps, colours not solved at the end", {"iterations": FEW_STEPS}, *UNSOLVED),
]


def main() -> None:
    """Print the table."""
    parser = arguments.parser(__doc__)
    parser.add_argument("image", nargs="?", default="sample:chelsea")
    parser.add_argument("--kind", default="ellipse")
    parser.add_argument("--count", type=int, default=256)
    parser.add_argument("--seeds", type=int, default=4)
    given = parser.parse_args()
    usual: dict[str, Any] = {"kind": given.kind, "count": given.count, "filter_radius": RADIUS}
    print(f"\n{given.count} {given.kind}s, {given.seeds} seeds, {machine()}\n")
    print("| fit | dB | +- | s |\n|---|---|---|---|")
    for change in CHANGES:
        strategy, options = change.strategy(given.kind), sr.FitOptions(**usual | change.options)
        fit_by(strategy, given.image, replace(options, iterations=40))  # compiles or loads what it needs
        results = [fit_by(strategy, given.image, replace(options, seed=seed)) for seed in range(given.seeds)]
        decibels = [result.psnr for result in results]
        seconds = np.mean([result.seconds for result in results])
        print(f"| {change.what} | {np.mean(decibels):.2f} | {np.std(decibels):.2f} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
