"""Line icons against their designers: ``python -m benchmarks.lines FOLDER [--size N] [--only NAME ...] [--out DIR]``.

FOLDER holds SVG files of line icons, such as those of Feather and Lucide: no fills, strokes of one width. Each is drawn
by resvg, black and without a background, at `--size` pixels, and traced.

A stroke is an element that the designer drew. It is found if at least 90 % of its length is within half a pixel of the
middle of traced lines whose width is right to 0.15 pixels; a traced disc is a line without length. PSNR is that of the
traced SVG, drawn by resvg too, over white. Numbers are those of the geometry, see `flat.counts`.
Needs ``pip install resvg-py``.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.spatial import cKDTree

import sdfraster as sr
from sdfraster.drawing.contour import at

from . import arguments
from .engine import machine
from .flat import counts, drawn, over_white

NEAR, RIGHT = 0.5, 0.15  # pixels from the middle of a line, and between widths
FOUND = 0.9  # share of the length of a stroke
STEP = 0.1  # pixels between points of a line
COLOR = "currentColor"

Points = NDArray[np.float64]


class Line(NamedTuple):
    """The middle of a line."""

    points: Points  # (N, 2)
    width: float


class Row(NamedTuple):
    """What is measured of an icon."""

    strokes: int
    found: int
    worst: float  # difference of a width
    designer: int  # numbers
    numbers: int
    psnr: float
    seconds: float


def lines_of(scene: sr.Scene, scale: float = 1.0) -> list[Line]:
    """Return the lines of a scene, larger by a factor."""
    lines = []
    for layer in scene.layers:
        for params in layer.params if layer.kind in ("stroke", "line", "circle") else ():
            p = scale * np.asarray(params, np.float64)
            if layer.kind == "circle":
                lines.append(Line(p[None, :2], 2.0 * p[2]))
                continue
            points = p[:-1].reshape(-1, 2)
            if layer.kind == "line":
                points = points[0] + np.linspace(0.0, 1.0, 4)[:, None] * (points[1] - points[0])
            count = max(2, round(float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum()) / STEP))
            pieces = [at(points[k : k + 4], np.linspace(0.0, 1.0, count)) for k in range(0, len(points) - 1, 3)]
            lines.append(Line(_evenly(np.concatenate(pieces)), float(p[-1])))
    return lines


def _evenly(points: Points) -> Points:
    """Return points at even distances on the way along others."""
    s = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    places = np.linspace(0.0, s[-1], max(2, round(s[-1] / STEP)))
    return np.stack([np.interp(places, s, column) for column in points.T], axis=1)


def found(strokes: list[Line], traced: list[Line]) -> int:
    """Return how many strokes are found among traced lines."""
    count = 0
    for stroke in strokes:
        right = [line.points for line in traced if abs(line.width - stroke.width) <= RIGHT]
        if right:
            distance = cKDTree(np.concatenate(right)).query(stroke.points)[0]
            count += bool((distance <= NEAR).mean() >= FOUND)
    return count


def measured(svg: str, size: int, out: Path | None) -> Row:
    """Return the figures of an icon."""
    image = drawn(svg, (size, size))
    start = time.perf_counter()
    result = sr.trace(image)
    seconds = time.perf_counter() - start
    designer = sr.from_svg(svg)
    strokes, traced = lines_of(designer, size / designer.width), lines_of(result.scene)
    widths = np.array([line.width for line in traced])
    worst = max(float(np.abs(widths - strokes[0].width).max()) if len(widths) else np.inf, 0.0)
    if out is not None:
        out.with_suffix(".svg").write_text(result.svg)
        Image.fromarray(np.rint(255.0 * result.nodes(image)).astype(np.uint8)).save(out)
    a, b = (over_white(each) / 255.0 for each in (drawn(result.svg), image))
    psnr = -10.0 * float(np.log10(max(((a - b) ** 2).mean(), 1e-10)))
    return Row(len(strokes), found(strokes, traced), worst, counts(svg)[1], counts(result.svg)[1], psnr, seconds)


def main() -> None:
    """Print the table."""
    parser = arguments.parser(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--only", nargs="*", help="names of icons")
    parser.add_argument("--out", type=Path, help="keep SVG files and pictures of nodes here")
    given: Any = parser.parse_args()
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
    names = sorted(given.only or [place.stem for place in given.folder.glob("*.svg")])
    rows: list[Row] = []
    print(f"\n{len(names)} icons at {given.size} pixels, {machine()}")
    print("\n| icon | strokes | found | width off | numbers: designer | ours | PSNR | s |")
    print("|---|---|---|---|---|---|---|---|")
    for name in names:
        svg = (given.folder / f"{name}.svg").read_text().replace(COLOR, "#000")
        if not rows:
            measured(svg, given.size, None)  # kernels are compiled, or loaded
        row = measured(svg, given.size, None if given.out is None else given.out / f"{name}.png")
        rows.append(row)
        print(
            f"| {name} | {row.strokes} | {row.found} | {row.worst:.2f} | {row.designer} | {row.numbers} | "
            f"{row.psnr:.1f} | {row.seconds:.2f} |",
            flush=True,
        )
    strokes, hits, worst, designer, numbers, psnr, seconds = np.array(rows, float).T
    print(
        f"\nfound {hits.sum():.0f} of {strokes.sum():.0f} strokes ({100.0 * hits.sum() / strokes.sum():.1f} %), all of "
        f"{(hits == strokes).sum()} of {len(rows)} icons; width off by {np.median(worst):.2f} in the median, "
        f"{worst.max():.2f} at most\n"
        f"numbers {designer.mean():.0f} by designers, {numbers.mean():.0f} by us; PSNR {psnr.mean():.1f}, "
        f"{psnr.min():.1f} at least; {seconds.mean():.2f} s in the mean, {seconds.max():.2f} at most"
    )


if __name__ == "__main__":
    main()
