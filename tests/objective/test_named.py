"""Values by name, masks, and values that are held."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr


def test_names_are_views(scene: sr.Scene) -> None:
    objective = sr.Objective(scene)
    x = objective.x.copy()
    circles, rectangles, mesh = objective.named(x).layers
    circles["position"][:, 0] += 1.0
    circles["r"] *= 2.0
    rectangles["angle"][:] = 0.5
    rectangles["length"] = 2.0 * rectangles["length"]  # w, h, and corner, which stands behind the angle
    mesh["vertices"][1] = 7.0, 8.0
    mesh["y"][0] = 9.0
    mesh["color"][:] = 0.25
    background = objective.named(x).background
    assert background is not None
    background[:] = 0.75
    changed = objective.scene(x)
    params = scene.layers[0].params
    np.testing.assert_array_equal(changed.layers[0].params, params * [1.0, 1.0, 2.0] + [1.0, 0.0, 0.0])
    np.testing.assert_array_equal(changed.layers[1].params, [[12.0, 10.0, 28.0, 16.0, 0.5, 2.0]])
    np.testing.assert_array_equal(changed.layers[2].vertices[:2], [[2.0, 9.0], [7.0, 8.0]])
    assert (changed.layers[2].vertex_color == 0.25).all()
    assert (changed.background == 0.75).all()
    np.testing.assert_array_equal(changed.layers[0].color, scene.layers[0].color)


def test_names_of_a_layer(scene: sr.Scene) -> None:
    circles, rectangles, mesh = sr.Objective(scene).named(np.zeros(sr.Objective(scene).x.size)).layers
    assert list(circles) == ["params", "color", "opacity", "cx", "cy", "r", "position", "length"]
    assert {"params", "color", "opacity", "cx", "corner", "angle", "position", "length"} <= set(rectangles)
    assert list(mesh) == ["vertices", "color", "opacity", "x", "y", "position"]
    assert len(circles) == 8
    with pytest.raises(KeyError, match="'radius' must be one of params, color, opacity, cx, cy, r, position, length"):
        circles["radius"]
    with pytest.raises(ValueError, match="read-only"):
        rectangles["length"][:] = 1.0


def test_masks(scene: sr.Scene) -> None:
    objective = sr.Objective(scene)

    def marked(**choice: object) -> sr.Scene:
        return objective.scene(objective.where(**choice).astype(float))  # type: ignore[arg-type]

    n = len(scene.layers[0])
    np.testing.assert_array_equal(marked(role="position").layers[0].params, [[1, 1, 0]] * n)
    np.testing.assert_array_equal(marked(role="length", layer=1).layers[1].params, [[0, 0, 1, 1, 0, 1]])
    assert (marked(role="position").layers[2].vertices == 1.0).all()
    assert (marked(role="background").background == 1.0).all()
    assert objective.where(role="background").sum() == 3
    assert objective.where().all()
    some = marked(layer=0, index=[1])
    assert some.layers[0].params.sum(axis=1).tolist() == [0.0, 3.0, *[0.0] * (n - 2)]
    assert some.layers[0].opacity.tolist() == [0.0, 1.0, *[0.0] * (n - 2)]
    assert objective.where(layer=0, index=[1]).sum() == 7
    assert objective.where(layer=-1).sum() == 8 + 12 + 2


def test_values_that_are_held(scene: sr.Scene, target: np.ndarray) -> None:
    objective = sr.Objective(scene, target)
    free = objective.where(role="color") | objective.where(layer=0, role="r", index=slice(2))
    part = objective.free(free)
    (loss, gradient), (expected, full) = part(objective.x), objective(objective.x)
    assert loss == expected
    np.testing.assert_array_equal(gradient, np.where(free, full, 0.0))
    np.testing.assert_array_equal(part.vjp(objective.x, target)[~free], 0.0)
    lower, upper = part.bounds
    np.testing.assert_array_equal(lower[~free], objective.x[~free])
    np.testing.assert_array_equal(upper[~free], objective.x[~free])
    np.testing.assert_array_equal(lower[free], objective.bounds.lb[free])
    assert np.count_nonzero(gradient) > 10
    assert np.count_nonzero(full[~free]) > 10
    np.testing.assert_array_equal(
        objective.free(role="color")(objective.x)[1] != 0, objective.where(role="color") & (full != 0)
    )


def test_values_are_held_where_one_says(scene: sr.Scene, target: np.ndarray) -> None:
    objective = sr.Objective(scene, target)
    there = objective.x + 0.5 * objective.where(role="position")
    part = objective.free(role="color", at=there)
    np.testing.assert_array_equal(part.x, there)
    np.testing.assert_array_equal(part.bounds.lb[~part.where(role="color")], there[~part.where(role="color")])
    assert objective.x[0] == scene.layers[0].params[0, 0]


def test_bounds_and_scale(scene: sr.Scene) -> None:
    objective = sr.Objective(scene)
    lower, upper = objective.bounds
    low, high = objective.named(lower).layers, objective.named(upper).layers
    assert (low[0]["r"] == 0.0).all()
    assert (high[0]["opacity"] == 1.0).all()
    assert np.isinf(low[0]["position"]).all()
    steps = objective.named(objective.scale).layers
    assert (steps[0]["position"] == 1.0).all()
    assert (steps[0]["color"] == 0.2).all()
    assert 1.0 / 9.0 < steps[1]["angle"][0] < 1.0 / 7.0  # of a rectangle of 14 by 8: the rim moves by a pixel
