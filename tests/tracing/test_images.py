"""The nearest point of an outline, some of which are passed over, against all of them."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.tracing.axes import Points, stretches
from sdfraster.tracing.kernels.images import nearest


@pytest.mark.parametrize("reach", [3.0, 12.0, 1e9])
def test_nothing_nearer_is_passed_over(reach: float) -> None:
    rng = np.random.default_rng(6)
    turn = np.linspace(0.0, 2.0 * np.pi, 90, endpoint=False)
    wave = (20.0 + 6.0 * np.cos(3.0 * turn))[:, None] * np.column_stack([np.cos(turn), np.sin(turn)])
    at = np.concatenate([wave + 40.0, 0.4 * wave[::2] + 40.0, rng.uniform(0.0, 80.0, (5, 2))])
    points = stretches(Points(at, np.zeros_like(at), np.ones(len(at), bool)))
    assert len(points.start) > 3
    within = 0
    for place in rng.uniform(0.0, 80.0, (200, 2)):
        far = np.hypot(*(at - place).T)
        found, least = nearest(points, *place.tolist(), reach)
        assert least == pytest.approx(min(far.min(), reach))
        if far.min() < reach:
            assert far[found] == pytest.approx(far.min())
            within += 1
    assert within > 5
