"""Closed curves of lines and cubic Beziers, with constraints that hold whatever the numbers are.

A curve is a vector z of free numbers. Its control points follow from them: a node that is smooth has one direction for
both its sides, which is that of the line on one of them if there is one; the nodes of a horizontal line share their y.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.compile.kernel import serial
from .kernels import pieces as kernel
from .kernels.arrays import Curve as Curve
from .kernels.arrays import Derived as Derived
from .kernels.arrays import Layout as Layout
from .kernels.pieces import NONE
from .palette import Pixels

NO_FRAME, NO_NUMBERS = np.empty((0, 4, 2, 0)), np.empty(0, np.int64)  # of what is no primitive


def make_curve(
    nodes: Pixels, line: NDArray[np.bool_], smooth: NDArray[np.bool_], handles: Pixels, level: float
) -> Curve:
    """Return the curve of some nodes.

    Parameters
    ----------
    nodes : ndarray, shape (K, 2)
        Start of every piece.
    line, smooth : ndarray, shape (K,)
        Straight pieces, and nodes without a corner.
    handles : ndarray, shape (K, 2, 2)
        Of cubics: the first control point less the start, and the end less the second control point.
    level : float
        Distance in pixels by which a line may be off to be made exactly horizontal or vertical.
    """
    count = len(nodes)
    smooth = smooth & ~(line & np.roll(line, 1))
    z: list[float] = []

    def new(*values: float) -> int:
        z.extend(values)
        return len(z) - len(values)

    place = np.arange(2 * count).reshape(count, 2)
    for k in map(int, np.flatnonzero(line)):
        after = (k + 1) % count
        step = np.abs(nodes[after] - nodes[k])
        for axis in (0, 1):
            if step[axis] <= min(level, 0.05 * step[1 - axis]):
                old, one = place[after, axis], place[k, axis]
                place[place == old] = one
    x, y = np.full(count, NONE), np.full(count, NONE)
    for axis, column in ((0, x), (1, y)):
        for name in np.unique(place[:, axis]):
            mine = place[:, axis] == name
            column[mine] = new(float(nodes[mine, axis].mean()))
    angle, leave, arrive = np.full(count, NONE), np.full(count, NONE), np.full(count, NONE)
    for k in range(count):
        before = (k - 1) % count
        if smooth[k] and not line[k] and not line[before]:
            way = handles[k, 0] + handles[before, 1]
            angle[k] = new(float(np.arctan2(way[1], way[0])))
    for k in map(int, np.flatnonzero(~line)):
        after = (k + 1) % count
        (hx, hy), (gx, gy) = handles[k]
        leave[k] = new(float(np.hypot(hx, hy))) if smooth[k] else new(float(hx), float(hy))
        arrive[k] = new(float(np.hypot(gx, gy))) if smooth[after] else new(float(gx), float(gy))
    return Curve(line, smooth, x, y, angle, leave, arrive, np.array(z))


@cache
def _derive() -> Any:
    return serial(kernel.derive, np.dtype(np.float64), "pieces")


def layout_of(curves: Sequence[Curve]) -> Layout:
    """Return closed curves as one layout; its numbers are theirs, one after the other."""
    if len(curves) == 1:
        return _layout_of(curves[0], 0, 0)
    pieces, numbers = (np.cumsum([0, *counts]) for counts in zip(*((c.pieces, len(c.z)) for c in curves), strict=True))
    parts = [
        _layout_of(curve, first, start) for curve, first, start in zip(curves, pieces[:-1], numbers[:-1], strict=True)
    ]
    return Layout(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _layout_of(curve: Curve, first: int, start: int) -> Layout:
    """Return a curve as the layout of pieces and numbers that are counted from some on."""
    around = np.arange(first - 1, first + curve.pieces + 1)
    around[0], around[-1] = around[-2], first
    x, y, angle, leave, arrive = (
        place if start == 0 else np.where(place == NONE, NONE, place + start)
        for place in (curve.x, curve.y, curve.angle, curve.leave, curve.arrive)
    )
    return Layout(
        around[:-2],
        around[2:],
        curve.line,
        curve.smooth,
        x,
        y,
        angle,
        leave,
        arrive,
        NO_FRAME,
        NO_NUMBERS,
        curve.z,
    )


def placed(layout: Layout) -> Derived:
    """Return the control points of a layout, and their derivatives."""
    count = len(layout.line)
    control, values = np.empty((count, 4, 2)), np.empty((count, kernel.MOST, 8))
    made = Derived(control, np.zeros((count, kernel.MOST), np.int64), values, np.zeros(count, np.int64))
    _derive()(layout, np.arange(count), made, np.empty(3))
    return made


def derived(curve: Curve, z: NDArray[np.float64] | None = None) -> Derived:
    """Return the control points of a curve, of its own numbers or of others, and their derivatives."""
    return placed(layout_of([curve if z is None else curve._replace(z=z)]))
