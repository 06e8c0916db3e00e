"""Strokes: what needs no joins is told quickly, and never wrongly."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.drawing.contour import Contour
from sdfraster.drawing.geometry import Oval
from sdfraster.drawing.limits import Budget
from sdfraster.drawing.offsets import is_steady, velocity
from sdfraster.drawing.path_data import contours_of
from sdfraster.drawing.stroker import corners, is_smooth, pieces


def contour(data: str) -> Contour:
    return contours_of(data, Budget("segments", 100))[0][0]


@pytest.mark.parametrize(
    ("data", "smooth"),
    [
        ("M0 0C2 0 4 1 4 3S5 6 8 6", True),
        ("M0 0C2 0 4 1 4 3L4 9", True),
        ("M0 0C2 0 4 1 4 3L5 9", False),
        ("M0 0C2 0 4 1 4 3S3 6 1 8", True),
        ("M0 0C2 0 4 1 4 3S3 6 1 8z", False),
        ("M0 0C2 0 4 1 4 3S4 6 0 6", False),  # it is, but that is not plain
        ("M0 0C9 5 0 5 9 0", False),
        ("M0 0L5 0L2 0", False),
        ("M0 0L5 0L5 0L9 0", False),
    ],
)
def test_smooth_contours(data: str, smooth: bool) -> None:
    one = contour(data)
    assert is_smooth(one) == smooth
    if smooth:
        assert not corners(pieces(one), one.closed)


def test_a_circle_is_smooth() -> None:
    assert is_smooth(Oval(3.0, 4.0, 5.0, 5.0).outline()[0])


def test_curves_that_are_told_to_be_steady_do_not_stop(rng: np.random.Generator) -> None:
    told = 0
    for points in rng.uniform(-1.0, 1.0, (2000, 4, 2)):
        curve = tuple(complex(x, y) for x, y in points)
        if is_steady(curve):
            told += 1
            speeds = [abs(velocity(curve, t)) for t in np.linspace(0.0, 1.0, 201)]
            assert min(speeds) > 1e-3 * max(speeds)
    assert told > 50
