"""JPEGs are told from clean pictures, and give the same shapes."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

import sdfraster as sr
from sdfraster.pictures import as_picture
from sdfraster.tracing.blur import shrunk
from sdfraster.tracing.quality import find_quality, is_flat_art
from sdfraster.tracing.squares import find_squares, planes_of

from .conftest import Draw

ART = '<rect width="96" height="96" fill="#fff"/><circle cx="34" cy="40" r="24" fill="#d03020"/>' + (
    '<path d="M52 86L90 86 71 40Z" fill="#204080"/>'
)


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    data = io.BytesIO()
    image.convert("RGB").save(data, "JPEG", quality=quality)
    return Image.open(data)


@pytest.mark.parametrize("quality", [60, 75, 90])
def test_jpegs_are_told(draw: Draw, quality: int) -> None:
    clean = draw(ART, 384)
    found = [
        find_quality(find_squares(planes_of(np.asarray(as_picture(image, np.float64)))))
        for image in (clean, jpeg(clean, quality))
    ]
    assert [each.coarse > 1.0 for each in found] == [False, True]
    assert not any(each.photograph for each in found)


@pytest.mark.parametrize("width", [24, 48, 96, 192, 384, 2048])
def test_flat_art_is_told(draw: Draw, width: int) -> None:
    assert is_flat_art(as_picture(draw(ART, width)))


def test_photographs_are_no_flat_art(rng: np.random.Generator) -> None:
    """Not even one on white or one of the size of an icon, nor what is too small to tell."""
    photograph = as_picture("sample:chelsea", np.float64)
    assert not is_flat_art(photograph)
    for factor in (5, 9, 18):
        assert not is_flat_art(shrunk(photograph, factor))
    page = np.ones((2 * photograph.shape[0], 2 * photograph.shape[1], 3))
    page[20 : 20 + photograph.shape[0], 30 : 30 + photograph.shape[1]] = photograph
    assert not is_flat_art(page)
    assert not is_flat_art(np.ones((400, 400, 3)))
    small = np.ones((20, 24, 3))
    small[5:15, 6:18] = (0.8, 0.0, 0.2)
    assert not is_flat_art(small)


@pytest.mark.parametrize("width", [24, 64, 200])
def test_noise_is_no_flat_art(rng: np.random.Generator, width: int) -> None:
    noise = rng.integers(0, 256, (width, width, 3)) / 255.0
    for picture in (noise, np.repeat(noise[:, :, :1], 3, axis=2), 0.4 + 0.2 * noise):
        assert find_quality(find_squares(planes_of(picture))).photograph


def test_small_photographs_are_told_and_small_flat_art_is_none(draw: Draw) -> None:
    photograph = as_picture("sample:chelsea", np.float64)
    for factor in (3, 5, 7, 9):
        assert find_quality(find_squares(planes_of(shrunk(photograph, factor)))).photograph
    for width in (24, 32, 48, 64, 128):
        assert not find_quality(find_squares(planes_of(as_picture(draw(ART, width), np.float64)))).photograph


@pytest.mark.compiled
def test_a_jpeg_has_the_shapes_of_the_picture(draw: Draw) -> None:
    clean = draw(ART, 384)
    drawings = [sr.trace(image).drawing for image in (clean, jpeg(clean, 75))]
    assert sorted(shape.kind for shape in drawings[0].shapes) == ["circle", "path"]
    assert sorted(shape.kind for shape in drawings[1].shapes) == ["circle", "path"]
    circles = [shape.params for drawing in drawings for shape in drawing.shapes if shape.kind == "circle"]
    assert circles[0] == pytest.approx(np.array([136.0, 160.0, 96.0]), abs=0.1)
    assert circles[1] == pytest.approx(circles[0], abs=0.3)
