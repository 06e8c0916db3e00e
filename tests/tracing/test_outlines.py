"""What is followed of a loop of which pixels tell a part only."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.tracing.borders import Loop
from sdfraster.tracing.outlines import GAP, told

SIDE = 40


def square(unknown: int) -> Loop:
    """Return the border of a square of 40 x 40 pixels, of which so many cracks in a row tell nothing."""
    steps = np.repeat([[1, 0], [0, 1], [-1, 0], [0, -1]], SIDE, axis=0)
    corner = np.cumsum(steps, axis=0) - steps + 10
    middle = corner + 0.5 * steps
    good = np.full(len(steps), 2, np.int8)
    good[np.arange(SIDE + 5, SIDE + 5 + unknown)] = 0
    return Loop(0, corner, np.ones(len(steps), np.int64), middle, middle + 0.1, good, float(SIDE**2))


def test_a_few_cracks_that_tell_nothing_are_left_out() -> None:
    loop = square(GAP)
    outline = told(loop, np.zeros(4 * SIDE, bool))
    assert outline.exact
    assert np.array_equal(outline.points[outline.use], loop.at[loop.good > 0])


@pytest.mark.parametrize("unknown", [GAP + 1, 2 * SIDE])
def test_an_outline_does_not_take_a_short_cut_where_many_tell_nothing(unknown: int) -> None:
    """As where a picture was sharpened when it was made smaller: beside its edges it has other colours."""
    loop = square(unknown)
    outline = told(loop, np.zeros(4 * SIDE, bool))
    assert not outline.exact
    assert np.array_equal(outline.points[outline.use], loop.between)
