"""Outlines whose numbers follow from fewer: those of a part, and where the centre of its images is.

All is linear in them: places and handles of corners are moved, lengths are equal, and so are directions, but for their
sign and a constant. The centre comes first of the free numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from .fitting import solved
from .forms import Form
from .groups import Element
from .kernels.descent import DAMPING, ENOUGH, LARGEST
from .kernels.pieces import NONE
from .orbits import Outline
from .refine import Target, every, squares

SAME = 1e-9  # between weights, or offsets, that are one

Row = dict[int, float]  # a number as weights of free ones
CENTRE: tuple[Row, Row] = {0: 1.0}, {1: 1.0}


class Tie(NamedTuple):
    """Numbers as ``matrix @ w + offset``."""

    matrix: NDArray[np.float64]  # (Z, W)
    offset: NDArray[np.float64]  # (Z,)
    w: NDArray[np.float64]  # (W,): the free numbers

    def numbers(self, w: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the numbers (Z,) of some free ones."""
        z: NDArray[np.float64] = self.matrix @ w + self.offset
        return z


def tie_of(outline: Outline) -> Tie | None:
    """Return how the numbers of an outline follow from those of a part, or None if they cannot."""
    rows = _Rows(outline)
    return rows.tie() if rows.fill() else None


class _Rows:
    """The rows of a tie in the making."""

    def __init__(self, outline: Outline) -> None:
        curves = outline.curves
        starts = np.cumsum([0, *(len(curve.z) for curve in curves)])

        def joined(name: str) -> NDArray[np.int64]:
            parts = [getattr(curve, name) for curve in curves]
            return np.concatenate(
                [np.where(part == NONE, NONE, part + start) for part, start in zip(parts, starts, strict=False)]
            )

        self._outline = outline
        self._place = np.stack([joined("x"), joined("y")], axis=1)
        self._angle, self._leave, self._arrive = (joined(name) for name in ("angle", "leave", "arrive"))
        smooth, after = (
            np.concatenate([np.roll(curve.smooth, -ahead) for curve in curves]) for ahead in (0, 1)
        )  # where pieces begin, and where they end
        self._is_length = np.zeros(starts[-1], bool)
        lengths = np.concatenate([self._leave[smooth], self._arrive[after]])
        self._is_length[lengths[lengths != NONE]] = True
        self._z = np.concatenate([curve.z for curve in curves])
        self._rows: list[Row | None] = [None] * len(self._z)
        self._offset = np.zeros(len(self._z))
        self._w = outline.symmetry.centre.tolist()

    def fill(self) -> bool:
        """Set all rows; return whether they agree."""
        nodes, pieces = self._outline.nodes, self._outline.pieces
        agree = [self._node(*relation) for relation in nodes]
        agree += [self._direction(*relation) for relation in nodes]
        agree += [self._handles(*relation) for relation in pieces]
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
        old = self._rows[place]
        if old is None:
            self._rows[place], self._offset[place] = row, offset
            return True
        return not _sum((1.0, old), (-1.0, row)) and abs(self._offset[place] - offset) < SAME

    def _node(self, k: int, image: int, element: Element) -> bool:
        """Tie the image of a node to it, or itself to the axis."""
        x, y = self._place[k]
        if image == k:
            normal = element.normal
            way = [-normal[1], normal[0]]
            along = self._new(float(self._z[x] * way[0] + self._z[y] * way[1]))
            across = _sum(*zip(normal, CENTRE, strict=True))
            rows = [_sum((n, across), (u, along)) for n, u in zip(normal, way, strict=True)]
        else:
            own = self._own(x), self._own(y)
            rows = [
                _sum((a, own[0]), (b, own[1]), (1.0, centre), (-a, CENTRE[0]), (-b, CENTRE[1]))
                for (a, b), centre in zip(element.matrix, CENTRE, strict=True)
            ]
        first, second = (self._put(*item) for item in zip(self._place[image], rows, strict=True))
        return first and second

    def _direction(self, k: int, image: int, element: Element) -> bool:
        """Tie the direction of the image of a smooth node to its own."""
        place, other = self._angle[k], self._angle[image]
        if place == NONE:
            return bool(other == NONE)
        if image == k:
            along = 0.5 * element.angle
            return self._put(place, {}, along + np.pi * round((self._z[place] - along) / np.pi))
        row, sign = self._own(place), element.sign
        whole = round((self._z[other] - sign * self._z[place] - element.angle) / (2.0 * np.pi))
        return self._put(other, _sum((sign, row)), sign * self._offset[place] + element.angle + 2.0 * np.pi * whole)

    def _handles(self, k: int, image: int, element: Element) -> bool:
        """Tie the handles of the image of a piece to its own, or the second one of its own image to the first."""
        ends = self._leave, self._arrive
        others = ends[::-1] if element.mirrors else ends
        pairs = [(end[k], other[image]) for end, other in zip(ends, others, strict=True)]
        agree = [self._handle(*pair, element.sign * element.matrix) for pair in (pairs[:1] if image == k else pairs)]
        return all(agree)

    def _handle(self, place: int, other: int, matrix: NDArray[np.float64]) -> bool:
        """Tie a handle, a length or at a corner a vector, to another one."""
        if place == NONE:
            return bool(other == NONE)
        if self._is_length[place]:
            return self._put(other, self._own(place))
        own = self._own(place), self._own(place + 1)
        rows = [_sum((a, own[0]), (b, own[1])) for a, b in matrix]
        first, second = (self._put(other + axis, row) for axis, row in enumerate(rows))
        return first and second


def _sum(*terms: tuple[float, Row]) -> Row:
    """Return a weighted sum of rows."""
    total: Row = {}
    for weight, row in terms:
        for column, value in row.items():
            total[column] = total.get(column, 0.0) + weight * value
    return {column: value for column, value in total.items() if abs(value) > SAME}


def descended(form: Form, tie: Tie, target: Target, rounds: int) -> NDArray[np.float64]:
    """Return the free numbers after steps of Gauss-Newton, damped (Levenberg).

    Equations of all numbers become those of the free ones by the matrix of the tie.
    """
    some, matrix = every(form), csr_array(tie.matrix.T)
    w, damping, step, factor = tie.w, DAMPING, np.empty(len(tie.w)), np.empty((len(tie.w), len(tie.w)))
    error, sums = squares(form.layout._replace(z=tie.numbers(w)), some, target)
    for _ in range(rounds if len(sums.right) > 0 else 0):  # of too many pixels there are no equations
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
    return w
