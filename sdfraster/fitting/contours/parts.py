"""Thin things in parts, so that no outline needs many more pieces than the others: all shapes get as many as one has.

A drawing whose lines all touch is one thing with an outline of thousands of pixels. It is cut where that cuts least.
Where there are no shapes to spare, its parts replace things that are less visible than each of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, find_objects, label

from .thin import CONNECTED, MARGIN, Thing
from .trace import EVERYWHERE, around

MIDDLE = 0.3  # share of the ink that is left on either side of a cut
SHORTEST = 12  # pixels of the side of a thing that is cut
LEAST = 0.5  # pixels of ink that are a part
END = 0.3  # share of the ink in the last row of a line that its outline, which is round there, does not enclose


def in_parts(things: list[Thing], count: int, together: int) -> list[Thing]:
    """Return at most `count` things, in paint order, the largest of them cut into parts.

    That ends when so many times the ink of the largest, of which a pixel may need a piece, is `together` pieces.
    """
    parts: dict[tuple[int, ...], Thing] = {(k,): thing for k, thing in enumerate(things)}  # by place in paint order
    while parts:
        place = max(parts, key=lambda p: parts[p].ink)
        if parts[place].ink * len(parts) <= together or max(parts[place].cover.shape) <= SHORTEST:
            break
        new = {(*place, k): part for k, part in enumerate(_cut(parts[place]))}
        others = sorted((p for p in parts if p != place), key=lambda p: parts[p].gain)
        out = others[: max(0, len(others) + len(new) - count)]
        less = min((part.gain for part in new.values()), default=0.0)
        if not 2 <= len(new) <= count or any(parts[p].gain > less for p in out):
            break
        parts = {p: parts[p] for p in others[len(out) :]} | new
    return [parts[p] for p in sorted(parts)]


def _cut(thing: Thing) -> list[Thing]:
    """Return the connected parts of a thing that is cut across its longer side; the row at the cut is in both sides."""
    axis = int(np.argmax(thing.cover.shape))
    ink = thing.cover.sum(axis=1 - axis)
    share = np.cumsum(ink) / ink.sum()
    middle = np.flatnonzero((share > MIDDLE) & (share < 1.0 - MIDDLE))
    row = int(middle[ink[middle].argmin()]) if middle.size else int(np.searchsorted(share, 0.5))
    enclosed = thing.cover * (thing.ink / thing.cover.sum())
    np.moveaxis(enclosed, axis, 0)[row] *= 1.0 - END
    parts = []
    for other_side in (slice(row + 1, None), slice(0, row)):
        cover = thing.cover.copy()
        np.moveaxis(cover, axis, 0)[other_side] = 0.0
        parts += _connected(thing, cover, enclosed)
    total = sum(part.ink for part in parts)
    return [part._replace(gain=thing.gain * part.ink / total) for part in parts]


def _connected(thing: Thing, cover: NDArray[np.float64], enclosed: NDArray[np.float64]) -> list[Thing]:
    """Return the connected parts of a thing that cover so much, and whose outlines are to enclose so much."""
    labels, _ = label(cover > CONNECTED, EVERYWHERE)
    rows, columns = thing.window
    parts = []
    for i, box in enumerate(find_objects(labels), 1):
        inner = around(box, MARGIN)
        part = np.where(binary_dilation(labels[inner] == i, EVERYWHERE), cover[inner], 0.0)
        ink = float(enclosed[inner][part > 0.0].sum())
        if ink > LEAST:
            y, x = rows.start + inner[0].start, columns.start + inner[1].start
            window = slice(y, y + part.shape[0]), slice(x, x + part.shape[1])
            parts.append(thing._replace(window=window, cover=part, ink=ink))
    return parts
