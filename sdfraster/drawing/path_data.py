"""Path data: the ``d`` of a path as contours (SVG 2, chapter 9).

What comes before an error is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .arcs import arc
from .contour import Contour
from .limits import ARC, CONTOUR, Budget
from .numbers import BETWEEN, NUMBER, bounded, plain_numbers

BLANKS = " \t\r\n\f"
LONG = 40_000  # characters that are read at once
RUN = 6000  # numbers that are, of more
MOST = 6  # numbers of a set, but for arcs
MANY = 16  # curves from which on NumPy is faster than one by one
_STEP = re.compile(r"([A-DF-Za-df-z])([^A-DF-Za-df-z]*)")  # a letter, and what follows until the next: e is of numbers
_NUMBER = re.compile(rf"{BETWEEN}({NUMBER})")
_ONE = re.compile(NUMBER)
_FIRST = re.compile(rf"[{BLANKS}]*{NUMBER}")
_RUN = re.compile(rf"(?:{BETWEEN}{NUMBER}){{1,{RUN}}}")
_FLAG = re.compile(rf"{BETWEEN}([01])")
_COMMA = re.compile(rf"[{BLANKS}]*,")
CLOSE = 1e-9  # share of a coordinate
ARC_VALUES = 7
ARC_FLAGS = (3, 4)  # places among the values of an arc, which need nothing between them


class _Pen:
    """Collects the contours of a path.

    Its commands take all values that follow their letter, and whether these are relative.
    """

    def __init__(self) -> None:
        self.contours: list[Contour] = []
        self.knots: list[complex] = []  # as of `Contour.of`, of the contour that has begun
        self.straight = bytearray()
        self.here = self.start = 0j
        self.control = 0j  # the last one, of a curve of the degree in `degree`
        self.degree = 1

    def move(self, values: list[float], relative: bool) -> None:
        """Begin a contour, and add lines."""
        self.end()
        self.degree = 1
        to = complex(values[0], values[1])
        self.here = self.start = to + self.here if relative else to
        if len(values) > 2:
            self.lines(values[2:], relative)

    def lines(self, values: list[float], relative: bool) -> None:
        """Add lines."""
        self._lines(list(map(complex, values[::2], values[1::2])), relative)

    def horizontal(self, values: list[float], relative: bool) -> None:
        """Add horizontal lines."""
        level = 0.0 if relative else self.here.imag
        self._lines([complex(x, level) for x in values], relative)

    def vertical(self, values: list[float], relative: bool) -> None:
        """Add vertical lines."""
        level = 0.0 if relative else self.here.real
        self._lines([complex(level, y) for y in values], relative)

    def _lines(self, points: list[complex], relative: bool) -> None:
        """Add lines to points, each of which may be relative to the one before."""
        if relative:
            points = list(accumulate(points, initial=self.here))[1:]
        self.degree = 1
        self._begun().extend(points)
        self.straight += len(points) * b"\1"
        self.here = points[-1]

    def _begun(self) -> list[complex]:
        """Return the knots of the contour, at least the first one."""
        if not self.knots:
            self.knots.append(self.here)
        return self.knots

    def curves(self, values: list[float], relative: bool) -> None:
        """Add cubic curves."""
        points, knots = list(map(complex, values[::2], values[1::2])), self._begun()
        if not relative:
            knots += points
        elif len(points) > 3 * MANY:
            knots += _onwards(np.array(points).reshape(-1, 3), self.here)
        else:
            for k in range(0, len(points), 3):
                here = knots[-1]
                knots += (points[k] + here, points[k + 1] + here, points[k + 2] + here)
        self.straight += (len(points) // 3) * b"\0"
        self.degree, self.control, self.here = 3, knots[-2], knots[-1]

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
            knots = self._begun()
            if p is None:
                knots.append(to)
                self.straight.append(1)
            else:
                knots += p[1:]
                self.straight += (len(p) // 3) * b"\0"
            self.here = to

    def close(self) -> None:
        """End the contour where it began."""
        start = self.start
        if not self.knots or abs(self.here - start) > CLOSE * (1.0 + abs(start)):
            self._begun().append(start)
            self.straight.append(1)
        self.knots[-1] = self.here = start  # which relative coordinates may miss by rounding
        self.degree = 1
        self.end(closed=True)

    def end(self, closed: bool = False) -> None:
        """End the contour, if there is one."""
        if self.knots:
            self.contours.append(Contour.of(self.knots, self.straight, closed))
            self.knots, self.straight = [], bytearray()

    def _curve(self, a: complex, b: complex, to: complex) -> None:
        self._begun().extend((a, b, to))
        self.straight.append(0)
        self.here = to

    def _quadratic(self, q: complex, to: complex) -> None:
        self._curve(self.here + (q - self.here) * 2.0 / 3.0, to + (q - to) * 2.0 / 3.0, to)
        self.control, self.degree = q, 2

    def _mirrored(self, degree: int) -> complex:
        """Return the first control of a smooth curve: the last one of the curve before, mirrored."""
        return 2.0 * self.here - self.control if self.degree == degree else self.here


def _onwards(sets: NDArray[np.complex128], here: complex) -> list[complex]:
    """Return the points of cubic curves (n, 3), each relative to the end of the one before."""
    ends = np.cumsum([here, *sets[:, -1]])
    sets[:, :-1] += ends[:-1, None]
    sets[:, -1] = ends[1:]
    points: list[complex] = sets.ravel().tolist()
    return points


class Command(NamedTuple):
    """How many values a set of it has, what it does, and whether they are relative."""

    values: int
    draw: Callable[[_Pen, list[float], bool], None] | None  # none ends the contour
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
        ("Z", 0, None),
    )
    for letter in (kind, kind.lower())
}


def contours_of(data: str, budget: Budget) -> tuple[list[Contour], bool]:
    """Return the contours of path data, and whether these are without an error.

    Those of a single point have one line without length, if they are closed.
    """
    pen, whole = _Pen(), True
    if data[:1] not in ("M", "m") and data.strip(BLANKS)[:1] not in ("M", "m"):
        return [], data.strip() in ("", "none")
    steps = _STEP.findall(data) if len(data) < LONG else (match.groups() for match in _STEP.finditer(data))
    for letter, text in steps:
        command = COMMANDS.get(letter)
        if command is None:
            whole = False
            break
        size, draw, relative = command
        if draw is None:
            budget.take(1 if pen.knots else CONTOUR)
            whole = not text or not text.strip(BLANKS)
            pen.close()
        else:
            values, whole = (_arc_values if size == ARC_VALUES else _values)(text, budget)
            sets, rest = divmod(len(values), size)
            if rest:
                values, whole = values[:-rest], False
            budget.take(sets + (CONTOUR if draw is _Pen.move else 1))
            before = len(pen.straight)
            if sets:
                draw(pen, values, relative)
            if size == ARC_VALUES:
                budget.take(len(pen.straight) - before)  # which the radius decides
            whole = whole and sets > 0
        if not whole:
            break
    pen.end()
    return pen.contours, whole


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
