"""The oracle itself, against pictures that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from tests import naive

RED, BLUE = [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]


def test_naive_full_cover_hides_background_and_misses_leave_it() -> None:
    disc = sr.Layer("circle", [[4.0, 4.0, 2.0]], [RED])
    image = naive.render(sr.Scene(8, 8, [disc], background=BLUE))
    assert image.shape == (8, 8, 3)
    np.testing.assert_array_equal(image[4, 4], RED)
    np.testing.assert_array_equal(image[0, 0], BLUE)


@pytest.mark.parametrize("name", ["parabolic", "tent", "box"])
def test_naive_outline_through_the_centre_covers_half(name: str) -> None:
    disc = sr.Layer("circle", [[0.5, 2.5, 3.0]], [RED], opacity=0.5)  # outline at x = 3.5
    image = naive.render(sr.Scene(5, 5, [disc], background=None), filter=name)
    np.testing.assert_allclose(image[2, 3], [0.25, 0.0, 0.0, 0.25])


def test_naive_over_and_mean_of_two_opaque_discs() -> None:
    twice = np.array([[2.5, 2.5, 9.0], [2.5, 2.5, 9.0]])
    over = sr.Layer("circle", twice, [RED, BLUE])
    mean = sr.Layer("circle", twice, [RED, BLUE], composite="mean")
    np.testing.assert_array_equal(naive.render(sr.Scene(5, 5, [over]))[2, 2], BLUE)
    np.testing.assert_array_equal(naive.render(sr.Scene(5, 5, [mean]))[2, 2], [0.5, 0.0, 0.5])


def test_naive_linear_colour_is_measured_in_radii_from_the_centre() -> None:
    color = [[[0.25, 0.0, 0.5], [0.0, 0.5, 0.5], [0.0, 0.0, 0.125]]]
    disc = sr.Layer("circle", [[4.5, 4.5, 4.0]], color)
    image = naive.render(sr.Scene(9, 9, [disc]))
    np.testing.assert_allclose(image[4, 6], [0.5 + 0.25 * 2 / 4, 0.5, 0.125])
    np.testing.assert_allclose(image[2, 4], [0.5, 0.5 - 0.5 * 2 / 4, 0.125])


def test_naive_mean_layer_has_no_seam_and_over_layer_has() -> None:
    halves = [[0.0, 0.0, 9.0, 0.0, 9.0, 9.0], [0.0, 0.0, 9.0, 9.0, 0.0, 9.0]]  # a square cut along its diagonal
    mean = sr.Layer("triangle", halves, [RED, RED], composite="mean")
    over = sr.Layer("triangle", halves, [RED, RED], composite="over")
    np.testing.assert_allclose(naive.render(sr.Scene(9, 9, [mean], background=BLUE))[4, 4], RED, atol=1e-12)
    np.testing.assert_allclose(naive.render(sr.Scene(9, 9, [over], background=BLUE))[4, 4], [0.75, 0.0, 0.25])
