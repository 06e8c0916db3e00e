"""Scenes as vectors: there and back, views of the same memory, values by role, bounds."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.roles import ANGLE, BACKGROUND, COLOR, LENGTH, OPACITY, X, Y
from sdfraster.vector import Layout
from tests.scenes import COMBINATIONS, flat, stack

BLOCKS = ("params", "color", "opacity")
ROLES = {X: 2.0, Y: 2.5, LENGTH: 3.0, ANGLE: 5.0, COLOR: 7.0, OPACITY: 11.0, BACKGROUND: 13.0}


def values(scene: sr.Scene) -> list[np.ndarray]:
    arrays = [getattr(item, name) for item in scene.layers for name in BLOCKS]
    return arrays if scene.background is None else [*arrays, scene.background]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("background", [(0.2, 0.7, 0.4), None])
def test_round_trip(background: tuple[float, ...] | None, dtype: type, rng: np.random.Generator) -> None:
    scene = stack(rng, 21, 17, background).astype(dtype)
    layout = Layout(scene)
    vector = layout.vector(scene)
    assert vector.shape == (layout.size,)
    assert vector.dtype == dtype
    np.testing.assert_array_equal(vector, np.concatenate([a.ravel() for a in values(scene)]))
    back = layout.scene(vector)
    assert (back.width, back.height, back.dtype) == (21, 17, dtype)
    assert (back.background is None) == (background is None)
    for new, old in zip(back.layers, scene.layers, strict=True):
        assert (new.kind, new.composite) == (old.kind, old.composite)
    for new, old in zip(values(back), values(scene), strict=True):
        np.testing.assert_array_equal(new, old)
        assert not np.shares_memory(new, vector)


def test_a_vector_is_new_each_time(rng: np.random.Generator) -> None:
    scene = stack(rng, 8, 8)
    layout = Layout(scene)
    first = layout.vector(scene)
    first[:] = 0.0
    assert layout.vector(scene).any()


def test_views_share_the_memory_and_cover_it_once(rng: np.random.Generator) -> None:
    scene = stack(rng, 8, 8)
    layout = Layout(scene)
    vector = np.zeros(layout.size)
    layers, background = layout.views(vector)
    assert background is not None
    for view, item in zip(layers, scene.layers, strict=True):
        for name in BLOCKS:
            assert getattr(view, name).shape == getattr(item, name).shape
            getattr(view, name)[...] += 1.0
    background += 1.0
    np.testing.assert_array_equal(vector, 1.0)


def test_a_gradient_shares_the_memory_too(rng: np.random.Generator) -> None:
    layout = Layout(stack(rng, 8, 8))
    vector = rng.normal(size=layout.size)
    gradient = layout.gradient(vector)
    np.testing.assert_array_equal(flat(gradient), vector)
    assert isinstance(gradient, sr.SceneGradient)
    for g in gradient.layers:
        for name in BLOCKS:
            assert np.shares_memory(getattr(g, name), vector)


def test_by_role(rng: np.random.Generator) -> None:
    scene = stack(rng, 8, 8)
    layout = Layout(scene)
    vector = layout.by_role(ROLES.__getitem__)
    assert vector.dtype == scene.dtype
    layers, background = layout.views(vector)
    np.testing.assert_array_equal(background, ROLES[BACKGROUND])
    for view, item in zip(layers, scene.layers, strict=True):
        roles = [ROLES[p.role] for p in sr.primitive(item.kind).parameters]
        np.testing.assert_array_equal(view.params, np.broadcast_to(roles, view.params.shape))
        np.testing.assert_array_equal(view.color, ROLES[COLOR])
        np.testing.assert_array_equal(view.opacity, ROLES[OPACITY])


def test_bounds_are_those_of_the_parameters(rng: np.random.Generator) -> None:
    scene = stack(rng, 8, 8)
    layout = Layout(scene)
    low, high = layout.bounds()
    assert low.dtype == high.dtype == scene.dtype
    x = layout.vector(scene)
    assert (low <= x).all()
    assert (x <= high).all()
    for side, bound, unit, free in (("lower", low, 0.0, -np.inf), ("upper", high, 1.0, np.inf)):
        layers, background = layout.views(bound)
        np.testing.assert_array_equal(background, free)
        for view, item in zip(layers, scene.layers, strict=True):
            limits = [getattr(p.role, side) for p in sr.primitive(item.kind).parameters]
            np.testing.assert_array_equal(view.params, np.broadcast_to(limits, view.params.shape))
            np.testing.assert_array_equal(view.color, free)
            np.testing.assert_array_equal(view.opacity, unit)


def test_every_vector_within_the_bounds_is_a_scene(rng: np.random.Generator) -> None:
    layout = Layout(stack(rng, 8, 8))
    low, high = layout.bounds()
    for x in (np.clip(low, -1e3, 1e3), np.clip(high, -1e3, 1e3), np.clip(rng.normal(size=low.size), low, high)):
        np.testing.assert_array_equal(layout.vector(layout.scene(x)), x)


@pytest.mark.parametrize(("background", "size"), [((0.0, 0.0, 0.0), 3), (None, 0)])
def test_scenes_without_shapes(background: tuple[float, ...] | None, size: int) -> None:
    for layers in ([], [sr.Layer(COMBINATIONS[0][0], [], [])]):
        scene = sr.Scene(4, 3, layers, background)
        layout = Layout(scene)
        assert layout.size == size
        assert layout.vector(scene).shape == (size,)
        assert len(layout.scene(layout.vector(scene)).layers) == len(layers)
        assert [bound.size for bound in layout.bounds()] == [size, size]


def test_every_layer_has_its_own_number_of_points_and_keeps_its_fill_rule() -> None:
    layers = [
        sr.Layer("polygon", np.ones((2, 8)), np.ones((2, 3)), fill_rule="evenodd"),
        sr.Layer("polygon", np.ones((3, 6)), np.ones((3, 3))),
        sr.Layer("stroke", np.ones((1, 21)), np.ones((1, 3))),
    ]
    layout = Layout(sr.Scene(8, 8, layers))
    assert [layer.fill_rule for layer in layout.scene(layout.by_role((ROLES | {OPACITY: 0.5}).__getitem__)).layers] == [
        "evenodd",
        "nonzero",
        "nonzero",
    ]
    views, _ = layout.views(layout.by_role(ROLES.__getitem__))
    assert [(view.params == ROLES[X]).sum() for view in views] == [8, 9, 10]
    assert views[2].params[0, -1] == ROLES[LENGTH]
    low, _ = layout.views(layout.bounds()[0])
    assert (low[2].params[0] == [-np.inf] * 20 + [0.0]).all()
