"""Where a shape with an angle stands, as SVG writes it: drawn around 0, turned, and moved."""

from __future__ import annotations

from math import cos, radians, sin
from typing import NamedTuple


class Rotation(NamedTuple):
    """A clockwise turn by `degrees` about 0, after which 0 is moved to (cx, cy): the ``transform`` of an element."""

    degrees: float
    cx: float
    cy: float

    @property
    def inverse(self) -> tuple[float, float, float, float, float, float]:
        """The way back, as a matrix a b c d e f of SVG."""
        c, s = cos(radians(self.degrees)), sin(radians(self.degrees))
        return c, -s, s, c, -c * self.cx - s * self.cy, s * self.cx - c * self.cy
