"""Kinds whose outline is a list of edges: how many parameters they have, and what these are."""

from __future__ import annotations

from dataclasses import dataclass

from .parameter import Parameter, length, position


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
    def counts(self) -> tuple[int, int, int]:
        """The three smallest numbers of parameters; further ones follow at the same distance."""
        fewest = 3 if self.closed and self.degree == 1 else 1
        return self.count(fewest), self.count(fewest + 1), self.count(fewest + 2)

    def accepts(self, count: int) -> bool:
        """Return whether a shape can have so many parameters."""
        first, second, _ = self.counts
        return count >= first and (count - first) % (second - first) == 0

    def parameters(self, count: int) -> tuple[Parameter, ...]:
        """Return the parameters of a shape that has `count` of them."""
        points = (position(f"{axis}{k}") for k in range(count // 2) for axis in "xy")
        return (*points, length("width")) if self.stroked else tuple(points)
