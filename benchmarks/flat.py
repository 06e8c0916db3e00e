"""Flat art against designers and vtracer: ``python -m benchmarks.flat FOLDER [--size N] [--jpeg Q] [--out FOLDER]``.

FOLDER holds pairs NAME.png and NAME.svg. Each picture is traced by us and by vtracer 0.6 with its own defaults; every
SVG, the designer's too, is drawn by resvg over white at the picture's size and compared with the picture over white.
``--size`` has resvg draw the designer's file with that longer side instead, ``--jpeg`` puts what is traced through a
JPEG of that quality; the comparison stays with the clean picture. Numbers are those of the geometry, see `counts`.
Seconds are in all, SVG and all, and "alone" without the moves of all shapes together at the end.
Needs ``pip install vtracer resvg-py scikit-image``, which only this benchmark uses together.
"""

from __future__ import annotations

import io
import re
import time
import xml.etree.ElementTree as ElementTree
from contextlib import ExitStack
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
from PIL import Image

import sdfraster as sr

from . import arguments
from .engine import machine

TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
FLAG = re.compile(r"[\s,]*([01])")
GEOMETRY = ("x", "y", "width", "height", "rx", "ry", "r", "cx", "cy", "x1", "y1", "x2", "y2", "points", "transform")
TOGETHER = "improved", "repainted"  # steps of a trace in which shapes move together
SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use")


class Row(NamedTuple):
    """What is measured of one SVG."""

    psnr: float
    mean: float  # of CIEDE2000 over pixels
    shapes: int
    numbers: int
    size: int  # bytes
    seconds: float
    alone: float  # of them, before shapes move together


def path_numbers(data: str) -> int:
    """Return how many numbers path data holds; the flags of arcs, which may be written without spaces, count too."""
    count, at, command, place = 0, 0, "", 0
    while at < len(data):
        found = FLAG.match(data, at) if command in "Aa" and command and place % 7 in (3, 4) else None
        if found is None:
            found = TOKEN.search(data, at)
        if found is None:
            break
        at = found.end()
        if found.group().isalpha():
            command, place = found.group(), 0
        else:
            count, place = count + 1, place + 1
    return count


def counts(svg: str) -> tuple[int, int]:
    """Return the number of shapes of an SVG, and of numbers in their geometry."""
    shapes = numbers = 0
    for element in ElementTree.fromstring(svg).iter():
        if element.tag.rpartition("}")[2] not in SHAPES:
            continue
        shapes += 1
        numbers += path_numbers(element.get("d", ""))
        numbers += sum(len(re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)", element.get(name, ""))) for name in GEOMETRY)
    return shapes, numbers


def drawn(svg: str, size: tuple[int, int] | None = None) -> Image.Image:
    """Return an SVG as resvg draws it, with transparency, fitted into a width and height."""
    import resvg_py

    options: dict[str, Any] = {} if size is None else {"width": size[0], "height": size[1]}
    return Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg, **options)))).convert("RGBA")


def over_white(image: Image.Image) -> Any:
    """Return a picture over white (H, W, 3), 8 bits."""
    white = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(white, image.convert("RGBA")).convert("RGB"))


def measured(svg: str, image: Image.Image, times: tuple[float, float]) -> Row:
    """Return the figures of an SVG, made in some seconds, against a picture."""
    from skimage.color import deltaE_ciede2000, rgb2lab

    a, b = over_white(drawn(svg, image.size)), over_white(image)
    square = float(((a / 255.0 - b / 255.0) ** 2).mean())
    difference = deltaE_ciede2000(rgb2lab(a), rgb2lab(b))
    return Row(-10.0 * np.log10(max(square, 1e-10)), float(difference.mean()), *counts(svg), len(svg.encode()), *times)


def vtraced(image: Image.Image) -> str:
    """Return the SVG that vtracer makes."""
    import vtracer

    data = io.BytesIO()
    image.save(data, "PNG")
    svg: str = vtracer.convert_raw_image_to_svg(data.getvalue(), img_format="png")
    return svg


def ours(image: Image.Image) -> str:
    """Return the SVG that we make."""
    return sr.trace(image).svg


def timed(make: Any, image: Image.Image) -> tuple[str, tuple[float, float]]:
    """Return what `make` makes of a picture, the seconds that it takes, and those without shapes moving together."""
    module, rest = import_module("sdfraster.tracing.trace"), [0.0]

    def watched(step: Any) -> Any:
        @wraps(step)
        def run(*args: Any) -> Any:
            start = time.perf_counter()
            found = step(*args)
            rest[0] += time.perf_counter() - start
            return found

        return run

    with ExitStack() as stack:
        for name in TOGETHER:
            stack.enter_context(patch.object(module, name, watched(getattr(module, name))))
        start = time.perf_counter()
        svg = make(image)
        seconds = time.perf_counter() - start
    return svg, (seconds, seconds - rest[0])


def summary(name: str, rows: list[Row]) -> str:
    """Return the row of a table that sums up others."""
    column = [np.array(values, np.float64) for values in zip(*rows, strict=True)]
    psnr, mean, shapes, numbers, size, seconds, alone = column
    return (
        f"| {name} | {psnr.mean():.1f} | {psnr.min():.1f} | {mean.mean():.3f} ({np.median(mean):.3f}) | "
        f"{shapes.mean():.0f} | {numbers.mean():.0f} | {size.mean():.0f} | {seconds.mean():.2f} | {alone.mean():.2f} |"
    )


def pictures(folder: Path, only: str, size: int | None) -> list[tuple[str, str, Image.Image]]:
    """Return names, the designers' files, and pictures of them."""
    found = []
    for place in sorted(folder.glob("*.png")):
        if only not in place.stem:
            continue
        svg, image = place.with_suffix(".svg").read_text(), Image.open(place).convert("RGBA")
        if size is not None:
            scale = size / max(image.size)
            image = drawn(svg, (round(scale * image.width), round(scale * image.height)))
        found.append((place.stem, svg, image))
    return found


def main() -> None:
    """Print the table."""
    parser = arguments.parser(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="pictures whose name holds this")
    parser.add_argument("--size", type=int)
    parser.add_argument("--jpeg", type=int)
    parser.add_argument("--out", type=Path, help="keep the SVG files here")
    given = parser.parse_args()
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
    makers = {"vtracer": vtraced, "ours": ours}
    rows: dict[str, list[Row]] = {"designers": [], **{name: [] for name in makers}}
    options = "".join(f" --{key} {value}" for key in ("size", "jpeg") if (value := getattr(given, key)) is not None)
    print(f"\n`python -m benchmarks.flat {given.folder.name}{options}`, {machine()}")
    print("\n| picture | by | PSNR | CIEDE2000 | shapes | numbers | bytes | s | alone |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, svg, image in pictures(given.folder, given.only, given.size):
        given_image = image
        if given.jpeg is not None:
            data = io.BytesIO()
            Image.fromarray(over_white(image)).save(data, "JPEG", quality=given.jpeg)
            given_image = Image.open(data).convert("RGBA")
        rows["designers"].append(measured(svg, image, (0.0, 0.0)))
        for maker, make in makers.items():
            if maker == "ours" and not rows["ours"]:
                make(given_image)  # kernels are compiled, or loaded
            made, times = timed(make, given_image)
            rows[maker].append(measured(made, image, times))
            if given.out is not None:
                (given.out / f"{name} {maker}.svg").write_text(made)
        for maker, found in rows.items():
            r = found[-1]
            print(
                f"| {name} | {maker} | {r.psnr:.1f} | {r.mean:.3f} | {r.shapes} | {r.numbers} | {r.size} | "
                f"{r.seconds:.2f} | {r.alone:.2f} |",
                flush=True,
            )
    print("\n| by | PSNR | least | CIEDE2000 mean (median) | shapes | numbers | bytes | s | alone |")
    print("|---|---|---|---|---|---|---|---|---|")
    for maker, found in rows.items():
        print(summary(maker, found))
    ratio = np.array([a.numbers / b.numbers for a, b in zip(rows["ours"], rows["designers"], strict=True)])
    print(f"\nnumbers over the designer's: mean {ratio.mean():.2f}, median {np.median(ratio):.2f}")


if __name__ == "__main__":
    main()
