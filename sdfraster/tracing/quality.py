"""How far the pixels of a picture can be trusted: not far if it was a JPEG.

What a JPEG leaves in flat places near edges are many small differences. A clean picture of flat art has hardly any: its
differences are those of edges, which are of any size.
"""

from __future__ import annotations

from typing import NamedTuple

from .palette import CLEAN, JPEG, Levels, Pixels, even, spread

JPEG_NOISE = 2.5  # times the noise of points of borders in a clean picture
SMALL_SHARE = 0.35  # of all differences: measured, 0 to 0.15 in clean pictures, 0.5 to 0.8 in JPEGs of quality 50 to 90
EVEN, EVEN_SHARE = 1.5 / 255.0, 0.3  # of all squares: measured, 0 to 0.12 in photographs, 0.6 to 0.85 in those JPEGs
FEWEST = 200  # differences that tell


class Quality(NamedTuple):
    """What to expect of a picture."""

    levels: Levels  # of colours
    coarse: float  # times the noise of points of the borders of a clean picture
    photograph: bool  # no flat art: hardly a place is even


def find_quality(pixels: Pixels) -> Quality:
    """Return the quality of a picture (H, W, 4)."""
    differences = spread(pixels)
    any_size = (differences > CLEAN.smooth) & ~even(pixels, CLEAN.smooth)
    small = any_size & (differences < JPEG.smooth)
    noisy = any_size.sum() >= FEWEST and small.sum() > SMALL_SHARE * any_size.sum()
    if not noisy:
        return Quality(CLEAN, 1.0, False)
    return Quality(JPEG, JPEG_NOISE, bool((differences < EVEN).mean() < EVEN_SHARE))
