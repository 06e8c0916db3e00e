"""Parts of layers, layers put together, and scenes with other fields."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr

DISCS = sr.Layer("circle", [[10, 8, 5], [20, 9, 4], [15, 14, 3]], np.eye(3), [1.0, 0.5, 0.25], composite="mean")


@pytest.mark.parametrize(
    ("index", "rows"),
    [
        (slice(2), [0, 1]),
        (slice(None, None, -1), [2, 1, 0]),
        (-1, [2]),
        ([2, 0, 2], [2, 0, 2]),
        (DISCS.opacity < 0.75, [1, 2]),
        ([], []),
    ],
)
def test_some_shapes(index: Any, rows: list[int]) -> None:
    some = DISCS[index if index != [] else np.array([], int)] if isinstance(index, list) else DISCS[index]
    for part, whole in zip(some.values, DISCS.values, strict=True):
        np.testing.assert_array_equal(part, whole[rows])
    assert (some.kind, some.composite) == ("circle", "mean")


def test_a_layer_can_be_walked_through() -> None:
    assert [shape.params.tolist() for shape in DISCS] == [[row] for row in DISCS.params.tolist()]
    with pytest.raises(IndexError):
        DISCS[3]


def test_layers_are_put_together() -> None:
    both = sr.concatenate([DISCS[2:], DISCS[:2]])
    for part, whole in zip(both.values, DISCS[[2, 0, 1]].values, strict=True):
        np.testing.assert_array_equal(part, whole)
    assert both.composite == "mean"
    wide = sr.concatenate([DISCS, DISCS.astype(np.float64)])
    assert wide.dtype == np.float64


@pytest.mark.parametrize(
    "other",
    [
        sr.Layer("circle", DISCS.params, DISCS.color),
        sr.Layer("circle", DISCS.params, np.zeros((3, 3, 3)), composite="mean"),
        sr.Layer("ellipse", np.ones((3, 5)), DISCS.color, composite="mean"),
    ],
)
def test_only_what_is_alike_is_put_together(other: sr.Layer) -> None:
    with pytest.raises(ValueError, match=r"layers must be alike, but layers\[1\] is Layer\(3 of .*, and layers\[0\] L"):
        sr.concatenate([DISCS, other])
    with pytest.raises(ValueError, match="layers must be at least one"):
        sr.concatenate([])


def test_a_scene_with_other_fields() -> None:
    scene = sr.Scene(30, 20, DISCS, (1, 0, 0))
    other = scene.replace(width=31, background=None)
    assert (other.width, other.height, other.background, len(other.layers)) == (31, 20, None, 1)
    with pytest.raises(ValueError, match="width must be a whole number"):
        scene.replace(width=0)


@pytest.mark.parametrize("background", [(1, 0, 0), None])
def test_a_loop_without_packing(background: Any) -> None:
    """Steps against the gradient, array by array."""
    mesh = sr.Mesh([[2.0, 2.0], [28.0, 3.0], [27.0, 18.0]], [[0, 1, 2]], vertex_color=np.full((3, 3), 0.5))
    scene = sr.Scene(30, 20, [DISCS, mesh], background)
    target = np.full((20, 30, 3 if background else 4), 0.5)
    before, gradient = sr.value_and_grad(scene, target)
    assert [v.shape for v in scene.values] == [g.shape for g in gradient.values]
    moved = [v - 0.5 * g for v, g in zip(scene.values, gradient.values, strict=True)]
    moved = [np.clip(v, 0.0, 1.0) if v.ndim == 1 else v for v in moved]  # opacities, and the background
    after = scene.with_values(moved)
    assert sr.value_and_grad(after, target)[0] < before
    for array, wanted in zip(after.values, moved, strict=True):
        np.testing.assert_array_equal(array, wanted)
    with pytest.raises(ValueError, match=f"values must be {len(moved)} arrays, as those of the scene, not 1"):
        scene.with_values(moved[:1])
