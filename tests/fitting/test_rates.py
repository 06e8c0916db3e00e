"""How fast every value of a scene moves, and in which directions."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.anatomy import extents, sides
from sdfraster.fitting.shapes.directions import Directions
from sdfraster.fitting.shapes.rates import learning_rates, thickness
from sdfraster.fitting.strategy import FitStrategy
from sdfraster.vector import Layout

WHITE = [[1, 1, 1]]


def rates(kind: str, params: list[float], settled: bool = False) -> np.ndarray:
    """Return the rates of the parameters of a shape among typical ones of 10 pixels."""
    layer = sr.Layer(kind, [params], WHITE)
    layout = Layout(sr.Scene(100, 100, layer))
    values, _ = learning_rates(layout, layer, 10.0, FitStrategy.of(kind).rates, 1.0, settled)
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


def directions_of(kind: str, params: list, settled: bool = False) -> tuple[Layout, np.ndarray, Directions]:
    layer = sr.Layer(kind, np.array(params, np.float64), np.ones((len(params), 3)))
    layout = Layout(sr.Scene(100, 100, layer, (0, 0, 0)))
    return layout, *learning_rates(layout, layer, 10.0, FitStrategy.of(kind).rates, 1.0, settled)


@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize("kind", sr.kinds())
def test_a_direction_has_the_slope_of_what_it_does(kind: str, settled: bool, rng: np.random.Generator) -> None:
    """Of a linear function of the values; and together directions reach everything."""
    shapes = [sr.primitive(kind).sample(rng, x, 30.0, 9.0) for x in (20.0, 40.0)]
    layout, _, directions = directions_of(kind, shapes, settled)
    g, step = rng.normal(size=(2, layout.size))
    assert directions.slope(g) @ step == pytest.approx(g @ directions.values(step))
    assert np.linalg.cond(directions.directions.toarray()) < 4.0
    fixed = [k for k, p in enumerate(layout.template.layers[0].parameters) if p.role.turns]
    before, after = (layout.views(vector)[0][0] for vector in (step, directions.values(step)))
    np.testing.assert_array_equal(after.params[:, fixed], before.params[:, fixed])
    np.testing.assert_array_equal(after.color, before.color)
    if settled:
        np.testing.assert_array_equal(after.params, before.params)


def test_a_needle_moves_along_its_axes() -> None:
    layout, rates, directions = directions_of("triangle", [[20.0, 20.0, 50.0, 50.0, 36.0, 34.0]])
    push = np.zeros(layout.size)
    layout.views(push)[0][0].params[0, :2] = 1.0, 1.0  # along the needle
    along = layout.views(directions.slope(push))[0][0].params[0]
    np.testing.assert_allclose(along, [np.sqrt(2.0), 0.0, 0.0, 0.0, 0.0, 0.0], atol=1e-12)
    both = layout.views(rates)[0][0].params[0, :2]
    assert both[0] > 5.0 * both[1]
    np.testing.assert_allclose(
        layout.views(directions.spread(rates))[0][0].params[0, :2], np.hypot(*both) / np.sqrt(2.0)
    )


@pytest.mark.parametrize(
    ("kind", "params"),
    [("ellipse", [50.0, 40.0, 20.0, 10.0, 0.7]), ("rectangle", [50.0, 40.0, 40.0, 20.0, 0.7, 1.0])],
)
def test_a_side_moves_alone(kind: str, params: list) -> None:
    """By one pixel outwards or inwards, and the other three stay."""
    layout, _, directions = directions_of(kind, [params])
    opposite, _ = sides(layout.template.layers[0])
    c, s = np.cos(0.7), np.sin(0.7)
    # signed distances, along the axes, of the sides at the right, below, at the left, above
    points = np.array([[20 * c, 20 * s], [-10 * s, 10 * c], [-20 * c, -20 * s], [10 * s, -10 * c]]) + params[:2]
    distance = sr.primitive(kind).distance
    for side, column in enumerate((0, 1, *opposite)):
        step = np.zeros(layout.size)
        layout.views(step)[0][0].params[0, column] = 1e-3
        moved = np.array(params) + layout.views(directions.values(step))[0][0].params[0]
        found = np.array([distance(moved, *point) for point in points])
        found[side] = abs(found[side]) - 1e-3
        np.testing.assert_allclose(found, 0.0, atol=1e-7)


def test_rates_scale_with_the_shape() -> None:
    for kind, params in (("ellipse", [50, 50, 12, 6, 0]), ("triangle", [0, 0, 24, 0, 0, 18])):
        small, large = rates(kind, params), rates(kind, [2 * value for value in params])
        lengths = [k for k, parameter in enumerate(sr.primitive(kind).parameters) if parameter.role.scales]
        np.testing.assert_allclose(large[lengths], 2.0 * small[lengths], rtol=1e-5)


def test_each_extent_moves_in_proportion_to_itself_and_needles_turn_slowly() -> None:
    disc, needle = rates("ellipse", [50, 50, 10, 10, 0]), rates("ellipse", [50, 50, 16, 4, 0])
    np.testing.assert_allclose(needle[:4] / disc[:4], [1.6, 0.4, 1.6, 0.4], rtol=1e-6)
    np.testing.assert_allclose(needle[4] / disc[4], 0.25, rtol=1e-6)


def test_shapes_that_are_settled_all_move_alike() -> None:
    np.testing.assert_array_equal(rates("triangle", [0, 0, 6, 0, 0, 8], settled=True), np.float32(0.1))
