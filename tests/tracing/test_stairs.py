"""Pictures without antialiasing: lines that are straight again, and pixel art that stays as it is."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import sdfraster as sr
from sdfraster.metrics import psnr
from sdfraster.pictures import as_picture
from sdfraster.tracing.palette import CLEAN, find_cores
from sdfraster.tracing.squares import find_squares, planes_of
from sdfraster.tracing.stairs import is_aliased

from .conftest import Draw

ART = (
    '<rect width="96" height="96" fill="#fff"/><path d="M6 14L90 22 84 40 10 36Z" fill="#204080"/>'
    '<circle cx="34.3" cy="66.2" r="22.4" fill="#d03020"/><path d="M62 90L90 90 76 46Z" fill="#20a040"/>'
)


def aliased(draw: Draw, size: int) -> Image.Image:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" shape-rendering="crispEdges">'
    return draw(f"{svg}{ART}</svg>", size)


def told(image: Image.Image) -> bool:
    pixels = np.ones((image.height, image.width, 4))
    picture = as_picture(image, np.float64)
    pixels[..., : picture.shape[2]] = picture
    return is_aliased(pixels, find_cores(pixels, find_squares(planes_of(pixels)), CLEAN))


@pytest.mark.parametrize("size", [64, 192, 384])
def test_pictures_without_antialiasing_are_told(draw: Draw, size: int) -> None:
    assert told(aliased(draw, size))
    assert not told(draw(ART, size))


@pytest.mark.compiled
@pytest.mark.parametrize("size", [160, 192, 256])
def test_lines_are_straight_again(draw: Draw, size: int) -> None:
    """What is drawn is nearer to the picture with antialiasing than that without is, and has few nodes."""
    rough, smooth = aliased(draw, size), draw(ART, size)
    result = sr.trace(rough)
    shapes = result.drawing.shapes
    assert sorted(shape.kind for shape in shapes) == ["circle", "path", "path"]
    assert all(curve.pieces <= 4 for shape in shapes for curve in shape.curves)  # a tip may be blunt
    assert all(curve.line.all() for shape in shapes for curve in shape.curves)
    again, rough, smooth = (as_picture(each, np.float64) for each in (draw(result.svg, size), rough, smooth))
    assert psnr(again, smooth) > psnr(rough, smooth) + 6.0


def sprite(size: int) -> np.ndarray:
    """Return a mushroom (size, size, 3)."""
    y, x = np.mgrid[0:size, 0:size] + 0.5
    picture = np.full((size, size, 3), (110, 170, 250), np.uint8)
    cap = np.hypot(x - 0.5 * size, y - 0.45 * size) < 0.4 * size
    picture[(abs(x - 0.5 * size) < 0.15 * size) & (y > 0.5 * size) & (y < 0.9 * size)] = (250, 220, 180)
    picture[cap] = (220, 30, 40)
    picture[cap & (np.hypot(x - 0.35 * size, y - 0.3 * size) < 0.12 * size)] = (255, 255, 255)
    return picture


@pytest.mark.compiled
@pytest.mark.parametrize("cutout", [False, True])
@pytest.mark.parametrize("block", [2, 4, 9])
def test_pixel_art_stays_as_it_is(draw: Draw, block: int, cutout: bool) -> None:
    picture = np.kron(sprite(24), np.ones((block, block, 1), np.uint8))
    drawing = sr.trace(Image.fromarray(picture), cutout=cutout)
    again = np.asarray(draw(drawing.svg, 24 * block))
    np.testing.assert_array_equal(again[..., :3], picture)


@pytest.mark.compiled
@pytest.mark.parametrize("cutout", [False, True])
def test_blocks_that_meet_anyhow_stay_as_they_are(draw: Draw, rng: np.random.Generator, cutout: bool) -> None:
    """Also where four meet, at the frame, and beside few others."""
    colors = np.array([[20, 60, 200], [250, 200, 20], [230, 30, 30]], np.uint8)
    for size in 4 * (2, 3, 5, 8):
        picture = np.kron(colors[rng.integers(0, 3, (size, size + 1))], np.ones((4, 4, 1), np.uint8))
        large = draw(sr.trace(Image.fromarray(picture), cutout=cutout).svg, 32 * (size + 1)).reduce(8)
        np.testing.assert_allclose(np.asarray(large, int)[..., :3], picture, atol=4)
