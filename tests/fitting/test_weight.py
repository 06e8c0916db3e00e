"""Weights of pixels: a mask, and a region that counts more."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting.weight import weigh

IMAGE = np.zeros((10, 20, 3))


def test_a_region_and_a_mask_are_multiplied(rng: np.random.Generator) -> None:
    part = np.full((10, 20), 0.1)
    part[4:7, 5:16] = 1.0  # every pixel that it touches
    region, mask = (5.0, 4.5, 10.5, 2.0), rng.uniform(size=(10, 20))
    np.testing.assert_array_equal(weigh(None, region, IMAGE), part)
    np.testing.assert_allclose(weigh(mask, region, IMAGE), mask * part, rtol=1e-6)
    np.testing.assert_allclose(weigh(mask, None, IMAGE), mask, rtol=1e-6)
    assert weigh(None, None, IMAGE) is None


def test_a_region_outside_is_refused() -> None:
    with pytest.raises(sr.DataError, match="lies outside of the picture, which is 20 x 10"):
        weigh(None, (20.0, 0.0, 5.0, 5.0), IMAGE)
