"""Whether boxes overlap, compared with asking every pair."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from sdfraster.drawing.contour import Box
from sdfraster.drawing.overlap import overlap

TOUCH = 0.5


def common(a: Box, b: Box) -> float:
    return min(min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0))


@pytest.mark.parametrize("touch", [0.0, TOUCH])
@pytest.mark.parametrize("count", [2, 6, 12])
def test_as_every_pair(count: int, touch: float) -> None:
    found = []
    for seed in range(200):
        corners = np.random.default_rng(seed).integers(0, 20, (count, 2)).tolist()
        sizes = np.random.default_rng(seed + 999).integers(0, 6, (count, 2)).tolist()
        boxes = [Box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sizes, strict=True)]
        found.append(overlap(boxes, touch))
        assert found[-1] == any(common(a, b) > touch for a, b in combinations(boxes, 2)), boxes
    assert len(set(found)) == 2
