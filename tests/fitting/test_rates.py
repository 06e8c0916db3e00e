"""How fast every value of a scene moves."""

from __future__ import annotations

import numpy as np

import sdfraster as sr
from sdfraster.fitting.rates import learning_rates, sizes, thickness
from sdfraster.vector import Layout

WHITE = [[1, 1, 1]]


def rates(kind: str, params: list[float], settled: bool = False) -> np.ndarray:
    """Return the rates of the parameters of a shape among typical ones of 10 pixels."""
    layer = sr.Layer(kind, [params], WHITE)
    layout = Layout(sr.Scene(100, 100, layer))
    return layout.views(learning_rates(layout, layer, 10.0, 1.0, settled))[0][0].params[0]


def test_thickness_is_what_a_shape_has_across() -> None:
    for kind, params, thick in (
        ("circle", [50, 50, 7], 7.0),
        ("ellipse", [50, 50, 20, 3, 1], 3.0),
        ("rectangle", [50, 50, 40, 6, 1, 2], 6.0),  # not the radius of its corners
        ("stroke", [0, 0, 10, 0, 20, 0, 30, 0, 4], 4.0),
        ("triangle", [0, 0, 6, 0, 0, 8], 2.0),  # radius of the inscribed circle
        ("polygon", [0, 0, 0, 8, 8, 8, 8, 0], 4.0),
    ):
        np.testing.assert_allclose(thickness(sr.Layer(kind, [params], WHITE)), [thick], rtol=1e-6)


def test_rates_scale_with_the_shape() -> None:
    for kind, params in (("ellipse", [50, 50, 12, 6, 0]), ("triangle", [0, 0, 24, 0, 0, 18])):
        small, large = rates(kind, params), rates(kind, [2 * value for value in params])
        lengths = [k for k, parameter in enumerate(sr.primitive(kind).parameters) if parameter.role != "angle"]
        np.testing.assert_allclose(large[lengths], 2.0 * small[lengths], rtol=1e-6)


def test_each_length_moves_in_proportion_to_itself_and_needles_move_less_than_discs() -> None:
    disc, needle = rates("ellipse", [50, 50, 10, 10, 0]), rates("ellipse", [50, 50, 16, 4, 0])
    assert sizes(sr.Layer("ellipse", [[50, 50, 16, 4, 0]], WHITE)) == 10.0
    np.testing.assert_allclose(needle[2:4] / disc[2:4], [1.6, 0.4], rtol=1e-6)
    np.testing.assert_allclose(needle[:2] / disc[:2], np.sqrt(0.4), rtol=1e-6)
    assert needle[4] == disc[4]


def test_shapes_that_are_settled_all_move_alike() -> None:
    np.testing.assert_array_equal(rates("triangle", [0, 0, 6, 0, 0, 8], settled=True), np.float32(0.1))
