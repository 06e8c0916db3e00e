"""How many shapes a fit for a given PSNR has, and how it goes on if it has taken its steps without that PSNR.

As long as there are fewer shapes than allowed it gets more, with the steps in which a fit settles: a few at first, as
most fits lack little, but twice the share in every round. All of them then have another half of the steps, in which
some are exchanged, and again as long as that brings enough.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .progress import CHANGED

RECOVERED = 1.07  # factor of the error that the next steps make up for; with 1 fits have a tenth more shapes
SHARE = 0.125  # of the shapes there are, that is added in the first round
AGAIN = 0.5  # share of the steps from which a fit with all shapes goes on
HOPELESS = 1.0  # dB that half of the steps do not bring if there was time before
FASTER = 1.5  # factor by which what is lacking must get smaller
MOST = 4  # rounds with all shapes


def needed(loss: float, growth: NDArray[np.float64], enough: float) -> int:
    """Return how many shapes are enough if the others are removed, the least important first.

    Parameters
    ----------
    loss : float
        Squared error with all.
    growth : ndarray, shape (N,)
        By how much the error is larger without each of them, falling. For several it adds up, nearly.
    enough : float
        Squared error wanted.
    """
    after = loss + np.append(np.cumsum(growth[::-1])[::-1], 0.0)  # with the first 0, 1, ..., N
    return min(int((after > RECOVERED * enough).sum()), len(growth))


class Round(NamedTuple):
    """How a fit goes on."""

    shapes: int  # there should be
    start: float  # share of the steps from which it goes on


class Overtime:
    """The rounds of one fit that may have `limit` shapes, which come `together`."""

    def __init__(self, limit: int, together: int = 1) -> None:
        self._limit, self._together = limit, together
        self._share, self._before = SHARE, 0
        self._rounds, self._lacked = 0, HOPELESS

    def next(self, count: int, lacking: float) -> Round | None:
        """Return how a fit of `count` shapes that lacks some decibels goes on, or None if that is the end."""
        if self._before < count < self._limit:  # a mesh may have no more edges whose split gains
            self._before = count
            more = ceil(self._share * count / self._together) * self._together
            self._share *= 2.0
            return Round(min(self._limit, count + more), CHANGED)
        late = self._rounds == 0 and self._share > SHARE
        if self._rounds == MOST or (lacking > self._lacked and not late):
            return None
        self._rounds += 1
        self._lacked = lacking / FASTER
        return Round(count, AGAIN)
