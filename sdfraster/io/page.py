"""How a drawing is presented in a file: its title, its size in centimetres, how precise it is, and its groups."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import Any

from .digits import PRECISION, check_precision, number

GROUPS = ("none", "color", "layer")
INCHES = {"in": 1.0, "cm": 1.0 / 2.54, "mm": 1.0 / 25.4, "pt": 1.0 / 72.0, "pc": 1.0 / 6.0}  # of a unit
SIZE_DIGITS = 4  # after the point, of sizes on paper
CSS_DPI = 96.0  # pixels of CSS in an inch, whatever the screen
LONGEST = 1e4  # inches
MOST_DPI = 1e5
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LENGTH = re.compile(r"\s*(\d+\.?\d*|\.\d+)\s*(px|in|cm|mm|pt|pc)?\s*", re.ASCII)


@dataclass(frozen=True)
class Page:
    """How a drawing is presented in a file.

    Attributes
    ----------
    title, description : str or None
        Of an SVG: what it is called, and what it shows, for people who cannot see it and those who search for it.
    width : str or None
        How wide it is on paper, such as ``"20cm"``; ``in``, ``mm``, ``pt`` and ``pc`` too. Its height follows.
    dpi : float or None
        Pixels in an inch, instead of a width. With a width, pictures are drawn as large as they both say.
    precision : int
        Digits after the point of coordinates in an SVG, in pixels, from 0 to 6.
    group : {"none", "color", "layer"}
        Of an SVG: whether the shapes of a colour, or of a layer of the scene, are a group with an id and a class.
        A group of a colour holds shapes that may be painted one after the other, so a colour can have several.
    """

    title: str | None = None
    description: str | None = None
    width: str | None = None
    dpi: float | None = None
    precision: int = PRECISION
    group: str = "none"

    def __post_init__(self) -> None:
        for name in ("title", "description"):
            check_text(name, getattr(self, name))
        if self.width is not None:
            inches(self.width)
        if self.dpi is not None and not (isfinite(self.dpi) and 0.0 < self.dpi <= MOST_DPI):
            raise ValueError(f"dpi must be above 0 and at most {MOST_DPI:g}, not {self.dpi}")
        check_precision(self.precision)
        if self.group not in GROUPS:
            raise ValueError(f"group must be one of {', '.join(GROUPS)}, not {self.group!r}")

    def resolution(self, width: int) -> float | None:
        """Return the pixels in an inch of a picture so many pixels wide, if anything says it."""
        if self.width is None:
            return self.dpi
        return width / inches(self.width)

    def size(self, width: int, height: int) -> tuple[str, str]:
        """Return width and height of a drawing of so many pixels, as SVG has them."""
        if self.width is None and self.dpi is None:
            return str(width), str(height)
        if self.width is not None:
            found = LENGTH.fullmatch(self.width)
            assert found is not None
            value, unit = float(found[1]), found[2] or ""
        else:
            assert self.dpi is not None
            value, unit = width / self.dpi, "in"
        of_width, of_height = (number(each, SIZE_DIGITS) for each in (value, value * height / width))
        return f"{of_width}{unit}", f"{of_height}{unit}"

    def scale(self, width: int) -> float | None:
        """Return how much larger a picture has to be drawn, if width and resolution say it."""
        if self.width is None or self.dpi is None:
            return None
        return inches(self.width) * self.dpi / width


def inches(length: str) -> float:
    """Return a length such as ``"20cm"`` in inches.

    Raises
    ------
    ValueError
        If it is none.
    """
    found = LENGTH.fullmatch(length) if isinstance(length, str) else None
    value = 0.0
    if found:
        value = float(found[1]) * INCHES.get(found[2], 1.0 / CSS_DPI)
    if not 0.0 < value <= LONGEST:
        raise ValueError(f"width must be a length such as 20cm, 8in or 210mm, not {length!r}")
    return value


def check_text(name: str, text: Any) -> None:
    """Raise ValueError unless it is a text that XML can hold, or None."""
    if text is not None and (not isinstance(text, str) or NOT_XML.search(text)):
        raise ValueError(f"{name} must be a text without control characters, not {text!r}")
