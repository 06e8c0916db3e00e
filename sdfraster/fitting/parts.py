"""Thin things in parts, so that no outline needs many more pieces than the others: all shapes get as many as one has.

A drawing whose lines all touch is one thing with an outline of thousands of pixels. It is cut where that cuts least, as
long as there are shapes to spare.
"""

from __future__ import annotations

import heapq

import numpy as np
from scipy.ndimage import binary_dilation, find_objects, label

from .thin import CONNECTED, MARGIN, Thing
from .trace import EVERYWHERE, around

MIDDLE = 0.3  # share of the ink that is left on either side of a cut
SHORTEST = 12  # pixels of the side of a thing that is cut
LEAST = 0.5  # pixels of ink that are a part


def in_parts(things: list[Thing], count: int, together: int) -> list[Thing]:
    """Return things cut into at most `count` parts, the largest first to be cut.

    That ends when so many times the ink of the largest, of which a pixel may need a piece, is `together` pieces.
    """
    heap: list[tuple[float, tuple[int, ...], Thing]] = [
        (-float(thing.cover.sum()), (k,), thing) for k, thing in enumerate(things)
    ]
    heapq.heapify(heap)
    while heap and -heap[0][0] * len(heap) > together:
        _, place, thing = heap[0]
        parts = _cut(thing) if max(thing.cover.shape) > SHORTEST else []
        if not 2 <= len(parts) <= count - len(heap) + 1:
            break
        heapq.heappop(heap)
        for k, part in enumerate(parts):
            heapq.heappush(heap, (-float(part.cover.sum()), (*place, k), part))
    return [thing for _, _, thing in sorted(heap, key=lambda item: item[1])]


def _cut(thing: Thing) -> list[Thing]:
    """Return the connected parts of a thing that is cut across its longer side, with the row at the cut in both."""
    axis = int(np.argmax(thing.cover.shape))
    ink = thing.cover.sum(axis=1 - axis)
    share = np.cumsum(ink) / ink.sum()
    middle = np.flatnonzero((share > MIDDLE) & (share < 1.0 - MIDDLE))
    row = int(middle[ink[middle].argmin()]) if middle.size else int(np.searchsorted(share, 0.5))
    parts = []
    for start, stop in ((0, row + 1), (row, len(ink))):
        cover = np.moveaxis(np.zeros_like(thing.cover), axis, 0)
        cover[start:stop] = np.moveaxis(thing.cover, axis, 0)[start:stop]
        parts += _connected(thing._replace(cover=np.moveaxis(cover, 0, axis)))
    return parts


def _connected(thing: Thing) -> list[Thing]:
    """Return the connected parts of a thing."""
    labels, _ = label(thing.cover > CONNECTED, EVERYWHERE)
    rows, columns = thing.window
    parts = []
    for i, box in enumerate(find_objects(labels), 1):
        inner = around(box, MARGIN)
        cover = np.where(binary_dilation(labels[inner] == i, EVERYWHERE), thing.cover[inner], 0.0)
        if cover.sum() > LEAST:
            y, x = rows.start + inner[0].start, columns.start + inner[1].start
            window = slice(y, y + cover.shape[0]), slice(x, x + cover.shape[1])
            parts.append(Thing(window, cover, thing.color, thing.gain, thing.gap))
    return parts
