"""Where a shape with an angle stands, as SVG writes it: turned where it is, or drawn around 0, turned, and moved.

Such shapes look the same after half a turn, so no more than a quarter is written, either way.
"""

from __future__ import annotations

from math import cos, degrees, radians, sin
from typing import NamedTuple

Matrix = tuple[float, float, float, float, float, float]  # a b c d e f, as SVG has them


def quarter(angle: float) -> float:
    """Return an angle in radians as degrees from -90 to 90, of what looks the same when it is halfway round."""
    turned = degrees(angle)
    return turned - 180.0 * round(turned / 180.0)


class Rotation(NamedTuple):
    """A clockwise turn by `degrees` about (cx, cy), or about 0: the ``transform`` of an element."""

    degrees: float
    cx: float = 0.0
    cy: float = 0.0

    @property
    def inverse(self) -> Matrix:
        """The turn back."""
        a, b, c, d, e, f = Placement(*self).inverse
        return a, b, c, d, e + self.cx, f + self.cy

    @property
    def shift(self) -> tuple[float, float]:
        """By how much a shape about (cx, cy) has to be moved to be the same after the turn about 0: that is shorter."""
        e, f = Placement(*self).inverse[4:]
        return -e - self.cx, -f - self.cy


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
