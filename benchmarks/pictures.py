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
    fits = [sr.fit(target, count=256, filter_radius=0.645, **options) for options in ({}, {"kind": "triangle"})]
    for result in fits:
        print(f"256 {result.options.kind}s: {result.psnr:.2f} dB in {result.seconds:.2f} s")
    write_image(side_by_side([target, *(result.image for result in fits)]), DOCS / "cat.png")


if __name__ == "__main__":
    cat()
