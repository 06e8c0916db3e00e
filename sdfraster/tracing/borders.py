"""Borders of regions to a small part of a pixel, from how mixed pixels are shared."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.compile.kernel import serial
from .kernels import cracks
from .kernels.arrays import Cracks, EdgePoints, Loops, RegionArrays
from .palette import Pixels
from .regions import Regions

WINDOW = 4  # cracks on either side that tell which way a border runs


class Loop(NamedTuple):
    """The border of a region on one side: around it, or around a hole in it."""

    region: int
    corner: NDArray[np.int64]  # (N, 2): start of every crack, x and y
    across: NDArray[np.int64]  # (N,): region on the other side
    at: Pixels  # (N, 2): where the border crosses the row or column of the crack
    between: Pixels  # (N, 2): where it passes between the pixels on both sides, less exactly
    good: NDArray[np.int8]  # (N,): 3 frame of the picture, 2 exact, 1 of a thin part, 0 not known
    area: float  # that it encloses, negative around a hole
    square: bool = False  # whether it runs along the sides of pixels exactly

    @property
    def turns(self) -> NDArray[np.bool_]:
        """Whether the cracks (N,) begin where the loop turns."""
        way = np.roll(self.corner, -1, axis=0) - self.corner
        turns: NDArray[np.bool_] = (way != np.roll(way, 1, axis=0)).any(axis=1)
        return turns


@cache
def _follow() -> Any:
    return serial(cracks.follow, np.dtype(np.float64), "cracks")


@cache
def _measure() -> Any:
    return serial(cracks.measure, np.dtype(np.float64), "measure")


def find_borders(pixels: Pixels, regions: Regions) -> list[Loop]:
    """Return the loops of all regions of a picture."""
    framed = np.pad(regions.labels, 1, constant_values=-1)
    count = 4 * int((framed[1:] != framed[:-1]).sum() + (framed[:, 1:] != framed[:, :-1]).sum()) + 8
    listed = Cracks(*(np.empty(count, np.int64) for _ in Cracks._fields))
    loops = Loops(*(np.empty(count, np.int64) for _ in Loops._fields))
    many, n = _follow()(framed, np.zeros(framed.shape, np.uint8), listed, loops)
    listed = Cracks(*(array[:n] for array in listed))
    points = EdgePoints(np.empty((n, 2)), np.empty((n, 2)), np.zeros(n, np.int8))
    known = RegionArrays(regions.labels, regions.pure, regions.models, regions.flat)
    _measure()(pixels, known, listed, loops.region[listed.loop], points)
    found = []
    for k in range(many):
        part = slice(loops.start[k], loops.start[k + 1])
        corner = np.stack([listed.x[part], listed.y[part]], axis=1)
        quality = _along(corner, listed.direction[part], points.good[part])
        ahead = np.roll(corner, -1, axis=0)
        area = 0.5 * float((corner[:, 0] * ahead[:, 1] - corner[:, 1] * ahead[:, 0]).sum())
        region, at, between = int(loops.region[k]), points.at[part], points.between[part]
        found.append(Loop(region, corner, listed.left[part], at, between, quality, area))
    return found


def _along(corner: NDArray[np.int64], direction: NDArray[np.int64], good: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return how good the points of a loop are, with 0 for cracks across the way that the border runs there."""
    reach = min(WINDOW, len(corner) // 4)
    way = np.abs(np.roll(corner, -reach - 1, axis=0) - np.roll(corner, reach, axis=0))
    flat = direction % 2 == 0
    steep = way[:, 1] > way[:, 0]
    even = way[:, 1] == way[:, 0]
    return np.where((flat != steep) | even | (good == 3), good, 0).astype(np.int8)
