"""Beside other tools, on one machine in one run: ``python -m benchmarks.peers [IMAGE ...] [--count N] [--only TEXT]``.

Every tool that is installed redraws every picture in at most so many shapes; the SVG is drawn by resvg at the picture's
size. Prints a Markdown table: shapes (a background is one more), PSNR over 8-bit RGB, seconds of processor time of all
threads, and bytes. What is missing is named first: ``pip install vtracer scikit-image``, ``npm install --prefix
benchmarks/node``. Kernels of ours are compiled, or loaded, before the clock starts.

vtracer has no number of shapes, and triangulate-image none of triangles: the size of speckles and the vertices are
found by bisection, and their seconds are of all these runs. scikit-image finds the circles of edges by a Hough
transform, or fits ellipses to contours; these are painted from large to small, each in the mean colour of its pixels.
"""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import subprocess
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import sdfraster as sr
from sdfraster.io import svg_text
from sdfraster.metrics import psnr
from sdfraster.model.coverage import SVG_RADIUS

from . import arguments
from .engine import machine
from .flat import SHAPES
from .quality import SAMPLE, WARM, stem, target_of
from .renderers import Picture, by_resvg

NODE = Path(__file__).parent / "node"
SPECKLES = range(4, 128)  # pixels, as large as the smallest shape of vtracer may be; the first is its default
RADII = np.arange(3, 64, 2)  # pixels, of Hough circles
LEVELS = np.linspace(0.05, 0.95, 19)  # of grey, of contours
SHORTEST = 12  # points of a contour

Disc = tuple[float, float, float, float, float]  # cx, cy, rx, ry, degrees
Make = Callable[..., str]  # of a picture and the most shapes


class Peer(NamedTuple):
    """A tool, what it is asked for, whether it is here and how to get it, and what makes an SVG of a picture."""

    tool: str
    shapes: str
    here: bool
    command: str
    make: Make


def ours(kind: str, picture: Picture, count: int, **options: Any) -> str:
    """Return the SVG of a fit."""
    return svg_text(sr.fit(picture, kind=kind, count=count, filter_radius=SVG_RADIUS["parabolic"], **options).scene)


def by_vtracer(picture: Picture, count: int) -> str:
    """Return the SVG of vtracer with the smallest speckles that leave few enough shapes."""
    import vtracer

    data = io.BytesIO()
    eight_bits(picture).save(data, "PNG")

    @cache
    def traced(speckle: int) -> str:
        svg: str = vtracer.convert_raw_image_to_svg(data.getvalue(), img_format="png", filter_speckle=speckle)
        return svg

    enough = bisect_left(SPECKLES, -count, key=lambda speckle: -drawn_shapes(traced(speckle)))
    return traced(SPECKLES[min(enough, len(SPECKLES) - 1)])


def by_node(tool: str, shape: str, picture: Picture, count: int) -> str:
    """Return the SVG of a tool of npm."""
    height, width, _ = picture.shape
    command = ["node", str(NODE / "peers.js"), tool, str(width), str(height), str(count), shape]
    rgba = eight_bits(picture).convert("RGBA").tobytes()
    return subprocess.run(command, input=rgba, stdout=subprocess.PIPE, check=True).stdout.decode()


def by_hough(picture: Picture, count: int) -> str:
    """Return the circles that a Hough transform finds in the edges."""
    from skimage.color import rgb2gray
    from skimage.feature import canny
    from skimage.transform import hough_circle, hough_circle_peaks

    votes = hough_circle(canny(rgb2gray(picture), sigma=2.0), RADII)
    _, x, y, r = hough_circle_peaks(votes, RADII, total_num_peaks=count)
    return painted(picture, [(cx + 0.5, cy + 0.5, radius, radius, 0.0) for cx, cy, radius in zip(x, y, r, strict=True)])


def by_ellipses(picture: Picture, count: int) -> str:
    """Return the ellipses that are fitted to the longest contours of grey levels."""
    from skimage.color import rgb2gray
    from skimage.filters import gaussian
    from skimage.measure import EllipseModel, find_contours

    grey = gaussian(rgb2gray(picture), 1.0)
    contours = [contour for level in LEVELS for contour in find_contours(grey, level) if len(contour) >= SHORTEST]
    found: list[Disc] = []
    for contour in sorted(contours, key=len, reverse=True):
        model = EllipseModel.from_estimate(contour[:, ::-1])
        if model and max(model.axis_lengths) < max(picture.shape):
            found.append((*(model.center + 0.5), *model.axis_lengths, float(np.degrees(model.theta))))
        if len(found) == count:
            break
    return painted(picture, found)


def painted(picture: Picture, discs: Iterable[Disc]) -> str:
    """Return an SVG of ellipses from large to small, in the mean colours of their pixels."""
    from skimage.draw import ellipse

    height, width, _ = picture.shape
    elements = [f'<rect width="{width}" height="{height}" fill="{hexadecimal(picture.reshape(-1, 3))}"/>']
    for cx, cy, rx, ry, degrees in sorted(discs, key=lambda disc: disc[2] * disc[3], reverse=True):
        rows, columns = ellipse(cy - 0.5, cx - 0.5, ry, rx, picture.shape[:2], rotation=-np.radians(degrees))
        if len(rows):
            place = f'transform="translate({cx:.2f} {cy:.2f}) rotate({degrees:.2f})"'
            color = hexadecimal(picture[rows, columns])
            elements.append(f'<ellipse rx="{rx:.2f}" ry="{ry:.2f}" {place} fill="{color}"/>')
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{"".join(elements)}</svg>'


def hexadecimal(pixels: NDArray[Any]) -> str:
    """Return the mean colour of pixels (N, 3)."""
    return "#" + bytes(np.rint(255.0 * pixels.mean(axis=0)).astype(np.uint8)).hex()


def eight_bits(picture: Picture) -> Image.Image:
    """Return a picture as an image."""
    return Image.fromarray(np.rint(255.0 * picture).astype(np.uint8))


def peers() -> list[Peer]:
    """Return all tools, whether they are here or not."""
    found = [
        Peer("sdfraster", f"{kind}s", True, "", partial(ours, kind))
        for kind in ("circle", "ellipse", "triangle", "path")
    ]
    found.append(Peer("sdfraster", "mesh", True, "", partial(ours, "mesh")))

    def module(tool: str, name: str, shapes: str, make: Make) -> Peer:
        return Peer(tool, shapes, importlib.util.find_spec(name) is not None, f"pip install {tool}", make)

    def package(tool: str, shapes: str, shape: str = "") -> Peer:
        here = shutil.which("node") is not None and (NODE / "node_modules" / tool).exists()
        return Peer(tool, shapes, here, "npm install --prefix benchmarks/node", partial(by_node, tool, shape))

    return [
        *found,
        package("geometrizejs", "circles", "CIRCLE"),
        package("geometrizejs", "ellipses", "ROTATED_ELLIPSE"),
        package("geometrizejs", "triangles", "TRIANGLE"),
        package("triangulate-image", "mesh"),
        module("vtracer", "vtracer", "paths", by_vtracer),
        module("scikit-image", "skimage", "circles (Hough)", by_hough),
        module("scikit-image", "skimage", "ellipses (of contours)", by_ellipses),
    ]


def drawn_shapes(svg: str) -> int:
    """Return the number of shapes of an SVG that are seen, not those of definitions."""
    root = ElementTree.fromstring(svg)
    defined = [part for element in root.iter() if tag(element) == "defs" for part in element.iter()]
    return sum(tag(element) in SHAPES for element in root.iter()) - sum(tag(part) in SHAPES for part in defined)


def tag(element: ElementTree.Element) -> str:
    """Return the name of an element."""
    return element.tag.rpartition("}")[2]


def processor_seconds() -> float:
    """Return the processor time of this process, and of those that it has waited for."""
    return sum(os.times()[:4])


def main() -> None:
    """Print the table."""
    parser = arguments.parser(__doc__)
    parser.add_argument("images", nargs="*", default=[SAMPLE])
    parser.add_argument("--count", type=int, default=256, help="shapes, at most  [default: 256]")
    parser.add_argument("--only", default="", help="tools whose name and shapes hold this")
    parser.add_argument("--out", type=Path, help="a folder for the SVG files")
    given = parser.parse_args()
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)

    chosen = [peer for peer in peers() if peer.here and given.only in f"{peer.tool} {peer.shapes}"]
    for tool, command in {peer.tool: peer.command for peer in peers() if not peer.here}.items():
        print(f"no {tool}: {command}")
    print(f"\nat most {given.count} shapes, {machine()}\n")
    print("| picture | by | in | shapes | SVG dB | s | bytes |\n|---|---|---|---|---|---|---|")
    for name in given.images:
        picture = target_of(name)
        for peer in chosen:
            if peer.tool == "sdfraster":
                peer.make(picture, given.count, iterations=WARM)
            start = processor_seconds()
            svg = peer.make(picture, given.count)
            seconds = processor_seconds() - start
            decibels = psnr(by_resvg(svg), picture)
            figures = f"{drawn_shapes(svg)} | {decibels:.2f} | {seconds:.1f} | {len(svg.encode())}"
            print(f"| {stem(name)} | {peer.tool} | {peer.shapes} | {figures} |", flush=True)
            if given.out is not None:
                (given.out / f"{stem(name)} {peer.tool} {peer.shapes}.svg").write_text(svg)


if __name__ == "__main__":
    main()
