"""Line: values that can be checked by eye, and lines without length or width."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.primitives import circle, line

P = (1.0, 2.0, 9.0, 2.0, 4.0)


def test_distance_beside_on_and_beyond() -> None:
    assert line.distance(P, 5.0, 2.0) == -2.0
    assert line.distance(P, 3.0, 4.0) == 0.0
    assert line.distance(P, 3.0, -3.0) == 3.0
    assert line.distance(P, 12.0, 6.0) == 3.0
    assert line.distance(P, -2.0, -2.0) == 3.0


@pytest.mark.parametrize("y", [5.0, 4.0, 2.5])
def test_gradient_beside_is_the_normal_spread_over_the_ends(y: float) -> None:
    np.testing.assert_allclose(line.gradient(P, 3.0, y), [0.0, -0.75, 0.0, -0.25, -0.5])


def test_gradient_beyond_an_end_belongs_to_the_end() -> None:
    np.testing.assert_allclose(line.gradient(P, 12.0, 6.0), [0.0, 0.0, -0.6, -0.8, -0.5])


def test_gradient_on_the_segment_is_that_of_the_width() -> None:
    np.testing.assert_allclose(line.gradient(P, 3.0, 2.0), [0.0, 0.0, 0.0, 0.0, -0.5])


def test_a_line_without_length_is_a_disc(rng: np.random.Generator) -> None:
    for x, y in rng.uniform(-10.0, 10.0, (50, 2)).tolist():
        assert line.distance((1.0, 2.0, 1.0, 2.0, 6.0), x, y) == circle.distance((1.0, 2.0, 3.0), x, y)


def test_bounds() -> None:
    assert line.bounds((9.0, 2.0, 1.0, -5.0, 4.0)) == (-1.0, -7.0, 11.0, 4.0)
