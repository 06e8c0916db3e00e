"""Kinds whose outline runs through any number of points: what their parameters are, and their frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from .parameter import Parameter, length, point


@dataclass(frozen=True)
class Outline:
    """What kind of curve runs through the points of a shape.

    The parameters are x0 y0 x1 y1 ..., and the width after them if it is stroked.

    Attributes
    ----------
    degree : int
        1: straight edges from point to point. 3: cubic Beziers; every third point is on the curve.
    closed : bool
        Whether the last segment returns to the first point.
    stroked : bool
        Whether the shape is what a round brush covers along the curve; otherwise it is what the curve encloses.
    """

    degree: int
    closed: bool
    stroked: bool

    @property
    def filled(self) -> bool:
        """Whether there is an inside, which a fill rule decides about."""
        return self.closed and not self.stroked

    @property
    def names(self) -> str:
        """The pattern of the parameter names."""
        return "x0 y0 x1 y1 ... width" if self.stroked else "x0 y0 x1 y1 ..."

    def count(self, segments: int) -> int:
        """Return the number of parameters of a curve of so many segments."""
        return 2 * (self.degree * segments + (0 if self.closed else 1)) + (1 if self.stroked else 0)

    @property
    def fewest(self) -> int:
        """The smallest number of segments."""
        return 3 if self.closed and self.degree == 1 else 1

    @property
    def counts(self) -> tuple[int, int, int]:
        """The three smallest numbers of parameters; further ones follow at the same distance."""
        first = self.fewest
        return self.count(first), self.count(first + 1), self.count(first + 2)

    def accepts(self, count: int) -> bool:
        """Return whether a shape can have so many parameters."""
        first, second, _ = self.counts
        return count >= first and (count - first) % (second - first) == 0

    def points(self, count: int) -> int:
        """Return the number of points of a shape that has `count` parameters."""
        return count // 2

    def hull(self, p: Sequence[float]) -> tuple[float, float, float, float]:
        """Return the box around the points, and the brush around these."""
        last = 2 * self.points(len(p))
        r = 0.5 * p[-1] if self.stroked else 0.0
        xs, ys = p[0:last:2], p[1:last:2]
        return min(xs) - r, min(ys) - r, max(xs) + r, max(ys) + r

    def parameters(self, count: int) -> tuple[Parameter, ...]:
        """Return the parameters of a shape that has `count` of them."""
        points = (item for k in range(self.points(count)) for item in point(f"x{k}", f"y{k}"))
        return (*points, length("width")) if self.stroked else tuple(points)


class Contoured(tuple[float, ...]):
    """The parameters of a shape of several contours, one contour after the other.

    Attributes
    ----------
    contours : tuple of int
        Number of points of each.
    """

    contours: tuple[int, ...]

    def __new__(cls, values: Iterable[float], contours: Iterable[int]) -> Contoured:
        made = super().__new__(cls, values)
        made.contours = tuple(contours)
        return made


def contours_of(outline: Outline, p) -> tuple[int, ...]:
    """Return the number of points of each contour of a shape: of all points, unless it is `Contoured`."""
    return p.contours if isinstance(p, Contoured) else (outline.points(len(p)),)


class PathData(NamedTuple):
    """Curves through x0, y0, x1, y1, ... as SVG writes them, the ``d`` of an element."""

    points: tuple[float, ...]
    contours: tuple[int, ...]  # number of points of each
    closed: bool
    degree: int  # of every segment: 1 or 3


def frame(outline, p):
    """Return origin and length unit of the linear-colour frame: mean of all points, and their spread about it.

    The spread is the root of the mean square distance, control points included. The depth of the mean, which other
    kinds use, would not do: the mean may lie on the outline or outside of it.
    """
    n = outline.points(len(p))
    cx, cy = sum(p[0 : 2 * n : 2]) / n, sum(p[1 : 2 * n : 2]) / n
    square = sum((p[2 * k] - cx) * (p[2 * k] - cx) + (p[2 * k + 1] - cy) * (p[2 * k + 1] - cy) for k in range(n))
    return cx, cy, sqrt(square / n)


def frame_adjoint(outline, p, g_cx, g_cy, g_l):
    """Return the gradient by the parameters, given that by the frame.

    Moving the mean does not change the sum of squares: the offsets from it add up to zero.
    """
    n = outline.points(len(p))
    cx, cy, unit = frame(outline, p)
    g_square = g_l / max(unit, 1e-12)
    g = []
    for k in range(n):
        g.append((g_cx + g_square * (p[2 * k] - cx)) / n)
        g.append((g_cy + g_square * (p[2 * k + 1] - cy)) / n)
    return (*g, 0.0) if outline.stroked else tuple(g)
