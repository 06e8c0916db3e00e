"""What digits of an SVG cost, and what they buy: ``python -m benchmarks.precision SCENE.json ... [--target PICTURE]``.

Writes each scene with 0 to 4 digits after the point. Prints rows of a Markdown table: bytes, bytes of gzip, and PSNR
of the picture that resvg draws against the target, which is a picture of the size of the scenes.
"""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import resvg_py
from PIL import Image

import sdfraster as sr
from sdfraster.io import Page, read_image
from sdfraster.metrics import psnr

from . import arguments

DIGITS = range(5)


def main() -> None:
    """Write the scenes that are named."""
    parser = arguments.parser(__doc__)
    parser.add_argument("scenes", nargs="+", type=Path)
    parser.add_argument("--target", default="sample:chelsea", help="a picture  [default: sample:chelsea]")
    chosen = parser.parse_args()
    target = read_image(chosen.target)
    print("| scene | digits | bytes | gzip | PSNR |\n|---|---|---|---|---|")
    for path in chosen.scenes:
        scene = sr.load(path)
        for digits in DIGITS:
            text = sr.to_svg(scene, page=Page(precision=digits)).encode()
            with Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=text.decode())))) as drawn:
                found = psnr(read_image(drawn), target)
            size = len(gzip.compress(text, 9, mtime=0))
            print(f"| {path.stem} | {digits} | {len(text)} | {size} | {found:.3f} |", flush=True)


if __name__ == "__main__":
    main()
