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


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fixed": {"radius": 1}}, r"fixed must name params, color, opacity, .*background, not 'radius'"),
        ({"fixed": ["opacity"]}, r"fixed must be a mapping of names to values, not list"),
        ({"fixed": {"color": None}}, r"fixed color needs a value, unless init is a scene that has it"),
        ({"fixed": {"opacity": "much"}}, r"fixed opacity must be numbers, not str"),
        ({"fixed": {"opacity": 2}}, r"fixed opacity must be from 0 to 1, but .*"),
        ({"fixed": {"opacity": [0.1, 0.2]}}, r"fixed opacity must be one value for all shapes, not \(2,\)"),
        ({"fixed": {"color": 0.5}}, r"fixed color must have shape \(3,\), as one of a shape, not \(\)"),
        ({"fixed": {"color": (1, 0, 0)}, "color": "linear"}, r"fixed color must have shape \(3, 3\), .*"),
        ({"fixed": {"background": 3}}, r"background must be three numbers from 0 to 1, not 3"),
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
