"""A background that slopes: a layer of the scene whose colour is found with the shapes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import sdfraster as sr
from sdfraster.fitting.backdrop import backdrop, has_backdrop

WIDTH, HEIGHT, NOISE = 30, 22, 0.01
TRUTH = np.array([[7.3, 8.2, 3.9], [21.7, 12.6, 5.2]])
COLORS = [[0.9, 0.8, 0.6], [0.3, 0.6, 0.9]]


def slope() -> np.ndarray:
    """Return a picture (H, W, 3) of the background, by its own formula."""
    y, x = np.mgrid[:HEIGHT, :WIDTH][..., None] + 0.5
    return 0.2 + x * [0.01, 0.012, 0.008] + y * [0.004, -0.002, 0.006]


def discs(params: Any = TRUTH, **changes: Any) -> sr.Scene:
    return sr.Scene(WIDTH, HEIGHT, sr.Layer("circle", params, COLORS), **changes)


def target(rng: np.random.Generator | None = None) -> np.ndarray:
    """Return discs on the slope, with noise if there is a generator."""
    drawn = sr.render(discs(background=None))
    picture = drawn[..., :3] + (1.0 - drawn[..., 3:]) * slope()
    return picture if rng is None else picture + rng.normal(0.0, NOISE, picture.shape)


def guesses(**changes: Any) -> sr.Scene:
    return discs(np.add(TRUTH, [[0.6, -0.5, 0.4], [-0.5, 0.6, -0.5]]), **changes)


@pytest.mark.compiled
def test_it_is_found_with_the_shapes(rng: np.random.Generator) -> None:
    options = {"fixed": {"opacity": 1}, "optimizer": "lm", "iterations": 9}
    result = sr.fit(target(rng), init=guesses(), background="linear", **options)
    assert has_backdrop(result.scene)
    errors = result.uncertainty()
    assert errors.statement == "all values that are free are determined"
    assert errors.noise == pytest.approx(NOISE, rel=0.1)
    off = np.abs(result.scene.layers[1].params - TRUTH) / errors.named.layers[1]["params"]
    assert off.max() < 4.0
    alone = sr.render(sr.Scene(WIDTH, HEIGHT, result.scene.layers[0]))
    np.testing.assert_allclose(alone, slope(), atol=0.01)
    flat = sr.fit(target(rng), init=guesses(background=(0.3, 0.3, 0.3)), **options)
    assert np.abs(flat.scene.layers[0].params - TRUTH).max() > 5.0 * np.abs(result.scene.layers[1].params - TRUTH).max()


@pytest.mark.compiled
def test_a_fit_goes_on_from_it_and_files_have_it(rng: np.random.Generator, tmp_path: Path) -> None:
    first = sr.fit(target(rng), init=guesses(), background="linear", optimizer="lm", iterations=3)
    sr.save(first.scene, tmp_path / "scene.json")
    loaded = sr.load(tmp_path / "scene.json")
    again = sr.fit(first.target, init=loaded, optimizer="lm", iterations=3)
    assert again.options.background == "linear"
    assert len(again.scene.layers) == 2
    assert again.psnr >= first.psnr
    np.testing.assert_array_equal(again.scene.layers[0].params, first.scene.layers[0].params)
    assert "linearGradient" in sr.to_svg(first.scene)


@pytest.mark.compiled
def test_masks_are_of_the_scene_that_was_given(rng: np.random.Generator) -> None:
    given = guesses(background=None)
    mask = np.zeros(14, bool)
    mask[[0, 4]] = True
    for fixed in (mask, {"mask": mask}):
        result = sr.fit(target(rng), init=given, fixed=fixed, background="linear", optimizer="lm", iterations=3)
        same = result.scene.layers[1].params == given.layers[0].params.astype(np.float32)
        assert np.flatnonzero(same).tolist() == [0, 4]
        assert np.flatnonzero(result.uncertainty().named.layers[1]["params"] == 0.0).tolist() == [0, 4]


@pytest.mark.parametrize("options", [{}, {"optimizer": "lbfgs"}, {"polish": 2}, {"opaque": True}], ids=str)
def test_shapes_from_nothing(options: dict[str, Any], rng: np.random.Generator) -> None:
    result = sr.fit(target(rng), count=2, background="linear", iterations=4, **options)
    assert has_backdrop(result.scene)
    assert len(result.scene.layers[1]) == 2
    assert (result.scene.layers[0].opacity == 1.0).all()


@pytest.mark.compiled
def test_shapes_are_added_and_removed_on_it() -> None:
    """On several levels of the pyramid; a flat background costs decibels."""
    large = sr.Scene(3 * WIDTH, 3 * HEIGHT, sr.Layer("circle", 3.0 * TRUTH, COLORS), None)
    drawn, plane = sr.render(large), backdrop(3 * WIDTH, 3 * HEIGHT, slope())
    behind = sr.render(sr.Scene(3 * WIDTH, 3 * HEIGHT, plane))
    picture = drawn[..., :3] + (1.0 - drawn[..., 3:]) * behind
    sloping, flat = (sr.fit(picture, count=12, iterations=300, background=each) for each in ("linear", None))
    assert sloping.history[:, 3].max() > 12
    assert has_backdrop(sloping.scene)
    np.testing.assert_allclose(sloping.scene.layers[0].params, plane.params, rtol=0.1)  # of whole pixels of a level
    assert sloping.psnr > flat.psnr + 3.0


def test_it_starts_without_the_shapes() -> None:
    layer = backdrop(WIDTH, HEIGHT, target())
    np.testing.assert_allclose(sr.render(sr.Scene(WIDTH, HEIGHT, layer)), slope(), atol=0.02)
    assert has_backdrop(sr.Scene(WIDTH, HEIGHT, [layer, *discs().layers]))
    assert not has_backdrop(sr.Scene(WIDTH, HEIGHT, [*discs().layers, layer]))
    assert not has_backdrop(sr.Scene(9 * WIDTH, HEIGHT, [layer, *discs().layers]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "mesh", "count": 4}, "background linear is not for a fit with a mesh"),
        ({"symmetric": True}, "background linear is not for a fit with symmetric"),
        ({"palette": 3}, "background linear is not for a fit with palette"),
        ({"kind": "path", "init": "contour"}, "background linear is not for a fit with init 'contour'"),
        ({"fixed": {"background": (1, 1, 1)}}, "fixed background is not for a fit with background"),
    ],
)
def test_what_cannot_be_on_it_is_one_line(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        sr.FitOptions(background="linear", **options)


@pytest.mark.compiled
@pytest.mark.parametrize("options", [{"optimizer": "lm"}, {"iterations": 60}, {"polish": 6, "iterations": 2}], ids=str)
def test_a_picture_that_is_known_lies_behind(options: dict[str, Any], rng: np.random.Generator) -> None:
    behind = rng.random((HEIGHT, WIDTH, 3))
    drawn = sr.render(discs(background=None))
    picture = drawn[..., :3] + (1.0 - drawn[..., 3:]) * behind + rng.normal(0.0, NOISE, behind.shape)
    asked = {"init": guesses(background=None), "background": behind, "fixed": {"opacity": 1, "color": None}}
    result = sr.fit(picture, **{"iterations": 9, **asked, **options})
    assert result.scene.background is None
    alone = sr.render(result.scene)
    np.testing.assert_allclose(result.image, alone[..., :3] + (1.0 - alone[..., 3:]) * behind, atol=1e-5)
    errors = result.uncertainty()
    assert errors.noise == pytest.approx(NOISE, rel=0.2)
    assert np.abs(result.scene.layers[0].params - TRUTH).max() < 0.05
    assert result.worth.min() > 1.0
    assert 20.0 < result.svg_psnr < result.psnr
    again = sr.fit(picture, **{**asked, "init": result.scene, "optimizer": "lm", "iterations": 1})
    assert again.psnr >= result.psnr - 0.01


def test_shapes_from_nothing_on_a_picture(rng: np.random.Generator, tmp_path: Path) -> None:
    Image.fromarray((255 * slope()).round().astype(np.uint8)).save(tmp_path / "behind.png")
    for options in ({"iterations": 4}, {"optimizer": "lbfgs", "iterations": 4}):
        result = sr.fit(target(rng), count=2, background=str(tmp_path / "behind.png"), **options)
        assert result.scene.background is None
        assert result.psnr > 10.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kind": "mesh", "count": 4}, "background of a picture is not for a fit with a mesh"),
        ({"init": discs(background=(1, 1, 1))}, "background of a picture contradicts init, which must be transparent"),
        ({"fixed": {"background": (1, 1, 1)}}, "fixed background is not for a fit with background"),
    ],
)
def test_what_cannot_be_on_a_picture_is_one_line(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        sr.FitOptions(background=slope(), **options)


def test_pictures_that_cannot_be_behind(rng: np.random.Generator) -> None:
    for wrong, own in ((slope()[:5], "30 x 5 with 3"), (np.full((HEIGHT, WIDTH, 4), 0.5), "30 x 22 with 4")):
        with pytest.raises(sr.DataError, match=f"^background must be an opaque picture .*, not {own} channels$"):
            sr.fit(target(rng), count=1, background=wrong)
    with pytest.raises(sr.DataError, match=r"nowhere\.png"):
        sr.fit(target(rng), count=1, background="nowhere.png")


def test_other_contradictions() -> None:
    with pytest.raises(ValueError, match=r"background must be a colour such as .*, not 'quadratic'"):
        sr.FitOptions(background="quadratic")
    on_slope = sr.Scene(WIDTH, HEIGHT, [backdrop(WIDTH, HEIGHT, target()), *discs().layers])
    with pytest.raises(ValueError, match=r"^background \(1, 1, 1\) contradicts init, .* whose background is linear$"):
        sr.FitOptions(init=on_slope, background=(1, 1, 1))
    with pytest.raises(sr.DataError, match="background linear is for opaque pictures, but this one is transparent"):
        sr.fit(np.full((8, 8, 4), 0.5), count=1, background="linear")
