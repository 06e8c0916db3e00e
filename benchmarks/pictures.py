"""The pictures of the README and of "How it works": ``python -m benchmarks.pictures``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

import sdfraster as sr
from sdfraster.engine import bins
from sdfraster.engine.tiles import TILE
from sdfraster.io import read_image, write_image

from . import arguments

DOCS = Path(__file__).parent.parent / "docs"
GAP = 8  # pixels


def side_by_side(images: list[np.ndarray]) -> np.ndarray:
    """Return pictures of equal height in a row on white."""
    gap = np.ones((images[0].shape[0], GAP, 3), images[0].dtype)
    return np.concatenate([part for image in images for part in (image, gap)][:-1], axis=1)


def cat() -> None:
    """Draw the target and fits of it."""
    target = read_image("sample:chelsea")
    looks = [("circle", "constant"), ("triangle", "constant"), ("ellipse", "gradient")]
    fits = [sr.fit(target, kind=kind, color=color, count=256, filter_radius=0.645) for kind, color in looks]
    for result in fits:
        print(f"256 {result.options.kind}s, {result.options.color}: {result.psnr:.2f} dB in {result.seconds:.2f} s")
    write_image(side_by_side([target, *(result.image for result in fits)]), DOCS / "cat.png")


def gallery() -> None:
    """Draw a few typical shapes of every kind, in constant and in linear colours, in the order of `sr.kinds()`."""
    side = 160
    panels = []
    for kind in sr.kinds():
        rng = np.random.default_rng(7)
        places = [(50, 50, 24), (112, 52, 22), (50, 112, 18), (112, 112, 24)]
        params = np.array([sr.primitive(kind).sample(rng, *place) for place in places], np.float32)
        color = np.zeros((len(places), 3, 3))
        color[..., 2] = [[0.95, 0.45, 0.15], [0.1, 0.5, 0.75], [0.3, 0.65, 0.35], [0.75, 0.25, 0.5]]
        color[2:, :, :2] = rng.uniform(-0.25, 0.25, (2, 3, 2))
        layer = sr.Layer(kind, params, color, opacity=[1.0, 0.8, 1.0, 0.8])
        panels.append(sr.render(sr.Scene(side, side, layer, (0.96, 0.96, 0.94))))
    write_image(side_by_side(panels), DOCS / "kinds.png")


def tiles() -> None:
    """Draw two shapes, the tiles that each is listed in, and whether it covers them entirely."""
    columns, rows, zoom = 14, 9, 5
    shapes = [("circle", (74.0, 72.0, 50.0)), ("triangle", (110.0, 20.0, 214.0, 60.0, 130.0, 132.0))]
    layers = [
        sr.Layer(kind, [p], [color])
        for (kind, p), color in zip(shapes, ([0.45, 0.6, 0.8], [0.85, 0.75, 0.55]), strict=True)
    ]
    scene = sr.Scene(TILE * columns, TILE * rows, layers, (1, 1, 1))
    large = sr.Scene(
        zoom * scene.width,
        zoom * scene.height,
        [layer.with_values(zoom * layer.params, *layer.values[1:]) for layer in layers],
        (1, 1, 1),
    )
    picture = Image.fromarray((255 * sr.render(large).clip(0, 1)).astype(np.uint8))
    draw = ImageDraw.Draw(picture, "RGBA")
    side = TILE * zoom
    colors = {bins.EDGE: (230, 120, 20, 255), bins.INSIDE: (20, 140, 60, 255)}
    for column in range(columns):
        for row in range(rows):
            x, y = TILE * column, TILE * row
            draw.rectangle((zoom * x, zoom * y, zoom * x + side, zoom * y + side), outline=(0, 0, 0, 60))
            for k, (kind, p) in enumerate(shapes):
                what = bins.classify(sr.primitive(kind).distance(p, x + TILE / 2, y + TILE / 2), 1.0)
                if what in colors:
                    left, top = zoom * x + 8 + 26 * k, zoom * y + 8
                    draw.rectangle((left, top, left + 20, top + 20), fill=colors[what])
    picture.save(DOCS / "tiles.png", optimize=True)


def main() -> None:
    """Draw all of them."""
    arguments.parser(__doc__).parse_args()
    cat()
    gallery()
    tiles()


if __name__ == "__main__":
    main()
