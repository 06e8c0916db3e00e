"""Circle: values that can be checked by eye."""

from __future__ import annotations

import pytest

from sdfraster.primitives import circle


def test_distance_inside_on_and_outside() -> None:
    p = (1.0, 2.0, 5.0)
    assert circle.distance(p, 1.0, 2.0) == -5.0
    assert circle.distance(p, 4.0, 6.0) == 0.0
    assert circle.distance(p, 1.0, 14.0) == 7.0


def test_gradient_is_exact_on_the_outline_and_zero_by_position_at_the_centre() -> None:
    assert circle.gradient((1.0, 2.0, 5.0), 4.0, 6.0) == pytest.approx((-0.6, -0.8, -1.0))
    assert circle.gradient((1.0, 2.0, 5.0), 1.0, 2.0) == (0.0, 0.0, -1.0)
