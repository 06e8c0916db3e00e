"""Colours that change evenly along a line and are clamped to 0..1: as stops, and as lines again."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .paint import quantized
from .stops import Graded

SHARES, PRECISE = 5, 9  # digits of where a channel leaves 0..1: as many as single precision finds again, and more
STEP = 1.0 / 255.0
NEAR = 1e-3  # of a line: no farther is what was written from where a shape ends
TURNED = 0.03  # the same of the line of a thin shape, which rounding turns; only if two channels say so
TRIED = np.arange(-8, 9)  # steps up to there
ALIKE = 0.999  # share of a change by which no two of 8 bits differ
EXACT = 5e-4 * STEP  # what single precision knows of a colour of 8 bits


class Lines(NamedTuple):
    """Channels without a limit: what they are where the line begins, and by how much they change until its end."""

    start: NDArray[np.float64]  # (3,)
    change: NDArray[np.float64]  # (3,)

    def between(self, first: float, last: float) -> Lines:
        """Return a part of them."""
        return Lines(self.start + self.change * first, self.change * (last - first))

    def clamped(self, digits: int = SHARES) -> Graded:
        """Return the stops: both ends, and where a channel leaves 0..1."""
        moving = self.change != 0.0
        leaving = ((np.array([[0.0], [1.0]]) - self.start[moving]) / self.change[moving]).round(digits)
        offsets = np.unique([0.0, *leaving[(leaving > 0.0) & (leaving < 1.0)], 1.0])
        return Graded(offsets, np.clip(self.start + offsets[:, None] * self.change, 0.0, 1.0))

    def ends(self) -> tuple[float, float]:
        """Return from where to where they are seen to change.

        That is where channels leave 0..1, if nothing changes by a step of 8 bits beyond; else an end, or where all have
        8 bits, if that is next to it, as it is of a colour that was read.
        """
        stops = self.clamped(PRECISE)
        same = [(np.abs(stops.colors - color) < STEP).all(axis=1) for color in stops.colors[[0, -1]]]
        if same[0].all():
            return 0.0, 1.0
        first, last = float(stops.offsets[same[0].argmin() - 1]), float(stops.offsets[::-1][same[1][::-1].argmin() - 1])
        return first or self._written(0.0), last if last < 1.0 else self._written(1.0)

    def _written(self, end: float) -> float:
        """Return where all channels have 8 bits, if that is next to an end, else the end."""
        values = self.start + self.change * end
        moving = (self.change != 0.0) & (values >= 0.0) & (values <= 1.0)
        if not moving.any():
            return end
        k = int(np.where(moving, np.abs(self.change), 0.0).argmax())
        levels = quantized(values[k]) + STEP * TRIED
        shares = end + (levels - values[k]) / self.change[k]
        colors = np.clip(self.start + shares[:, None] * self.change, 0.0, 1.0)
        known = (np.abs(colors - quantized(colors)) < EXACT).all(axis=1)
        known &= np.abs(shares - end) < (TURNED if moving.sum() > 1 else NEAR)
        return float(min(shares[known], key=lambda share: abs(share - end), default=end))

    def upwards(self) -> bool:
        """Return whether the channel that changes most, the first of several, grows."""
        most = np.abs(self.change)
        return bool(self.change[(most > ALIKE * most.max()).argmax()] > 0.0)

    def reversed(self) -> Lines:
        """Return them from the end to the start."""
        return Lines(self.start + self.change, -self.change)


def unclamped(stops: Graded) -> Lines:
    """Return the lines that channels follow wherever they are not clamped, given such stops."""
    ends = [_ends(stops.offsets, channel) for channel in stops.colors.T]
    return Lines(np.array([start for start, _ in ends]), np.array([change for _, change in ends]))


def _ends(offsets: NDArray[np.float64], values: NDArray[np.float64]) -> tuple[float, float]:
    """Return the start and the change of one channel."""
    others = [np.flatnonzero(values != value) if value in (0.0, 1.0) else None for value in values[[0, -1]].tolist()]
    if any(other is not None and len(other) == 0 for other in others):  # clamped all along
        return float(values[0]), 0.0
    i = 0 if others[0] is None else others[0][0] - 1
    k = len(values) - 1 if others[1] is None else others[1][-1] + 1
    change = float((values[k] - values[i]) / (offsets[k] - offsets[i]))
    return float(values[i] - change * offsets[i]), change
