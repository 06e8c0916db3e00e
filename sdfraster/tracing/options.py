"""What a trace can be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from numbers import Real
from typing import Any

from ..arguments import check_flag
from ..palette import read_palette
from .fitting import Tolerance

TOLERANCE = 0.25  # pixels
WORTH = 15.0  # numbers that a squared pixel of distance is worth, at that tolerance
NOISE = 0.037  # pixels: how far points of borders are off when a renderer takes 16 levels of coverage
LEVEL = 0.15  # pixels by which lines may be off and be made horizontal or vertical
FINEST, COARSEST = 0.01, 10.0  # pixels


@dataclass(frozen=True)
class TraceOptions:
    """Options of `trace`.

    Attributes
    ----------
    tolerance : float
        Largest distance in pixels of a curve from the border that it follows, 0.01 to 10.
    min_area : float
        Square pixels of the smallest shape that is drawn.
    colors : int, sequence of colours, or None
        How many colours there may be at most, or the colours that there may be; see `read_palette`.
    lines : bool
        Whether lines of even width are drawn by their middle, with a brush.
    cutout : bool
        Whether shapes abut, and nothing lies beneath them.
    """

    tolerance: float = TOLERANCE
    min_area: float = 4.0
    colors: Any = None
    lines: bool = True
    cutout: bool = False

    def __post_init__(self) -> None:
        if not (_is_finite(self.tolerance) and FINEST <= self.tolerance <= COARSEST):
            raise ValueError(f"tolerance must be from {FINEST} to {COARSEST} pixels, not {self.tolerance!r}")
        if not (_is_finite(self.min_area) and self.min_area >= 0.0):
            raise ValueError(f"min_area must be a number of square pixels, 0 or more, not {self.min_area!r}")
        check_flag("lines", self.lines)
        check_flag("cutout", self.cutout)
        if self.colors is not None:
            read_palette(self.colors, "colors")

    @property
    def limits(self) -> Tolerance:
        """How exactly curves follow borders."""
        relative = self.tolerance / TOLERANCE
        return Tolerance(self.tolerance, WORTH / relative**2, LEVEL * max(1.0, relative), NOISE)


def options_of(
    detail: float | None = None,
    tolerance: float | None = None,
    min_area: float = 4.0,
    colors: Any = None,
    lines: bool = True,
    cutout: bool = False,
) -> TraceOptions:
    """Return the options that arguments of `trace` ask for.

    Raises
    ------
    ValueError
        If one is out of range, or two contradict each other; the message names it.
    """
    if detail is not None and tolerance is not None:
        raise ValueError("detail and tolerance say the same thing; give one of them")
    if detail is not None:
        tolerance = tolerance_of(detail)
    return TraceOptions(TOLERANCE if tolerance is None else tolerance, min_area, colors, lines, cutout)


def tolerance_of(detail: float) -> float:
    """Return the tolerance for a detail: 2 pixels for 0, 1/4 for 0.5, 1/32 for 1.

    Raises
    ------
    ValueError
        If it is not from 0 to 1.
    """
    if not (_is_finite(detail) and 0.0 <= detail <= 1.0):
        raise ValueError(f"detail must be from 0 to 1, not {detail!r}")
    return float(2.0 ** (1.0 - 6.0 * detail))


def _is_finite(value: Any) -> bool:
    """Return whether something is a number, and neither infinite nor NaN."""
    return isinstance(value, Real) and isfinite(value)
