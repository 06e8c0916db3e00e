"""The copy of a large picture that is fitted."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.fitting.working import shrink, working_factor


def test_pixels_of_the_copy_are_means() -> None:
    image = np.random.default_rng(0).uniform(0, 1, (12, 18, 3))
    np.testing.assert_allclose(shrink(image, 3.0), image.reshape(4, 3, 6, 3, 3).mean(axis=(1, 3)), atol=1e-12)


@pytest.mark.parametrize("factor", [1.3, 2.7, 50.0])
def test_the_mean_of_the_picture_stays(factor: float) -> None:
    image = np.random.default_rng(1).uniform(0, 1, (31, 23))
    small = shrink(image, factor)
    assert small.shape == tuple(max(1, round(side / factor)) for side in image.shape)
    assert small.mean() == pytest.approx(image.mean(), rel=1e-12)


def test_factor() -> None:
    assert working_factor(600, 400, 256, None) == 1.0
    assert working_factor(6000, 4000, 256, None) == pytest.approx(60**0.5)
    assert working_factor(6000, 4000, 6000, None) == pytest.approx(2.0)
    assert working_factor(6000, 4000, 256, 600) == 10.0
    assert working_factor(60, 40, 256, 600) == 1.0
