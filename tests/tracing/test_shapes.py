"""Primitives that cover a region and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.tracing.recognise import Found
from sdfraster.tracing.shapes import covers

INSIDE = np.zeros((96, 96), bool)
INSIDE[30:66, 40] = True
SEEN = np.zeros_like(INSIDE)
THIN = Found("rectangle", np.array([40.5, 48.0, 1.0, 36.0, 0.0, 0.0]))
ENDLESS = Found("ellipse", np.array([40.5, 48.0, 0.5, 46.0, 0.0]))


@pytest.mark.compiled
def test_a_thin_region_is_covered() -> None:
    assert covers(THIN, INSIDE, SEEN)


@pytest.mark.compiled
def test_an_ellipse_as_thin_does_not_go_on_beyond_it() -> None:
    assert not covers(ENDLESS, INSIDE, SEEN)


@pytest.mark.compiled
def test_but_it_may_beneath_others() -> None:
    assert covers(ENDLESS, INSIDE, ~INSIDE)
