"""How near drawings of SVG files are to the pictures expected of them: `python -m benchmarks.svg FOLDER`.

The folder holds pairs x.svg and x.png. A drawing is made as large as its picture, with the filter that drawings have on
the command line, and both are laid over white. Names such as category__topic__name.svg make a row for each topic.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sdfraster import from_svg
from sdfraster.errors import DataError
from sdfraster.io import read_image
from sdfraster.io.sources import drawing
from sdfraster.metrics import psnr

from . import arguments

ENOUGH, LEAST = 38.0, 25.0  # dB


class Row(NamedTuple):
    """One file."""

    topic: str
    name: str
    psnr: float  # NaN if it was refused
    unsupported: tuple[str, ...]
    seconds: float


def over_white(picture: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return a premultiplied picture over white."""
    return picture if picture.shape[2] == 3 else picture[..., :3] + 1.0 - picture[..., 3:]


def measure(path: Path) -> Row:
    """Compare the drawing of a file with the picture expected of it."""
    *topics, name = path.stem.split("__")
    wanted = read_image(path.with_suffix(".png"), np.float32)
    start = perf_counter()
    try:
        scene = from_svg(path.read_bytes(), sizes=[wanted.shape[:2]])
    except DataError as error:
        return Row("/".join(topics), name, float("nan"), (f"refused: {error}",), perf_counter() - start)
    drawn = drawing(scene)
    same = drawn.shape[:2] == wanted.shape[:2]
    value = psnr(over_white(drawn), over_white(wanted)) if same else 0.0
    return Row("/".join(topics), name, value, scene.unsupported, perf_counter() - start)


def main() -> None:
    """Print a line for each topic, and each file that is not as it should be."""
    parser = arguments.parser(__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    rows = [measure(path) for path in sorted(folder.glob("*.svg")) if path.with_suffix(".png").exists()]
    by_topic: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_topic[row.topic].append(row)
    print(f"{'topic':32} files  of them with what is not drawn; the others: {ENOUGH:g} dB  median  least")
    for topic, each in by_topic.items():
        whole = [row for row in each if not row.unsupported]
        values = [row.psnr for row in whole] or [float("nan")]
        reached = sum(value >= ENOUGH for value in values)
        print(
            f"{topic:32} {len(each):5} {len(each) - len(whole):5} {reached:6}/{len(whole):<5}"
            f" {np.median(values):6.1f} {min(values):6.1f}"
        )
    whole = [row for row in rows if not row.unsupported]
    reached = sum(row.psnr >= ENOUGH for row in whole)
    print(f"all: {len(rows)} files; {len(whole)} have nothing that is not drawn, and of these {reached}")
    below = sum(row.psnr < LEAST for row in whole)
    print(f"({reached / len(whole):.1%}) have {ENOUGH:g} dB or more, and {below} less than {LEAST:g} dB")
    for row in sorted(whole, key=lambda row: row.psnr):
        if row.psnr < ENOUGH:
            print(f"  {row.psnr:5.1f} dB  {row.topic} {row.name}")
    for row in rows:
        if row.unsupported:
            print(f"  {row.topic} {row.name}: {', '.join(row.unsupported)} ({row.psnr:.1f} dB)")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
