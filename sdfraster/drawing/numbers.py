"""Numbers and lengths as SVG writes them."""

from __future__ import annotations

import re
from math import sqrt
from typing import NamedTuple

NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NUMBER = re.compile(NUMBER)
_LENGTH = re.compile(rf"({NUMBER})(%|[a-zA-Z]*)")
# One way to match: else many spaces would be tried in as many ways, squared.
BETWEEN = r"[ \t\r\n\f]*(?:,[ \t\r\n\f]*)?"
_BETWEEN = re.compile(BETWEEN)
HUGE = 1e15
INCH = 96.0  # pixels
ABSOLUTE = {"": 1.0, "px": 1.0, "in": INCH, "cm": INCH / 2.54, "mm": INCH / 25.4, "q": INCH / 101.6, "pt": INCH / 72.0}
ABSOLUTE["pc"] = 12.0 * ABSOLUTE["pt"]
FONT = {"em": 1.0, "ex": 0.5}  # of the font size; without the font an x is taken to be half as high
OTHERS = ("rem", "ch", "lh", "rlh", "ic", "cap", "vw", "vh", "vi", "vb", "vmin", "vmax")  # of CSS; resvg has none


class Length(NamedTuple):
    """A number with its unit, in small letters."""

    value: float
    unit: str = ""


class Size(NamedTuple):
    """What percentages are of."""

    width: float
    height: float

    @property
    def diagonal(self) -> float:
        """That of lengths which are neither horizontal nor vertical."""
        return sqrt((self.width * self.width + self.height * self.height) / 2.0)


class Measure(NamedTuple):
    """What lengths are measured with, of one element: its viewport, and the size of its font."""

    box: Size
    font: float = 16.0

    def pixels(self, length: Length, whole: float) -> float:
        """Return a length in user units; `whole` is what a percentage is of."""
        value, unit = length
        if unit in ABSOLUTE:
            return value * ABSOLUTE[unit]
        if unit == "%":
            return value * whole / 100.0
        return value * FONT[unit] * self.font


def bounded(text: str) -> float:
    """Return a number; one that is beyond `HUGE`, which nobody draws, as that."""
    value = float(text)
    return value if -HUGE < value < HUGE else min(max(value, -HUGE), HUGE)


def plain_number(text: str) -> float | None:
    """Return a number as most are written, which Python reads too; None of what may be something else."""
    if text[-1:].isdigit() and text.isascii() and "_" not in text:
        try:
            return bounded(text)
        except ValueError:
            return None
    return None


def number(text: str) -> float:
    """Return a number.

    Raises
    ------
    ValueError
        If it is none.
    """
    plain = plain_number(text)
    if plain is not None:
        return plain
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a number")
    return bounded(match.group())


def length(text: str) -> Length:
    """Return a length.

    Raises
    ------
    ValueError
        If it is none, or has a unit that is not known.
    """
    plain = plain_number(text)
    if plain is not None:
        return Length(plain)
    match = _LENGTH.fullmatch(text.strip())
    if match:
        value, unit = bounded(match.group(1)), match.group(2).lower()
        if unit in ABSOLUTE or unit in FONT or unit == "%":
            return Length(value, unit)
    raise ValueError(f"{text!r} is not a length")


def unknown_unit(text: str) -> str:
    """Return the unit of a length, if it is one that CSS knows and `length` does not; else nothing."""
    match = _LENGTH.fullmatch(text.strip())
    unit = match.group(2).lower() if match else ""
    return unit if unit in OTHERS else ""


def ratio(text: str) -> float:
    """Return a number or a percentage as a number."""
    plain = text.strip()
    return number(plain[:-1]) / 100.0 if plain.endswith("%") else number(plain)


def numbers(text: str) -> list[float]:
    """Return the numbers of a list up to the first that is none."""
    plain = plain_numbers(text)
    if plain is not None:
        return plain
    found, at = [], _BETWEEN.match(text, 0).end()  # type: ignore[union-attr]
    while match := _NUMBER.match(text, at):
        found.append(bounded(match.group()))
        at = _BETWEEN.match(text, match.end()).end()  # type: ignore[union-attr]
    return found


def plain_numbers(text: str) -> list[float] | None:
    """Return the numbers of a list of these and nothing else, at once; None of what may be something else."""
    if not text.isascii() or "_" in text:
        return None
    apart = text
    if "," in text:
        if not all(map(str.strip, text.split(","))):
            return None
        apart = text.replace(",", " ")
    try:
        values = list(map(float, apart.replace("-", " -").split()))
    except ValueError:  # also of numbers without anything between them, and exponents below 0
        texts = _NUMBER.findall(text)
        if "".join(texts) != "".join(apart.split()):
            return None
        values = list(map(float, texts))
    return values if sum(map(abs, values)) < HUGE else None


def lengths(text: str) -> list[Length]:
    """Return the lengths of a list.

    Raises
    ------
    ValueError
        If one is none.
    """
    return [length(item) for item in re.split(r"[\s,]+", text.strip()) if item]
