"""How many shapes a fit for a given PSNR has, and how it goes on without that PSNR."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.fitting.enough import Overtime, needed
from sdfraster.fitting.strategy import FitStrategy

STRATEGY = FitStrategy()


@pytest.mark.parametrize(("enough", "shapes"), [(0.5, 4), (1.0, 4), (1.1, 3), (1.35, 2), (1.75, 1), (2.5, 1), (3.0, 0)])
def test_the_least_important_shapes_go_as_long_as_their_errors_add_up_to_less_than_is_allowed(
    enough: float, shapes: int
) -> None:
    assert needed(1.0, np.array([1.0, 0.4, 0.2, 0.1]), enough / 1.5, 1.5) == shapes


def test_shapes_are_added_until_there_are_all_of_them() -> None:
    overtime = Overtime(64, STRATEGY)
    counts, starts = [4], []
    while (following := overtime.next(counts[-1], 5.0)) is not None:
        counts.append(following.shapes)
        starts.append(following.start)
    assert counts == [4, 5, 7, 11, 22, 64, 64]
    assert starts == [0.85] * 5 + [0.5]


def test_pairs_are_added() -> None:
    overtime = Overtime(20, STRATEGY, group=2)
    counts = [4]
    while (following := overtime.next(counts[-1], 5.0)) is not None:
        counts.append(following.shapes)
    assert all(count % 2 == 0 for count in counts)
    assert counts[-1] == 20


def test_all_shapes_go_on_as_long_as_that_helps() -> None:
    assert Overtime(9, STRATEGY).next(9, 5.0) is None
    overtime = Overtime(9, STRATEGY)
    lacking = [0.9, 0.5, 0.2, 0.19]
    assert [overtime.next(9, value) is not None for value in lacking] == [True, True, True, False]
    slow = Overtime(9, STRATEGY)
    assert sum(slow.next(9, 0.9 * 0.6**k) is not None for k in range(99)) == 4


def test_a_mesh_that_takes_no_more_faces_ends() -> None:
    overtime = Overtime(9, STRATEGY)
    first = overtime.next(8, 2.0)
    assert first is not None
    assert first.shapes == 9
    again = overtime.next(8, 2.0)
    assert again is not None
    assert again.start == 0.5
    assert overtime.next(8, 2.0) is None
