"""Outlines whose numbers follow from fewer: those of one half, and where the axis is.

All is linear in them: places and handles of corners are mirrored, lengths are equal, and so are directions, less a
constant. The place of the axis is the first of the free numbers.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from .axes import Axis
from .fitting import solved
from .forms import Form
from .kernels.descent import DAMPING, ENOUGH, LARGEST
from .kernels.pieces import NONE
from .mirror import Outline
from .refine import Target, every, squares

Row = dict[int, float]  # a number as weights of free ones
AXIS: Row = {0: 1.0}  # its place


class Tie(NamedTuple):
    """Numbers as ``matrix @ w + offset``."""

    matrix: NDArray[np.float64]  # (Z, W)
    offset: NDArray[np.float64]  # (Z,)
    w: NDArray[np.float64]  # (W,): the free numbers

    def numbers(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the numbers (Z,) of some free ones."""
        z: NDArray[np.float64] = self.matrix @ w + self.offset
        return z


def tie_of(outline: Outline, axis: Axis) -> Tie | None:
    """Return how the numbers of an outline follow from one half, or None if they cannot."""
    rows = _Rows(outline, axis)
    return rows.tie() if rows.fill() else None


class _Rows:
    """The rows of a tie in the making."""

    def __init__(self, outline: Outline, axis: Axis) -> None:
        curves = outline.curves
        starts = np.cumsum([0, *(len(curve.z) for curve in curves)])
        pieces = np.cumsum([0, *(curve.pieces for curve in curves)])

        def joined(name: str) -> NDArray[np.int64]:
            parts = [getattr(curve, name) for curve in curves]
            return np.concatenate(
                [np.where(part == NONE, NONE, part + start) for part, start in zip(parts, starts, strict=False)]
            )

        self._outline, self._axis = outline, axis
        self._place = np.stack([joined("x"), joined("y")], axis=1)
        self._angle, self._leave, self._arrive = (joined(name) for name in ("angle", "leave", "arrive"))
        self._smooth = np.concatenate([curve.smooth for curve in curves])
        self._after = np.concatenate([a + (np.arange(b - a) + 1) % (b - a) for a, b in pairwise(pieces)])
        self._z = np.concatenate([curve.z for curve in curves])
        self._rows: list[Row | None] = [None] * len(self._z)
        self._offset = np.zeros(len(self._z))
        self._w = [axis.place]

    def fill(self) -> bool:
        """Set all rows; return whether they agree."""
        node, piece = self._outline.node, self._outline.piece
        nodes = [k for k in range(len(node)) if k <= node[k]]
        pieces = [k for k in range(len(piece)) if k <= piece[k]]
        agree = [self._node(k, int(node[k])) for k in nodes]
        agree += [self._direction(k, int(node[k])) for k in nodes]
        agree += [self._handles(k, int(piece[k])) for k in pieces]
        agree += [self._handles(int(piece[k]), k) for k in pieces if piece[k] != k]
        return all(agree) and None not in self._rows

    def tie(self) -> Tie:
        """Return the tie of all rows."""
        matrix = np.zeros((len(self._z), len(self._w)))
        for k, row in enumerate(self._rows):
            for column, weight in (row or {}).items():
                matrix[k, column] = weight
        return Tie(matrix, self._offset, np.array(self._w))

    def _new(self, value: float) -> Row:
        self._w.append(value)
        return {len(self._w) - 1: 1.0}

    def _own(self, place: int) -> Row:
        """Return the row of a number, which is free if it has none yet."""
        row = self._rows[place]
        if row is None:
            row = self._rows[place] = self._new(float(self._z[place]))
        return row

    def _put(self, place: int, row: Row, offset: float = 0.0) -> bool:
        """Set the row of a number; return whether one that it has is the same."""
        row = {column: weight for column, weight in row.items() if weight != 0.0}
        if self._rows[place] is None:
            self._rows[place], self._offset[place] = row, offset
        return self._rows[place] == row

    def _node(self, k: int, image: int) -> bool:
        """Tie a node to its image, or to the axis."""
        normal, turn = self._axis.normal, self._axis.turn
        x, y = self._place[k]
        if image == k:
            way = [-normal[1], normal[0]]
            along = self._new(float(self._z[x] * way[0] + self._z[y] * way[1]))
            rows = [_sum((n, AXIS), (u, along)) for n, u in zip(normal, way, strict=True)]
        else:
            own = self._own(x), self._own(y)
            rows = [_sum((a, own[0]), (b, own[1]), (2.0 * n, AXIS)) for (a, b), n in zip(turn, normal, strict=True)]
        first, second = (self._put(*item) for item in zip(self._place[image], rows, strict=True))
        return first and second

    def _direction(self, k: int, image: int) -> bool:
        """Tie the direction of a smooth node to that of its image."""
        place, other = self._angle[k], self._angle[image]
        if place == NONE:
            return bool(other == NONE)
        double = 2.0 * self._axis.angle
        if image == k:
            whole = round((self._z[place] - self._axis.angle) / np.pi)
            return self._put(place, {}, self._axis.angle + whole * np.pi)
        whole = round((self._z[place] + self._z[other] - double) / (2.0 * np.pi))
        return self._put(other, _sum((-1.0, self._own(place))), double + 2.0 * np.pi * whole)

    def _handles(self, k: int, image: int) -> bool:
        """Tie the first handle of a piece to the second one of its image."""
        place, other = self._leave[k], self._arrive[image]
        if place == NONE:
            return bool(other == NONE)
        if self._smooth[k]:
            return self._put(other, self._own(place))
        own = self._own(place), self._own(place + 1)
        rows = [_sum((-a, own[0]), (-b, own[1])) for a, b in self._axis.turn]
        first, second = (self._put(other + axis, row) for axis, row in enumerate(rows))
        return first and second


def _sum(*terms: tuple[float, Row]) -> Row:
    """Return a weighted sum of rows."""
    total: Row = {}
    for weight, row in terms:
        for column, value in row.items():
            total[column] = total.get(column, 0.0) + weight * value
    return {column: value for column, value in total.items() if value != 0.0}


def descended(form: Form, tie: Tie, target: Target, rounds: int) -> tuple[NDArray[np.float64], float]:
    """Return the free numbers after steps of Gauss-Newton, damped (Levenberg), and the sum of squared errors.

    Equations of all numbers become those of the free ones by the matrix of the tie.
    """
    some, matrix = every(form), csr_array(tie.matrix.T)
    w, damping, step, factor = tie.w, DAMPING, np.empty(len(tie.w)), np.empty((len(tie.w), len(tie.w)))
    error, sums = squares(form.layout._replace(z=tie.numbers(w)), some, target)
    for _ in range(rounds):
        normal, right = matrix @ (matrix @ sums.normal).T, matrix @ sums.right
        for _ in range(4):
            solved()(normal, right, damping, factor, step)
            step *= min(1.0, LARGEST / max(float(np.abs(step).max()), 1e-9))
            moved, sums_moved = squares(form.layout._replace(z=tie.numbers(w - step)), some, target)
            if moved < error:
                break
            damping *= 10.0
        else:
            break
        gain = error - moved
        w, error, sums, damping = w - step, moved, sums_moved, 0.3 * damping
        if gain < ENOUGH * error:
            break
    return w, error
