"""Nodes that a drawing can do without: two pieces become one, and a cubic a line, while the picture holds.

The other way round, a corner becomes two where that is worth its numbers: ends of what is a few pixels wide look like
tips, because what tells of one of their corners is spoilt by the other.

Knots are chosen where the border is measured to bend, with its measured directions. If all numbers around a place may
move, fewer often do. What a change costs is told by exact areas near it, after the numbers of the pieces beside it have
moved; those that other pieces depend on stay.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.compile.kernel import serial
from .curves import NO_FRAME, NO_NUMBERS, Curve, derived, layout_of, placed
from .drawing import Shape
from .fitting import Tolerance
from .forms import form_of
from .kernels import trials
from .kernels.area import BLOCK
from .kernels.arrays import Derived, Draft, Drafts, Goal, Layout, Scratch, Wanted, Whole
from .kernels.changes import MORE_NUMBERS, MOST_PIECES, MOST_STARTS
from .kernels.pieces import MOST
from .refine import MOST as MOST_SLOPES
from .refine import Target, bit, covered, every

MOST_CUTS = 3
MOST_FREE = MOST_PIECES * MOST  # numbers that a change may move


@cache
def _best_change() -> Any:
    return serial(trials.best_change, np.dtype(np.float64), "trials")


def simplified(shape: Shape, target: Target, limits: Tolerance) -> Shape:
    """Return a path without the nodes that it can do without, the least missed first."""
    return shape._replace(curves=fewer_nodes(shape, target, limits, range(len(shape.curves))))


def fewer_nodes(shape: Shape, target: Target, limits: Tolerance, which: Collection[int]) -> list[Curve]:
    """Return the curves of a shape; some of a path without the nodes that they can do without."""
    form = form_of(shape)
    if form is None or shape.kind != "path":
        return shape.curves
    share = covered(form.derived(form.z), every(form), (target.top, target.left), target.share.shape)
    wanted = wanted_of(target, share, limits)
    return [_simplified(curve, wanted) if k in which else curve for k, curve in enumerate(shape.curves)]


def wanted_of(target: Target, share: NDArray[np.float64], limits: Tolerance) -> Wanted:
    """Return what a shape has to cover, and its share (H, W) of what it does, which is updated."""
    goal = Goal(np.ascontiguousarray(target.share), np.ascontiguousarray(target.counts))
    return Wanted(target.left, target.top, goal, share, limits.curve, limits.worth)


def _simplified(curve: Curve, wanted: Wanted) -> Curve:
    """Return a curve without the nodes that it can do without; update what its shape covers, the share of `wanted`.

    A corner is cut a few times at most: near it and near its halves pixels count differently, so that cutting it and
    putting it together could gain in turns, for ever.
    """
    cuts = [0] * curve.pieces  # how often a node, or what it is a half of, was cut
    within = _within(curve, wanted)
    trying = _Trying(curve, wanted, within)
    gains = [trying.gain(k, may_cut=True) for k in range(curve.pieces)]
    while max(gains) > 0.0:
        k = int(np.argmax(gains))
        if trying.gain(k, cuts[k] < MOST_CUTS) == 0.0:
            gains[k] = 0.0
            continue
        before, curve = curve.pieces, trying.done()
        if curve.pieces < before:
            del gains[k], cuts[k]
        elif curve.pieces > before:
            gains.insert(k + 1, 0.0)
            cuts[k : k + 1] = [cuts[k] + 1] * 2
        trying = _Trying(curve, wanted, within)
        for near in {(k + step) % curve.pieces for step in (-1, 0, 1)}:
            gains[near] = trying.gain(near, cuts[near] < MOST_CUTS)
    return curve


def _within(curve: Curve, wanted: Wanted) -> NDArray[np.float64]:
    """Return the box, the least x and y and the largest, of a curve and of the pixels that tell of it."""
    height, width = wanted.share.shape
    t = np.linspace(0.0, 1.0, 1 + trials.LOOKED_AT)
    s = 1.0 - t
    weights = np.stack([s**3, 3.0 * s * s * t, 3.0 * s * t * t, t**3])
    points = np.einsum("jt,kjc->ktc", weights, derived(curve).control).reshape(-1, 2)
    corners = np.array([[wanted.left, wanted.top], [wanted.left + width, wanted.top + height]])
    reached = np.concatenate([points, corners])
    return np.concatenate([reached.min(axis=0), reached.max(axis=0)])


class _Trying:
    """A curve and the changes of it that are tried."""

    def __init__(self, curve: Curve, wanted: Wanted, within: NDArray[np.float64]) -> None:
        layout = layout_of([curve])
        made, numbers = placed(layout), len(curve.z)
        used = np.arange(MOST) < made.used[:, None]
        self._whole = Whole(layout, made, np.bincount(made.columns[used], minlength=numbers), within)
        self._wanted = wanted
        size = wanted.share.size
        self._drafts = Drafts(_draft(curve), _draft(curve), np.zeros(4, np.int64), np.empty(size))
        self._scratch = _scratch(numbers + MORE_NUMBERS, wanted.share.shape)

    def gain(self, k: int, may_cut: bool) -> float:
        """Return what the best change at node k gains, 0 if there is none."""
        return float(_best_change()(self._whole, k, may_cut, self._wanted, self._drafts, self._scratch))

    def done(self) -> Curve:
        """Return the curve after the change that was found last; update what its shape covers."""
        best, (top, bottom, left, right) = self._drafts.best, self._drafts.window
        window = self._wanted.share[top:bottom, left:right]
        window[:] = self._drafts.share[: window.size].reshape(window.shape)
        n, m, changed = int(best.pieces[0]), int(best.numbers[0]), best.layout
        line, smooth, x, y, angle, leave, arrive = (array[:n] for array in changed[2:9])
        return Curve(line, smooth, x, y, angle, leave, arrive, changed.z[:m])


def _draft(curve: Curve) -> Draft:
    """Return a draft with room for a change of a curve."""
    n, m = curve.pieces + 1, len(curve.z) + MORE_NUMBERS
    before, after, x, y, angle, leave, arrive = np.zeros((7, n), np.int64)
    line, smooth = np.zeros((2, n), bool)
    layout = Layout(before, after, line, smooth, x, y, angle, leave, arrive, NO_FRAME, NO_NUMBERS, np.zeros(m))
    made = Derived(np.empty((n, 4, 2)), np.zeros((n, MOST), np.int64), np.empty((n, MOST, 8)), np.zeros(n, np.int64))
    pieces, numbers, starts_used = np.zeros((3, 1), np.int64)
    old, new = np.zeros((2, 1 + MOST_PIECES), np.int64)
    return Draft(layout, made, np.empty((MOST_STARTS, m)), pieces, numbers, starts_used, old, new)


def _scratch(numbers: int, shape: tuple[int, ...]) -> Scratch:
    """Return scratch for curves of some numbers in a window (H, W)."""
    height, width = shape
    blocks = height * (width // BLOCK + 1)
    here, gone, free = np.empty((3, numbers), np.int64)
    rest, goal, counts = np.empty((3, height * width))
    return Scratch(
        box=np.empty(4),
        window=np.zeros(4, np.int64),
        row=np.empty(3),
        bit=bit(),
        here=here,
        gone=gone,
        free=free,
        columns=np.empty(MOST_FREE, np.int64),
        z=np.empty(numbers),
        numbers=np.empty(3 * MOST_FREE),
        normal=np.empty(3 * MOST_FREE**2),
        place=np.empty(height * width, np.int32),
        sums=np.empty(height * (width + 2)),
        marked=np.empty(blocks, bool),
        even=np.empty(3 * blocks),
        rest=rest,
        goal=goal,
        counts=counts,
        jacobian=np.empty(int(min(MOST_SLOPES, MOST_FREE * height * width))),
    )
