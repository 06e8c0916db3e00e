"""A fit that starts from a scene: what follows from it, what contradicts it, and that its shapes stay what they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.metrics import psnr

SIDE = 48
TRUTH = [[14.3, 15.2, 8.1], [32.7, 30.6, 9.4]]


def discs(params: Any = TRUTH, **changes: Any) -> sr.Scene:
    return sr.Scene(SIDE, SIDE, sr.Layer("circle", params, [[1, 0.5, 0], [0, 0.4, 1]], **changes), (0.1, 0.2, 0.3))


def guesses() -> sr.Scene:
    return discs(np.add(TRUTH, [[1.5, -1.0, 1.0], [-1.0, 1.5, -1.0]]))


def test_kind_count_colours_and_composite_follow() -> None:
    boxes = sr.Layer("rectangle", [[20, 20, 9, 7, 0.1, 1]] * 3, np.zeros((3, 3, 3)), composite="mean")
    options = sr.FitOptions(init=sr.Scene(SIDE, SIDE, boxes))
    assert (options.kind, options.count, options.color, options.composite) == ("rectangle", 3, "linear", "mean")
    assert replace(options, init=guesses()).kind == "circle"
    stops = sr.Layer("circle", TRUTH, np.zeros((2, 19)), shading="radial")
    with_stops = sr.FitOptions(init=sr.Scene(SIDE, SIDE, stops))
    assert (with_stops.color, with_stops.stops) == ("radial", 3)
    assert replace(options, kind="rectangle", count=3).count == 3
    assert sr.FitOptions(init=guesses(), background=(0.1, 0.2, 0.3)).given is not None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "ellipse"}, "kind ellipse contradicts init, a scene whose kind is circle"),
        ({"kind": "mesh"}, "kind mesh contradicts init, a scene whose kind is circle"),
        ({"count": 1}, "count 1 contradicts init, a scene whose count is 2"),
        ({"color": "linear"}, "color linear contradicts init, a scene whose color is constant"),
        ({"composite": "mean"}, "composite mean contradicts init, a scene whose composite is over"),
        (
            {"background": (1, 1, 1)},
            r"background \(1, 1, 1\) contradicts init, a scene whose background is \(0.1\d*, 0.2\d*, 0.3\d*\)",
        ),
        ({"background": (1, 1)}, r"background must be three numbers from 0 to 1, or 'linear', not \(1, 1\)"),
        ({"symmetric": True}, "symmetric is not for a scene as init, whose shapes are as they are"),
        ({"segments": 4}, "segments is not for a scene as init, whose shapes are as they are"),
    ],
)
def test_contradictions_are_one_line_that_names_both(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        sr.FitOptions(init=guesses(), **changes)


ONE_LAYER = "init must be a scene of one layer of shapes, or have fewer than count, not Scene"
ANY = "init must be a scene, a file of one, or one of auto, random, grid, error, contour, not "


@pytest.mark.parametrize(
    ("init", "message"),
    [
        (sr.Scene(SIDE, SIDE, []), ONE_LAYER),
        (
            sr.Scene(SIDE, SIDE, [*discs().layers] * 2),
            "init must be a scene of one layer of shapes, or have fewer than count, not Scene",
        ),
        (sr.Scene(SIDE, SIDE, sr.Mesh([[0, 0], [1, 0], [0, 1]], [[0, 1, 2]], [[1, 0, 0]])), "init must be a scene of"),
        (discs().layers[0], f"{ANY}Layer"),
        (
            np.zeros((9999, 3)),
            f"{ANY}ndarray",
        ),
        ("somewhere", "init must be one of auto, random, grid, error, contour, not 'somewhere'"),
    ],
)
def test_what_no_fit_can_start_from(init: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}") as caught:
        sr.FitOptions(init=init)
    assert len(str(caught.value)) < 250
    assert "\n" not in str(caught.value)


def test_scene_and_picture_must_go_together() -> None:
    with pytest.raises(sr.DataError, match=r"^init must be a scene of the size of the picture, 40 x 30, not 48 x 48$"):
        sr.fit(np.zeros((30, 40, 3)), init=guesses())
    with pytest.raises(sr.DataError, match=r"^init must be a scene with a background, for the picture is opaque$"):
        sr.fit(np.zeros((SIDE, SIDE, 3)), init=guesses().replace(background=None))


def test_without_steps_the_shapes_are_as_given() -> None:
    given = discs(fill_rule="nonzero", opacity=[0.5, 0.7])
    result = sr.fit(np.zeros((SIDE, SIDE, 3), np.float32), init=given, iterations=0)
    for found, own in zip(result.scene.values, given.values, strict=True):
        np.testing.assert_array_equal(found, own)


def test_a_transparent_picture_is_put_on_the_background() -> None:
    given = guesses()
    result = sr.fit(np.zeros((SIDE, SIDE, 4), np.float32), init=given, iterations=0)
    np.testing.assert_allclose(result.target, np.broadcast_to(given.background, (SIDE, SIDE, 3)), atol=1e-6)


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("options", "error"), [({}, 0.02), ({"iterations": 0, "polish": 60}, 2e-3), ({"size": 24, "polish": 60}, 2e-3)]
)
def test_finds_discs_from_guesses(options: dict[str, Any], error: float) -> None:
    result = sr.fit(sr.render(discs()), init=guesses(), **options)
    assert set(result.history[:, 3]) == {2.0}
    np.testing.assert_allclose(result.scene.layers[0].params, TRUTH, atol=error)


@pytest.mark.parametrize("optimizer", ["adam", "lbfgs"])
def test_outlines_of_different_sizes_and_several_contours(optimizer: str, rng: np.random.Generator) -> None:
    """Every point moves, and holes stay what they are."""
    frame = [np.array([2.0, 2, 12, 3, 11, 12, 3, 11]), np.array([5.0, 5, 9, 5, 7, 9])]
    params, color = [frame, np.array([8.0, 6, 15, 7, 14, 13, 10, 14, 7, 12])], [[1, 0.5, 0], [0, 0.4, 1]]
    truth = sr.Layer("polygon", params, color, fill_rule="evenodd")
    start = truth.with_values(truth.geometry + rng.normal(0.0, 0.4, truth.geometry.shape), color, 1.0)
    target = sr.render(sr.Scene(16, 15, truth, (0.9, 0.9, 0.9)))
    given = sr.Scene(16, 15, start, (0.9, 0.9, 0.9))
    result = sr.fit(target, init=given, optimizer=optimizer, iterations=12)
    (layer,) = result.scene.layers
    assert layer.contours == ((4, 3), (5,))
    assert (layer.geometry != start.geometry).all()
    before = float(((sr.render(given) - target) ** 2).mean())
    assert float(((result.image - target) ** 2).mean()) < 0.3 * before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stops": 3}, "stops are of gradients: color must be gradient or radial, not constant"),
        ({"stops": 3, "color": "linear"}, "stops are of gradients: color must be gradient or radial, not linear"),
        ({"stops": 9, "color": "radial"}, "stops must be from 2 to 8, not 9"),
        ({"stops": 1, "color": "radial"}, "stops must be a whole number, at least 2, not 1"),
    ],
)
def test_stops_that_no_fit_can_have(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        sr.FitOptions(**options)


def picture_of_three() -> np.ndarray:
    third = sr.Layer("circle", [[30.0, 12.0, 6.0]], [[0.9, 0.9, 0.2]])
    return sr.render(discs().replace(layers=[*discs().layers, third]))


def mixed() -> sr.Scene:
    """A scene of two kinds."""
    sloping = sr.Layer("rectangle", [[24, 40, 20, 8, 0.2, 0]], [[[0.1, 0, 0.5]] * 3], 0.8)
    return discs().replace(layers=[sloping, *discs().layers])


def kinds_in(scene: sr.Scene) -> list[tuple[str, int]]:
    return [(layer.kind, len(layer)) for layer in scene.layers if isinstance(layer, sr.Layer)]


def test_more_shapes_come_on_top_of_a_scene() -> None:
    scene, target = discs(), picture_of_three()
    alone = psnr(sr.render(discs()), target)
    seen: list[sr.Scene] = []
    result = sr.fit(target, init=scene, count=3, iterations=60, seed=1, callback=lambda p: seen.append(p.scene))
    (layer,) = result.scene.layers
    np.testing.assert_array_equal(layer.params[:2], discs().layers[0].params)
    np.testing.assert_array_equal(layer.color[:2], discs().layers[0].color)
    assert len(layer) == 3
    assert result.psnr > alone + 6.0
    assert all((scene.layers[0].params[:2] == discs().layers[0].params).all() for scene in seen)
    assert psnr(sr.render(result.scene), target) == pytest.approx(result.psnr, abs=0.01)
    assert (result.options.count, result.options.init is scene, result.options.background) == (3, True, None)


def test_other_shapes_are_a_layer_of_their_own() -> None:
    scene = mixed()
    result = sr.fit(picture_of_three(), init=scene, count=5, kind="ellipse", iterations=10, polish=2)
    assert [(layer.kind, len(layer)) for layer in result.scene.layers] == [
        ("rectangle", 1),
        ("circle", 2),
        ("ellipse", 2),
    ]
    assert result.scene.layers[:2] == scene.layers
    assert result.scene.background is not None
    assert sr.FitOptions(init=scene, count=5).kind == "circle"
    with pytest.raises(ValueError, match="shapes on top of init"):
        result.uncertainty()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"background": "white"},
            "background .* contradicts init with more shapes than the scene has, which are put on top of it",
        ),
        ({"palette": 3}, "palette 3 contradicts init with more shapes"),
        ({"kind": "mesh"}, "kind mesh contradicts init with more shapes"),
        ({"fixed": {"r": 3}}, "fixed .* contradicts init with more shapes"),
    ],
)
def test_what_cannot_be_on_top_of_a_scene(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sr.FitOptions(init=discs(), count=3, **changes)


def test_scenes_below_must_cover_the_picture() -> None:
    with pytest.raises(sr.DataError, match="scene with a background"):
        sr.fit(picture_of_three(), init=discs().replace(background=None), count=3)
    with pytest.raises(sr.DataError, match="size of the picture, 40 x 48"):
        sr.fit(picture_of_three()[:, :40], init=discs(), count=3)
    with pytest.raises(sr.DataError, match="this one is transparent"):
        sr.fit(np.zeros((SIDE, SIDE, 4), np.float32), init=discs(), count=3)


@pytest.mark.parametrize("suffix", [".json", ".svg"])
def test_scenes_are_read_from_files(suffix: str, tmp_path: Path) -> None:
    sr.save(discs(), tmp_path / f"a{suffix}")
    moved = sr.fit(picture_of_three(), init=tmp_path / f"a{suffix}", iterations=0)
    assert [(layer.kind, len(layer)) for layer in moved.scene.layers] == [
        ("circle" if suffix == ".json" else "path", 2)
    ]
    more = sr.fit(picture_of_three(), init=str(tmp_path / f"a{suffix}"), count=4, iterations=2)
    assert kinds_in(more.scene) == [("circle", 4)]
    with pytest.raises(sr.DataError, match="there is no"):
        sr.fit(picture_of_three(), init=tmp_path / f"b{suffix}")
