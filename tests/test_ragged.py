"""Layers whose shapes have different numbers of points, or several contours: what they hold, and what is drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.engine.outlines.arrays import FIRST, FROM, LAST, SHAPE, TO
from sdfraster.engine.outlines.curves import AT, ENDS, OF_SHAPE, ON, curves_of, points_of
from sdfraster.io import scaled
from sdfraster.metrics import psnr
from sdfraster.primitives import Contoured, primitive
from sdfraster.vector import Layout, layout_key
from tests.io.test_svg import RHO, drawn_by_resvg
from tests.test_gradient import check as check_gradient
from tests.test_outline_render import ring, straight
from tests.test_render import check as check_picture

GREEN = (0.2, 0.7, 0.4)
both_rules = pytest.mark.parametrize("rule", ["nonzero", "evenodd"])


def blob(rng: np.random.Generator, at: Any, size: float, segments: int) -> np.ndarray:
    return np.array(primitive("path").sample(rng, *at, size, segments))


def paths(rng: np.random.Generator, **options: Any) -> sr.Layer:
    """Return a blob with a hole that runs the same way, a plain one, and one of three contours that cross."""
    params = [
        [blob(rng, (12, 12), 9.0, 4), blob(rng, (12, 12), 4.0, 3)],
        blob(rng, (28, 9), 6.0, 2),
        [blob(rng, (26, 24), 8.0, 5), blob(rng, (32, 24), 6.0, 2), blob(rng, (21, 27), 3.0, 1)],
    ]
    color = options.pop("color", rng.random((3, 3)))
    return sr.Layer("path", params, color, [1.0, 0.7, 0.8], **options)


def strokes(rng: np.random.Generator, **options: Any) -> sr.Layer:
    sample = primitive("stroke").sample
    params = [np.array(sample(rng, 20.0, 18.0, 9.0, segments)) for segments in (1, 4, 2)]
    params[1][-1] = 0.6
    return sr.Layer("stroke", params, rng.random((3, 3)), [0.9, 1.0, 0.6], **options)


# What a layer holds


def test_params_are_arrays_of_their_own_lengths(rng: np.random.Generator) -> None:
    layer = paths(rng)
    assert [p.size for p in layer.params] == [42, 12, 48]
    assert layer.contours == ((12, 9), (6,), (15, 6, 3))
    assert layer.values[0].shape == (102,)
    assert layer.sizes.tolist() == [42, 12, 48]
    assert (len(layer), layer.dtype) == (3, np.float64)
    for p in (*layer.params, layer.geometry):
        assert not p.flags.writeable
    first, second, _ = layer.shapes()
    assert isinstance(first, Contoured)
    assert first.contours == (12, 9)
    assert second == layer.params[1].tolist()


def test_parts_share_the_arrays_of_their_layer(rng: np.random.Generator) -> None:
    color = rng.random((3, 3))
    stroked = sr.Layer("stroke", [rng.random(9), rng.random(9), rng.random(15)], color, rng.random(3))
    for layer in (paths(rng, color=color, fill_rule="evenodd"), stroked, sr.Layer("circle", rng.random((3, 3)), color)):
        parts = layer.parted([2, 1])
        for part, rows in zip(parts, (slice(2), slice(2, 3)), strict=True):
            wanted = layer[rows]
            assert (repr(part), part.contours, part.fill_rule) == (repr(wanted), wanted.contours, wanted.fill_rule)
            for a, b, whole in zip(part.values, wanted.values, layer.values, strict=True):
                np.testing.assert_array_equal(a, b)
                assert np.shares_memory(a, whole)
                assert not a.flags.writeable
            for a, b in zip(part.nested(), wanted.nested(), strict=True):
                assert all(map(np.array_equal, a, b)) if isinstance(b, list) else np.array_equal(a, b)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shapes_that_are_alike_are_one_array(dtype: type, rng: np.random.Generator) -> None:
    rows = rng.random((3, 12)).astype(dtype)
    for params in (rows, list(rows), [[row] for row in rows], tuple(rows)):
        layer = sr.Layer("path", params, np.zeros((3, 3)))
        assert layer.contours is None
        assert layer.params is layer.geometry
        np.testing.assert_array_equal(layer.params, rows)
        assert layer.dtype == dtype
    ragged = paths(rng)
    assert ragged[1].contours is None
    assert ragged[1].params.shape == (1, 12)
    assert len(ragged[[]]) == 0


def test_contours_say_where_params_do_not(rng: np.random.Generator) -> None:
    layer = paths(rng)
    for params in (layer.params, layer.geometry, layer.geometry.tolist()):
        same = sr.Layer("path", params, layer.color, contours=layer.contours)
        assert same.contours == layer.contours
        np.testing.assert_allclose(same.geometry, layer.geometry, rtol=1e-6)
    assert replace(layer, color=np.zeros((3, 3))).contours == layer.contours
    assert sr.Layer("path", layer.nested(), layer.color).contours == layer.contours
    moved = layer.with_values(2.0 * layer.geometry, layer.color, layer.opacity)
    np.testing.assert_array_equal(moved.params[2], 2.0 * layer.params[2])
    assert moved.contours == layer.contours


@pytest.mark.parametrize(
    ("kind", "params", "contours", "message"),
    [
        ("path", [np.zeros(12), np.zeros(8)], None, r"6, 12, 18, ... numbers for each contour .*shape 1 has 8"),
        ("path", [[np.zeros(12), np.zeros(5)], np.zeros(6)], None, "shape 0 has 5"),
        ("path", [[np.zeros(12), []], np.zeros(6)], None, "shape 0 has 0"),
        ("path", [[], np.zeros(6)], None, "shape 0 has 0"),
        ("polygon", [np.zeros(6), np.zeros(4)], None, "6, 8, 10, ... numbers"),
        ("stroke", [[np.zeros(9), np.zeros(9)], np.zeros(9)], None, "a stroke has one contour, but shape 0 has 2"),
        ("stroke", [np.zeros(9), np.zeros(8)], None, "9, 15, 21, ... numbers"),
        ("stroke", [np.zeros(9), np.append(np.zeros(14), -1.0)], None, "width of a stroke must be from 0"),
        ("path", [np.zeros(12), np.full(6, np.nan)], None, "params of shape 1 must be finite"),
        ("path", [np.zeros(12), ["a"] * 6], None, "params of shape 1 must be an array of numbers"),
        ("path", [np.zeros(12), np.zeros((2, 2, 2))], None, r"shape 1 has an array of shape \(2, 2\)"),
        ("circle", [[1.0, 2.0, 3.0], [1.0, 2.0]], None, "rows of equal length"),
        ("circle", [[1.0, 2.0, 3.0]], ((1,),), "contours must be None for a circle layer"),
        ("path", np.zeros(12), ((3,),), "6 numbers that contours say, not 12"),
        ("path", np.zeros(12), ((4,),), "6, 12, 18, ... numbers"),
        ("path", np.zeros(12), 6, "contours must be"),
    ],
)
def test_what_does_not_fit_is_named(kind: str, params: Any, contours: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sr.Layer(kind, params, np.zeros((len(params), 3)), contours=contours)


def test_shapes_are_taken_and_put_together(rng: np.random.Generator) -> None:
    layer = paths(rng)
    back = sr.concatenate([layer[k] for k in range(3)])
    for name in ("color", "opacity", "geometry"):
        np.testing.assert_array_equal(getattr(back, name), getattr(layer, name))
    assert back.contours == layer.contours
    turned = layer[::-1]
    assert turned.contours == layer.contours[::-1]
    np.testing.assert_array_equal(turned.params[0], layer.params[2])
    np.testing.assert_array_equal(layer[layer.opacity < 0.9].params[0], layer.params[1])
    plain = sr.Layer("path", layer.params[1][None], layer.color[1:2])
    assert sr.concatenate([plain, plain]).params.shape == (2, 12)
    assert sr.concatenate([plain, layer]).contours == ((6,), *layer.contours)


def test_roles_are_known_of_every_number(rng: np.random.Generator) -> None:
    layer = strokes(rng)
    lengths = layer.by_parameter(lambda parameter: parameter.size)
    assert np.flatnonzero(lengths).tolist() == [8, 35, 50]
    names = layer.by_parameter(lambda parameter: parameter.name)
    assert names[[0, 1, 8, 9, 35, 49, 50]].tolist() == ["x0", "y0", "width", "x0", "width", "y6", "width"]
    low, high = layer.bounds
    assert low[0][8] == 0.0
    assert low[0][7] == -np.inf
    assert high[0].shape == layer.geometry.shape
    clipped = layer.clipped(geometry=layer.geometry - 100.0)
    assert [p[-1] for p in clipped.params] == [0.0, 0.0, 0.0]
    double = scaled(sr.Scene(40, 36, layer), 2.0).layers[0]
    np.testing.assert_allclose(double.geometry, 2.0 * layer.geometry)
    assert layer.astype(np.float32).astype(np.float64).contours == layer.contours


def test_layouts_differ_by_their_contours(rng: np.random.Generator) -> None:
    """A plan that was made for one would draw the other wrongly."""
    points = rng.random(18)
    scenes = [
        sr.Scene(8, 8, sr.Layer("path", points, np.zeros((len(contours), 3)), contours=contours))
        for contours in (((3, 6),), ((6, 3),), ((9,),))
    ]
    assert len({layout_key(scene) for scene in scenes}) == 3
    vector = Layout(scenes[0]).vector(scenes[0])
    assert Layout(scenes[0]).scene(vector).layers[0].contours == ((3, 6),)


def test_names_and_masks(rng: np.random.Generator) -> None:
    layer = strokes(rng)
    objective = sr.Objective(sr.Scene(8, 8, [layer], None))
    x = objective.x.copy()
    values = objective.named(x).layers[0]
    assert values["params"].shape == (51,)
    np.testing.assert_array_equal(values["width"], [p[-1] for p in layer.params])
    np.testing.assert_array_equal(values["x5"], [layer.params[1][10], layer.params[2][10]])  # one has fewer points
    values["width"] = [1.0, 2.0, 3.0]
    assert [p[-1] for p in objective.scene(x).layers[0].params] == [1.0, 2.0, 3.0]
    assert values["position"].size == 48
    mask = objective.where(index=[0, 2])
    assert mask[:51].tolist() == [True] * 9 + [False] * 27 + [True] * 15
    assert objective.where(role="width", index=1).nonzero()[0].tolist() == [35]
    assert objective.where(role="color", index=1).sum() == 3
    assert objective.where(role="position").sum() == 48
    bad = objective.x.copy()
    bad[35] = np.nan
    with pytest.raises(ValueError, match="width of shape 1 of layer 0"):
        objective.scene(bad)


def test_where_curves_and_points_are(rng: np.random.Generator) -> None:
    layer = paths(rng)
    outline = primitive("path").outline
    assert outline is not None
    curves = curves_of(layer)
    assert curves.first.tolist() == [0, 42, 54, 102]
    assert curves.start.tolist() == [0, 7, 9, 17]
    assert curves.curve[:, FROM].tolist() == list(range(0, 102, 6))
    assert curves.curve[[0, 3, 4, 6, 8, 16], TO].tolist() == [6, 0, 30, 24, 42, 96]
    assert curves.curve[[3, 4, 8, 16], SHAPE].tolist() == [0, 0, 1, 2]
    assert curves.curve[[3, 4, 16], FIRST].tolist() == [0, 4, 16]
    assert curves.curve[[3, 4, 16], LAST].tolist() == [4, 7, 17]
    points = points_of(curves, outline)
    assert points[:, AT].tolist() == list(range(0, 102, 2))
    assert points[[0, 1, 3, 12], ON].tolist() == [0, 0, 1, 4]
    assert points[[0, 1, 3, 12], ENDS].tolist() == [3, -1, 0, 6]
    assert points[[0, 20, 21, 50], OF_SHAPE].tolist() == [0, 0, 1, 2]


# What is drawn


@pytest.mark.compiled
@both_rules
@pytest.mark.parametrize("composite", ["over", "mean"])
def test_pictures_are_the_oracle_s_and_gradients_their_derivatives(
    rule: str, composite: str, rng: np.random.Generator
) -> None:
    shading = {} if composite == "over" else {"color": rng.uniform(0.0, 0.6, (3, 3, 3))}
    scene = sr.Scene(40, 36, [paths(rng, composite=composite, fill_rule=rule, **shading), strokes(rng)], GREEN)
    for radius in (0.645, 2.0):
        check_picture(scene, radius)
    check_gradient(scene, rng)
    gradient = sr.render_vjp(scene, rng.normal(size=(36, 40, 3))).layers[0]
    assert [g.shape for g in gradient.params] == [(42,), (12,), (48,)]
    assert gradient.values[0].shape == (102,)
    assert all(np.any(g != 0.0) for g in gradient.params)


@pytest.mark.compiled
@both_rules
def test_each_shape_is_drawn_as_if_it_were_alone(rule: str, rng: np.random.Generator) -> None:
    """Shapes of one contour, of different sizes: the same as a layer for each, which is an array."""
    params = [blob(rng, (20, 18), size, segments) for size, segments in ((14.0, 5), (9.0, 1), (6.0, 3))]
    color = rng.random((3, 3))
    ragged = sr.Layer("path", params, color, 0.7, fill_rule=rule)
    apart = [sr.Layer("path", p[None], c[None], 0.7, fill_rule=rule) for p, c in zip(params, color, strict=True)]
    pictures = [sr.render(sr.Scene(40, 36, layers, GREEN)) for layers in (ragged, apart)]
    np.testing.assert_allclose(pictures[0], pictures[1], rtol=0.0, atol=1e-14)
    g = rng.normal(size=pictures[0].shape)
    of_ragged, of_apart = (sr.render_vjp(sr.Scene(40, 36, layers, GREEN), g).layers for layers in (ragged, apart))
    for ours, theirs in zip(of_ragged[0].params, of_apart, strict=True):
        np.testing.assert_allclose(ours, theirs.params[0], rtol=0.0, atol=1e-12)


@pytest.mark.compiled
@both_rules
@pytest.mark.parametrize("kind", ["polygon", "path"])
def test_holes_agree_with_resvg(kind: str, rule: str, rng: np.random.Generator) -> None:
    """Also holes that run the same way as what is around them, and contours that share an edge or lie on each other."""
    rings = [
        [ring(6, 28.0), ring(6, 16.0), ring(5, 8.0)[::-1]],
        [ring(7, 28.0), ring(5, 12.0, at=(20, 30))[::-1], ring(4, 9.0, at=(44, 34))],
        [ring(6, 24.0, at=(26, 30)), ring(6, 14.0, at=(46, 34))[::-1]],
        [np.array([[4, 4], [32, 4], [32, 60], [4, 60]]), np.array([[32, 4], [60, 4], [60, 60], [32, 60]])],
        [ring(6, 26.0), ring(6, 26.0)[::-1][:3]],
    ]
    for contours in rings:
        points = contours if kind == "polygon" else [straight(contour) for contour in contours]
        params = [[np.ravel(contour).astype(float) for contour in points]]
        scene = sr.Scene(64, 64, sr.Layer(kind, params, [[1, 1, 1]], fill_rule=rule), (0, 0, 0))
        ours, theirs = sr.render(scene, RHO), drawn_by_resvg(scene)
        assert psnr(theirs, ours) > 38.0  # edges on the pixel grid: 38.7, because a wider filter sees beyond them
        assert np.abs(theirs - ours).max() < 0.2


@pytest.mark.compiled
@both_rules
def test_normal_equations(rule: str, rng: np.random.Generator) -> None:
    """J'J is that of differences of the picture, so every number of every shape is where it belongs."""
    params = [
        [[1.3, 1.2, 14.1, 2.4, 12.2, 13.7, 2.1, 12.4], [5.2, 5.1, 10.4, 6.2, 8.3, 10.1]],
        [7.4, 3.2, 15.1, 8.3, 9.2, 14.6],
    ]
    color = rng.uniform(0.2, 0.5, (2, 3, 3))
    shapes = sr.Layer("polygon", [[np.array(c) for c in params[0]], np.array(params[1])], color, 0.7, fill_rule=rule)
    brush = sr.Layer("stroke", [[*rng.uniform(1.0, 15.0, 8).tolist(), 1.3]], [[1.0, 0.5, 0.2]], 0.6)
    objective = sr.Objective(sr.Scene(16, 16, [shapes, brush], GREEN), np.zeros((16, 16, 3)))
    x, step = objective.x, 1e-6
    columns = [(objective.render(x + step * e) - objective.render(x - step * e)).ravel() for e in np.eye(x.size)]
    jacobian = np.array(columns).T / (2.0 * step)
    equations = objective.normal_matrix(x)
    expected = jacobian.T @ jacobian
    np.testing.assert_allclose(equations.matrix.toarray(), expected, rtol=0.0, atol=1e-6 * np.abs(expected).max())
    by_hand = jacobian.T @ objective.render(x).ravel()
    np.testing.assert_allclose(equations.gradient, by_hand, rtol=0.0, atol=1e-6 * np.abs(by_hand).max())
