"""Choices of sizes at which a picture is fitted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pyramid:
    """Levels: smaller copies of the picture, the coarsest first, on which shapes are searched for.

    Attributes
    ----------
    pixels : tuple of floats
        Pixels for each shape on every level but the last, which is the finest that the fit has.
    until : tuple of floats
        Shares of the steps after which the next level follows; as many as levels in `pixels`.
    least : int
        Pixels that the finest level may always have.
    each : int
        Pixels that it may have for each shape beyond.
    side : int
        Pixels that the shorter side of every level keeps.
    worth : float
        Factor in size below which a coarser level saves too little.
    """

    pixels: tuple[float, ...] = (67.0, 160.0, 400.0)
    until: tuple[float, ...] = (0.2, 0.5, 0.88)
    least: int = 400_000
    each: int = 1000
    side: int = 16
    worth: float = 1.1
