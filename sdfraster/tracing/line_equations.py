"""What holds of straight lines, and of those around simple shapes, that are images of each other: linear equations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .groups import Element, Symmetry
from .lines.strokes import Stroke

NEAR = 1.5  # pixels from the image of a line to that which it is
TURNED = 0.05  # radians, the same
SAME = 1e-6  # between numbers that are one


class Linear(NamedTuple):
    """Numbers as ``matrix @ y + offset``."""

    matrix: NDArray[np.float64]  # (X, Y)
    offset: NDArray[np.float64]  # (X,)


class _Image(NamedTuple):
    """A stroke, and that which is its image."""

    of: int
    image: int
    back: bool  # whether a line leads the other way round, or the lengths of a simple shape are swapped


class Equations:
    """Equations of numbers y, of which the centre comes first.

    Parameters
    ----------
    strokes : list of Stroke
        Straight ones, and those around simple shapes.
    group : list of int
        Which of the widths each has.
    numbers : list of Linear
        How their numbers follow.
    """

    def __init__(self, strokes: list[Stroke], group: list[int], numbers: list[Linear]) -> None:
        self._strokes, self._group, self._numbers = strokes, group, numbers
        self._rows: list[NDArray[np.float64]] = []
        self._right: list[float] = []

    def hold(self) -> None:
        """Add those of numbers that stay."""
        for stroke, numbers in zip(self._strokes, self._numbers, strict=True):
            for k in np.flatnonzero(~stroke.free):
                self._add(numbers.matrix[k], float(stroke.numbers[k]))

    def tie(self, symmetry: Symmetry, element: Element) -> bool:
        """Add those of an image of all strokes; return whether each has one."""
        images = [self._image(k, symmetry, element) for k in range(len(self._strokes))]
        for image in images:
            if image is not None:
                self._tie_places(image, element)
                if self._strokes[image.of].curve is None:
                    self._tie_lengths(image, element)
        return None not in images

    def solved(self, y: NDArray[np.float64], held: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Return the numbers nearest to some for which all hold, and all steps (Y, F) that leave them so.

        The first of them may be `held`. None if they contradict each other.
        """
        matrix = np.concatenate([np.reshape(self._rows, (-1, len(y))), np.eye(held, len(y))])
        right = np.append(self._right, y[:held])
        values, vectors = np.linalg.eigh(matrix.T @ matrix)  # of few numbers, where equations are many
        told = values > SAME
        across = vectors[:, told]
        found = y + across @ ((across.T @ (matrix.T @ (right - matrix @ y))) / values[told])
        if np.abs(matrix @ found - right).max(initial=0.0) > SAME:
            return None
        return found, vectors[:, ~told]

    def _add(self, row: NDArray[np.float64], right: float = 0.0) -> None:
        self._rows.append(row)
        self._right.append(right)

    def _image(self, k: int, symmetry: Symmetry, element: Element) -> _Image | None:
        """Return which stroke is the image of another one."""
        own = self._strokes[k]
        places = symmetry.image(element, _places(own))
        best, least = None, NEAR
        for other, stroke in enumerate(self._strokes):
            if (stroke.kind, self._group[other]) != (own.kind, self._group[k]):
                continue
            there = _places(stroke)
            for back in (False, True):
                off = float(np.abs(places - (there[::-1] if back else there)).max())
                if off < least and (stroke.curve is not None or back == _is_swapped(own, stroke, element)):
                    best, least = _Image(k, other, back), off
        return best

    def _tie_places(self, image: _Image, element: Element) -> None:
        """Add the equations of ends, or of middles."""
        own, its = self._numbers[image.of].matrix, self._numbers[image.image].matrix
        ends = _columns(self._strokes[image.of]), _columns(self._strokes[image.image])[:: -1 if image.back else 1]
        (a, b), (c, d) = element.matrix
        for (x, y), (u, v) in zip(*ends, strict=True):
            across, down = its[u] - a * own[x] - b * own[y], its[v] - c * own[x] - d * own[y]
            across[:2] -= [1.0 - a, -b]
            down[:2] -= [-c, 1.0 - d]
            self._add(across)
            self._add(down)

    def _tie_lengths(self, image: _Image, element: Element) -> None:
        """Add the equations of the lengths and the angle of simple shapes."""
        one, other = self._strokes[image.of], self._strokes[image.image]
        own, its = self._numbers[image.of].matrix, self._numbers[image.image].matrix
        if one.kind == "circle":
            self._add(its[2] - own[2])
            return
        for k, of in zip((2, 3), (3, 2) if image.back else (2, 3), strict=True):
            self._add(its[k] - own[of])
        if one.kind == "rectangle":
            self._add(its[5] - own[5])
        if one.free[4]:
            quarters = round((_turned(one, element) - other.numbers[4]) / (0.5 * np.pi))
            self._add(its[4] - element.sign * own[4], element.angle - 0.5 * np.pi * quarters)


def _places(stroke: Stroke) -> NDArray[np.float64]:
    """Return the ends (2, 2) of a straight line, or the middle (1, 2) of a simple shape."""
    if stroke.curve is None:
        return stroke.numbers[None, :2]
    return np.stack([stroke.numbers[stroke.curve.x], stroke.numbers[stroke.curve.y]], axis=1)


def _is_swapped(stroke: Stroke, image: Stroke, element: Element) -> bool | None:
    """Return whether the width of a simple shape is the height of its image, None if they are not so turned."""
    if stroke.kind == "circle":
        return False
    quarters = (_turned(stroke, element) - image.numbers[4]) / (0.5 * np.pi)
    return bool(round(quarters) % 2) if abs(quarters - round(quarters)) * 0.5 * np.pi < TURNED else None


def _turned(stroke: Stroke, element: Element) -> float:
    """Return the angle of the image of a simple shape."""
    return float(element.sign * stroke.numbers[4] + element.angle)


def _columns(stroke: Stroke) -> list[tuple[int, int]]:
    """Return which numbers of a stroke are x and y of its ends, or of its middle."""
    return (
        [(0, 1)] if stroke.curve is None else list(zip(stroke.curve.x.tolist(), stroke.curve.y.tolist(), strict=True))
    )
