"""How precise the numbers of an SVG are, and the shortest text of each.

`precision` is the number of digits after the point of coordinates and lengths, in pixels. All other precisions follow
from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import degrees, radians
from typing import NamedTuple

PRECISION = 2  # photographs lose up to 0.002 dB by it, flat graphics of 50 dB 0.06 (with 1 digit 0.04 and 1)
LEAST, MOST = 0, 6


class Digits(NamedTuple):
    """Numbers of digits after the point."""

    lengths: int = PRECISION
    opacities: int = 3  # a step is a quarter of one of 8 bits
    shares: int = 6  # of what is measured in a whole: offsets of stops, and places in a circle of radius 1

    @property
    def turns(self) -> int:
        """Of degrees: half a step moves a point 57 pixels away by half a step of lengths."""
        return self.lengths

    @property
    def gradients(self) -> int:
        """Of where gradients lie: one more, up to 3, for a step may be more than one of 8 bits in a steep one."""
        return max(self.lengths, min(self.lengths + 1, 3))

    def rounded(self, length: float) -> float:
        """Return a length as it is written."""
        return round(length, self.lengths)

    def turn(self, angle: float) -> float:
        """Return an angle in radians, rounded as its degrees are."""
        return radians(round(degrees(angle), self.turns))

    def length(self, value: float) -> str:
        """Return the text of a coordinate or a length."""
        return number(value, self.lengths)


def check_precision(precision: int) -> None:
    """Raise ValueError unless it is a number of digits."""
    if not (type(precision) is int and LEAST <= precision <= MOST):
        raise ValueError(f"precision must be a whole number of digits from {LEAST} to {MOST}, not {precision!r}")


def number(value: float, digits: int) -> str:
    """Return the shortest text of a number with at most so many digits after the point, such as ``-.5``."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text in ("-0", ""):
        return "0"
    sign, text = ("-", text[1:]) if text[0] == "-" else ("", text)
    return sign + (text[1:] if text.startswith("0.") else text)


def listed(texts: Iterable[str]) -> str:
    """Return numbers as a list with the fewest separators: none before a minus, nor before a point after another."""
    line, before = "", ""
    for text in texts:
        apart = before and text[0] != "-" and not (text[0] == "." and "." in before)
        line, before = f"{line} {text}" if apart else line + text, text
    return line
