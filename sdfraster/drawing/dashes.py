"""Dashes: the parts of a contour that a pattern of lengths leaves."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import fsum

import numpy as np

from .contour import Contour, Points, at, between, joined, line
from .limits import Budget

SAMPLES = 64  # of a curve, for its length
STEP = 1e-6  # of a parameter, for a direction
POINT = 1e-6  # user units: length of a dash of no length, which has caps
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(4)


class Ruler:
    """Lengths along a cubic curve."""

    def __init__(self, curve: Points) -> None:
        d = 3.0 * np.diff(curve, axis=0)
        step = 1.0 / SAMPLES
        t = (np.arange(SAMPLES)[:, None] + 0.5 + 0.5 * _NODES) * step
        s = 1.0 - t
        v = s[..., None] ** 2 * d[0] + 2.0 * (s * t)[..., None] * d[1] + t[..., None] ** 2 * d[2]
        lengths = (np.hypot(v[..., 0], v[..., 1]) * _WEIGHTS).sum(axis=1) * 0.5 * step
        self._until = [0.0, *np.cumsum(lengths).tolist()]

    @property
    def length(self) -> float:
        """The whole length."""
        whole: float = self._until[-1]
        return whole

    def parameter(self, length: float) -> float:
        """Return the parameter up to which the curve is so long."""
        k = min(max(bisect_left(self._until, length) - 1, 0), SAMPLES - 1)
        first, last = self._until[k], self._until[k + 1]
        share = (length - first) / (last - first) if last > first else 0.0
        return min(max((k + share) / SAMPLES, 0.0), 1.0)


class _Line:
    """Lengths along a straight curve."""

    def __init__(self, curve: Points) -> None:
        self.length = float(np.hypot(*(curve[3] - curve[0])))

    def parameter(self, length: float) -> float:
        """Return the parameter up to which the line is so long."""
        return min(max(length / self.length, 0.0), 1.0) if self.length > 0.0 else 0.0


def rulers(contour: Contour) -> list[Ruler | _Line]:
    """Return a ruler for each curve."""
    return [
        _Line(contour.curve(k)) if straight else Ruler(contour.curve(k)) for k, straight in enumerate(contour.straight)
    ]


def length(contours: Sequence[Contour]) -> float:
    """Return the length of contours."""
    return fsum(ruler.length for contour in contours for ruler in rulers(contour))


def dashed(contour: Contour, pattern: Sequence[float], offset: float, budget: Budget) -> list[Contour]:
    """Return the dashes of a contour.

    Parameters
    ----------
    contour : Contour
        What is dashed, from its first point on.
    pattern : sequence of float
        Lengths of dashes and gaps in turn, an even number with a positive sum.
    offset : float
        Where in the pattern the contour begins.
    budget : Budget
        Of dashes and gaps.

    Raises
    ------
    DataError
        If there are too many.
    """
    along = _Measured(contour)
    stretches = _stretches(pattern, offset, along.length, budget)
    dashes = [along.part(first, last) for first, last in stretches]
    around = contour.closed and len(dashes) > 1 and stretches[0][0] == 0.0
    if around and stretches[-1][1] >= along.length * (1.0 - 1e-12):  # one dash, through the beginning
        dashes[0] = dashes.pop() + dashes[0]
    return [joined(pieces) for pieces in dashes if pieces]


class _Measured:
    """A contour, and where its curves begin along it."""

    def __init__(self, contour: Contour) -> None:
        self._contour, self._rulers = contour, rulers(contour)
        self._starts = [0.0, *accumulate(ruler.length for ruler in self._rulers)]
        self.length = self._starts[-1]

    def part(self, first: float, last: float) -> list[Contour]:
        """Return the parts of curves between two places; of no length, the direction there."""
        k = min(max(bisect_right(self._starts, first) - 1, 0), len(self._rulers) - 1)
        pieces: list[Contour] = []
        while k < len(self._rulers) and (self._starts[k] < last or not pieces):
            ruler, start = self._rulers[k], self._starts[k]
            ends = ruler.parameter(first - start), ruler.parameter(last - start)
            if ends[0] < ends[1] or first == last:
                pieces.append(_piece(self._contour, k, *ends))
            k += 1
        return pieces


def _stretches(pattern: Sequence[float], offset: float, length: float, budget: Budget) -> list[tuple[float, float]]:
    """Return where dashes begin and end, along a length."""
    rest = offset % fsum(pattern)
    k = 0
    while rest > pattern[k] or rest == pattern[k] > 0.0:
        rest -= pattern[k]
        k = (k + 1) % len(pattern)
    here, found = 0.0, []
    while here < length:
        budget.take()
        end = here + pattern[k] - rest
        if k % 2 == 0:
            found.append((here, min(end, length)))
        here, rest, k = end, 0.0, (k + 1) % len(pattern)
    return found


def _piece(contour: Contour, k: int, first: float, last: float) -> Contour:
    """Return the part of a curve between two parameters; of one without length its direction is left."""
    curve = contour.curve(k)
    if first < last:
        return Contour(between(curve, first, last), contour.straight[k : k + 1], False)
    direction = complex(*(at(curve, min(first + STEP, 1.0)) - at(curve, max(first - STEP, 0.0))))
    step = POINT * direction / max(abs(direction), 1e-300)
    start = at(curve, first)
    return line(start, start + np.array([step.real, step.imag]))
