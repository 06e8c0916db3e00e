"""Which regions and thin features of a picture get one of the shapes allowed: those that matter most.

How much a feature matters is the squared error without it. For a region it is that of merging it with a neighbour.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..strategy import ContourStrategy
from .merging import merge, worth
from .regions import Regions, find_regions
from .thin import ThinFeature, find_thin
from .wide import WideRegion, drawn, painted

Pixels = NDArray[np.float64]


class Selection(NamedTuple):
    """What is to be shown of a picture, in paint order."""

    regions: Regions
    wide: list[WideRegion]
    thin: list[ThinFeature]
    dropped: float  # squared error of the thin features that there are no shapes for
    lost: float  # squared error that is left of everything


def select(pixels: Pixels, count: int, background: Any, strategy: ContourStrategy) -> Selection:
    """Return at most `count` regions and thin features of a picture (H, W, C).

    Parameters
    ----------
    pixels : ndarray, shape (H, W, C)
        The picture, premultiplied if it has an alpha channel.
    count : int
        Largest number.
    background : None or array_like of C numbers
        Colour around the picture, see `find_regions`.
    strategy : ContourStrategy
        What is a region, and what is thin.
    """
    regions = find_regions(pixels, count, background, strategy)
    wide = painted(pixels, regions, strategy.regions)
    thin = find_thin(pixels, drawn(regions, wide), regions.colors[regions.labels], strategy)
    dropped = 0.0
    if len(wide) + len(thin) > count:
        gains = [*worth(regions.labels, regions.colors)[[shape.region for shape in wide]], *(t.gain for t in thin)]
        kept = int((np.argsort(-np.array(gains), kind="stable")[:count] < len(wide)).sum())
        if kept < len(wide):
            around = regions.colors[0]
            labels, colors = merge(regions.labels, pixels, regions.pure, kept, around, strategy.regions)
            regions = regions._replace(labels=labels, colors=colors)
            wide = painted(pixels, regions, strategy.regions)
        thin, rest = thin[: count - len(wide)], thin[count - len(wide) :]
        dropped = sum(feature.gain for feature in rest)
    return Selection(regions, wide, thin, dropped, _lost(pixels, regions, wide, thin))


def _lost(pixels: Pixels, regions: Regions, wide: list[WideRegion], thin: list[ThinFeature]) -> float:
    """Return the squared error of what is shown."""
    picture = drawn(regions, wide)
    for feature in thin:
        below, color = picture[feature.window], 0.0 if feature.gap else feature.color
        below += feature.cover[..., None] * (color - below)
    return float(((pixels - picture) ** 2).sum())
