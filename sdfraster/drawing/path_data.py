"""Path data: the ``d`` of a path as contours (SVG 2, chapter 9).

What comes before an error is drawn.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from .arcs import arc
from .contour import Contour
from .limits import ARC, CONTOUR, Budget
from .numbers import BETWEEN, NUMBER, bounded

RUN = 6000  # numbers that are read at a time, whole sets of any command
_NUMBER = re.compile(rf"{BETWEEN}({NUMBER})")
_ONE = re.compile(NUMBER)
_NUMBERS = re.compile(rf"(?:{BETWEEN}{NUMBER}){{1,{RUN}}}")
_FLAG = re.compile(rf"{BETWEEN}([01])")
_COMMAND = re.compile(r"[ \t\r\n\f]*([MmZzLlHhVvCcSsQqTtAa])")
_COMMA = re.compile(r"[ \t\r\n\f]*,")
MANY = 16  # sets of values from which on NumPy is faster than one by one
CLOSE = 1e-9  # share of a coordinate
COUNTS = {"M": 2, "Z": 0, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
ARC_FLAGS = (3, 4)  # places among the values of an arc, which need nothing between them


class _Pen:
    """Collects the contours of a path."""

    def __init__(self) -> None:
        self.contours: list[Contour] = []
        self.points: list[complex] = []
        self.straight: list[bool] = []
        self.here = self.start = 0j
        self.control: complex | None = None  # the last one, of a curve of the degree in `degree`
        self.degree = 1
        self.new = True  # whether nothing has been drawn

    def move(self, to: complex) -> None:
        """Begin a contour."""
        self.end(False)
        self.new = False
        self.here = self.start = to

    def line(self, to: complex) -> None:
        """Add a line."""
        step = (to - self.here) / 3.0
        self._add(self.here + step, to - step, to, True)

    def curve(self, a: complex, b: complex, to: complex) -> None:
        """Add a cubic curve."""
        self._add(a, b, to, False)

    def _add(self, a: complex, b: complex, to: complex, straight: bool) -> None:
        if not self.points:
            self.points.append(self.here)
        self.points += [a, b, to]
        self.straight.append(straight)
        self.here = to

    def many(self, sets: NDArray[np.float64], relative: bool) -> None:
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

    def end(self, closed: bool) -> None:
        """End the contour, if there is one."""
        if closed:
            if not self.points or abs(self.here - self.start) > CLOSE * (1.0 + abs(self.start)):
                self.line(self.start)
            self.points[-1] = self.start  # which relative coordinates may miss by rounding
            self.here = self.start
        if self.points:
            points = np.array(self.points, np.complex128).view(np.float64).reshape(-1, 2)
            self.contours.append(Contour(points, np.array(self.straight), closed))
            self.points, self.straight = [], []


def contours_of(data: str, budget: Budget) -> tuple[list[Contour], bool]:
    """Return the contours of path data, and whether these are without an error.

    Those of a single point have one line without length, if they are closed.
    """
    pen, at, whole = _Pen(), 0, True
    while match := _COMMAND.match(data, at):
        command, at = match.group(1), match.end()
        if pen.new and command not in "Mm":
            whole = False
            break
        sets, at, whole = _values(command, data, at, budget)
        budget.take(CONTOUR if command in "Mm" or (command in "Zz" and not pen.points) else 1)
        for k, values in enumerate(sets):
            if k <= 1 and len(sets) > MANY and command in "LlCc":
                pen.many(np.array(sets[k:]), command.islower())
                pen.degree = 3 if command in "Cc" else 1
                break
            _draw(pen, command, values)
            command = {"M": "L", "m": "l"}.get(command, command)
        if not whole:
            break
    pen.end(False)
    return pen.contours, whole and (not data[at:].strip() or data.strip() == "none")


def _values(command: str, data: str, at: int, budget: Budget) -> tuple[list[list[float]], int, bool]:
    """Return the sets of values of a command, where they end, and whether that is without an error."""
    kind = command.upper()
    if kind == "Z":
        return [[]], at, True
    count = COUNTS[kind]
    values: list[float] = []
    end = at
    if kind == "A":
        while match := (_FLAG if len(values) % count in ARC_FLAGS else _NUMBER).match(data, end):
            values.append(bounded(match.group(1)))
            end = match.end()
            if len(values) % count == 0:
                budget.take(ARC)
    else:
        while len(values) % RUN == 0 and (run := _NUMBERS.match(data, end)):
            texts = _ONE.findall(run.group())
            budget.take(len(texts) // count)
            values += map(bounded, texts)
            end = run.end()
    whole = bool(values) and len(values) % count == 0 and not _COMMA.match(data, at)
    if _COMMA.match(data, at):
        values = []
    sets = [values[k : k + count] for k in range(0, len(values) - count + 1, count)]
    return sets, end, whole


def _draw(pen: _Pen, command: str, values: list[float]) -> None:
    """Let the pen do a command."""
    kind = command.upper()
    offset = pen.here if command.islower() else 0j
    if kind == "Z":
        pen.end(True)
        pen.degree = 1
        return
    if kind in "HV":
        (value,) = values
        if kind == "H":
            to = complex(value + offset.real, pen.here.imag)
        else:
            to = complex(pen.here.real, value + offset.imag)
        points = [to]
    elif kind == "A":
        points = [complex(*values[5:]) + offset]
    else:
        points = [complex(x, y) + offset for x, y in zip(values[::2], values[1::2], strict=True)]
    _DRAW[kind](pen, points, values)
    pen.degree = {"C": 3, "S": 3, "Q": 2, "T": 2}.get(kind, 1)


def _cubic(pen: _Pen, points: list[complex], values: list[float]) -> None:
    a, b, to = points
    pen.curve(a, b, to)
    pen.control = b


def _smooth_cubic(pen: _Pen, points: list[complex], values: list[float]) -> None:
    _cubic(pen, [_mirrored(pen, 3), *points], values)


def _quadratic(pen: _Pen, points: list[complex], values: list[float]) -> None:
    q, to = points
    pen.curve(pen.here + (q - pen.here) * 2.0 / 3.0, to + (q - to) * 2.0 / 3.0, to)
    pen.control = q


def _smooth_quadratic(pen: _Pen, points: list[complex], values: list[float]) -> None:
    _quadratic(pen, [_mirrored(pen, 2), *points], values)


def _mirrored(pen: _Pen, degree: int) -> complex:
    """Return the first control of a smooth curve: the last one of the curve before, mirrored."""
    return 2.0 * pen.here - pen.control if pen.degree == degree and pen.control is not None else pen.here


def _arc(pen: _Pen, points: list[complex], values: list[float]) -> None:
    (to,) = points
    rx, ry, tilt, large, sweep = values[:5]
    if to == pen.here:
        return
    curves: NDArray[np.float64] | None = arc(pen.here, complex(rx, ry), tilt, (large == 1.0, sweep == 1.0), to)
    if curves is None:
        pen.line(to)
        return
    p = [complex(x, y) for x, y in curves.tolist()]
    for k in range(0, len(p) - 1, 3):
        pen.curve(*p[k + 1 : k + 4])


_DRAW = {
    "M": lambda pen, points, values: pen.move(points[0]),
    "L": lambda pen, points, values: pen.line(points[0]),
    "H": lambda pen, points, values: pen.line(points[0]),
    "V": lambda pen, points, values: pen.line(points[0]),
    "C": _cubic,
    "S": _smooth_cubic,
    "Q": _quadratic,
    "T": _smooth_quadratic,
    "A": _arc,
}
