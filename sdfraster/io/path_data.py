"""Outlines as SVG has them in the attribute ``d``: a part for every contour, straight segments as L, H or V."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise

from ..primitives import PathData

Point = tuple[float, float]

# A control point that lies on its segment is off by up to the diagonal of half a step once all points are rounded, and
# so is the segment: 1.42 steps in all.
STRAIGHT = 1.5  # steps of rounding


def path_text(data: PathData, number: Callable[[float], str], step: float) -> str:
    """Return path data as text.

    Parameters
    ----------
    data : PathData
        Rounded numbers.
    number : callable
        The text of a number.
    step : float
        What numbers are rounded to multiples of.
    """
    points = list(zip(data.points[::2], data.points[1::2], strict=True))
    ends = accumulate(data.contours, initial=0)
    return " ".join("".join(_contour(points[first:last], data, number, step)) for first, last in pairwise(ends))


def _contour(points: list[Point], data: PathData, number: Callable[[float], str], step: float) -> Iterator[str]:
    """Yield the parts of the text of one contour."""

    def text(point: Point) -> str:
        return f"{number(point[0])},{number(point[1])}"

    yield "M" + text(points[0])
    every = [*points, points[0]] if data.closed else points
    command = ""
    for k in range(0, len(every) - 1, data.degree):
        segment = every[k : k + data.degree + 1]
        straight = is_straight(segment, STRAIGHT * step)
        if straight and data.closed and k + data.degree == len(every) - 1:  # which Z draws
            break
        before = command
        (x0, y0), (x1, y1) = ((number(x), number(y)) for x, y in (segment[0], segment[-1]))
        if not straight:
            command = "C"
        else:
            command = "H" if y0 == y1 else ("V" if x0 == x1 else "L")
        yield " " if command == before else f" {command}"
        yield {"H": x1, "V": y1}.get(command) or " ".join(map(text, segment[1:] if command == "C" else segment[-1:]))
    if data.closed:
        yield "Z"


def is_straight(segment: list[Point], tolerance: float) -> bool:
    """Return whether all control points of a segment lie on the line between its ends, as closely as that."""
    (ax, ay), *controls, (bx, by) = segment
    ex, ey = bx - ax, by - ay
    square = ex * ex + ey * ey
    for x, y in controls:
        dx, dy = x - ax, y - ay
        t = min(max((dx * ex + dy * ey) / square, 0.0), 1.0) if square > 0.0 else 0.0
        if (dx - t * ex) ** 2 + (dy - t * ey) ** 2 > tolerance * tolerance:
            return False
    return True
