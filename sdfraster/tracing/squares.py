"""How much colours change over squares of 2 x 2 pixels: what is even, what an edge, and what a gradient."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
ROWS = 128  # at a time: what they need beside the picture stays in the cache


class Squares(NamedTuple):
    """All squares of 2 x 2 pixels of a picture; the first is that of its first two rows and columns."""

    step: Plane  # (H - 1, W - 1): largest difference of a channel
    bend: Plane  # (H - 1, W - 1): by how much colours change otherwise there than beside it; infinite at the rim

    def even(self, smooth: float) -> NDArray[np.bool_]:
        """Return the squares over which colours change as they do beside them, as in a steep gradient."""
        return self.bend <= smooth


def planes_of(pixels: NDArray[Any]) -> Plane:
    """Return the channels of a picture (H, W, C), one after the other, (C, H, W); not the alpha of an opaque one."""
    planes = np.moveaxis(pixels, 2, 0)
    opaque = len(planes) == 4 and bool((planes[3] == 1.0).all())
    return np.ascontiguousarray(planes[:3] if opaque else planes, np.float32)


def find_squares(planes: Plane) -> Squares:
    """Return what the squares of a picture (C, H, W) are like, some rows at a time."""
    height, width = planes.shape[1:]
    step, bend = np.zeros((height - 1, width - 1), np.float32), np.zeros((height, width), np.float32)
    bend[[0, -1]] = bend[:, [0, -1]] = np.inf
    for first in range(0, height - 1, ROWS):
        last = min(first + ROWS, height - 1)
        for plane in planes[:, first : last + 1]:
            high, low = np.maximum(plane[1:], plane[:-1]), np.minimum(plane[1:], plane[:-1])
            high, low = np.maximum(high[:, 1:], high[:, :-1]), np.minimum(low[:, 1:], low[:, :-1])
            np.maximum(step[first:last], high - low, out=step[first:last])
    for first in range(1, height - 1, ROWS):
        last = min(first + ROWS, height - 1)
        inner = bend[first:last, 1:-1]
        for plane in planes[:, first - 1 : last + 1]:
            np.maximum(inner, np.abs(np.diff(plane[:, 1:-1], n=2, axis=0)), out=inner)
            np.maximum(inner, np.abs(np.diff(plane[1:-1], n=2, axis=1)), out=inner)
    bend = np.maximum(bend[1:], bend[:-1])
    return Squares(step, np.maximum(bend[:, 1:], bend[:, :-1]))
