"""Gradients with fewer stops: those whose colours are nearly what is between their neighbours go first."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from ..model.ramp import MOST
from .paints import Stop

TOO_MANY = f"gradients of more than {MOST} stops"
SEEN = 1e-6  # of a colour, times a share of the gradient: what is less is not seen


def thinned(stops: tuple[Stop, ...], count: int = MOST) -> tuple[tuple[Stop, ...], bool]:
    """Return at most so many of some stops, at least two, and whether anything is seen of what has gone.

    Each one that goes is that of which least is seen then; only its neighbours are looked at again.
    """
    if len(stops) <= count:
        return stops, False
    before, after = [k - 1 for k in range(len(stops))], [k + 1 for k in range(len(stops))]
    loss = {k: _lost(*stops[k - 1 : k + 2]) for k in range(1, len(stops) - 1)}
    heap = [(value, k) for k, value in loss.items()]
    heapify(heap)
    seen = False
    left = len(stops)
    while heap and left > count:
        value, k = heappop(heap)
        if loss.get(k) != value:  # it has gone, or was measured between others
            continue
        del loss[k]
        left -= 1
        seen = seen or value > SEEN
        after[before[k]], before[after[k]] = after[k], before[k]
        for near in loss.keys() & {before[k], after[k]}:
            loss[near] = _lost(stops[before[near]], stops[near], stops[after[near]])
            heappush(heap, (loss[near], near))
    return tuple(stop for k, stop in enumerate(stops) if k in loss or k in (0, len(stops) - 1)), seen


def _lost(a: Stop, gone: Stop, b: Stop) -> float:
    """Return by how much the colour or alpha changes at a stop without it, times the stretch that this is seen in."""
    stretch = b.offset - a.offset
    if stretch <= 0.0:
        return 0.0
    t = (gone.offset - a.offset) / stretch
    away = abs(a.alpha + t * (b.alpha - a.alpha) - gone.alpha)
    for p, q, r in zip(a.color, b.color, gone.color, strict=True):
        away = max(away, abs(p + t * (q - p) - r))
    return stretch * away
