"""Borders of regions to a small part of a pixel, from how mixed pixels are shared."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.compile.kernel import serial
from .kernels import cracks
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


@cache
def _follow() -> Any:
    return serial(cracks.follow, np.dtype(np.float64), "cracks")


@cache
def _measure() -> Any:
    return serial(cracks.measure, np.dtype(np.float64), "measure")


def find_borders(pixels: Pixels, regions: Regions) -> list[Loop]:
    """Return the loops of all regions of a picture."""
    labels = regions.labels
    framed = np.pad(labels, 1, constant_values=-1)
    count = 4 * int((framed[1:] != framed[:-1]).sum() + (framed[:, 1:] != framed[:, :-1]).sum()) + 8
    x, y, direction, number, left, start, owner = (np.empty(count, np.int64) for _ in range(7))
    seen = np.zeros(framed.shape, np.uint8)
    loops, n = _follow()(framed, seen, x, y, direction, number, left, start, owner)
    me = owner[number[:n]]
    at, between, good = np.empty((n, 2)), np.empty((n, 2)), np.zeros(n, np.int8)
    x, y, direction, left = x[:n], y[:n], direction[:n], left[:n]
    _measure()(pixels, labels, regions.pure, regions.models, regions.flat, x, y, direction, left, me, at, between, good)
    found = []
    for k in range(loops):
        part = slice(start[k], start[k + 1])
        corner = np.stack([x[part], y[part]], axis=1)
        quality = _along(corner, direction[part], good[part])
        ahead = np.roll(corner, -1, axis=0)
        area = 0.5 * float((corner[:, 0] * ahead[:, 1] - corner[:, 1] * ahead[:, 0]).sum())
        found.append(Loop(int(owner[k]), corner, left[part], at[part], between[part], quality, area))
    return found


def _along(corner: NDArray[np.int64], direction: NDArray[np.int64], good: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return how good the points of a loop are, with 0 for cracks across the way that the border runs there."""
    reach = min(WINDOW, len(corner) // 4)
    way = np.abs(np.roll(corner, -reach - 1, axis=0) - np.roll(corner, reach, axis=0))
    flat = direction % 2 == 0
    steep = way[:, 1] > way[:, 0]
    even = way[:, 1] == way[:, 0]
    return np.where((flat != steep) | even | (good == 3), good, 0).astype(np.int8)
