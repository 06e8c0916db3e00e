"""A turn about a point as SVG writes it, for shapes that have an angle."""

from __future__ import annotations

from typing import NamedTuple


class Rotation(NamedTuple):
    """A clockwise turn by `degrees` about (cx, cy), the ``transform`` of an element."""

    degrees: float
    cx: float
    cy: float

    @property
    def inverse(self) -> Rotation:
        """The turn back."""
        return Rotation(-self.degrees, self.cx, self.cy)
