"""Borders of pictures without antialiasing: lines run through the middles of the stairs that they were drawn as.

Where a line that is nearly level climbs by a pixel, it passes the middle of that pixel's side within half a pixel along
itself: it is off by a small part of a pixel there, and by up to half a pixel elsewhere. So *steps*, sides of one pixel
between two runs that go on in one direction, tell where a border is, and points between them are on a line from one to
the next. Other turns are corners. Stairs of two pixels and more do not stand for lines; where all are, it is pixel art.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .borders import Loop
from .palette import CLEAN, Cores, Pixels

ODD = 0.002  # of the pixels along edges, that may have a colour of their own
NOISE = 3.0  # times the noise of points of borders of antialiased edges
HALF = 0.5  # pixels from a step's middle to the runs beside it


def is_aliased(pixels: Pixels, cores: Cores) -> bool:
    """Return whether a picture (H, W, 4) has several colours, and no mixtures of them."""
    inks, flat = cores.inks, cores.colors[cores.flat, 0]
    edges = int((inks[1:] != inks[:-1]).sum() + (inks[:, 1:] != inks[:, :-1]).sum())
    mixed = pixels[inks < 0]
    levels = np.rint(255.0 * mixed).astype(np.int64) @ 256 ** np.arange(4)
    _, first, counts = np.unique(levels, return_index=True, return_counts=True)
    if len(cores.colors) < 2 or len(first) > ODD * edges + len(flat):
        return False
    off = np.abs(mixed[first][:, None] - flat[None]).max(axis=2).min(axis=1, initial=np.inf)
    return int(counts[off > CLEAN.same].sum()) <= ODD * edges


def as_drawn(loops: list[Loop], labels: NDArray[np.int32]) -> tuple[list[Loop], float]:
    """Return the loops of a picture (H, W) without mixtures as they were drawn, and the noise of their points.

    Pixels of pixel art are blocks of several: these are drawn exactly.
    """
    if _block(labels) != 1:
        return [loop._replace(square=True) for loop in loops], 1.0
    return [straightened(loop) for loop in loops], NOISE


def _block(labels: NDArray[np.int32]) -> int:
    """Return the size of the blocks that the regions (H, W) of a picture are made of, 0 if any size would do."""
    x = np.flatnonzero((labels[:, 1:] != labels[:, :-1]).any(axis=0))
    y = np.flatnonzero((labels[1:] != labels[:-1]).any(axis=1))
    return int(np.gcd.reduce(np.concatenate([np.diff(x), np.diff(y), [0]])))


class _Runs(NamedTuple):
    """Cracks of a loop in one direction, one after the other, cyclic."""

    start: NDArray[np.int64]  # (R,): first crack
    length: NDArray[np.int64]  # (R,)
    way: NDArray[np.int64]  # (R, 2)
    step: NDArray[np.bool_]  # (R,): whether it is a step between runs that go on in one direction


def straightened(loop: Loop) -> Loop:
    """Return a loop with the points of stairs on the lines that these stand for."""
    runs = _runs_of(loop)
    if not runs.step.any():
        return loop
    n = len(loop.corner)
    middle = 0.5 * (loop.corner + np.roll(loop.corner, -1, axis=0))
    at, good = loop.at.copy(), loop.good.copy()
    for k in np.flatnonzero(runs.step):
        at[runs.start[k]], good[runs.start[k]] = middle[runs.start[k]], 2
    for k in np.flatnonzero(~runs.step & (np.roll(runs.step, 1) | np.roll(runs.step, -1))):
        cracks = (runs.start[k] + np.arange(runs.length[k])) % n
        if (loop.across[cracks] < 0).any():
            continue
        at[cracks] = middle[cracks] + _off(runs, int(k))
        good[cracks] = 2
    return loop._replace(at=at, between=at, good=good)


def _runs_of(loop: Loop) -> _Runs:
    """Return the runs of a loop; the frame of the picture has no steps."""
    start = np.flatnonzero(loop.turns)
    length = np.diff(np.append(start, start[0] + len(loop.corner)))
    ways = np.roll(loop.corner, -1, axis=0)[start] - loop.corner[start]
    single = (length == 1) & (loop.across[start] >= 0)
    onward = (np.roll(ways, 1, axis=0) == np.roll(ways, -1, axis=0)).all(axis=1)
    return _Runs(start, length, ways, single & onward)


def _off(runs: _Runs, k: int) -> Pixels:
    """Return by how much the line is off the middles of the cracks (L, 2) of a run, beside one step or two."""
    count = len(runs.start)
    before, after = (k - 1) % count, (k + 1) % count
    length = float(runs.length[k])
    t = np.arange(runs.length[k]) + 0.5
    if runs.step[before] and runs.step[after]:
        first, last = -HALF * runs.way[before], HALF * runs.way[after]
        share = t[:, None] / length
        off: Pixels = (1.0 - share) * first + share * last
        if (runs.way[before] == runs.way[after]).all():
            return off
        beyond = length + runs.length[(k - 2) % count] + runs.length[(k + 2) % count]
        height = min(length**2 / max(beyond**2 - length**2, 1.0), 2.0 * HALF)  # of a parabola over both steps
        off -= 4.0 * share * (1.0 - share) * height * first / HALF
    elif runs.step[before]:
        off = _fading(t, length, float(runs.length[(k - 2) % count]))[:, None] * -runs.way[before]
    else:
        off = _fading(length - t, length, float(runs.length[(k + 2) % count]))[:, None] * runs.way[after]
    return off


def _fading(t: NDArray[np.float64], length: float, other: float) -> NDArray[np.float64]:
    """Return how far a line is off a run that ends at a corner, some pixels from its step.

    It climbs as it does over the run beyond the step, unless this one is too long to be of the same line.
    """
    off: NDArray[np.float64] = np.maximum(HALF - t / other, -HALF if length <= other + 1.0 else 0.0)
    return off
