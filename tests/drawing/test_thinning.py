"""Oracle: stops are left out one by one, each time that which is missed least of all that are left."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.drawing.paints import Stop
from sdfraster.drawing.thinning import thinned


def naive(stops: tuple[Stop, ...], count: int) -> tuple[Stop, ...]:
    while len(stops) > count:
        losses = [_lost(*stops[k - 1 : k + 2]) for k in range(1, len(stops) - 1)]
        k = 1 + losses.index(min(losses))
        stops = stops[:k] + stops[k + 1 :]
    return stops


def _lost(a: Stop, gone: Stop, b: Stop) -> float:
    between = [np.interp(gone.offset, [a.offset, b.offset], pair) for pair in zip(a.color, b.color, strict=True)]
    return (b.offset - a.offset) * np.abs(np.array(between) - gone.color).max()


@pytest.mark.parametrize("count", [9, 20, 60])
def test_as_if_all_were_looked_at_each_time(count: int) -> None:
    rng = np.random.default_rng(count)
    offsets = np.sort(rng.random(count)).tolist()
    stops = tuple(Stop(offset, tuple(rng.random(3).tolist()), 1.0) for offset in offsets)
    assert thinned(stops) == (naive(stops, 8), True)


def test_edges_stay() -> None:
    """Two stops at one place, of two colours, are not what is missed least."""
    grays = [(k / 20, 0.5 + 0.01 * (k % 2)) for k in range(21)]
    stops = tuple(Stop(offset, (gray, gray, gray), 1.0) for offset, gray in grays)
    edge = Stop(0.5, (0.0, 0.0, 0.0), 1.0), Stop(0.5, (1.0, 1.0, 1.0), 1.0)
    kept, seen = thinned((*stops[:10], *edge, *stops[11:]))
    assert seen
    assert set(edge) <= set(kept)


def test_what_is_between_its_neighbours_is_not_seen() -> None:
    stops = tuple(Stop(k / 20, (k / 20, 0.0, 0.0), 1.0) for k in range(21))
    kept, seen = thinned(stops)
    assert len(kept) == 8
    assert not seen
