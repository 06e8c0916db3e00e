"""The last word of the pixels: all numbers of a shape against the exact shares of the pixels along its border.

Points of a border say little of corners and of parts that are thinner than a few pixels. Here nodes, handles and
corners move together until the shape covers of each pixel what the picture shows (Gauss-Newton, damped). What must hold
holds: lines stay straight and level, joints smooth, because only the free numbers of the curves move.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from ..engine.compile.kernel import serial
from .borders import Loop
from .drawing import Shape
from .forms import Form, form_of
from .kernels import area, cracks
from .kernels.arrays import Cover, Derived, Goal, Normal, Shares, Sides, Some
from .kernels.pieces import NONE
from .palette import Pixels
from .regions import Regions

ROUNDS = 5
DAMPING = 1e-3
STIFF = 1e-3  # weight of staying, for numbers that no pixel tells
ENOUGH = 1e-3  # of the error, gained in a round
BAND = 2  # pixels on either side of a crack that may be mixed
MARGIN = 3  # pixels around a shape
LARGEST = 1.0  # pixels that a number may move in a round
MOST = 6e6  # numbers of the Jacobian


class Target(NamedTuple):
    """How much of every pixel of a window a shape covers."""

    left: int
    top: int
    share: NDArray[np.float64]  # (H, W)
    counts: NDArray[np.float64]  # (H, W): root of the weight of a pixel, 0 for what does not tell


@cache
def _areas() -> Any:
    return serial(area.areas, np.dtype(np.float64), "areas")


@cache
def _squares() -> Any:
    return serial(area.squares, np.dtype(np.float64), "squares")


@cache
def _shares() -> Any:
    return serial(cracks.shares, np.dtype(np.float64), "shares")


def find_target(region: int, pixels: Pixels, regions: Regions, loops: list[Loop], hidden: NDArray[np.bool_]) -> Target:
    """Return the shares of a region, whose `loops` are given, in the pixels around it.

    Pixels of regions that are `hidden`, because they are painted later, do not tell, nor do those beside them.
    """
    corner = np.concatenate([loop.corner for loop in loops])
    (left, top), (right, bottom) = np.maximum(corner.min(axis=0) - MARGIN, 0), corner.max(axis=0) + MARGIN
    window = np.s_[top:bottom, left:right]
    labels = regions.labels[window]
    share = (labels == region).astype(np.float64)
    counts = np.where(binary_dilation(hidden[labels], np.ones((3, 3), bool)), 0.0, 1.0)
    across = np.concatenate([loop.across for loop in loops])
    ahead = np.concatenate([np.roll(loop.corner, -1, axis=0) for loop in loops])
    tells = np.flatnonzero((across >= 0) & ~hidden[across])
    sides = Sides(across[tells], corner[tells] - [left, top], (ahead - corner)[tells])
    found = Shares(left, top, share, np.full(share.shape, np.inf))
    _shares()(pixels[window], labels, regions.models, region, sides, BAND, found)
    return Target(int(left), int(top), share, counts)


def refined(
    shape: Shape, target: Target, rounds: int = ROUNDS, held: NDArray[np.int64] | None = None
) -> tuple[Shape, float]:
    """Return a shape after it has moved to what the pixels say, and the sum of squared errors.

    Numbers that are `held` stay: places in the z of its form.
    """
    form = form_of(shape)
    if form is None:
        return shape, 0.0
    some = every(form)
    if held is not None:
        moving = np.setdiff1d(some.free, held)
        some.free[:] = NONE
        some.free[moving] = np.arange(len(moving))
    z, error = descended(form.derived, some, form.z, target, rounds)
    return form.shape(z), error


def every(form: Form) -> Some:
    """Return all pieces of a form, all numbers of which are free."""
    return Some(form.line, np.arange(len(form.line)), np.arange(len(form.z)))


def descended(
    derived: Callable[[NDArray[np.float64]], Derived],
    some: Some,
    z: NDArray[np.float64],
    target: Target,
    rounds: int,
) -> tuple[NDArray[np.float64], float]:
    """Return the numbers of pieces after steps of Gauss-Newton, damped, and the sum of squared errors."""
    made, free = derived(z), some.free != NONE
    if _touched(made, some, target) * int(free.sum()) > MOST:
        free[:] = False
        some = some._replace(free=np.full(len(free), NONE))
    error, sums = squares(made, some, target)
    damping = DAMPING
    if not free.any():
        return z, error
    for _ in range(rounds):
        scale = np.diag(sums.normal)
        for _ in range(4):
            step = np.linalg.solve(sums.normal + np.diag(damping * scale + STIFF), sums.right)
            step *= min(1.0, LARGEST / max(float(np.abs(step).max()), 1e-9))
            tried = z.copy()
            tried[free] -= step
            moved, sums_moved = squares(derived(tried), some, target)
            if moved < error:
                break
            damping *= 10.0
        else:
            break
        gain = error - moved
        z, error, sums, damping = tried, moved, sums_moved, 0.3 * damping
        if gain < ENOUGH * error:
            break
    return z, error


def _touched(made: Derived, some: Some, target: Target) -> int:
    """Return how many pixels some pieces can touch."""
    length = float(np.abs(np.diff(made.control[some.pieces], axis=1)).sum())
    return min(target.share.size, int(2.0 * length) + 4 * len(some.pieces))


def squares(made: Derived, some: Some, target: Target) -> tuple[float, Normal]:
    """Return the sum of the squared errors of all pixels, and the normal equations by the free numbers."""
    height, width = target.share.shape
    count = int(some.free.max(initial=NONE)) + 1
    place, areas = np.full((height, width), -1), np.zeros((height, width + 2))
    cover = Cover(target.left, target.top, place, areas, np.zeros((_touched(made, some, target), count)))
    sums = Normal(np.zeros((count, count)), np.zeros(count), np.empty(count, np.int64))
    return _squares()(made, some, cover, Goal(target.share, target.counts), sums, np.empty(8)), sums


def covered(made: Derived, some: Some, corner: tuple[int, int], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return how much pieces cover of the pixels (h, w) of a window; `corner` is its first row and column."""
    height, width = shape
    areas = np.zeros((height, width + 2))
    cover = Cover(corner[1], corner[0], np.full((height, width), -1), areas, np.empty((0, 0)))
    _areas()(made, some, cover, np.empty(4), np.empty(4))
    area: NDArray[np.float64] = -np.cumsum(areas, axis=1)[:, :width]
    return area
