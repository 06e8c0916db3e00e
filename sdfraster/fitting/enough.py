"""How many shapes a fit for a given PSNR has, and how it goes on if its steps did not reach that PSNR.

As long as there are fewer shapes than allowed, some are added and have the steps in which a fit settles: a few at
first, as most fits lack little, and twice the share in every round. All of them then have another half of the steps, in
which some are exchanged, and again as long as that brings enough.
"""

from __future__ import annotations

from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .strategy import FitStrategy


def needed(loss: float, growth: NDArray[np.float64], enough: float, recovered: float) -> int:
    """Return how many shapes are enough if the others are removed, the least important first.

    Parameters
    ----------
    loss : float
        Squared error with all.
    growth : ndarray, shape (N,)
        By how much the error is larger without each of them, falling. Without several, these nearly add up.
    enough : float
        Squared error wanted.
    recovered : float
        Factor of the error that the next steps make up for.
    """
    after = loss + np.append(np.cumsum(growth[::-1])[::-1], 0.0)  # with the first 0, 1, ..., N
    return min(int((after > recovered * enough).sum()), len(growth))


class Round(NamedTuple):
    """How a fit goes on."""

    shapes: int  # there should be
    start: float  # share of the steps from which it goes on


class Overtime:
    """The rounds of one fit that may have `limit` shapes, which come in groups of so many."""

    def __init__(self, limit: int, strategy: FitStrategy, group: int = 1) -> None:
        self._limit, self._group = limit, group
        self._target, self._settling = strategy.target, strategy.growth.until
        self._share, self._before = self._target.more, 0
        self._rounds, self._lacked = 0, self._target.hopeless

    @property
    def state(self) -> dict[str, Any]:
        """What the next round depends on."""
        return {"share": self._share, "before": self._before, "rounds": self._rounds, "lacked": self._lacked}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where another one was."""
        self._share, self._before = state["share"], state["before"]
        self._rounds, self._lacked = state["rounds"], state["lacked"]

    def next(self, count: int, lacking: float) -> Round | None:
        """Return how a fit of `count` shapes that lacks some decibels goes on, or None if that is the end."""
        if self._before < count < self._limit:  # a mesh may have no more edges whose split gains
            self._before = count
            more = ceil(self._share * count / self._group) * self._group
            self._share *= 2.0
            return Round(min(self._limit, count + more), self._settling)
        target = self._target
        late = self._rounds == 0 and self._share > target.more
        if self._rounds == target.rounds or (lacking > self._lacked and not late):
            return None
        self._rounds += 1
        self._lacked = lacking / target.faster
        return Round(count, target.again)
