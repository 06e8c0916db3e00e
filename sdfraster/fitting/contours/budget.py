"""Which of the regions and thin things of a picture a number of shapes is spent on: those that matter most.

How much one matters is the squared error without it, for a region that of merging it with a neighbour.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .merging import merge, worth
from .regions import Regions, find_regions
from .thin import Thing, find_thin
from .wide import Wide, drawn, painted

Pixels = NDArray[np.float64]


class Spent(NamedTuple):
    """What is to be shown of a picture, in paint order."""

    regions: Regions
    wide: list[Wide]
    thin: list[Thing]
    dropped: float  # squared error of the thin things that there are no shapes for
    lost: float  # squared error that is left of everything


def spend(pixels: Pixels, count: int, background: Any) -> Spent:
    """Return at most `count` regions and thin things of a picture (H, W, C).

    Parameters
    ----------
    pixels : ndarray, shape (H, W, C)
        The picture, premultiplied if it has an alpha channel.
    count : int
        Largest number.
    background : None or array_like of C numbers
        Colour around the picture, see `find_regions`.
    """
    regions = find_regions(pixels, count, background)
    wide = painted(pixels, regions)
    thin = find_thin(pixels, drawn(regions, wide), regions.colors[regions.labels])
    dropped = 0.0
    if len(wide) + len(thin) > count:
        gains = [*worth(regions.labels, regions.colors)[[shape.region for shape in wide]], *(t.gain for t in thin)]
        kept = int((np.argsort(-np.array(gains), kind="stable")[:count] < len(wide)).sum())
        if kept < len(wide):
            labels, colors = merge(regions.labels, pixels, regions.pure, kept, regions.colors[0])
            regions = regions._replace(labels=labels, colors=colors)
            wide = painted(pixels, regions)
        thin, rest = thin[: count - len(wide)], thin[count - len(wide) :]
        dropped = sum(thing.gain for thing in rest)
    return Spent(regions, wide, thin, dropped, _lost(pixels, regions, wide, thin))


def _lost(pixels: Pixels, regions: Regions, wide: list[Wide], thin: list[Thing]) -> float:
    """Return the squared error of what is shown."""
    picture = drawn(regions, wide)
    for thing in thin:
        below, color = picture[thing.window], 0.0 if thing.gap else thing.color
        below += thing.cover[..., None] * (color - below)
    return float(((pixels - picture) ** 2).sum())
