"""How far the pixels of a picture can be trusted: not far if it was a JPEG.

What a JPEG leaves in flat places near edges are many small differences. A clean picture of flat art has hardly any: its
differences are those of edges, which are of any size.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .palette import CLEAN, JPEG, Levels, Pixels
from .squares import Squares, find_squares, planes_of

JPEG_NOISE = 2.5  # times the noise of points of borders in a clean picture
SMALL_SHARE = 0.35  # of all differences: measured, 0 to 0.15 in clean pictures, 0.5 to 0.8 in JPEGs of quality 50 to 90
EVEN, EVEN_SHARE = 1.5 / 255.0, 0.3  # of all squares: measured, 0 to 0.12 in photographs, 0.6 to 0.85 in those JPEGs
FLAT_SHARE = 0.85  # of all squares: measured, 0.88 to 0.99 in clean flat art; a photograph on white has some 0.7
# A smaller picture has as many edges for its width, so fewer even squares: 0.53 to 0.90 of 96 x 96, 0.46 to 0.81
# of 48 x 48, 0.15 to 0.64 of 24 x 24; photographs of these sizes, 0 to 0.09.
EDGES, LEAST_SHARE = 24.0, 0.3  # squares of a row that edges may take, and what must be even all the same
# Of all squares, but gradients: 0.1 to 0.6 in clean flat art of 32 pixels and more, 0.75 to 1 in small photographs, 1
# in noise. Small words have as much as those, but not as many.
CROWDED, MANY = 0.85, 400
FEWEST, FEW = 200, 60  # differences that tell, of all pixels and of some rows
BANDS, LOOKED_AT = 8, 1 << 16  # bands of rows, and pixels, of a picture by which it is told whether it is flat art


class Quality(NamedTuple):
    """What to expect of a picture."""

    levels: Levels  # of colours
    coarse: float  # times the noise of points of the borders of a clean picture
    photograph: bool  # no flat art, or noise: hardly a place is even

    @property
    def exact(self) -> bool:
        """Whether colours are those of the file, and do not leak into each other as in JPEGs."""
        return self.levels is CLEAN


class Counts(NamedTuple):
    """How many squares of 2 x 2 pixels of a picture there are of each sort."""

    all: int
    even: int  # of one colour
    different: int  # of several, and not as a gradient has them
    small: int  # of those, the ones that differ little

    @property
    def noisy(self) -> bool:
        """Whether differences are those of a photograph or a JPEG, not of edges."""
        return self.different >= FEWEST and self.small > SMALL_SHARE * self.different

    @property
    def crowded(self) -> bool:
        """Whether hardly a place is even, whatever the differences are: as in noise, and in small photographs."""
        return self.different >= MANY and self.different > CROWDED * self.all

    @property
    def clean(self) -> bool:
        """Whether it is flat art that was no JPEG; not of a picture that is too small or too empty to tell."""
        share = min(max(1.0 - EDGES / max(self.all, 1) ** 0.5, LEAST_SHARE), FLAT_SHARE)
        return self.different >= FEW and not self.noisy and self.even >= share * self.all


def find_quality(squares: Squares) -> Quality:
    """Return the quality of a picture, whose squares are given."""
    found = _count(squares)
    if not found.noisy:
        return Quality(CLEAN, 1.0, found.crowded)
    return Quality(JPEG, JPEG_NOISE, found.crowded or found.even < EVEN_SHARE * found.all)


def is_flat_art(picture: Pixels) -> bool:
    """Return whether a picture (H, W, 3) or (H, W, 4) is clearly flat art: `trace` serves it better than `fit`.

    Of large pictures only some rows are looked at.
    """
    height, width = picture.shape[:2]
    rows = max(2, LOOKED_AT // (BANDS * width))
    if height <= BANDS * rows:
        return _count(find_squares(planes_of(picture))).clean
    tops = np.linspace(0, height - rows, BANDS).astype(int)
    parts = zip(*(_count(find_squares(planes_of(picture[top : top + rows]))) for top in tops), strict=True)
    return Counts(*(sum(part) for part in parts)).clean


def _count(squares: Squares) -> Counts:
    """Return how many squares of a picture there are of each sort."""
    step = squares.step
    different = (step > CLEAN.smooth) & ~squares.even(CLEAN.smooth)
    small = different & (step < JPEG.smooth)
    return Counts(step.size, int((step < EVEN).sum()), int(different.sum()), int(small.sum()))
