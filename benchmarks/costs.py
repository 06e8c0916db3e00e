"""What a picture of a batch costs: ``python -m benchmarks.costs [IMAGE ...] [--kind KIND ...] [--count N ...]``.

Prints for every picture, kind and number of shapes the processor time of one thread for all of it, as in a batch:
reading, fitting with the default steps, writing the SVG, and drawing it as others do. Beside it the clock's time, which
is longer if others use the machine, the PSNR of the SVG, its bytes, and those of the picture. Kernels are compiled, or
loaded, before. ``python -m benchmarks.costs --sender N`` prints instead what N files cost whoever sends them, to
processes and to a cluster of this machine: processor time of the process with client and scheduler. They hold zeros, so
that whoever gets them has little to do.
"""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numba

import sdfraster as sr
from sdfraster.mesh import MESH
from sdfraster.pictures.files import image_file

from . import arguments
from .engine import machine
from .quality import SAMPLE, WARM

COUNTS = (256, 1000)
SENT = 240_000  # bytes of a file
KINDS = (*sr.kinds(), MESH)


def row(picture: str, kind: str, count: int) -> str:
    """Fit a picture, and return a row of the table."""
    fit = partial(sr.fit, picture, kind=kind, count=count, for_svg=True)
    fit(iterations=WARM)
    clock, processor = time.perf_counter(), time.process_time()
    result = fit()
    svg, decibels = sr.to_svg(result.scene).encode(), result.svg_psnr
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    height, width, _ = result.target.shape
    read = os.path.getsize(image_file(picture)) / 1e3
    return (
        f"| {Path(picture).stem} | {width} x {height} | {kind} | {count} | {processor:.1f} | {clock:.1f} "
        f"| {decibels:.2f} | {len(svg) / 1e3:.0f} | {read:.0f} |"
    )


def sender(count: int, scheduler: str | None, folder: str) -> str:
    """Return a line with the processor time that sending a picture, and hearing of it, takes here."""
    for number in range(count):
        Path(folder, f"{number}.png").write_bytes(bytes(SENT))
    done = sr.fit_many(f"{folder}/*.png", outputs=f"{folder}/{{stem}}.svg", scheduler=scheduler)
    next(done)  # whoever does it has come to life
    clock, processor = time.perf_counter(), time.process_time()
    for outcome in done:
        assert "not an image file" in outcome.error
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    return f"{scheduler or 'processes'}: {1e3 * processor / count:.1f} ms of a core, {1e3 * clock / count:.1f} ms"


def main() -> None:
    """Print the table."""
    parser = arguments.parser(__doc__)
    parser.add_argument("images", nargs="*", default=[SAMPLE])
    parser.add_argument("--kind", nargs="+", choices=KINDS, default=KINDS)
    parser.add_argument("--count", nargs="+", type=int, default=COUNTS)
    parser.add_argument("--sender", type=int)
    given = parser.parse_args()
    if given.sender is not None:
        for scheduler in (None, "local"):
            with TemporaryDirectory() as folder:
                print(sender(given.sender, scheduler, folder), flush=True)
        return
    numba.set_num_threads(1)
    print(machine())
    print("| picture | pixels | kind | shapes | core s | s | SVG dB | SVG kB | picture kB |")
    print("|---|---|---|---|---|---|---|---|---|")
    for picture in given.images:
        for kind in given.kind:
            for count in given.count:
                print(row(picture, kind, count), flush=True)


if __name__ == "__main__":
    main()
