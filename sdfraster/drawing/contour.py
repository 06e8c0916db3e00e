"""One contour of an outline: cubic Bezier curves end to end, some of which are known to be straight."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .affine import IDENTITY, Affine

Points = NDArray[np.float64]
FEW = 100  # points that Python is through with before NumPy begins


class Box(NamedTuple):
    """A box with horizontal and vertical sides."""

    x0: float
    y0: float
    x1: float
    y1: float


class Contour:
    """Curves from point to point; one that is closed ends where it begins.

    Parameters
    ----------
    points : ndarray, shape (3 n + 1, 2)
        Of n curves; each begins where the last one ends.
    straight : ndarray of bool, shape (n,)
        Which of the curves are lines; their control points are at thirds.
    closed : bool
        Whether a stroke is joined at its ends; what is filled always is.

    Attributes
    ----------
    few : sequence of complex, or None
        Where curves begin and end, and the control points of those that are no lines, if it was read so and has few:
        very many small contours are never asked for arrays of their own.
    """

    __slots__ = ("_points", "_reach", "_straight", "closed", "few")

    def __init__(self, points: Points, straight: NDArray[np.bool_], closed: bool) -> None:
        self._points: Points | None = points
        self._straight: NDArray[np.bool_] | bytes = straight
        self._reach: float | None = None
        self.closed = closed
        self.few: Sequence[complex] | None = None

    @classmethod
    def of(cls, knots: Sequence[complex], straight: bytes | bytearray, closed: bool) -> Contour:
        """Return a contour of what `few` has, however many these are, and of 1 for lines and 0 for other curves."""
        if len(knots) > FEW:
            return cls(_spread(knots, straight), np.frombuffer(bytes(straight), np.bool_), closed)
        made = cls.__new__(cls)
        made._points, made._straight, made._reach, made.closed, made.few = None, bytes(straight), None, closed, knots
        return made

    @property
    def points(self) -> Points:
        """The ends and control points of its curves."""
        if self._points is None:
            assert self.few is not None
            self._points = _spread(self.few, self.lines)
        return self._points

    def numbers(self) -> list[complex]:
        """Return the same as complex numbers."""
        return as_numbers(self.points) if self.few is None else spread(self.few, self.lines)

    def some(self) -> Sequence[complex]:
        """Return three points that it goes through or along, or all if it has less."""
        if self.few is not None:
            return self.few[:: max(len(self.few) // 3, 1)][:3]
        return as_numbers(self.points[:: max(len(self), 1)][:3])

    @property
    def lines(self) -> bytes:
        """Which of its curves are lines: 1, or 0, for each."""
        return self._straight if isinstance(self._straight, bytes) else self._straight.tobytes()

    @property
    def straight(self) -> NDArray[np.bool_]:
        """The same as an array."""
        if isinstance(self._straight, bytes):
            return np.frombuffer(self._straight, np.bool_)
        return self._straight

    def __len__(self) -> int:
        """How many curves it has."""
        return len(self._straight)

    @property
    def reach(self) -> float:
        """What none of its coordinates is beyond."""
        if self._reach is None:
            values = None if self.few is not None else self.points.ravel()
            self._reach = sqrt(values.dot(values)) if values is not None else sum(map(abs, self.few or ()))
        return self._reach

    def within(self, limit: float) -> bool:
        """Return whether its coordinates are smaller than a limit: no number is not."""
        return self.reach < limit or smaller(self.points.ravel(), limit)

    def curve(self, k: int) -> Points:
        """Return the control points (4, 2) of a curve."""
        return self.points[3 * k : 3 * k + 4]

    def mapped(self, matrix: Affine) -> Contour:
        """Return the contour after an affine map."""
        if matrix == IDENTITY:
            return self
        if self.few is not None:
            return Contour.of(
                [complex(*matrix.point(knot.real, knot.imag)) for knot in self.few], self.lines, self.closed
            )
        return self.through(matrix.points(self.points))

    def through(self, points: Points) -> Contour:
        """Return the same of other points."""
        return Contour(points, self.straight, self.closed)

    def as_closed(self, closed: bool = True) -> Contour:
        """Return the same whose stroke is joined at its ends, or not."""
        if self.closed == closed:
            return self
        if self.few is not None:
            return Contour.of(self.few, self.lines, closed)
        return Contour(self.points, self.straight, closed)

    @property
    def nodes(self) -> Points:
        """The ends of the curves, (n + 1, 2)."""
        return self.points[::3]

    @property
    def polygonal(self) -> bool:
        """Whether it has straight curves only."""
        return 0 not in self.lines

    @property
    def curved(self) -> int:
        """How many of its curves are no lines."""
        return self.lines.count(0)

    @property
    def ends_meet(self) -> bool:
        """Whether it ends where it begins."""
        if self.few is not None:
            return self.few[0] == self.few[-1]
        met: bool = self.points[0].tolist() == self.points[-1].tolist()
        return met

    def filled(self, matrix: Affine = IDENTITY) -> Contour:
        """Return what is filled: the contour and, if it is open, and its ends do not meet after a map, a line back."""
        if self.ends_meet:
            return self.as_closed()
        if self.few is not None:
            first, last = ((point.real, point.imag) for point in (self.few[0], self.few[-1]))
            if matrix.point(*first) == matrix.point(*last):
                return Contour.of((*self.few[:-1], self.few[0]), self.lines, True)
            return Contour.of((*self.few, self.few[0]), self.lines + b"\1", True)
        back = line(self.points[-1], self.points[0])
        return joined([self, back]).as_closed()

    def reversed(self) -> Contour:
        """Return it the other way."""
        return Contour(self.points[::-1], self.straight[::-1], self.closed)


def line(a: Any, b: Any) -> Contour:
    """Return the line from a to b."""
    return polyline([a, b])


def polyline(points: Any, closed: bool = False) -> Contour:
    """Return the lines through points (n, 2); one that is closed returns to the first."""
    p = np.asarray(points, np.float64)
    if closed:
        p = np.concatenate([p, p[:1]])
    a, b = p[:-1], p[1:]
    third = (b - a) / 3.0
    out = np.empty((3 * len(a) + 1, 2))
    out[0::3] = p
    out[1::3] = a + third
    out[2::3] = b - third
    return Contour(out, np.ones(len(a), bool), closed)


def lines(points: Sequence[complex], closed: bool = False) -> Contour:
    """Return the same of complex numbers."""
    knots = [*points, points[0]] if closed else points
    return Contour.of(knots, (len(knots) - 1) * b"\1", closed)


def spread(knots: Sequence[complex], straight: bytes | bytearray) -> list[complex]:
    """Return the ends and all control points of the curves that knots, see `Contour.of`, are of."""
    points, k, first = [knots[0]], 1, 0
    while (line := straight.find(1, first)) >= 0:
        points += knots[k : k + 3 * (line - first)]
        k += 3 * (line - first)
        a, b = points[-1], knots[k]
        third = (b - a) / 3.0
        points += (a + third, b - third, b)
        k, first = k + 1, line + 1
    points += knots[k:]
    return points


def _spread(knots: Sequence[complex], straight: bytes | bytearray) -> Points:
    """Return the same as an array (3 n + 1, 2)."""
    if len(knots) <= FEW:
        return _array(spread(knots, straight))
    every, is_line = _array(knots), np.frombuffer(bytes(straight), np.bool_)
    places = np.cumsum([0, *np.where(is_line, 1, 3)])
    out = np.empty((3 * len(is_line) + 1, 2))
    out[::3] = nodes = every[places]
    third = np.diff(nodes, axis=0) / 3.0
    out[1::3] = np.where(is_line[:, None], nodes[:-1] + third, every[places[:-1] + 1])
    out[2::3] = np.where(is_line[:, None], nodes[1:] - third, every[places[1:] - 1])
    return out


def _array(points: Sequence[complex]) -> Points:
    """Return complex numbers as points (n, 2)."""
    return np.fromiter(points, np.complex128, len(points)).view(np.float64).reshape(-1, 2)


def as_numbers(points: Points) -> list[complex]:
    """Return points (n, 2) as complex numbers."""
    found: list[complex] = np.ascontiguousarray(points).view(np.complex128).ravel().tolist()
    return found


def bezier(points: Any) -> Contour:
    """Return an open contour of cubic curves through points (3 n + 1, 2)."""
    p = np.asarray(points, np.float64)
    return Contour(p, np.zeros(len(p) // 3, bool), False)


def joined(parts: Sequence[Contour]) -> Contour:
    """Return contours end to end, each of which begins where the last one ends, as one that is open."""
    points = [parts[0].points, *(part.points[1:] for part in parts[1:])]
    return Contour(np.concatenate(points), np.concatenate([part.straight for part in parts]), False)


def split(curve: Points, t: float) -> tuple[Points, Points]:
    """Return both parts (4, 2) of a cubic curve (de Casteljau)."""
    ab, bc, cd = (curve[k] + t * (curve[k + 1] - curve[k]) for k in range(3))
    abc, bcd = ab + t * (bc - ab), bc + t * (cd - bc)
    middle = abc + t * (bcd - abc)
    return np.array([curve[0], ab, abc, middle]), np.array([middle, bcd, cd, curve[3]])


def between(curve: Points, first: float, last: float) -> Points:
    """Return the part (4, 2) of a cubic curve between two parameters."""
    if 0.0 < first < 1.0:
        curve = split(curve, first)[1]
        last = (last - first) / (1.0 - first)
    return split(curve, last)[0] if last < 1.0 else curve


def at(curve: Points, t: Any) -> Points:
    """Return the points (..., 2) of a cubic curve at parameters."""
    t = np.asarray(t, np.float64)[..., None]
    s = 1.0 - t
    out: Points = s * s * s * curve[0] + 3.0 * s * s * t * curve[1] + 3.0 * s * t * t * curve[2] + t * t * t * curve[3]
    return out


def turns(values: Sequence[float]) -> list[float]:
    """Return the parameters inside (0, 1) at which a cubic of four control values has an extreme."""
    d0, d1, d2 = values[1] - values[0], values[2] - values[1], values[3] - values[2]
    return roots(d0 - 2.0 * d1 + d2, 2.0 * (d1 - d0), d0)


def roots(a: float, b: float, c: float) -> list[float]:
    """Return the roots of ``a t^2 + b t + c`` inside (0, 1)."""
    scale = max(abs(a), abs(b), abs(c))
    if abs(a) <= 1e-14 * scale:
        found = [-c / b] if b != 0.0 else []
    else:
        under = b * b - 4.0 * a * c
        if under < 0.0:
            return []
        q = -0.5 * (b + (sqrt(under) if b >= 0.0 else -sqrt(under)))
        found = [q / a] + ([c / q] if q != 0.0 else [])
    return sorted({t for t in found if 0.0 < t < 1.0})


def smaller(values: NDArray[np.float64], limit: float) -> bool:
    """Return whether all of some values (n,) are nearer to 0 than a limit: no number is not."""
    if values.dot(values) < limit * limit:  # which most are, and one call says so
        return True
    return bool((np.abs(values) < limit).all())


def box(contours: Sequence[Contour]) -> Box | None:
    """Return the smallest box x0, y0, x1, y1 around contours, or None if there are none."""
    if not contours:
        return None
    if len(contours) == 1 and contours[0].few is not None and contours[0].polygonal:
        across, down = [point.real for point in contours[0].few], [point.imag for point in contours[0].few]
        return Box(min(across), min(down), max(across), max(down))
    nodes = contours[0].nodes if len(contours) == 1 else np.concatenate([contour.nodes for contour in contours])
    low, high = nodes.min(axis=0), nodes.max(axis=0)
    for contour in contours:
        if contour.polygonal:
            continue
        p = contour.points
        curves = np.stack([p[0:-1:3], p[1::3], p[2::3], p[3::3]])
        curves = curves[:, ((curves < low) | (curves > high)).any(axis=(0, 2))]
        if curves.size > 0:
            extremes = _extremes(curves)
            low, high = np.minimum(low, extremes.min(axis=0)), np.maximum(high, extremes.max(axis=0))
    return Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _extremes(curves: Points) -> Points:
    """Return what the coordinates of cubic curves (4, n, 2) are where they turn, (2 n, 2); elsewhere the first ones."""
    d0, d1, d2 = np.diff(curves, axis=0)
    a, b, c = d0 - 2.0 * d1 + d2, 2.0 * (d1 - d0), d0
    with np.errstate(all="ignore"):  # what is no number is no place
        q = -0.5 * (b + np.copysign(np.sqrt(b * b - 4.0 * a * c), b))
        t = np.concatenate([q / a, c / q])
    t = np.where((t > 0.0) & (t < 1.0), t, 0.0)
    s = 1.0 - t
    first, second, third, last = np.concatenate([curves, curves], axis=1)
    out: Points = s * s * s * first + 3.0 * s * s * t * second + 3.0 * s * t * t * third + t * t * t * last
    return out
