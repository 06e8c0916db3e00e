"""Scenes: what is accepted, what is refused and how the message says so, dtypes, immutability."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import numpy as np
import pytest

import sdfraster as sr

DISC = [[4.0, 5.0, 2.0]]
RED = [[1.0, 0.0, 0.0]]


def disc(**changes: Any) -> sr.Layer:
    return sr.Layer(**{"kind": "circle", "params": DISC, "color": RED, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "blob"}, r"unknown kind 'blob'; the kinds are .*circle"),
        ({"kind": ["circle"]}, r"unknown kind \['circle'\]"),
        ({"composite": ["over"]}, r"composite must be one of mean, over, not \['over'\]"),
        ({"color": [[255, 0, 0]]}, r"color must be from 0 to 1, not up to 255: divide colours of 0 to 255 by 255"),
        ({"composite": "under"}, r"composite must be one of mean, over, not 'under'"),
        ({"params": [4.0, 5.0, 2.0]}, r"params of a circle layer must have shape \(N, 3\) \(cx cy r\), not \(3,\)"),
        ({"params": [[1.0, 2.0]]}, r"params of a circle layer must have shape \(N, 3\) \(cx cy r\), not \(1, 2\)"),
        ({"params": np.zeros((0, 5)), "color": []}, r"params of a circle layer must have shape .*, not \(0, 5\)"),
        ({"params": [[1.0, 2.0, 3.0], [1.0]]}, r"params must be an array of numbers with rows of equal length"),
        ({"params": "circle"}, r"params must be an array of numbers"),
        ({"params": [[np.nan, 2.0, 3.0]]}, r"params must be finite"),
        ({"params": [[1.0, np.inf, 3.0]]}, r"params must be finite"),
        ({"params": [[1.0, 1e39, 3.0]]}, r"params must be finite, .* too large for float32"),
        ({"params": [[1.0, 2.0, -3.0]]}, r"r of a circle must be from 0 to inf, but there are values from -3 to -3"),
        ({"color": RED * 2}, r"color must have shape \(1, 3\) or \(1, 3, 3\), not \(2, 3\)"),
        ({"color": [[1.0, 0.0, 0.0, 1.0]]}, r"color must have shape .*, not \(1, 4\)"),
        ({"color": [1.0, 0.0, 0.0]}, r"color must have shape .*, not \(3,\): a colour for each shape, in a list"),
        ({"params": None}, "params must be an array of numbers, not None"),
        ({"color": [[np.nan, 0.0, 0.0]]}, r"color must be finite"),
        ({"color": None}, r"color must be an array of numbers, not None"),
        ({"color": [["red"]]}, r"color must be an array of numbers"),
        ({"opacity": [1.0, 1.0]}, r"opacity must be a number or have shape \(1,\), not \(2,\)"),
        ({"opacity": [[1.0]]}, r"opacity must be a number or have shape \(1,\), not \(1, 1\)"),
        ({"opacity": -0.5}, r"opacity must be from 0 to 1, but there are values from -0\.5 to -0\.5"),
        ({"opacity": [1.5]}, r"opacity must be from 0 to 1, but there are values from 1\.5 to 1\.5"),
        ({"opacity": np.nan}, r"opacity must be finite"),
        ({"shading": "cubic"}, r"shading must be gradient or linear or radial, not 'cubic'"),
        ({"shading": "gradient", "composite": "mean"}, r"composite must be over with shading gradient, not 'mean'"),
    ],
)
def test_layer_errors_name_the_argument(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        disc(**changes)


def test_whole_numbers_of_0_and_1_are_colours_and_so_are_slopes() -> None:
    assert disc(color=[[1, 0, 1]]).color.tolist() == [[1.0, 0.0, 1.0]]
    assert disc(color=[[[1, 0, 0], [0, 0, 1], [3, 0, 2]]], shading="gradient").color[0, 2].tolist() == [3.0, 0.0, 2.0]


def test_only_layers_are_put_together() -> None:
    with pytest.raises(ValueError, match="layers must be Layer objects, not int"):
        sr.concatenate([disc(), 3])


@pytest.mark.parametrize(
    "use",
    [
        sr.render,
        lambda scene: sr.render_vjp(scene, np.zeros((4, 4, 3))),
        lambda scene: sr.value_and_grad(scene, np.zeros((4, 4, 3))),
        sr.Objective,
        sr.to_svg,
    ],
)
@pytest.mark.parametrize("scene", [None, []])
def test_what_is_no_scene_is_said_to_be_none(use: Callable[[Any], Any], scene: Any) -> None:
    with pytest.raises(ValueError, match=f"^scene must be a Scene, not {type(scene).__name__}$"):
        use(scene)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"width": True}, r"width must be a whole number of pixels, at least 1, not True"),
        ({"width": "8"}, r"width must be a whole number of pixels, at least 1, not '8'"),
        ({"layers": 5}, r"layers must be Layer or Mesh objects, not int"),
        ({"background": (255, 255, 255)}, r"background must be from 0 to 1, not up to 255"),
        ({"width": 0}, r"width must be a whole number of pixels, at least 1, not 0"),
        ({"height": -3}, r"height must be a whole number of pixels, at least 1, not -3"),
        ({"width": 2.5}, r"width must be a whole number of pixels, at least 1, not 2\.5"),
        ({"height": np.nan}, r"height must be a whole number of pixels"),
        ({"width": np.inf}, r"width must be a whole number of pixels"),
        ({"width": None}, r"width must be a whole number of pixels"),
        ({"height": "wide"}, r"height must be a whole number of pixels"),
        ({"layers": [disc(), "circle"]}, r"layers must be Layer or Mesh objects, not str"),
        ({"background": 0.5}, r"background must be three numbers or None, not an array of shape \(\)"),
        ({"background": [0, 0, 0, 1]}, r"background must be three numbers or None, not an array of shape \(4,\)"),
        ({"background": [0, 0, np.nan]}, r"background must be finite"),
        ({"background": "blank"}, r"background must be a colour such as .navy. or .#ff8000., or numbers, not .blank."),
    ],
)
def test_scene_errors_name_the_argument(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        sr.Scene(**{"width": 8, "height": 9, **changes})


def test_defaults() -> None:
    layer = disc()
    assert (layer.kind, layer.composite, len(layer)) == ("circle", "over", 1)
    np.testing.assert_array_equal(layer.opacity, [1.0])
    scene = sr.Scene(8, 9)
    assert (scene.width, scene.height, scene.layers) == (8, 9, ())
    np.testing.assert_array_equal(scene.background, [0.0, 0.0, 0.0])


def test_scene_takes_one_layer_any_iterable_and_whole_floats() -> None:
    layer = disc()
    assert sr.Scene(8, 9, layer).layers == (layer,)
    assert sr.Scene(8, 9, (layer for _ in range(2))).layers == (layer, layer)
    scene = sr.Scene(np.int64(8), 9.0)  # type: ignore[arg-type]
    assert (type(scene.width), type(scene.height)) == (int, int)


def test_opacity_is_broadcast_to_memory_of_its_own() -> None:
    layer = sr.Layer("circle", DISC * 3, RED * 3, opacity=0.25)
    np.testing.assert_array_equal(layer.opacity, [0.25] * 3)
    assert layer.opacity.strides == (layer.opacity.itemsize,)  # not one number with stride 0
    np.testing.assert_array_equal(sr.Layer("circle", DISC * 2, RED * 2, opacity=[0.0, 1.0]).opacity, [0.0, 1.0])


def test_limits_are_valid() -> None:
    layer = disc(params=[[0.0, 0.0, 0.0]], opacity=0.0)
    assert layer.params[0, 2] == layer.opacity[0] == 0.0


@pytest.mark.parametrize("color", [[], np.zeros((0, 3)), np.zeros((0, 3, 3))])
@pytest.mark.parametrize("opacity", [1.0, []])
@pytest.mark.parametrize("kind", sr.kinds())
def test_empty_layers_are_layers(kind: str, opacity: Any, color: Any) -> None:
    layer = sr.Layer(kind, [], color, opacity)
    assert len(layer) == 0
    assert layer.params.shape == (0, len(sr.primitive(kind).params))
    assert layer.color.shape == (0, *np.shape(color)[1:]) if np.ndim(color) > 1 else (0, 3)
    assert layer.opacity.shape == (0,)
    assert sr.Scene(4, 4, layer).astype(np.float64).layers[0].params.dtype == np.float64


def test_three_colors_of_three_shapes_are_constant() -> None:
    assert sr.Layer("circle", DISC * 3, np.eye(3)).color.shape == (3, 3)
    assert sr.Layer("circle", DISC, np.eye(3)[None]).color.shape == (1, 3, 3)


@pytest.mark.parametrize(
    ("params", "dtype"),
    [
        (DISC, np.float32),
        (np.array([[4, 5, 2]]), np.float32),
        (np.array(DISC, dtype=np.float16), np.float32),
        (np.array(DISC, dtype=np.float32), np.float32),
        (np.array(DISC, dtype=np.float64), np.float64),
    ],
)
def test_params_decide_the_dtype_of_a_layer(params: Any, dtype: type) -> None:
    layer = disc(params=params, color=np.array(RED, dtype=np.float64), opacity=np.float64(0.5))
    assert {layer.params.dtype, layer.color.dtype, layer.opacity.dtype} == {np.dtype(dtype)}


def test_one_float64_layer_makes_the_scene_float64() -> None:
    narrow, wide = disc(), disc(params=np.array(DISC))
    scene = sr.Scene(8, 9, [narrow, wide])
    assert scene.dtype == np.float64
    assert scene.background is not None
    assert {scene.background.dtype, *(layer.params.dtype for layer in scene.layers)} == {np.dtype(np.float64)}
    assert sr.Scene(8, 9, [narrow], background=np.zeros(3)).dtype == np.float32
    assert sr.Scene(8, 9, [], background=np.zeros(3)).dtype == np.float64
    assert sr.Scene(8, 9, [], background=None).dtype == np.float32


def test_astype_converts_everything_and_keeps_the_rest() -> None:
    scene = sr.Scene(8, 9, disc(composite="mean", opacity=0.5), background=[0.25, 0.5, 0.75])
    wide = scene.astype(np.float64)
    assert wide.dtype == np.float64
    assert (wide.width, wide.height, wide.layers[0].composite) == (8, 9, "mean")
    np.testing.assert_array_equal(wide.layers[0].opacity, [0.5])
    assert wide.background is not None
    assert wide.background.dtype == np.float64
    assert wide.astype(np.float32).dtype == np.float32
    assert scene.layers[0].astype(np.float32) is scene.layers[0]
    assert sr.Scene(8, 9, disc(), background=None).astype(np.float64).background is None


def test_scenes_cannot_be_changed_from_outside() -> None:
    params, color, opacity, background = np.array(DISC), np.array(RED), np.ones(1), np.zeros(3)
    layer = sr.Layer("circle", params, color, opacity)
    scene = sr.Scene(8, 9, layer, background)
    for array in (params, color, opacity, background):
        array[:] = 77.0
    assert scene.background is not None
    for array in (layer.params, layer.color, layer.opacity, scene.background):
        assert array.max() < 77.0
        assert array.flags.c_contiguous
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0
    with pytest.raises(FrozenInstanceError):
        layer.kind = "triangle"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        scene.width = 3  # type: ignore[misc]


def test_arrays_are_contiguous_whatever_they_were() -> None:
    layer = sr.Layer("circle", np.asfortranarray(np.ones((4, 3))), np.ones((3, 4)).T)
    assert layer.params.flags.c_contiguous
    assert layer.color.flags.c_contiguous


@pytest.mark.parametrize(
    ("kind", "count", "message"),
    [
        ("polygon", 4, r"\(N, P\) with P = 6, 8, 10, \.\.\. \(x0 y0 x1 y1 \.\.\.\), not \(2, 4\)"),
        ("polygon", 7, r"\(N, P\) with P = 6, 8, 10, .*, not \(2, 7\)"),
        ("path", 8, r"\(N, P\) with P = 6, 12, 18, .*, not \(2, 8\)"),
        ("stroke", 8, r"\(N, P\) with P = 9, 15, 21, \.\.\. \(x0 y0 x1 y1 \.\.\. width\), not \(2, 8\)"),
    ],
)
def test_outlines_have_any_number_of_points_but_not_any_number_of_parameters(
    kind: str, count: int, message: str
) -> None:
    with pytest.raises(ValueError, match=f"^params of a {kind} layer must have shape {message}$"):
        sr.Layer(kind, np.ones((2, count)), RED * 2)
    for more in (0, 10, 100):
        count = sr.primitive(kind).outline.count(3 + more)  # type: ignore[union-attr]
        assert sr.Layer(kind, np.ones((2, count)), RED * 2).params.shape == (2, count)


def test_the_width_of_a_stroke_is_its_last_parameter() -> None:
    with pytest.raises(ValueError, match=r"^width of a stroke must be from 0 to inf, .* from -1 to -1$"):
        sr.Layer("stroke", [[*range(14), -1.0]], RED)


def test_fill_rule() -> None:
    for kind in ("polygon", "path"):
        layer = sr.Layer(kind, np.ones((1, 12), np.float32), RED, fill_rule="evenodd")
        assert sr.Scene(8, 9, layer).astype(np.float64).layers[0].fill_rule == "evenodd"
        assert replace(layer, fill_rule="nonzero").fill_rule == sr.Layer(kind, [], []).fill_rule == "nonzero"
        with pytest.raises(ValueError, match=rf"^fill_rule of a {kind} layer must be nonzero or evenodd, not 'odd'$"):
            replace(layer, fill_rule="odd")
    with pytest.raises(ValueError, match=r"^fill_rule of a circle layer must be nonzero, not 'evenodd'$"):
        disc(fill_rule="evenodd")
    with pytest.raises(ValueError, match=r"^fill_rule of a stroke layer must be nonzero, not 'evenodd'$"):
        sr.Layer("stroke", np.ones((1, 15)), RED, fill_rule="evenodd")


def test_replace_validates_again() -> None:
    assert replace(disc(), composite="mean").composite == "mean"
    with pytest.raises(ValueError, match=r"^opacity"):
        replace(disc(), opacity=2.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bounds_are_those_of_the_roles(dtype: type) -> None:
    layer = sr.Layer("rectangle", np.array([[4, 5, 3, 2, 0.1, 0.5]] * 2, dtype), [[1, 0, 0]] * 2)
    lower, upper = layer.bounds
    for ends in (lower, upper):
        assert [(array.shape, array.dtype) for array in ends] == [(own.shape, dtype) for own in layer.values]
    np.testing.assert_array_equal(lower[0], [[-np.inf, -np.inf, 0, 0, -np.inf, 0]] * 2)
    assert np.isinf(upper[0]).all()
    np.testing.assert_array_equal([lower[2], upper[2]], [[0, 0], [1, 1]])
    assert np.isinf([lower[1], upper[1]]).all()


def test_clipped_moves_values_into_their_ranges() -> None:
    moved = disc().clipped([[-4.0, 5.0, -2.0]], opacity=[1.5])
    np.testing.assert_array_equal(moved.params, [[-4.0, 5.0, 0.0]])
    np.testing.assert_array_equal(moved.color, RED)
    np.testing.assert_array_equal(moved.opacity, [1.0])
    mesh = sr.Mesh([[0, 0], [1, 0], [0, 1]], [[0, 1, 2]], RED).clipped(opacity=[-0.5])
    np.testing.assert_array_equal(mesh.opacity, [0.0])
    with pytest.raises(ValueError, match="params must be finite"):
        disc().clipped([[np.nan, 5.0, 2.0]])


def test_a_scene_of_many_layers_is_shown_in_a_short_line() -> None:
    layers = [sr.Layer("circle", [[2.0, 2.0, 1.0]], [[1.0, 0.0, 0.0]]) for _ in range(600)]
    scene = sr.Scene(8, 9, layers)
    _, gradient = sr.value_and_grad(scene, np.zeros((9, 8, 3)))
    objective = sr.Objective(scene, np.zeros((9, 8, 3)))
    for shown in (scene, gradient, objective, objective.named(objective.x)):
        assert len(repr(shown)) < 800
        assert "and 595 more layers" in repr(shown)
    assert "more" not in repr(sr.Scene(8, 9, layers[:5]))
