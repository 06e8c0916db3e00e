"""The stops of one gradient, taken out of the values of its colour, for those who write, read and fit gradients."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .paint import HALF_STEP, Paint, Stops, hexadecimal, plain, quantized

NARROW = 0.3  # of t: what changes within less is a step in a line that somebody chose, and the line is kept


class Graded(NamedTuple):
    """Colours along t."""

    offsets: NDArray[np.float64]  # (m,), ascending, from 0 to 1
    colors: NDArray[np.float64]  # (m, 3)

    @property
    def narrow(self) -> bool:
        """Whether all stops are close together."""
        return bool(self.offsets[-1] - self.offsets[0] < NARROW)

    @property
    def middle(self) -> NDArray[np.float64]:
        """The colour between all."""
        middle: NDArray[np.float64] = 0.5 * (self.colors.min(axis=0) + self.colors.max(axis=0))
        return middle

    @property
    def even(self) -> bool:
        """Whether all are nearly one."""
        return bool(np.ptp(self.colors, axis=0).max() < HALF_STEP)

    def at(self, t: float) -> NDArray[np.float64]:
        """Return the colour at t."""
        return np.array([np.interp(t, self.offsets, channel) for channel in self.colors.T])

    def between(self, first: float, last: float) -> Graded:
        """Return that part as one from 0 to 1; it has no more stops."""
        inside = (self.offsets >= first) & (self.offsets <= last)
        offsets, colors = list(self.offsets[inside]), list(self.colors[inside])
        if not offsets or offsets[0] > first:
            offsets.insert(0, first)
            colors.insert(0, self.at(first))
        if offsets[-1] < last:
            offsets.append(last)
            colors.append(self.at(last))
        return Graded((np.array(offsets) - first) / (last - first), np.array(colors))

    def rounded(self) -> Graded:
        """Return colours of 8 bits."""
        return Graded(self.offsets, quantized(self.colors))

    def fewer(self) -> Graded:
        """Return it without the stops that change nothing, at least one."""
        same = (self.colors[1:] == self.colors[:-1]).all(axis=1)
        near = self.offsets[1:] == self.offsets[:-1]
        if not (same.any() or near.any()):
            return self
        ends, inner = np.array([True]), np.array([False])
        dropped = np.concatenate([ends, same]) & np.concatenate([same, ends])
        dropped |= np.concatenate([inner, near]) & np.concatenate([near, inner])
        dropped[0] &= not dropped.all()
        return Graded(self.offsets[~dropped], self.colors[~dropped])

    def values(self, stops: int, geometry: ArrayLike, starts: bool = False) -> NDArray[np.float64]:
        """Return the values of a colour of so many stops, the last one repeated; see `graded`."""
        missing = stops - len(self.offsets)
        offsets, colors = self.offsets[0 if starts else 1 : -1], self.colors.ravel()
        if missing == 0:
            return np.concatenate([colors, geometry, offsets])
        return np.concatenate([colors, np.tile(colors[-3:], missing), geometry, offsets, np.ones(missing)])

    def padded(self) -> Graded:
        """Return it with stops at 0 and 1."""
        offsets, colors = [0.0, *self.offsets, 1.0], [self.colors[0], *self.colors, self.colors[-1]]
        kept = slice(1 if self.offsets[0] == 0.0 else 0, -1 if self.offsets[-1] == 1.0 else None)
        return Graded(np.array(offsets[kept]), np.array(colors[kept]))

    def written(self, first: float, last: float) -> Stops:
        """Return the stops as they are written along a part of t that holds them all."""
        offsets = (self.offsets - first) / (last - first)
        return tuple((t, hexadecimal(color)) for t, color in zip(offsets.tolist(), self.colors, strict=True))


def graded(values: NDArray[np.float64], stops: int, place: int, starts: bool = False) -> Graded:
    """Return the stops in the values of a colour; where they stand is as of `ramp.ramp`."""
    given = values[place : place + stops - (1 if starts else 2)]
    held = np.maximum.accumulate(np.clip(given, 0.0, 1.0))
    return Graded(np.concatenate([[] if starts else [0.0], held, [1.0]]), values[: 3 * stops].reshape(stops, 3))


def plain_gradient(color: ArrayLike, values: NDArray[np.float64], stops: int) -> Paint:
    """Return the paint of values of a gradient of which one colour is seen."""
    paint = plain(color)
    painted = np.concatenate([np.tile(paint.color, stops), values.ravel()[3 * stops :]])
    return Paint(painted.reshape(values.shape), paint.stops)


def in_one_color(colors: NDArray[Any], stops: int, geometry: NDArray[Any]) -> NDArray[Any]:
    """Return values of gradients (N, values) that have one colour at all stops, whose inner ones stand evenly."""
    inner = np.tile(np.linspace(0.0, 1.0, stops)[1:-1], (len(colors), 1))
    return np.concatenate([*[colors] * stops, geometry, inner], axis=1)


def revived(color: NDArray[Any], g: NDArray[Any], stops: int) -> NDArray[np.bool_]:
    """Give all stops of gradients (N, values), in place, the colour of the one that has a gradient, if only one has.

    Returns which gradients these are (N,): they lie off their shapes, and nothing moves them.
    """
    shape = len(color), stops, 3
    moving = np.any(g[:, : 3 * stops].reshape(shape) != 0.0, axis=2)
    alone: NDArray[np.bool_] = moving.sum(axis=1) == 1
    colors = color[:, : 3 * stops].reshape(shape)
    seen = colors[np.arange(len(color)), moving.argmax(axis=1)]
    color[alone, : 3 * stops] = np.tile(seen[alone], (1, stops))
    return alone
