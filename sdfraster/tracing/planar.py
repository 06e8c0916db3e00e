"""All borders of shapes that abut, together against the picture: what is shared moves for both sides at once.

The picture is the sum of the colours of all regions, times what their borders enclose. So a border tells by the
difference of the colours on both its sides, and one sparse system of Gauss-Newton has the exact derivative by all
numbers. What holds, holds whatever these are: borders end where they did on others, straight ones stay straight past
those that end on them, level ones level, joints smooth, and what lies on the frame of the picture stays on it.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, diags_array
from scipy.sparse.linalg import spsolve

from ..drawing.contour import Contour
from .chains import OUTSIDE
from .curves import placed
from .gradients import Paint
from .kernels.arrays import Derived, Some
from .kernels.descent import ATTEMPTS, DAMPING, ENOUGH, LARGEST
from .kernels.equations import STIFF
from .kernels.pieces import NONE
from .palette import Pixels
from .refine import MARGIN, covered, slopes
from .runs import Numbers, Run
from .stack import painted

ROUNDS = 8

Window = tuple[slice, slice]


def together(runs: list[Run], paints: dict[int, Paint], pixels: Pixels) -> dict[int, Contour]:
    """Return the contours of all chains after they have moved to what a picture (H, W, 4) shows.

    Regions without a paint are clear.
    """
    plane = _Plane(runs, paints, pixels)
    w = plane.numbers.start
    made, rest = plane.drawn(w)
    error, damping = float((rest * rest).sum()), DAMPING
    for _ in range(ROUNDS):
        jacobian = plane.jacobian(w, made)
        normal, right = (jacobian.T @ jacobian).tocsc(), jacobian.T @ rest.ravel()
        for _ in range(ATTEMPTS):
            step = spsolve(normal + diags_array(damping * normal.diagonal() + STIFF, format="csc"), right)
            step *= min(1.0, LARGEST / max(float(np.abs(step).max(initial=0.0)), 1e-9))
            moved, left = plane.drawn(w + step)
            after = float((left * left).sum())
            if after < error:
                break
            damping *= 10.0
        else:
            break
        gain = error - after
        w, made, rest, error, damping = w + step, moved, left, after, 0.3 * damping
        if gain < ENOUGH * error:
            break
    return plane.contours(made)


class _Plane:
    """The regions of a picture, and their borders."""

    def __init__(self, runs: list[Run], paints: dict[int, Paint], pixels: Pixels) -> None:
        self._runs, self._paints, self._pixels = runs, paints, pixels
        height, width, _ = pixels.shape
        self.numbers = Numbers(runs, width, height)
        self._layout, self._first = self.numbers.layout, self.numbers.first
        self._inner, self._outer = (np.full(self._first[-1], OUTSIDE) for _ in range(2))
        for run, first in zip(runs, self._first, strict=False):
            self._inner[first : first + run.starts[-1]] = run.inner
            self._outer[first : first + run.starts[-1]] = np.repeat(run.outer, np.diff(run.starts))

    def drawn(self, w: NDArray[np.float64]) -> tuple[Derived, Pixels]:
        """Return the pieces of some free numbers, and what the picture shows less what they do (H, W, 4)."""
        made, rest = placed(self._layout._replace(z=self.numbers.of(w))), self._pixels.copy()
        for region, paint in self._paints.items():
            right, left = (np.flatnonzero(side == region) for side in (self._inner, self._outer))
            window = self._window(made, np.concatenate([right, left]))
            share = self._share(made, right, window) - self._share(made, left, window)
            rest[window] -= share[..., None] * painted(paint, window)
        return made, rest

    def _share(self, made: Derived, pieces: NDArray[np.int64], window: Window) -> Pixels:
        """Return what pieces cover (h, w) of a window."""
        some = Some(self._layout.line, pieces, np.full(len(self._layout.z), NONE))
        return covered(made, some, *_placed(window))

    def _window(self, made: Derived, pieces: NDArray[np.int64]) -> Window:
        """Return the part of the picture around some pieces."""
        points = made.control[pieces].reshape(-1, 2)
        height, width, _ = self._pixels.shape
        low = np.clip(np.floor(points.min(axis=0)).astype(int) - MARGIN, 0, [width - 1, height - 1])
        high = np.clip(np.ceil(points.max(axis=0)).astype(int) + MARGIN, low + 1, [width, height])
        return np.s_[low[1] : high[1], low[0] : high[0]]

    def jacobian(self, w: NDArray[np.float64], made: Derived) -> csr_array:
        """Return the derivative of the picture (4 H W, W), as drawn, by the free numbers."""
        rows, columns, values = [], [], []
        width = self._pixels.shape[1]
        for run, first in zip(self._runs, self._first, strict=False):
            for outer, (start, end) in zip(run.outer, pairwise(first + run.starts), strict=True):
                pieces = np.arange(start, end)
                used = np.unique(np.concatenate([made.columns[k, : made.used[k]] for k in pieces]))
                if outer == OUTSIDE or run.held:
                    continue
                window = self._window(made, pieces)
                free = np.full(len(self._layout.z), NONE)
                free[used] = np.arange(len(used))
                some = Some(self._layout.line, pieces, free)
                y, x, areas = slopes(made, some, *_placed(window))
                change = (self._painted(run.inner, window) - self._painted(outer, window))[y, x]
                pixel = (y + window[0].start) * width + x + window[1].start
                place, number = np.nonzero(areas)
                for channel in range(4):
                    rows.append(4 * pixel[place] + channel)
                    columns.append(used[number])
                    values.append(areas[place, number] * change[place, channel])
        shape = self._pixels.size, len(self._layout.z)
        if not rows:
            return csr_array((shape[0], len(w)))
        entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
        return coo_array(entries, shape=shape).tocsr() @ self.numbers.slopes(w)

    def _painted(self, region: int, window: Window) -> Pixels:
        """Return the colours (h, w, 4) of a region."""
        size = _placed(window)[1]
        color = painted(self._paints[region], window) if region in self._paints else np.zeros(4)
        return np.broadcast_to(color, (*size, 4))

    def contours(self, made: Derived) -> dict[int, Contour]:
        """Return the contours of all chains, as their runs follow them."""
        found = {}
        for run, first in zip(self._runs, self._first, strict=False):
            for chain, contour, (start, end) in zip(
                run.chains, run.contours, pairwise(first + run.starts), strict=True
            ):
                control = made.control[start:end]
                points = np.concatenate([control[:, :3].reshape(-1, 2), control[-1, 3:]])
                found[chain] = Contour(points, contour.straight, contour.closed)
        return found


def _placed(window: Window) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the first row and column of a window, and its size."""
    rows, columns = window
    return (rows.start, columns.start), (rows.stop - rows.start, columns.stop - columns.start)
