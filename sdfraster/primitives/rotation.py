"""Where a shape with an angle stands, as SVG writes it: turned where it is, or drawn around 0, turned, and moved."""

from __future__ import annotations

from math import cos, radians, sin
from typing import NamedTuple

Matrix = tuple[float, float, float, float, float, float]  # a b c d e f, as SVG has them


class Rotation(NamedTuple):
    """A clockwise turn by `degrees` about (cx, cy): the ``transform`` of an element."""

    degrees: float
    cx: float
    cy: float

    @property
    def inverse(self) -> Matrix:
        """The turn back."""
        a, b, c, d, e, f = Placement(*self).inverse
        return a, b, c, d, e + self.cx, f + self.cy


class Placement(NamedTuple):
    """A clockwise turn by `degrees` about 0, after which 0 is moved to (cx, cy): the ``transform`` of an element."""

    degrees: float
    cx: float
    cy: float

    @property
    def inverse(self) -> Matrix:
        """The way back."""
        c, s = cos(radians(self.degrees)), sin(radians(self.degrees))
        return c, -s, s, c, -c * self.cx - s * self.cy, s * self.cx - c * self.cy
