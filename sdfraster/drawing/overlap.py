"""Whether any of many boxes overlap: a line sweeps over them, and those that it meets have no common rows until then.

So each new one has to be compared with its neighbours only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from .contour import Box


def overlap(boxes: Iterable[Box], touch: float = 0.0) -> bool:
    """Return whether any two boxes have more in common than `touch` in both directions."""
    events = []
    for x0, y0, x1, y1 in boxes:
        if x1 - x0 > touch and y1 - y0 > touch:
            events += [(x0 + touch, True, y0, y1 - touch), (x1, False, y0, y1 - touch)]
    events.sort()  # at the same place those that end come first
    met: list[tuple[float, float]] = []  # rows of the boxes that the line meets
    for _, begins, y0, y1 in events:
        k = bisect_left(met, (y0, y1))
        if not begins:
            del met[k]
        elif (k > 0 and met[k - 1][1] > y0) or (k < len(met) and met[k][0] < y1):
            return True
        else:
            met.insert(k, (y0, y1))
    return False
