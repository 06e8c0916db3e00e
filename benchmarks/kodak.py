"""Curves of the Kodak pictures: ``python -m benchmarks.kodak FOLDER [--only TEXT] [--kind KIND ...] [--count N ...]``.

FOLDER holds the 24 pictures of the Kodak Lossless True Color Image Suite, as kodim01.png and so on, which are not
shipped. Each is fitted in paths (closed curves) and in strokes (open ones), without a limit of time, and the SVG is
drawn by resvg at the picture's size. Prints rows of a Markdown table, PSNR over 8-bit RGB and seconds, the mean of all
pictures, and beside it the best published means of these 24. Those are of the authors' own raster, which no file format
can hold, on a large GPU. Kernels are compiled, or loaded, before the clock starts; ``NUMBA_NUM_THREADS`` says how many
cores may be used.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from . import arguments
from .engine import machine
from .quality import measure, warm

COUNTS = (256, 512, 1024)
PUBLISHED = {"path": (25.18, 26.68, 28.30), "stroke": (26.18, 27.90, 29.24)}  # dB, for these counts


def main() -> None:
    """Print the table."""
    parser = arguments.parser(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="pictures whose name holds this")
    parser.add_argument("--kind", nargs="+", choices=list(PUBLISHED), default=list(PUBLISHED))
    parser.add_argument("--count", nargs="+", type=int, choices=COUNTS, default=COUNTS)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    pictures = [str(path) for path in sorted(given.folder.glob("*.png")) if given.only in path.stem]
    if not pictures:
        sys.exit(f"{given.folder} holds no *.png whose name has {given.only!r} in it")

    cases = {f"{kind} {count}": PUBLISHED[kind][COUNTS.index(count)] for kind in given.kind for count in given.count}
    print(f"\n{len(pictures)} pictures, seed {given.seed}, {machine()}; dB (s)\n")
    print(f"| picture | {' | '.join(cases)} |\n|---|{'---|' * len(cases)}")
    for name in cases:
        warm(pictures[0], name)
    found = []
    for picture in pictures:
        fits = [measure(picture, name, seed=given.seed, time_limit=None) for name in cases]
        print(f"| {Path(picture).stem} | {cells([(fit.decibels, fit.seconds) for fit in fits])} |", flush=True)
        found.append([(fit.decibels, fit.seconds) for fit in fits])
    print(f"| mean | {cells(np.mean(found, axis=0).tolist())} |")
    print(f"| published, of all 24 | {' | '.join(f'{decibels:.2f}' for decibels in cases.values())} |")


def cells(fits: list[tuple[float, float]]) -> str:
    """Return the cells of a row."""
    return " | ".join(f"{decibels:.2f} ({seconds:.1f})" for decibels, seconds in fits)


if __name__ == "__main__":
    main()
