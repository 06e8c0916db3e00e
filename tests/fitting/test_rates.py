"""How fast every value of a scene moves, and in which directions."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting.axes import extents
from sdfraster.fitting.rates import learning_rates, thickness
from sdfraster.vector import Layout

WHITE = [[1, 1, 1]]


def rates(kind: str, params: list[float], settled: bool = False) -> np.ndarray:
    """Return the rates of the parameters of a shape among typical ones of 10 pixels."""
    layer = sr.Layer(kind, [params], WHITE)
    layout = Layout(sr.Scene(100, 100, layer))
    values, _ = learning_rates(layout, layer, 10.0, 1.0, settled)
    return layout.views(values)[0][0].params[0]


def test_thickness_is_what_an_outline_has_across() -> None:
    for kind, params, thick in (
        ("stroke", [0, 0, 10, 0, 20, 0, 30, 0, 4], 4.0),
        ("polygon", [0, 0, 0, 8, 8, 8, 8, 0], 4.0),
    ):
        np.testing.assert_allclose(thickness(sr.Layer(kind, [params], WHITE)), [thick], rtol=1e-6)


@pytest.mark.parametrize(
    ("kind", "params", "angle", "half"),
    [
        ("circle", [50, 50, 7], 0.0, [7, 7]),
        ("ellipse", [50, 50, 20, 3, 1], 1.0, [20, 3]),
        ("ellipse", [50, 50, 3, 20, 1], 1.0, [3, 20]),
        ("rectangle", [50, 50, 40, 6, 0.5, 2], 0.5, [20, 3]),
        ("line", [10, 10, 40, 50, 6], np.arctan2(4, 3), [28, 3]),
        ("triangle", [10, 10, 40, 50, 25, 30], np.arctan2(4, 3), [25, 0]),
    ],
)
def test_a_shape_has_an_extent_along_each_of_its_axes(kind: str, params: list, angle: float, half: list) -> None:
    directions, found = extents(sr.Layer(kind, np.array([params], np.float64), WHITE))
    np.testing.assert_allclose(directions, [[np.cos(angle), np.sin(angle)]], atol=1e-12)
    np.testing.assert_allclose(found, [half], atol=1e-12)


@pytest.mark.parametrize("kind", sr.kinds())
def test_axes_turn_a_step_and_nothing_else(kind: str, rng: np.random.Generator) -> None:
    shapes = [sr.primitive(kind).sample(rng, x, 30.0, 9.0) for x in (20.0, 40.0)]
    layer = sr.Layer(kind, np.array(shapes), rng.random((2, 3)))
    layout = Layout(sr.Scene(60, 60, layer, (0, 0, 0)))
    _, axes = learning_rates(layout, layer, 10.0, 1.0, False)
    g = rng.normal(size=layout.size)
    np.testing.assert_allclose(axes.back(axes.along(g)), g, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(axes.along(g)), np.linalg.norm(g), rtol=1e-12)
    before, after = (layout.views(vector)[0][0] for vector in (g, axes.along(g)))
    fixed = [k for k, parameter in enumerate(layer.parameters) if parameter.role != "position"]
    np.testing.assert_array_equal(after.params[:, fixed], before.params[:, fixed])
    np.testing.assert_array_equal(after.color, before.color)


def test_a_needle_moves_along_its_axes(rng: np.random.Generator) -> None:
    layer = sr.Layer("ellipse", [[50.0, 50.0, 30.0, 3.0, 0.25 * np.pi]], WHITE)
    layout = Layout(sr.Scene(100, 100, layer))
    values, axes = learning_rates(layout, layer, 10.0, 1.0, False)
    push = np.zeros(layout.size, layout.template.dtype)
    layout.views(push)[0][0].params[0, :2] = 1.0, 1.0  # along the needle
    step = layout.views(axes.back(values * np.sign(np.round(axes.along(push), 6))))[0][0].params[0]
    np.testing.assert_allclose(step[0], step[1], rtol=1e-5)
    assert np.hypot(*step[:2]) == pytest.approx(10.0 * rates("ellipse", [50, 50, 3, 3, 0])[0], rel=1e-5)
    spread = layout.views(axes.spread(values))[0][0].params[0]
    np.testing.assert_allclose(spread[:2], np.hypot(*values[:2]) / np.sqrt(2.0), rtol=1e-5)


def test_rates_scale_with_the_shape() -> None:
    for kind, params in (("ellipse", [50, 50, 12, 6, 0]), ("triangle", [0, 0, 24, 0, 0, 18])):
        small, large = rates(kind, params), rates(kind, [2 * value for value in params])
        lengths = [k for k, parameter in enumerate(sr.primitive(kind).parameters) if parameter.role != "angle"]
        np.testing.assert_allclose(large[lengths], 2.0 * small[lengths], rtol=1e-5)


def test_each_extent_moves_in_proportion_to_itself_and_needles_turn_slowly() -> None:
    disc, needle = rates("ellipse", [50, 50, 10, 10, 0]), rates("ellipse", [50, 50, 16, 4, 0])
    np.testing.assert_allclose(needle[:4] / disc[:4], [1.6, 0.4, 1.6, 0.4], rtol=1e-6)
    np.testing.assert_allclose(needle[4] / disc[4], 0.25, rtol=1e-6)


def test_shapes_that_are_settled_all_move_alike() -> None:
    np.testing.assert_array_equal(rates("triangle", [0, 0, 6, 0, 0, 8], settled=True), np.float32(0.1))
