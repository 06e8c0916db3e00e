"""Contours filled by evenodd, as ones filled by nonzero, for fits that start from drawings with both."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.drawing.contour import polyline
from sdfraster.drawing.document import read_bytes
from sdfraster.drawing.geometry import area
from sdfraster.drawing.nesting import as_nonzero
from sdfraster.drawing.reader import drawing_of
from sdfraster.drawing.scenes import paths_of
from sdfraster.errors import DataError
from sdfraster.metrics import psnr

from .oracle import whole

SQUARE = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
RINGS = "M5 5h40v40h-40zM10 10h30v30h-30zM15 15h8v8h-8zM28 28C38 28 38 38 28 38S18 28 28 28z"
PLAIN = '<path fill="#00f" d="M55 5h40v40h-40zM65 15v20h20v-20z"/>'
MIXED = whole(
    f'<path fill="#a00" fill-rule="evenodd" d="{RINGS}"/>{PLAIN}<path d="M5 60h40v30h-40z" fill-rule="evenodd"/>'
)
CROSSED = whole(f'<path fill-rule="evenodd" d="M5 5h40v40h-40zM30 30h40v40h-40z"/>{PLAIN}')


@pytest.mark.parametrize("turned", [(0, 0, 0, 0), (1, 1, 1, 1), (0, 1, 0, 1), (1, 1, 0, 0)])
def test_each_runs_against_the_one_that_it_lies_in(turned: tuple[int, ...]) -> None:
    places = [(20.0, 0.0), (15.0, 0.0), (5.0, -7.0), (5.0, 7.0)]  # half a side, and where: two in one in one
    squares = [np.add(half * SQUARE, [at, 0.0]) for half, at in places]
    found = as_nonzero([polyline(p[::-1] if turn else p, closed=True) for p, turn in zip(squares, turned, strict=True)])
    assert found is not None
    assert [area(contour.nodes[:-1]) > 0.0 for contour in found] == [True, False, True, True]


def test_those_that_cross_are_not_the_same() -> None:
    star = 9.0 * np.stack([np.cos(k := np.arange(5) * 0.8 * np.pi), np.sin(k)], axis=1)
    assert as_nonzero([polyline(star, closed=True)]) is None
    assert as_nonzero([polyline(SQUARE + at, closed=True) for at in (0.0, 0.5)]) is None
    touching = as_nonzero([polyline(np.add(SQUARE, [at, 0.0]), closed=True) for at in (0.0, 2.0)])
    assert touching is not None


def test_a_fit_starts_from_a_drawing_with_both_rules() -> None:
    (layer,) = paths_of(drawing_of(read_bytes(MIXED.encode()))).layers
    assert (layer.fill_rule, [len(each) for each in layer.contours]) == ("nonzero", [4, 2, 1])
    with pytest.raises(DataError, match="contours of those by evenodd that cross"):
        paths_of(drawing_of(read_bytes(CROSSED.encode())))


@pytest.mark.compiled
def test_the_picture_is_that_of_the_drawing() -> None:
    started = paths_of(drawing_of(read_bytes(MIXED.encode())))
    assert psnr(sr.render(started), sr.render(sr.from_svg(MIXED))) > 60.0
