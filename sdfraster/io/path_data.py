"""Outlines as SVG has them in the attribute ``d``, in the shortest form: commands relative or not, and h, v and l.

Points are whole numbers of steps here, so that relative commands say exactly where they lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from ..primitives import PathData
from .digits import listed, number

Point = tuple[int, int]

# A control point that lies on its segment is off by up to the diagonal of half a step once all points are rounded, and
# so is the segment: 1.42 steps in all.
STRAIGHT = 1.5  # steps
BOW = 0.03  # pixels: a curve of more is one, however large a step is


def path_text(data: PathData, digits: int) -> str:
    """Return path data as text, with so many digits after the point."""
    scale = 10**digits
    points = [(round(x * scale), round(y * scale)) for x, y in zip(data.points[::2], data.points[1::2], strict=True)]
    writer = _Writer(digits)
    for first, last in pairwise(accumulate(data.contours, initial=0)):
        _add_contour(writer, points[first:last], data, min(STRAIGHT, BOW * scale))
    return writer.text


def _add_contour(writer: _Writer, points: list[Point], data: PathData, tolerance: float) -> None:
    writer.add("M", points[:1])
    every = [*points, points[0]] if data.closed else points
    for k in range(0, len(every) - 1, data.degree):
        segment = every[k : k + data.degree + 1]
        straight = is_straight(segment, tolerance)
        if straight and data.closed and k + data.degree == len(every) - 1:  # which z draws
            break
        (x0, y0), (x1, y1) = segment[0], segment[-1]
        if not straight:
            writer.add("C", segment[1:])
        else:
            writer.add("H" if y0 == y1 else ("V" if x0 == x1 else "L"), segment[-1:])
    if data.closed:
        writer.close(points[0])


def is_straight(segment: Sequence[Point], tolerance: float) -> bool:
    """Return whether all control points of a segment lie on the line between its ends, as closely as that."""
    (ax, ay), *controls, (bx, by) = segment
    ex, ey = bx - ax, by - ay
    square = ex * ex + ey * ey
    for x, y in controls:
        dx, dy = x - ax, y - ay
        t = min(max((dx * ex + dy * ey) / square, 0.0), 1.0) if square else 0.0
        if (dx - t * ex) ** 2 + (dy - t * ey) ** 2 > tolerance * tolerance:
            return False
    return True


class _Writer:
    """Path data in the making."""

    def __init__(self, digits: int) -> None:
        self.text = ""
        self._digits = digits
        self._command, self._last, self._here = "", "", (0, 0)

    def add(self, command: str, points: Sequence[Point]) -> None:
        """Write a command, of capital letter, or its relative form if that is shorter; the last point is its end."""
        end, (x, y) = points[-1], self._here
        absolute = [n for point in points for n in point]
        relative = [n - (x, y)[k % 2] for k, n in enumerate(absolute)]
        if command in "HV":
            absolute, relative = ([numbers["HV".index(command)]] for numbers in (absolute, relative))
        forms = [self._form(command.lower(), relative), self._form(command, absolute)]
        self.text += min(forms, key=len)
        letter = command.lower() if len(forms[0]) <= len(forms[1]) else command
        self._last = number((relative if letter.islower() else absolute)[-1] / 10**self._digits, self._digits)
        self._command, self._here = {"M": "L", "m": "l"}.get(letter, letter), end

    def close(self, start: Point) -> None:
        """Return to where the contour started."""
        self.text += "z"
        self._command, self._here = "z", start

    def _form(self, letter: str, steps: list[int]) -> str:
        """Return what a command adds to the text; its letter need not be repeated."""
        numbers = [number(n / 10**self._digits, self._digits) for n in steps]
        if letter != self._command:
            return letter + listed(numbers)
        return listed([self._last, *numbers])[len(self._last) :]
