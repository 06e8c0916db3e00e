"""Pictures and gradients of polygons, paths and strokes: fill rules, and what other renderers get wrong."""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.metrics import psnr
from sdfraster.vector import Layout
from tests import naive
from tests.gradcheck import slope_along
from tests.io.test_svg import RHO, drawn_by_resvg
from tests.test_gradient import STEP
from tests.test_gradient import check as check_gradient
from tests.test_render import check as check_picture

SIZE = 64
GREEN = (0.2, 0.7, 0.4)
Points = np.ndarray  # (n, 2)

both_rules = pytest.mark.parametrize("rule", ["nonzero", "evenodd"])


def ring(n: int, radius: float, step: int = 1, at: Any = (32.0, 32.0), turn: float = 0.2) -> Points:
    """Return n points around a place, joined with every `step`-th."""
    angles = turn + 2.0 * pi * step * np.arange(n) / n
    return np.asarray(at) + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def nested(outer: Points, inner: Points) -> Points:
    """Return one ring that runs around both, over a bridge that it walks twice."""
    return np.concatenate([outer, outer[:1], inner, inner[:1]])


def straight(points: Points) -> Points:
    """Return the control points of a path along the edges of a ring."""
    ahead = np.roll(points, -1, axis=0) - points
    return np.stack([points, points + ahead / 3.0, points + 2.0 * ahead / 3.0], axis=1).reshape(-1, 2)


def layer(kind: str, points: Any, color: Any = (1, 1, 1), opacity: Any = 1.0, **options: Any) -> sr.Layer:
    """Return a layer of one shape in float64."""
    return sr.Layer(kind, np.reshape(points, (1, -1)).astype(float), [color], opacity, **options)


def scene(*layers: sr.Layer, background: Any = (0, 0, 0), size: int = SIZE) -> sr.Scene:
    """Return a square picture."""
    return sr.Scene(size, size, layers, background)


def check_parameters(only: sr.Scene, rng: np.random.Generator) -> None:
    """Compare the gradient by each parameter of the only shape with differences."""
    g_image = rng.normal(size=(only.height, only.width, 3))
    layout = Layout(only)
    x = layout.vector(only)
    g = sr.render_vjp(only, g_image).layers[0].params[0]

    def drawn(x: np.ndarray) -> float:
        return float((g_image * sr.render(layout.scene(x))).sum())

    for k in range(len(g)):
        expected = slope_along(drawn, x, np.eye(x.size)[k], STEP)
        assert g[k] == pytest.approx(expected, rel=1e-5, abs=1e-5 * np.abs(g).max()), f"parameter {k}"


def self_crossing(rule: str, rng: np.random.Generator) -> sr.Scene:
    """Return a scene of stars and nested rings that run in all directions, as polygons and as paths."""
    layers = []
    for k in range(12):
        at, radius, turn = rng.uniform(20.0, 108.0, 2), rng.uniform(16.0, 32.0), rng.uniform(0.0, 2.0 * pi)
        if k % 3 == 0:
            points = ring(5, radius, 2, at, turn)
        else:
            inner = ring(6, 0.5 * radius, 1, at, turn)
            points = nested(ring(6, radius, 1, at, turn), inner if k % 3 == 1 else inner[::-1])
        points = points[::-1] if k % 2 else points
        kind, points = ("polygon", points) if k % 4 < 2 else ("path", straight(points))
        layers.append(layer(kind, points, rng.random(3), rng.uniform(0.5, 1.0), fill_rule=rule))
    return scene(*layers, background=GREEN, size=128)


# Fill rules


@pytest.mark.compiled
@both_rules
def test_stars_and_nested_rings_agree_with_resvg(rule: str, rng: np.random.Generator) -> None:
    for _ in range(3):
        mixed = self_crossing(rule, rng)
        assert psnr(drawn_by_resvg(mixed), sr.render(mixed, RHO)) > 45.0


@pytest.mark.compiled
@both_rules
@pytest.mark.parametrize("turned", [False, True])
def test_the_middle_of_stars_and_rings(rule: str, turned: bool) -> None:
    outer, inner = ring(6, 28.0), ring(6, 16.0)
    filled = 1.0 if rule == "nonzero" else 0.0
    for points, expected in (
        (ring(5, 28.0, step=2), filled),
        (nested(outer, inner), filled),
        (nested(outer, inner[::-1]), 0.0),
    ):
        points = points[::-1] if turned else points
        for kind, p in (("polygon", points), ("path", straight(points))):
            only = scene(layer(kind, p, fill_rule=rule))
            image = sr.render(only)[..., 0]
            assert (image[27:37, 27:37] == expected).all()  # a tile has edges of the star, but this is far from them
            theirs = drawn_by_resvg(only)[..., 0]
            assert (theirs[27:37, 27:37] == expected).all()
            assert image.max() == 1.0
            assert np.abs(image - theirs)[(image == 0.0) | (image == 1.0)].max() < 0.3


@pytest.mark.compiled
@both_rules
def test_self_crossing_outlines_are_the_oracle_s(rule: str, rng: np.random.Generator) -> None:
    for kind, count in (("polygon", 18), ("path", 18)):
        params = rng.uniform(0.0, 32.0, (4, count))
        many = sr.Layer(kind, params, rng.random((4, 3)), [1.0, 0.7, 0.4, 0.9], fill_rule=rule)
        for radius in (0.645, 2.0):
            check_picture(sr.Scene(32, 32, many, GREEN), radius)
        check_gradient(sr.Scene(32, 32, many, GREEN), rng)


@pytest.mark.compiled
@both_rules
def test_gradient_of_stars(rule: str, rng: np.random.Generator) -> None:
    """Not of rings over bridges: the ends of a bridge would have to move together, or else it opens."""
    layers = [layer("polygon", ring(5, r, 2, at), fill_rule=rule) for r, at in ((30.0, (31, 33)), (12.0, (20, 40)))]
    layers += [layer("path", straight(ring(7, 25.0, 3, (35, 30))), (1, 0, 0), 0.5, fill_rule=rule)]
    check_gradient(scene(*layers, background=GREEN), rng)


@pytest.mark.compiled
@pytest.mark.parametrize("kind", ["polygon", "path"])
def test_nothing_is_drawn_of_a_shape_without_inside(kind: str, rng: np.random.Generator) -> None:
    for points in ([[5, 5], [20, 20], [60, 60]], [[9, 30]] * 6, [[5, 30], [60, 30], [30, 30]]):
        only = scene(layer(kind, points if kind == "polygon" else straight(np.array(points, float))))
        assert not sr.render(only).any()
        assert not drawn_by_resvg(only).any()
        assert np.isfinite(sr.render_vjp(only, rng.normal(size=(SIZE, SIZE, 3))).layers[0].params).all()


# Gradients of strokes

CURVES = {
    "hairpin": [10, 20, 70, 22, 70, 26, 10, 28],
    "cusp": [12, 50, 56, 10, 10, 10, 52, 50],
    "loop": [10, 50, 90, 0, -30, 0, 54, 50],
    "corner": [10, 12, 24, 12, 38, 12, 52, 12, 40, 24, 28, 36, 16, 50],
    "fold": [10, 30, 30, 30, 50, 30, 54, 31, 40, 31, 30, 31, 14, 31],
}


@pytest.mark.compiled
@pytest.mark.parametrize("width", [0.8, 5.0, 14.0])
@pytest.mark.parametrize("curve", list(CURVES))
def test_gradient_of_tight_strokes(curve: str, width: float, rng: np.random.Generator) -> None:
    check_parameters(scene(layer("stroke", [*CURVES[curve], width]), background=GREEN), rng)


def test_the_gradient_by_width_is_half_the_length_of_the_outline() -> None:
    """What diffvg's sampled gradient misses by a factor of two to five."""
    for width in (6.0, 7.3, 12.0):
        only = scene(layer("stroke", [15, 20, 25, 20, 38, 44, 48, 44, width]))
        g = sr.render_vjp(only, np.ones((SIZE, SIZE, 3)) / 3.0).layers[0].params[0]
        t = np.linspace(0.0, 1.0, 2000)
        b = [(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3]
        x, y = sum(b[k] * (15, 25, 38, 48)[k] for k in range(4)), sum(b[k] * (20, 20, 44, 44)[k] for k in range(4))
        length = float(np.hypot(np.diff(x), np.diff(y)).sum())
        assert g[-1] == pytest.approx(0.5 * (2.0 * length + pi * width), rel=0.03)


# What must not depend on anything else


@pytest.mark.compiled
@pytest.mark.parametrize("kind", ["polygon", "path", "stroke"])
def test_a_shape_far_away_changes_nothing(kind: str, rng: np.random.Generator) -> None:
    near = np.array(sr.primitive(kind).sample(rng, 30.0, 33.0, 20.0))
    away, beyond = (np.array(sr.primitive(kind).sample(rng, x, -7e3, 300.0)) for x in (5e3, -300.0))
    g_image = rng.normal(size=(SIZE, SIZE, 3))
    alone = scene(layer(kind, near, opacity=0.6), background=GREEN)
    image, gradient = sr.render(alone), sr.render_vjp(alone, g_image).layers[0].params[0]
    for second in (away, beyond):
        for k in (0, 1):  # in the same layer, below or above
            both = sr.Layer(kind, np.roll([near, second], k, axis=0), np.ones((2, 3)), 0.6)
            np.testing.assert_array_equal(sr.render(scene(both, background=GREEN)), image)
            found = sr.render_vjp(scene(both, background=GREEN), g_image).layers[0].params
            np.testing.assert_array_equal(found[k], gradient)
            assert not found[1 - k].any()
        two = scene(layer(kind, second), layer(kind, near, opacity=0.6), background=GREEN)
        np.testing.assert_array_equal(sr.render(two), image)


def test_layers_are_painted_in_order() -> None:
    square = np.array([[12.0, 12.0], [52.0, 12.0], [52.0, 52.0], [12.0, 52.0]])
    edge = [12, 12, 25, 12, 39, 12, 52, 12]
    fill, line = layer("path", straight(square), (1, 0, 0)), layer("stroke", [*edge, 8.0], (0, 0, 1))
    above, below = sr.render(scene(fill, line)), sr.render(scene(line, fill))
    for image in (above, below):
        np.testing.assert_array_equal(image[30, 30], [1, 0, 0])
        np.testing.assert_array_equal(image[10, 30], [0, 0, 1])  # the outer half of the stroke
    np.testing.assert_array_equal(above[14, 30], [0, 0, 1])  # the inner half
    np.testing.assert_array_equal(below[14, 30], [1, 0, 0])


@pytest.mark.compiled
@pytest.mark.parametrize("kind", ["polygon", "path", "stroke"])
def test_float32_and_float64_are_the_same_picture(kind: str, rng: np.random.Generator) -> None:
    params = np.array([sr.primitive(kind).sample(rng, *rng.uniform(5.0, 59.0, 2), 12.0) for _ in range(6)])
    params = params.astype(np.float32).astype(float)
    wide = scene(sr.Layer(kind, params, rng.random((6, 3)), 0.7), background=GREEN)
    assert wide.dtype == np.float64
    narrow = wide.astype(np.float32)
    g_image = rng.normal(size=(SIZE, SIZE, 3))
    np.testing.assert_allclose(sr.render(narrow), sr.render(wide), atol=1e-4)
    g, h = (sr.render_vjp(item, g_image.astype(item.dtype)).layers[0].params for item in (wide, narrow))
    np.testing.assert_allclose(h, g, atol=1e-3 * np.abs(g).max())


@pytest.mark.compiled
@pytest.mark.parametrize("kind", ["polygon", "path", "stroke"])
def test_a_shape_moved_by_whole_pixels_is_the_same_picture(kind: str, rng: np.random.Generator) -> None:
    p = np.array(sr.primitive(kind).sample(rng, 25.3, 24.9, 9.0))
    g_image = rng.normal(size=(SIZE, SIZE, 3))
    image, gradient = sr.render(scene(layer(kind, p))), sr.render_vjp(scene(layer(kind, p)), g_image).layers[0].params
    for dx, dy in ((3, 5), (11, 2), (-7, 13)):  # other tiles, other pixels of a tile
        moved = p.copy()
        count = 2 * (len(p) // 2)
        moved[:count] += np.tile([dx, dy], count // 2)
        only = scene(layer(kind, moved))
        np.testing.assert_allclose(sr.render(only), np.roll(image, (dy, dx), axis=(0, 1)), atol=1e-12)
        found = sr.render_vjp(only, np.roll(g_image, (dy, dx), axis=(0, 1))).layers[0].params
        np.testing.assert_allclose(found, gradient, atol=1e-10 * np.abs(gradient).max())


# Outlines much larger than the canvas, on the grid, and of thousands of edges


@pytest.mark.compiled
def test_inside_an_outline_off_all_sides_everything_is_covered(rng: np.random.Generator) -> None:
    g_image = rng.normal(size=(SIZE, SIZE, 3))
    for radius in (100.0, 1e3, 1e6):
        star = ring(5, 6.0 * radius, step=2)
        for kind, points in (("polygon", ring(7, radius)), ("path", straight(ring(4, radius))), ("polygon", star)):
            only = scene(layer(kind, points, (0.5, 0.25, 1.0)))
            assert (sr.render(only) == [0.5, 0.25, 1.0]).all()
            assert not sr.render_vjp(only, g_image).layers[0].params.any()
        assert not sr.render(scene(layer("polygon", star, fill_rule="evenodd"))).any()
    aside = ring(7, 500.0, at=(-520.0, 32.0))  # its edges leave the canvas on the left
    check_picture(scene(layer("polygon", aside), size=32))


@pytest.mark.compiled
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("phase", [0.0, 0.5, 0.25])
def test_edges_on_the_pixel_grid_and_through_pixel_centres(
    phase: float, turned: bool, rng: np.random.Generator
) -> None:
    x0, y0, x1, y1 = 16.0 + phase, 9.0 + phase, 48.0 + phase, 50.0 + phase
    square = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
    centres = np.arange(SIZE) + 0.5
    across = [naive.coverage(max(x0 - x, x - x1), "parabolic") for x in centres]
    down = [naive.coverage(max(y0 - y, y - y1), "parabolic") for y in centres]
    square = square[::-1] if turned else square
    for kind, points in (("polygon", square), ("path", straight(square))):
        only = scene(layer(kind, points))
        image = sr.render(only)[..., 0]
        np.testing.assert_allclose(image[30], across)
        np.testing.assert_allclose(image[:, 30], down)
        check_picture(only)

    oblique = np.array([[x0 + 0.2, y0], [x1 + 0.3, y0], [x1 + 7.6, y1], [x0 + 5.1, y1]])  # no pixel is on a crease
    for points in (oblique, oblique[:, ::-1]):
        check_parameters(scene(layer("polygon", points), background=GREEN), rng)
        check_parameters(scene(layer("path", straight(points)), background=GREEN), rng)


@pytest.mark.compiled
def test_a_ring_of_thousands_of_edges() -> None:
    points = ring(3000, 29.3)
    points += 0.02 * np.sin(np.arange(3000) * 0.7)[:, None] * (points - 32.0) / 29.3
    p = points.ravel().tolist()
    only = scene(layer("polygon", points))
    image = sr.render(only)[..., 0]
    for x, y in ((32, 32), (32, 2), (32, 3), (3, 30), (11, 11), (12, 11), (52, 53), (0, 0), (60, 33), (61, 33)):
        d = sr.primitive("polygon").distance(p, x + 0.5, y + 0.5)
        assert image[y, x] == pytest.approx(naive.coverage(d, "parabolic"), abs=1e-12)
    g = sr.render_vjp(only, np.ones((SIZE, SIZE, 3)) / 3.0).layers[0].params.reshape(-1, 2)
    np.testing.assert_allclose(g.sum(axis=0), 0.0, atol=1.0)  # of a perimeter of 184


def test_the_area_of_a_polygon_is_the_sum_of_its_picture() -> None:
    """Its derivative by a corner is known: half the vector between its neighbours, turned by a right angle."""
    points = ring(5, 24.0) + np.array([[0.3, 0.1]]) * np.arange(5)[:, None]
    only = scene(layer("polygon", points))
    ahead, behind = np.roll(points, -1, axis=0), np.roll(points, 1, axis=0)
    area = 0.5 * float((points[:, 0] * ahead[:, 1] - points[:, 1] * ahead[:, 0]).sum())
    assert sr.render(only)[..., 0].sum() == pytest.approx(area, rel=1e-3)
    g = sr.render_vjp(only, np.ones((SIZE, SIZE, 3)) / 3.0).layers[0].params.reshape(-1, 2)
    expected = 0.5 * np.stack([ahead[:, 1] - behind[:, 1], behind[:, 0] - ahead[:, 0]], axis=1)
    np.testing.assert_allclose(g, expected, atol=0.02 * np.abs(expected).max())
