"""Values that a fit holds: they end as they were given, in every phase, and the others find their places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr

from .pictures import picture

SIDE = 48
TRUTH = [[14.3, 15.2, 12.0, 7.0, 0.3, 0.0], [32.7, 30.6, 9.0, 14.0, -0.2, 0.0]]
COLORS = [[1, 0.5, 0], [0, 0.4, 1]]
BEHIND = (0.1, 0.2, 0.3)


def boxes(params: Any = TRUTH, colors: Any = COLORS, opacity: Any = 1.0) -> sr.Scene:
    return sr.Scene(SIDE, SIDE, sr.Layer("rectangle", params, colors, opacity), BEHIND)


def moved() -> sr.Scene:
    return boxes(np.add(TRUTH, [[1.5, -1.0, 0, 0, 0.1, 0], [-1.0, 1.5, 0, 0, -0.1, 0]]), opacity=0.8).astype(np.float32)


@pytest.mark.compiled
@pytest.mark.parametrize(
    "options",
    [{"iterations": 600}, {"iterations": 0, "polish": 60}, {"optimizer": "lbfgs"}, {"optimizer": "lm"}, {"size": 24}],
    ids=str,
)
def test_what_is_held_stays_and_the_rest_is_found(options: dict[str, Any]) -> None:
    names = sr.primitive("rectangle").params
    fixed = {"opacity": 1, "color": None, "background": None, names[2]: None, names[3]: [7.0, 14.0], names[5]: 0}
    seen: list[sr.Scene] = []
    options = {"callback": lambda progress: seen.append(progress.scene), **options}
    result = sr.fit(sr.render(boxes()), init=moved(), fixed=fixed, **options)
    for scene in (seen[len(seen) // 2], result.scene):
        (layer,) = scene.layers
        np.testing.assert_array_equal(layer.params[:, [2, 3, 5]], moved().layers[0].params[:, [2, 3, 5]])
        np.testing.assert_array_equal(layer.color, moved().layers[0].color)
        np.testing.assert_array_equal(layer.opacity, 1.0)
        np.testing.assert_array_equal(scene.background, moved().background)
    tolerance = 0.2 if "size" in options else 0.02
    np.testing.assert_allclose(result.scene.layers[0].params, boxes().layers[0].params, atol=tolerance)


@pytest.mark.compiled
@pytest.mark.parametrize("kind", ["circle", "rectangle"])
def test_shapes_that_are_added_hold_it_too(kind: str) -> None:
    target = picture()
    fixed = {"color": (1.0, 0.5, 0.25), "opacity": 0.75, "length": 4.0, "background": (0.0, 0.5, 1.0)}
    start = sr.fit(target, kind=kind, count=9, iterations=0, fixed=fixed)
    result = sr.fit(target, kind=kind, count=9, iterations=120, fixed=fixed)
    assert result.history[:, 3].max() > 9
    for scene in (start.scene, result.scene):
        (layer,) = scene.layers
        np.testing.assert_array_equal(layer.color, [fixed["color"]] * 9)
        np.testing.assert_array_equal(layer.opacity, 0.75)
        sizes = [k for k, parameter in enumerate(layer.parameters) if parameter.role.name == "length"]
        np.testing.assert_array_equal(layer.params[:, sizes], 4.0)
        np.testing.assert_array_equal(scene.background, fixed["background"])
    assert result.psnr > start.psnr
    assert result.options.background == fixed["background"]


@pytest.mark.compiled
def test_colours_that_change_are_held_with_their_line() -> None:
    """Where a fit would move the line of a gradient back to its shape."""
    color = [[[1, 0.5, 0], [0, 0.4, 1], [1, 0, 5]]]
    given = sr.Scene(SIDE, SIDE, sr.Layer("circle", [[20, 20, 9]], color, shading="gradient"), BEHIND)
    target = sr.render(given.with_values([[[22, 19, 10]], *given.values[1:]]))
    result = sr.fit(target, init=given, fixed={"color": None}, iterations=30, polish=10)
    np.testing.assert_array_equal(result.scene.layers[0].color, given.layers[0].color)


def small(scene: sr.Scene) -> sr.Scene:
    """Return the same, a third as large."""
    (layer,) = scene.layers
    params = layer.params * np.array([1, 1, 1, 1, 3, 1], layer.dtype) / 3
    return sr.Scene(SIDE // 3, SIDE // 3, layer.with_values(params, layer.color, layer.opacity), scene.background)


ALL = np.arange(moved().layers[0].params.size + 11)  # places in a vector of two boxes and a background
MASKS = {
    "of shapes": ([True, False], ALL < 6),
    "of numbers": ([1], (ALL >= 6) & (ALL < 12)),
    "of values": ((ALL == 3) | (ALL >= 20), (ALL == 3) | (ALL >= 20)),
}


@pytest.mark.parametrize("options", [{"iterations": 3}, {"iterations": 2, "optimizer": "lm"}, {"polish": 2}], ids=str)
@pytest.mark.parametrize("mask", MASKS)
def test_masks_hold_values_as_they_are(mask: str, options: dict[str, Any]) -> None:
    given, (value, held) = small(moved()), MASKS[mask]
    result = sr.fit(sr.render(small(boxes())), init=given, fixed=np.array(value), **{"iterations": 0, **options})
    before, after = (np.concatenate([array.ravel() for array in s.values]) for s in (given, result.scene))
    rest = np.zeros(before.size, bool)
    if mask != "of values":  # colours and opacity of the shape as well
        k = int(mask == "of numbers")
        rest[12 + 3 * k : 15 + 3 * k] = rest[18 + k] = True
    np.testing.assert_array_equal(after[held | rest], before[held | rest])
    assert (after != before).sum() > 6


def test_a_mask_goes_with_names() -> None:
    given = small(moved())
    fixed = {"mask": [0], "angle": [given.layers[0].params[0, 4], 0.5], "color": None}
    result = sr.fit(sr.render(small(boxes())), init=given, fixed=fixed, iterations=2)
    (layer,) = result.scene.layers
    np.testing.assert_array_equal(layer.params[0], given.layers[0].params[0])
    assert layer.params[1, 4] == np.float32(0.5)
    assert (layer.params[1, :4] != given.layers[0].params[1, :4]).any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fixed": [True, False]}, r"fixed mask needs a scene as init, whose values it holds"),
        ({"fixed": [True], "init": boxes()}, r"fixed mask must be bool of shape \(2,\), for .*, not bool of \(1,\)"),
        ({"fixed": np.zeros((2, 2)), "init": boxes()}, r"fixed mask must be .*, not float64 of \(2, 2\)"),
        ({"fixed": [2], "init": boxes()}, r"index must be among the shapes of the layer: .*"),
        ({"fixed": ALL < 21, "init": boxes()}, r"fixed mask must hold all of the background, or nothing of it"),
        (
            {"fixed": {"w": 3, "length": 4}, "kind": "rectangle"},
            r"fixed w and length contradict each other: w of shape 0 of layer 0 cannot be both",
        ),
        (
            {"fixed": {"opacity": 0.5, "mask": [1]}, "init": boxes()},
            r"fixed mask and opacity contradict each other: opacity of shape 1 of layer 0 cannot be both",
        ),
        (
            {"fixed": {"background": (1, 1, 1), "mask": ALL >= 20}, "init": boxes()},
            r"fixed mask and background contradict each other: it cannot be both",
        ),
        ({"fixed": [0], "init": boxes(), "opaque": True}, r"fixed mask is not for a fit with opaque"),
        ({"fixed": [0], "init": boxes(), "palette": 3}, r"fixed mask is not for a fit with palette"),
    ],
)
def test_what_masks_cannot_hold_is_one_line(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        sr.FitOptions(**options)


def test_names_that_agree_go_together() -> None:
    assert sr.FitOptions(fixed={"w": 3, "length": 3, "h": 3}, kind="rectangle").fixed["w"] == 3
    sr.FitOptions(fixed={"opacity": 1, "mask": [1]}, init=boxes())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fixed": {"radius": 1}}, r"fixed must name params, color, opacity, .*background, not 'radius'"),
        ({"fixed": "opacity"}, r"fixed must be a mapping of names to values, or a mask, not str"),
        ({"fixed": {"color": None}}, r"fixed color needs a value, unless init is a scene that has it"),
        ({"fixed": {"opacity": "much"}}, r"fixed opacity must be numbers, not str"),
        ({"fixed": {"opacity": 2}}, r"fixed opacity must be from 0 to 1, but .*"),
        ({"fixed": {"opacity": [0.1, 0.2]}}, r"fixed opacity must be one value for all shapes, not \(2,\)"),
        ({"fixed": {"color": 0.5}}, r"fixed color must have shape \(3,\), as one of a shape, not \(\)"),
        ({"fixed": {"color": (1, 0, 0)}, "color": "linear"}, r"fixed color must have shape \(3, 3\), .*"),
        ({"fixed": {"background": 3}}, r"background must be three numbers from 0 to 1, or 'linear', not 3"),
        ({"fixed": {"opacity": [1, 1, 1]}, "init": boxes()}, r"fixed opacity must be .* or have shape \(2,\), .*"),
        ({"fixed": {"opacity": 1}, "opaque": True}, r"fixed opacity is not for a fit with opaque"),
        ({"fixed": {"opacity": 1}, "symmetric": True}, r"fixed opacity is not for a fit with symmetric"),
        ({"fixed": {"color": (1, 0, 0)}, "palette": 3}, r"fixed color is not for a fit with palette"),
        ({"fixed": {"background": BEHIND}, "background": BEHIND}, r"fixed background is not for .* background"),
        ({"fixed": {"opacity": 1}, "kind": "mesh"}, r"fixed opacity is not for a fit with a mesh"),
    ],
)
def test_what_cannot_be_held_is_one_line(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        sr.FitOptions(**options)
