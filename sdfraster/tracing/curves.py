"""Closed curves of lines and cubic Beziers, with constraints that hold whatever the numbers are.

A curve is a vector z of free numbers. Its control points follow from them: a node that is smooth has one direction for
both its sides, which is that of the line on one of them if there is one; the nodes of a horizontal line share their y.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..engine.compile.kernel import serial
from .kernels import pieces as kernel
from .kernels.arrays import Curve as Curve
from .kernels.arrays import Derived as Derived
from .kernels.pieces import NONE
from .palette import Pixels


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


def derived(curve: Curve, z: NDArray[np.float64] | None = None) -> Derived:
    """Return the control points of a curve, of its own numbers or of others, and their derivatives."""
    count = curve.pieces
    control, values = np.empty((count, 4, 2)), np.empty((count, kernel.MOST, 8))
    columns, used = np.zeros((count, kernel.MOST), np.int64), np.zeros(count, np.int64)
    made = Derived(control, columns, values, used)
    _derive()(curve if z is None else curve._replace(z=z), made, np.empty(3))
    return made
