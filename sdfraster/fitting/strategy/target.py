"""Choices of fits for a given PSNR."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """How a fit for a given PSNR finds out how many shapes it needs.

    Attributes
    ----------
    fewer : int
        Times fewer shapes than allowed there are at the start.
    pause : int
        Steps between tests whether the PSNR is reached.
    hidden : float
        Part of the error that a coarser level hides which is taken to stay.
    test_again : float
        Share of the error at the last test of the picture itself, at which a level may hide less: then the picture is
        tested again.
    recovered : float
        Factor of the error that the steps after a removal make up for.
    more : float
        Share of the shapes that is added in the first round of overtime; it doubles with every round.
    again : float
        Share of the steps from which a fit with all shapes goes on.
    hopeless : float
        Decibels that a round with all shapes does not bring.
    faster : float
        Factor by which the decibels that are lacking must have fallen for another round.
    rounds : int
        Most rounds with all shapes.
    """

    fewer: int = 16
    pause: int = 10
    hidden: float = 0.95
    test_again: float = 0.5
    recovered: float = 1.07
    more: float = 0.125
    again: float = 0.5
    hopeless: float = 1.0
    faster: float = 1.5
    rounds: int = 4
