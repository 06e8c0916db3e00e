"""The pictures of the README: ``python -m benchmarks.pictures``."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import sdfraster as sr
from sdfraster.io import read_image, write_image

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


if __name__ == "__main__":
    cat()
    gallery()
