"""Gradients of whole scenes: against differences of our own pictures, and what must be exactly zero or equal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.engine.plan import Plan
from sdfraster.engine.tiles import pack
from sdfraster.pictures.arrays import premultiplied
from sdfraster.vector import Layout
from tests.gradcheck import check_gradient
from tests.scenes import COMBINATIONS, FILTERED, FLOAT32, flat, layer, stack

GREEN = (0.2, 0.7, 0.4)
BLOCKS = ("params", "color", "opacity")


STEP = 1e-7  # short, because gradients of colours have kinks, which few pixels then cross


def check(
    scene: sr.Scene, rng: np.random.Generator, radius: float = 1.0, filter: str = "parabolic", directions: int = 3
) -> np.ndarray:
    """Return the gradient, as a vector, if it agrees with differences.

    Geometry, colours and opacities of every layer and the background are projected onto random directions one by one.
    Opacities of 0 and 1 have one side only; but the picture is affine in each opacity alone, so the derivative is
    the difference between 1 and 0, exactly.
    """
    g_image = rng.normal(size=(scene.height, scene.width, 4 if scene.background is None else 3))
    layout = Layout(scene)
    x = layout.vector(scene)
    gradient = sr.render_vjp(scene, g_image, radius, filter)
    g = flat(gradient)
    assert g.shape == x.shape
    assert np.isfinite(g).all()

    def drawn(x: np.ndarray) -> float:
        return float((g_image * sr.render(layout.scene(x), radius, filter)).sum())

    g_layers, g_background = layout.views(g)
    for n, (view, values) in enumerate(zip(g_layers, layout.views(x)[0], strict=True)):
        for name in BLOCKS:
            free = np.zeros_like(x)
            part = getattr(layout.views(free)[0][n], name)
            part[...] = (values.opacity > 0.0) & (values.opacity < 1.0) if name == "opacity" else 1.0
            check_gradient(
                drawn,
                x,
                g,
                rng,
                directions=directions,
                along=free.__mul__,
                step=STEP,
                tolerance=1e-6,
                what=f"{name} of layer {n}",
            )
        for k in np.flatnonzero((values.opacity == 0.0) | (values.opacity == 1.0))[:6]:
            ends = []
            for opacity in (0.0, 1.0):
                moved = x.copy()
                layout.views(moved)[0][n].opacity[k] = opacity
                ends.append(drawn(moved))
            expected = ends[1] - ends[0]
            assert view.opacity[k] == pytest.approx(expected, rel=1e-9, abs=1e-9), f"opacity {k} of layer {n}"
    if g_background is not None:
        free = np.zeros_like(x)
        free[-3:] = 1.0
        check_gradient(
            drawn, x, g, rng, directions=1, along=free.__mul__, step=STEP, tolerance=1e-6, what="the background"
        )
    return g


def vjp(scene: sr.Scene, g_image: np.ndarray) -> sr.LayerGradient:
    """Return the gradient of the first layer."""
    return sr.render_vjp(scene, g_image).layers[0]


@pytest.mark.compiled
@pytest.mark.parametrize("background", [GREEN, None])
@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_one_layer(combination: tuple[str, str, str], background: Any, rng: np.random.Generator) -> None:
    for radius in (0.5, 1.0, 3.0):
        check(sr.Scene(41, 35, layer(rng, combination, 41, 35), background), rng, radius)


@pytest.mark.compiled
@pytest.mark.parametrize("background", [GREEN, None])
def test_layers_of_all_combinations_on_each_other(background: Any, rng: np.random.Generator) -> None:
    for _ in range(3):
        check(stack(rng, 40, 35, background), rng, directions=1)


@pytest.mark.compiled
@pytest.mark.parametrize("composite", ["over", "mean"])
def test_asking_for_the_picture_changes_nothing(composite: str, rng: np.random.Generator) -> None:
    """The top layer is differentiated where it was painted: the picture must not be in the way."""
    layers = [layer(rng, (COMBINATIONS[0][0], c, "constant"), 40, 35) for c in ("over", "mean", composite)]
    scene = sr.Scene(40, 35, layers, GREEN)
    plan = Plan(scene, "parabolic")
    x, target = plan.layout.vector(scene), pack(rng.uniform(0.0, 1.0, (35, 40, 3)))
    value, gradient = plan.value_and_grad(x, target, 1.0), plan.gradient.copy()
    assert plan.value_and_grad(x, target, 1.0, picture=True) == value
    np.testing.assert_array_equal(plan.gradient, gradient)
    picture = plan.canvas.copy()
    np.testing.assert_allclose(picture, plan.render(x, 1.0), rtol=0.0, atol=1e-12)


@pytest.mark.compiled
@pytest.mark.parametrize("filter", ["tent", "box"])
def test_filters(filter: str, rng: np.random.Generator) -> None:
    for radius in (0.5, 1.0, 2.5):
        check(sr.Scene(35, 30, layer(rng, FILTERED, 35, 30), GREEN), rng, radius, filter)


@pytest.mark.compiled
@pytest.mark.parametrize(("width", "height"), [(1, 1), (33, 2), (16, 16), (17, 15)])
def test_canvas_sizes(width: int, height: int, rng: np.random.Generator) -> None:
    small = [layer(rng, c, width, height, sizes=(60.0, 3.0, 0.3, 8.0)) for c in COMBINATIONS[:2] + COMBINATIONS[-1:]]
    check(sr.Scene(width, height, small, GREEN), rng)


@pytest.mark.compiled
@pytest.mark.parametrize("opacities", [(0.02,), (1.0, 0.3, 0.0)])
@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_three_hundred_shapes_over_one_pixel(
    combination: tuple[str, str, str], opacities: tuple[float, ...], rng: np.random.Generator
) -> None:
    sizes = tuple(rng.uniform(0.5, 6.0, 300))
    check(sr.Scene(2, 3, layer(rng, combination, 2, 3, sizes, opacities), GREEN), rng)


@pytest.mark.compiled
@pytest.mark.parametrize("composite", ["over", "mean"])
@pytest.mark.parametrize("linear", [False, True])
def test_opaque_covers_over_and_under_translucent_layers(
    composite: str, linear: bool, rng: np.random.Generator
) -> None:
    """Painting starts at the second cover from the top, so covers on covers and a single one are different paths."""
    below, above = (layer(rng, c, 40, 40, sizes=(3.0, 9.0), opacities=(0.5, 0.8)) for c in COMBINATIONS[-2:])
    color: Any = [[0.9, 0.1, 0.3], [0.3, 0.8, 0.1]]
    if linear:
        color = [[[0.2, -0.1, e] for e in c] for c in color]
    params = np.array([[20.0, 20.0, 60.0], [15.0, 25.0, 70.0]])
    for opacity in ([1.0], [1.0, 1.0], [1.0, 0.5], [0.5, 1.0]):
        n = len(opacity)
        cover = sr.Layer("circle", params[:n], np.array(color[:n]), opacity, composite)
        for layers in ([below, cover], [cover, above], [below, cover, above], [cover, below, cover, above]):
            g = check(sr.Scene(40, 40, layers, GREEN), rng, directions=1)
            assert g.any()


@pytest.mark.compiled
@pytest.mark.parametrize("composite", ["over", "mean"])
def test_what_an_opaque_cover_hides_has_no_gradient_but_the_cover_has(composite: str, rng: np.random.Generator) -> None:
    hidden = [layer(rng, combination, 40, 35, opacities=(0.5, 0.9)) for combination in COMBINATIONS]
    cover = sr.Layer("circle", np.array([[20.0, 20.0, 60.0]]), [[0.9, 0.1, 0.3]], 1.0, composite)
    g_image = rng.normal(size=(35, 40, 3))
    gradient = sr.render_vjp(sr.Scene(40, 35, [*hidden, cover], GREEN), g_image)
    for g in gradient.layers[:-1]:
        for name in BLOCKS:
            assert not getattr(g, name).any()
    assert gradient.background is not None
    assert not gradient.background.any()
    top = gradient.layers[-1]
    assert not top.params.any()
    np.testing.assert_allclose(top.color[0], g_image.sum(axis=(0, 1)), rtol=1e-12)
    below = sr.render(sr.Scene(40, 35, hidden, GREEN))
    assert top.opacity[0] == pytest.approx((g_image * (cover.color[0] - below)).sum(), rel=1e-12)


@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_shapes_off_the_screen_have_no_gradient(combination: tuple[str, str, str], rng: np.random.Generator) -> None:
    kind, composite, shading = combination
    places = [(-40.0, 10.0), (10.0, 60.0), (70.0, -30.0), (10.0, 10.0), (-1e6, 3.0)]
    params = np.array([sr.primitive(kind).sample(rng, x, y, 8.0) for x, y in places])
    color = np.ones((5, 3) if shading == "constant" else (5, 3, 3))
    scene = sr.Scene(20, 30, sr.Layer(kind, params, color, 0.5, composite), GREEN)
    g = vjp(scene, rng.normal(size=(30, 20, 3)))
    for name in BLOCKS:
        seen = getattr(g, name)[3]
        assert seen.any()
        assert not np.delete(getattr(g, name), 3, axis=0).any()


def test_a_border_of_the_canvas_cuts_the_gradient_too(rng: np.random.Generator) -> None:
    """Tiles are drawn completely; what lies beyond the canvas must not count."""
    disc = sr.Layer("circle", np.array([[5.0, 5.0, 3.0]]), [[1.0, 0.5, 0.2]])
    g_image = rng.normal(size=(4, 6, 3))
    wide = np.zeros((12, 14, 3))
    wide[:4, :6] = g_image
    cut, whole = vjp(sr.Scene(6, 4, disc), g_image), vjp(sr.Scene(14, 12, disc), wide)
    for name in BLOCKS:
        np.testing.assert_allclose(getattr(cut, name), getattr(whole, name), rtol=1e-12)


@pytest.mark.compiled
@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_a_shape_far_away_changes_nothing(combination: tuple[str, str, str], rng: np.random.Generator) -> None:
    kind, composite, shading = combination
    shape = sr.primitive(kind)
    near = [shape.sample(rng, x, 8.0, 4.0) for x in (6.0, 9.0)]
    far = [shape.sample(rng, 70.0, 70.0, 4.0), shape.sample(rng, 500.0, 8.0, 20.0)]
    color = rng.random((4, 3) if shading == "constant" else (4, 3, 3))
    target, g_image = rng.random((90, 90, 3)), rng.normal(size=(90, 90, 3))
    pictures, gradients = [], []
    for params in (near, near + far):
        n = len(params)
        scene = sr.Scene(90, 90, sr.Layer(kind, np.array(params), color[:n], 0.7, composite), GREEN)
        pictures.append(sr.render(scene)[:48, :48])
        gradients.append((vjp(scene, g_image), sr.value_and_grad(scene, target)[1].layers[0]))
    np.testing.assert_array_equal(pictures[0], pictures[1])
    for one, two in zip(*gradients, strict=True):
        for name in BLOCKS:
            assert getattr(one, name).any()
            np.testing.assert_array_equal(getattr(one, name), getattr(two, name)[:2])


@pytest.mark.compiled
@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_render_vjp_is_linear(combination: tuple[str, str, str], rng: np.random.Generator) -> None:
    scene = sr.Scene(30, 25, layer(rng, combination, 30, 25), None)
    a, b = rng.normal(size=(2, 25, 30, 4))
    parts = [flat(sr.render_vjp(scene, g)) for g in (a, b, 2.0 * a - 3.0 * b)]
    np.testing.assert_allclose(parts[2], 2.0 * parts[0] - 3.0 * parts[1], rtol=0.0, atol=1e-12 * np.abs(parts).max())
    assert not flat(sr.render_vjp(scene, np.zeros_like(a))).any()


def check_fused(scene: sr.Scene, rng: np.random.Generator, loss: str, delta: float = 0.1) -> None:
    """Compare `value_and_grad` with the loss of the picture and its gradient pulled back."""
    image = sr.render(scene)
    target = premultiplied(rng.uniform(0.0, 1.0, image.shape))
    r = image - target
    a = np.abs(r)
    errors, slopes = {
        "mse": (r * r, 2.0 * r),
        "mae": (a, np.sign(r)),
        "huber": (np.where(a < delta, 0.5 * r * r, delta * (a - 0.5 * delta)), np.clip(r, -delta, delta)),
    }[loss]
    value, gradient = sr.value_and_grad(scene, target, loss, delta=delta)
    assert isinstance(value, float)
    assert value == pytest.approx(errors.mean(), rel=1e-12)
    expected = flat(sr.render_vjp(scene, slopes / r.size))
    np.testing.assert_allclose(flat(gradient), expected, rtol=0.0, atol=1e-12 * np.abs(expected).max())


@pytest.mark.compiled
@pytest.mark.parametrize("background", [GREEN, None])
@pytest.mark.parametrize("combination", COMBINATIONS, ids=str)
def test_fused_step_equals_its_parts(
    combination: tuple[str, str, str], background: Any, rng: np.random.Generator
) -> None:
    check_fused(sr.Scene(41, 35, layer(rng, combination, 41, 35), background), rng, "mse")


@pytest.mark.compiled
def test_fused_step_of_many_layers_equals_its_parts(rng: np.random.Generator) -> None:
    for background in (GREEN, None):
        check_fused(stack(rng, 40, 35, background), rng, "mse")


@pytest.mark.compiled
def test_fused_step_of_the_other_losses_equals_its_parts(rng: np.random.Generator) -> None:
    check_fused(sr.Scene(41, 35, layer(rng, COMBINATIONS[0], 41, 35), GREEN), rng, "mae")
    for delta in (0.1, 0.4):
        check_fused(sr.Scene(41, 35, layer(rng, COMBINATIONS[-1], 41, 35), GREEN), rng, "huber", delta)


def test_no_layers_at_all(rng: np.random.Generator) -> None:
    target = rng.random((18, 20, 3))
    scene = sr.Scene(20, 18, [], np.array(GREEN))
    value, gradient = sr.value_and_grad(scene, target)
    assert value == pytest.approx(((GREEN - target) ** 2).mean(), rel=1e-12)
    assert gradient.layers == ()
    np.testing.assert_allclose(gradient.background, 2.0 * (GREEN - target).mean(axis=(0, 1)) / 3.0, rtol=1e-12)
    gradient = sr.render_vjp(sr.Scene(20, 18, [], None), np.ones((18, 20, 4)))
    assert gradient.layers == ()
    assert gradient.background is None


def test_empty_layers_have_empty_gradients(rng: np.random.Generator) -> None:
    empty = sr.Layer("circle", np.empty((0, 3)), np.empty((0, 3)))
    full = layer(rng, COMBINATIONS[0], 30, 20)
    g_image = rng.normal(size=(20, 30, 3))
    gradient = sr.render_vjp(sr.Scene(30, 20, [empty, full, empty], GREEN), g_image)
    for g in (gradient.layers[0], gradient.layers[2]):
        assert (g.params.shape, g.color.shape, g.opacity.shape) == ((0, 3), (0, 3), (0,))
    np.testing.assert_array_equal(gradient.layers[1].params, vjp(sr.Scene(30, 20, full, GREEN), g_image).params)


@pytest.mark.compiled
@pytest.mark.parametrize("combination", FLOAT32, ids=str)
def test_float32_is_close_to_float64(combination: tuple[str, str, str], rng: np.random.Generator) -> None:
    only = layer(rng, combination, 41, 35, sizes=(30.0, 0.3, 1.0, 3.0, 6.0, 12.0), dtype=np.float32)
    scene = sr.Scene(41, 35, only, GREEN)
    target, g_image = rng.random((35, 41, 3)), rng.normal(size=(35, 41, 3)).astype(np.float32)
    for call in (lambda s: sr.render_vjp(s, g_image), lambda s: sr.value_and_grad(s, target)[1]):
        narrow, wide = call(scene), call(scene.astype(np.float64))
        assert {a.dtype for a in (narrow.background, narrow.layers[0].params)} == {np.dtype(np.float32)}
        for name in BLOCKS:
            a, b = getattr(narrow.layers[0], name), getattr(wide.layers[0], name)
            np.testing.assert_allclose(a, b, rtol=0.0, atol=1e-4 * np.abs(b).max())
        np.testing.assert_allclose(narrow.background, wide.background, rtol=1e-4)


@pytest.mark.compiled
def test_the_gradient_is_laid_out_like_the_scene(rng: np.random.Generator) -> None:
    scene = stack(rng, 20, 18)
    gradient = sr.render_vjp(scene, rng.normal(size=(18, 20, 3)))
    for g, item in zip(gradient.layers, scene.layers, strict=True):
        for name in BLOCKS:
            assert getattr(g, name).shape == getattr(item, name).shape
            assert getattr(g, name).dtype == scene.dtype
    assert gradient.background is not None
    assert gradient.background.shape == (3,)


def test_inputs_are_left_alone(rng: np.random.Generator) -> None:
    scene = sr.Scene(16, 16, layer(rng, COMBINATIONS[0], 16, 16))
    g_image = rng.normal(size=(16, 16, 3))  # exactly one tile: nothing to pad
    before = g_image.copy()
    sr.render_vjp(scene, g_image)
    sr.value_and_grad(scene, g_image)
    np.testing.assert_array_equal(g_image, before)
