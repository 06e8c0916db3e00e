"""Path data: the ``d`` of a path as contours (SVG 2, chapter 9).

What comes before an error is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arcs import arc
from .contour import Contour, contour_of
from .limits import ARC, CONTOUR, Budget
from .numbers import BETWEEN, NUMBER, bounded, plain_numbers

BLANKS = " \t\r\n\f"
LONG = 40_000  # characters that are read at once
RUN = 6000  # numbers that are, of more
MOST = 6  # numbers of a set, but for arcs
_STEP = re.compile(r"([A-DF-Za-df-z])([^A-DF-Za-df-z]*)")  # a letter, and what follows until the next: e is of numbers
_NUMBER = re.compile(rf"{BETWEEN}({NUMBER})")
_ONE = re.compile(NUMBER)
_FIRST = re.compile(rf"[{BLANKS}]*{NUMBER}")
_RUN = re.compile(rf"(?:{BETWEEN}{NUMBER}){{1,{RUN}}}")
_FLAG = re.compile(rf"{BETWEEN}([01])")
_COMMA = re.compile(rf"[{BLANKS}]*,")
MANY = 16  # sets of values from which on NumPy is faster than one by one
CLOSE = 1e-9  # share of a coordinate
ARC_VALUES = 7
ARC_FLAGS = (3, 4)  # places among the values of an arc, which need nothing between them


class _Pen:
    """Collects the contours of a path.

    Its commands take all values that follow their letter, and whether these are relative.
    """

    def __init__(self) -> None:
        self.contours: list[Contour] = []
        self.points: list[complex] = []
        self.straight: list[bool] = []
        self.here = self.start = 0j
        self.control = 0j  # the last one, of a curve of the degree in `degree`
        self.degree = 1

    def move(self, values: list[float], relative: bool) -> None:
        """Begin a contour, and add lines."""
        self._end(False)
        self.degree = 1
        to = complex(values[0], values[1]) + (self.here if relative else 0j)
        self.here = self.start = to
        if len(values) > 2:
            self._lines(values[2:], relative, len(values) > 2 * MANY)

    def lines(self, values: list[float], relative: bool) -> None:
        """Add lines."""
        self._lines(values, relative, len(values) > 2 * MANY)

    def _lines(self, values: list[float], relative: bool, many: bool) -> None:
        self.degree = 1
        if many:
            self._many(np.array(values).reshape(-1, 2), relative)
            return
        for to in map(complex, values[::2], values[1::2]):
            self._line(to + (self.here if relative else 0j))

    def _line(self, to: complex) -> None:
        here = self.here
        step = (to - here) / 3.0
        if not self.points:
            self.points.append(here)
        self.points += (here + step, to - step, to)
        self.straight.append(True)
        self.here = to

    def horizontal(self, values: list[float], relative: bool) -> None:
        """Add horizontal lines."""
        self.degree = 1
        for x in values:
            self._line(complex(x + (self.here.real if relative else 0.0), self.here.imag))

    def vertical(self, values: list[float], relative: bool) -> None:
        """Add vertical lines."""
        self.degree = 1
        for y in values:
            self._line(complex(self.here.real, y + (self.here.imag if relative else 0.0)))

    def curves(self, values: list[float], relative: bool) -> None:
        """Add cubic curves."""
        self.degree = 3
        if len(values) > 6 * MANY:
            self._many(np.array(values).reshape(-1, 6), relative)
            return
        points = list(map(complex, values[::2], values[1::2]))
        for k in range(0, len(points), 3):
            offset = self.here if relative else 0j
            self._curve(points[k] + offset, points[k + 1] + offset, points[k + 2] + offset)
            self.control = points[k + 1] + offset

    def smooth_curves(self, values: list[float], relative: bool) -> None:
        """Add cubic curves that go on from the curve before."""
        points = list(map(complex, values[::2], values[1::2]))
        for k in range(0, len(points), 2):
            offset, first = self.here if relative else 0j, self._mirrored(3)
            control = points[k] + offset
            self._curve(first, control, points[k + 1] + offset)
            self.control, self.degree = control, 3

    def quadratics(self, values: list[float], relative: bool) -> None:
        """Add quadratic curves."""
        points = list(map(complex, values[::2], values[1::2]))
        for k in range(0, len(points), 2):
            offset = self.here if relative else 0j
            self._quadratic(points[k] + offset, points[k + 1] + offset)

    def smooth_quadratics(self, values: list[float], relative: bool) -> None:
        """Add quadratic curves that go on from the curve before."""
        for to in map(complex, values[::2], values[1::2]):
            self._quadratic(self._mirrored(2), to + (self.here if relative else 0j))

    def arcs(self, values: list[float], relative: bool) -> None:
        """Add arcs."""
        self.degree = 1
        for k in range(0, len(values), ARC_VALUES):
            rx, ry, tilt, large, sweep, x, y = values[k : k + ARC_VALUES]
            to = complex(x, y) + (self.here if relative else 0j)
            if to == self.here:
                continue
            p = arc(self.here, complex(rx, ry), tilt, (large == 1.0, sweep == 1.0), to)
            if p is None:
                self._line(to)
                continue
            for j in range(1, len(p), 3):
                self._curve(p[j], p[j + 1], p[j + 2])

    def close(self, values: list[float], relative: bool) -> None:
        """End the contour where it began."""
        self._end(True)
        self.degree = 1

    def end(self) -> list[Contour]:
        """End the last contour, and return all."""
        self._end(False)
        return self.contours

    def _curve(self, a: complex, b: complex, to: complex) -> None:
        if not self.points:
            self.points.append(self.here)
        self.points += (a, b, to)
        self.straight.append(False)
        self.here = to

    def _quadratic(self, q: complex, to: complex) -> None:
        self._curve(self.here + (q - self.here) * 2.0 / 3.0, to + (q - to) * 2.0 / 3.0, to)
        self.control, self.degree = q, 2

    def _mirrored(self, degree: int) -> complex:
        """Return the first control of a smooth curve: the last one of the curve before, mirrored."""
        return 2.0 * self.here - self.control if self.degree == degree else self.here

    def _many(self, sets: NDArray[np.float64], relative: bool) -> None:
        """Add many lines (n, 2), or cubic curves (n, 6), at once."""
        points = sets.view(np.complex128)
        if relative:
            ends = np.cumsum([self.here, *points[:, -1]])
            points[:, :-1] += ends[:-1, None]
            points[:, -1] = ends[1:]
        straight = points.shape[1] == 1
        if straight:
            starts = np.concatenate([[self.here], points[:-1, 0]])
            step = (points[:, 0] - starts) / 3.0
            points = np.stack([starts + step, points[:, 0] - step, points[:, 0]], axis=1)
        every: list[complex] = points.ravel().tolist()
        if not self.points:
            self.points.append(self.here)
        self.points += every
        self.straight += len(points) * [straight]
        self.control, self.here = every[-2], every[-1]

    def _end(self, closed: bool) -> None:
        """End the contour, if there is one."""
        if closed:
            if not self.points or abs(self.here - self.start) > CLOSE * (1.0 + abs(self.start)):
                self._line(self.start)
            self.points[-1] = self.start  # which relative coordinates may miss by rounding
            self.here = self.start
        if self.points:
            self.contours.append(contour_of(self.points, np.array(self.straight), closed))
            self.points, self.straight = [], []


class Command(NamedTuple):
    """How many values a set of it has, what it does, and whether they are relative."""

    values: int
    draw: Callable[[_Pen, list[float], bool], None]
    relative: bool


COMMANDS = {
    letter: Command(size, draw, letter.islower())
    for kind, size, draw in (
        ("M", 2, _Pen.move),
        ("L", 2, _Pen.lines),
        ("H", 1, _Pen.horizontal),
        ("V", 1, _Pen.vertical),
        ("C", 6, _Pen.curves),
        ("S", 4, _Pen.smooth_curves),
        ("Q", 4, _Pen.quadratics),
        ("T", 2, _Pen.smooth_quadratics),
        ("A", ARC_VALUES, _Pen.arcs),
        ("Z", 0, _Pen.close),
    )
    for letter in (kind, kind.lower())
}


def contours_of(data: str, budget: Budget) -> tuple[list[Contour], bool]:
    """Return the contours of path data, and whether these are without an error.

    Those of a single point have one line without length, if they are closed.
    """
    pen = _Pen()
    if data[:1] not in ("M", "m") and data.strip(BLANKS)[:1] not in ("M", "m"):
        return [], data.strip() in ("", "none")
    steps = _STEP.findall(data) if len(data) < LONG else (match.groups() for match in _STEP.finditer(data))
    for letter, text in steps:
        command = COMMANDS.get(letter)
        if command is None:
            return pen.end(), False
        size, draw, relative = command
        if size == 0:
            budget.take(1 if pen.points else CONTOUR)
            values, whole = list[float](), not text or not text.strip(BLANKS)
            draw(pen, values, relative)
        else:
            arcs, before = draw is _Pen.arcs, len(pen.straight)
            values, whole = (_arc_values if arcs else _values)(text, budget)
            sets, rest = divmod(len(values), size)
            if rest:
                values, whole = values[:-rest], False
            budget.take(sets + (CONTOUR if draw is _Pen.move else 1))
            if values:
                draw(pen, values, relative)
            if arcs:
                budget.take(len(pen.straight) - before)  # which the radius decides
            whole = whole and sets > 0
        if not whole:
            return pen.end(), False
    return pen.end(), True


def _values(text: str, budget: Budget) -> tuple[list[float], bool]:
    """Return the numbers of a text up to what is none, and whether that is all of it."""
    plain = plain_numbers(text) if len(text) < LONG else None
    if plain is not None:
        return plain, True
    found: list[float] = []
    at = 0
    while run := (_RUN if at else _FIRST).match(text, at):
        budget.check(len(found) // MOST)
        found += map(bounded, _ONE.findall(run.group()))
        at = run.end()
    return found, not text[at:].strip(BLANKS)


def _arc_values(text: str, budget: Budget) -> tuple[list[float], bool]:
    """Return the values of arcs, whose flags need nothing between them, and whether that is all of a text."""
    values: list[float] = []
    if _COMMA.match(text):
        return values, False
    at = 0
    while match := (_FLAG if len(values) % ARC_VALUES in ARC_FLAGS else _NUMBER).match(text, at):
        values.append(bounded(match.group(1)))
        at = match.end()
        if len(values) % ARC_VALUES == 0:
            budget.take(ARC)
    return values, not text[at:].strip(BLANKS)
