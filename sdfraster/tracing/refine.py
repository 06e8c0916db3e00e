"""The last word of the pixels: all numbers of a shape against the exact shares of the pixels along its border.

Points of a border say little of corners and of parts that are thinner than a few pixels. Here nodes, handles and
corners move together until the shape covers of each pixel what the picture shows (Gauss-Newton, damped). What must hold
holds: lines stay straight and level, joints smooth, because only the free numbers of the curves move.
"""

from __future__ import annotations

from functools import cache
from math import inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from ..engine.compile.kernel import serial
from .borders import Loop
from .curves import placed
from .drawing import Shape
from .forms import Form, form_of
from .kernels import area, cracks, descent
from .kernels.area import A_PIECE, BLOCK, ROOM
from .kernels.arrays import Bit, Cover, Covering, Derived, Goal, Layout, Limited, Normal, Shares, Sides, Some, Steps
from .kernels.pieces import MOST as MOST_NUMBERS
from .kernels.pieces import NONE
from .kernels.trials import MARGIN as MARGIN
from .palette import Pixels
from .regions import Regions

ROUNDS = 5
BAND = 2  # pixels on either side of a crack that may be mixed
MOST = 6e6  # numbers of the Jacobian


class Target(NamedTuple):
    """How much of every pixel of a window a shape covers."""

    left: int
    top: int
    share: NDArray[np.float64]  # (H, W)
    counts: NDArray[np.float64]  # (H, W): root of the weight of a pixel, 0 for what does not tell


class Descent(NamedTuple):
    """A layout after some steps."""

    z: NDArray[np.float64]  # (Z,)
    error: float  # the sum of the squared errors of all pixels
    sums: Normal  # its equations
    share: NDArray[np.float64]  # (H, W): what the pieces in question cover


class Slopes(NamedTuple):
    """How what pieces cover changes."""

    y: NDArray[np.int64]  # (N,): rows and
    x: NDArray[np.int64]  # (N,): columns of the pixels that they touch
    areas: NDArray[np.float64]  # (N, F): derivative of what they cover of these by free numbers


@cache
def _areas() -> Any:
    return serial(area.areas, np.dtype(np.float64), "areas")


@cache
def _descend() -> Any:
    return serial(descent.descend, np.dtype(np.float64), "descent")


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
    found = descended(form.layout, some, target, Limited(rounds, inf))
    return form.shape(found.z), found.error


def missed(shape: Shape, target: Target) -> NDArray[np.float64]:
    """Return by how much a shape of a kind whose areas are known misses every pixel (H, W), as far as they tell."""
    form = form_of(shape)
    if form is None:
        return np.zeros(target.share.shape)
    share = covered(form.derived(form.z), every(form), (target.top, target.left), target.share.shape)
    return target.counts * (share - target.share)


def every(form: Form) -> Some:
    """Return all pieces of a form, all numbers of which are free."""
    return Some(form.line, np.arange(len(form.line)), np.arange(len(form.z)))


def descended(
    layout: Layout, some: Some, target: Target, limited: Limited, starts: NDArray[np.float64] | None = None
) -> Descent:
    """Return some pieces of a layout after steps of Gauss-Newton, damped, from the best of `starts` (S, Z)."""
    made, z = placed(layout), layout.z.copy()
    pixels, count = _touched(made, some, target.share.size), int(some.free.max(initial=NONE)) + 1
    if pixels * count > MOST:
        count, some = 0, some._replace(free=np.full(len(z), NONE))
    shape = target.share.shape
    cover = cover_of((target.top, target.left), shape, np.empty((pixels, count)))
    normal, kept, factor = np.empty((3, count, count))
    right, kept_right, step = np.empty((3, count))
    sums = Normal(normal, right, np.empty(count, np.int64))
    even = np.empty((*cover.marked.shape, 3))
    error = _descend()(
        layout._replace(z=z),
        layout.z[None] if starts is None else starts,
        Covering(some, made, cover, Goal(target.share, target.counts), even, sums),
        Steps(np.empty(len(z)), kept, kept_right, factor, step, np.empty(3)),
        limited if count else limited._replace(rounds=0),
    )
    return Descent(z, error, sums, area_of(cover))


def squares(layout: Layout, some: Some, target: Target) -> tuple[float, Normal]:
    """Return the sum of the squared errors of all pixels, and the normal equations by the free numbers."""
    _, error, sums, _ = descended(layout, some, target, Limited(0, inf))
    whole = sums.normal + sums.normal.T  # below its diagonal it is 0
    np.fill_diagonal(whole, sums.normal.diagonal())
    return error, sums._replace(normal=whole)


def _touched(made: Derived, some: Some, size: int) -> int:
    """Return how many pixels of a window some pieces can touch, also once they have moved a bit."""
    length = float(np.abs(np.diff(made.control[some.pieces], axis=1)).sum())
    return min(size, int(ROOM * length) + A_PIECE * len(some.pieces))


def cover_of(corner: tuple[int, int], shape: tuple[int, ...], jacobian: NDArray[np.float64]) -> Cover:
    """Return room for what pieces cover of the pixels (h, w) of a window; `corner` is its first row and column."""
    height, width = shape
    marked = np.ones((height, width // BLOCK + 1), bool)
    place, sums = np.empty((height, width if len(jacobian) else 0), np.int32), np.empty((height, width + 2))
    return Cover(corner[1], corner[0], place, sums, jacobian, marked, bit())


def bit() -> Bit:
    """Return scratch for a straight bit of a piece."""
    number, column = np.empty((2, MOST_NUMBERS), np.int64)
    return Bit(np.empty(4), np.empty((MOST_NUMBERS, 4)), number, column)


def area_of(cover: Cover) -> NDArray[np.float64]:
    """Return how much of every pixel (h, w) of a window is covered."""
    area: NDArray[np.float64] = np.cumsum(cover.sums[:, :-2], axis=1)
    return np.negative(area, out=area)


def covered(made: Derived, some: Some, corner: tuple[int, int], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return how much pieces cover of the pixels (h, w) of a window; `corner` is its first row and column."""
    cover = cover_of(corner, shape, np.empty((0, 0)))
    _areas()(made, some, cover)
    return area_of(cover)


def slopes(made: Derived, some: Some, corner: tuple[int, int], shape: tuple[int, int]) -> Slopes:
    """Return how what pieces cover of the pixels of a window changes by the free numbers."""
    pixels, count = _touched(made, some, shape[0] * shape[1]), int(some.free.max(initial=NONE)) + 1
    cover = cover_of(corner, shape, np.empty((pixels, count)))
    _areas()(made, some, cover)
    y, x = np.nonzero(cover.place != NONE)
    return Slopes(y, x, -cover.jacobian[cover.place[y, x]])
