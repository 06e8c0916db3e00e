"""Blurred and upscaled pictures have the shapes of the sharp one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter

import sdfraster as sr
from sdfraster.io.scale import scaled
from sdfraster.pictures import as_picture
from sdfraster.tracing.blur import enlarged as enlarged_drawing
from sdfraster.tracing.blur import find_shrinkage
from sdfraster.tracing.scene import scene_of
from sdfraster.tracing.squares import planes_of

from .conftest import Draw

ART = (
    '<rect width="96" height="96" fill="#fff"/><circle cx="34" cy="40" r="24" fill="#d03020"/>'
    '<rect x="62" y="20" width="26" height="60" transform="rotate(10 75 50)" fill="#204080"/>'
)


def upscaled(draw: Draw, factor: int, how: Image.Resampling) -> Image.Image:
    small = draw(ART, 384 // factor).convert("RGB")
    return small.resize((factor * small.width, factor * small.height), how)


@pytest.mark.parametrize(("blur", "shrinkage"), [(0.0, 1), (1.0, 1), (2.0, 2)])
def test_how_blurred_a_picture_is(draw: Draw, blur: float, shrinkage: int) -> None:
    image = draw(ART, 384).convert("RGB").filter(ImageFilter.GaussianBlur(blur))
    assert find_shrinkage(planes_of(np.asarray(as_picture(image), np.float64))) == shrinkage


@pytest.mark.parametrize("picture", [np.ones((30, 40, 4)), np.ones((1, 40, 4)), np.ones((30, 1, 4))])
def test_nothing_tells(picture: Any) -> None:
    assert find_shrinkage(planes_of(picture)) == 1


@pytest.mark.compiled
@pytest.mark.parametrize("how", [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC])
def test_an_upscaled_picture_has_the_shapes_of_the_sharp_one(draw: Draw, how: Image.Resampling) -> None:
    """Lengths are enlarged, angles are not."""
    drawing = sr.trace(upscaled(draw, 4, how)).drawing
    assert (drawing.width, drawing.height) == (384, 384)
    shapes = {shape.kind: shape for shape in drawing.shapes}
    assert sorted(shapes) == ["circle", "rectangle"]
    assert shapes["circle"].params == pytest.approx(np.array([136.0, 160.0, 96.0]), abs=0.5)
    x, y, width, height, angle, _ = shapes["rectangle"].params
    assert (x, y) == pytest.approx((300.0, 200.0), abs=0.5)
    sides = sorted([(width, np.degrees(angle) % 180.0), (height, (np.degrees(angle) + 90.0) % 180.0)])
    assert sides[0] == pytest.approx((104.0, 10.0), abs=1.0)
    assert sides[1] == pytest.approx((240.0, 100.0), abs=1.0)


@pytest.mark.compiled
def test_curves_and_gradients_are_enlarged_as_scenes_are(draw: Draw) -> None:
    drawing = sr.trace(
        draw(
            '<linearGradient id="g"><stop offset="0" stop-color="#ff8000"/><stop offset="1" stop-color="#4010a0"/>'
            '</linearGradient><path d="M20 50C20 20 50 8 66 24S90 60 70 76 20 80 20 50Z" fill="url(#g)"/>'
            '<path d="M4 4H30L4 24Z" fill="#204080"/><ellipse cx="80" cy="84" rx="12" ry="6" fill="#207040"/>'
        )
    ).drawing
    assert {shape.paint.kind for shape in drawing.shapes} == {"flat", "linear"}
    found, expected = scene_of(enlarged_drawing(drawing, 3, 288, 288)), scaled(scene_of(drawing), 3.0)
    assert (found.width, found.height) == (expected.width, expected.height)
    for one, other in zip(found.layers, expected.layers, strict=True):
        for values, wanted in zip(one.values, other.values, strict=True):
            np.testing.assert_allclose(values, wanted, rtol=1e-9, atol=1e-9)


@pytest.mark.compiled
def test_a_side_that_is_no_multiple(draw: Draw) -> None:
    sharp = draw(ART, 383).convert("RGB")
    result = sr.trace(sharp.filter(ImageFilter.GaussianBlur(2.0)))
    again = np.asarray(draw(result.svg).convert("RGB"), int)
    assert again.shape == (383, 383, 3)
    assert np.abs(again - np.asarray(sharp, int)).mean() < 0.7
