"""Regions as they are painted: large below small.

What lies in the hole of a region is painted over it; only a hole that is transparent stays one. A region reaches a
little under its neighbours that are painted later. Otherwise the background would show through along their common
outline, which both cover only in part.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_fill_holes, find_objects

from ..strategy import FlatRegions
from .regions import Regions
from .trace import EVERYWHERE, Window, around, membership


class WideRegion(NamedTuple):
    """A region as it is painted."""

    region: int
    window: Window  # part of the picture that is looked at
    mask: NDArray[np.bool_]  # pixels in the window: the region without holes, and a little of what is painted later
    area: int
    field: NDArray[np.float64]  # by how much every pixel in the window belongs to it


def painted(pixels: NDArray[np.float64], regions: Regions, strategy: FlatRegions) -> list[WideRegion]:
    """Return the regions of a picture (H, W, C) that are visible, the largest first."""
    labels, pure, colors = regions
    empty = np.arange(len(colors)) == 0
    if pixels.shape[2] == 4:
        empty |= colors[:, 3] < strategy.invisible
    return [
        shape._replace(field=membership(pixels[shape.window], shape.mask, pure[shape.window], strategy.contrast))
        for shape in _shapes(labels, empty, strategy)
    ]


def drawn(regions: Regions, shapes: list[WideRegion]) -> NDArray[np.float64]:
    """Return the picture (H, W, C) of the regions."""
    picture = np.full((*regions.labels.shape, regions.colors.shape[1]), regions.colors[0])
    for shape in shapes:
        below, field = picture[shape.window], shape.field[..., None]
        below += field * (regions.colors[shape.region] - below)
    return picture


def _shapes(labels: NDArray[np.int32], empty: NDArray[np.bool_], strategy: FlatRegions) -> list[WideRegion]:
    """Return the regions that are not empty, the largest first."""
    filled = []
    for k, box in enumerate(find_objects(labels)):  # which starts at label 1
        if box is None or empty[k + 1]:
            continue
        window = around(box, strategy.margin)
        mask = binary_fill_holes(labels[window] == k + 1) & ~empty[labels[window]]
        filled.append(WideRegion(k + 1, window, mask, int(mask.sum()), np.zeros(0)))
    filled.sort(key=lambda shape: (-shape.area, shape.region))
    place = np.full(len(empty), -1)
    place[[shape.region for shape in filled]] = np.arange(len(filled))
    shapes = []
    for shape in filled:
        later = place[labels[shape.window]] > place[shape.region]
        grown = shape.mask
        for _ in range(strategy.under):
            grown = grown | (binary_dilation(grown, EVERYWHERE) & later)
        shapes.append(shape._replace(mask=grown))
    return shapes
