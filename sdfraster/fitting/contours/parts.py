"""Thin features in parts: all shapes get as many pieces as the outline that has most, so none may need many more.

A drawing whose lines all touch is one feature with an outline of thousands of pixels. It is cut where that cuts least.
If there are no shapes to spare, its parts replace features that are less visible than each of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, find_objects, label

from ..strategy import ThinFeatures
from .thin import ThinFeature
from .trace import EVERYWHERE, around


def in_parts(features: list[ThinFeature], count: int, total: int, strategy: ThinFeatures) -> list[ThinFeature]:
    """Return at most `count` features, in paint order, the largest of them cut into parts.

    A pixel of ink may need a piece. So cutting ends when the ink of the largest, times their number, is `total` pieces.
    """
    parts: dict[tuple[int, ...], ThinFeature]  # by place in paint order
    parts = {(k,): feature for k, feature in enumerate(features)}
    while parts:
        place = max(parts, key=lambda p: parts[p].ink)
        if parts[place].ink * len(parts) <= total or max(parts[place].cover.shape) <= strategy.shortest:
            break
        new = {(*place, k): part for k, part in enumerate(_cut(parts[place], strategy))}
        others = sorted((p for p in parts if p != place), key=lambda p: parts[p].gain)
        out = others[: max(0, len(others) + len(new) - count)]
        less = min((part.gain for part in new.values()), default=0.0)
        if not 2 <= len(new) <= count or any(parts[p].gain > less for p in out):
            break
        parts = {p: parts[p] for p in others[len(out) :]} | new
    return [parts[p] for p in sorted(parts)]


def _cut(feature: ThinFeature, strategy: ThinFeatures) -> list[ThinFeature]:
    """Return the connected parts of a feature cut across its longer side; both sides have the row at the cut."""
    axis = int(np.argmax(feature.cover.shape))
    ink = feature.cover.sum(axis=1 - axis)
    share = np.cumsum(ink) / ink.sum()
    middle = np.flatnonzero((share > strategy.middle) & (share < 1.0 - strategy.middle))
    row = int(middle[ink[middle].argmin()]) if middle.size else int(np.searchsorted(share, 0.5))
    enclosed = feature.cover * (feature.ink / feature.cover.sum())
    np.moveaxis(enclosed, axis, 0)[row] *= 1.0 - strategy.end
    parts = []
    for other_side in (slice(row + 1, None), slice(0, row)):
        cover = feature.cover.copy()
        np.moveaxis(cover, axis, 0)[other_side] = 0.0
        parts += _connected(feature, cover, enclosed, strategy)
    total = sum(part.ink for part in parts)
    return [part._replace(gain=feature.gain * part.ink / total) for part in parts]


def _connected(
    feature: ThinFeature, cover: NDArray[np.float64], enclosed: NDArray[np.float64], strategy: ThinFeatures
) -> list[ThinFeature]:
    """Return the connected parts of a feature that cover so much, and whose outlines are to enclose so much."""
    labels, _ = label(cover > strategy.connected, EVERYWHERE)
    rows, columns = feature.window
    parts = []
    for i, box in enumerate(find_objects(labels), 1):
        inner = around(box, strategy.margin)
        part = np.where(binary_dilation(labels[inner] == i, EVERYWHERE), cover[inner], 0.0)
        ink = float(enclosed[inner][part > 0.0].sum())
        if ink > strategy.ink:
            y, x = rows.start + inner[0].start, columns.start + inner[1].start
            window = slice(y, y + part.shape[0]), slice(x, x + part.shape[1])
            parts.append(feature._replace(window=window, cover=part, ink=ink))
    return parts
