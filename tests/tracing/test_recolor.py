"""A drawing in few colours: all of them wanted ones, and every border where it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.palette import read_palette
from sdfraster.tracing.palette import CLEAN, find_cores
from sdfraster.tracing.recolor import recolored
from sdfraster.tracing.regions import find_regions
from sdfraster.tracing.squares import find_squares, planes_of

from .conftest import Draw

pytestmark = pytest.mark.compiled
ART = (
    '<rect width="96" height="96" fill="#fff"/><circle cx="40" cy="50" r="30" fill="#c02020"/>'
    '<circle cx="40" cy="50" r="15" fill="#d03828"/><path d="M60 8H90V88Z" fill="#2040a0"/>'
)


def drawn(draw: Draw, image: Any, **options: Any) -> Any:
    return np.asarray(draw(sr.trace(image, **options).svg), int)


def colors_of(drawing: Any) -> set[tuple[int, ...]]:
    found = [shape.paint.colors[0, :3] for shape in drawing.shapes] + [drawing.background]
    return {tuple(np.rint(255.0 * color).astype(int).tolist()) for color in found}


@pytest.mark.parametrize(
    ("colors", "expected"),
    [
        (3, {(255, 255, 255), (0xC0, 0x20, 0x20), (0x20, 0x40, 0xA0)}),
        (1, {(255, 255, 255)}),
        (["red", "yellow", "blue"], {(255, 0, 0), (255, 255, 0), (0, 0, 255)}),
        (9, {(255, 255, 255), (0xC0, 0x20, 0x20), (0xD0, 0x38, 0x28), (0x20, 0x40, 0xA0)}),
    ],
)
def test_only_wanted_colours(draw: Draw, colors: Any, expected: set[tuple[int, ...]]) -> None:
    assert colors_of(sr.trace(draw(ART), colors=colors).drawing) == expected


def test_noise_in_two_colours(rng: np.random.Generator) -> None:
    with pytest.warns(UserWarning, match="looks like a photograph"):
        drawing = sr.trace(rng.random((24, 24, 3)), colors=["navy", "white"]).drawing
    found = {tuple(shape.paint.colors[0, :3].tolist()) for shape in drawing.shapes}
    assert found <= {(0.0, 0.0, 128.0 / 255.0), (1.0, 1.0, 1.0)}


def test_regions_of_one_colour_are_one_and_borders_stay(draw: Draw) -> None:
    """The drawing looks as if its author had had the colours."""
    image = draw(ART)
    assert len(sr.trace(image).drawing.shapes) == 3
    wanted = draw(ART.replace("#c02020", "#f00").replace("#d03828", "#f00").replace("#2040a0", "#00f"))
    few = sr.trace(image, colors=["white", "red", "blue"]).drawing
    assert [shape.kind for shape in few.shapes].count("circle") == 1
    assert len(few.shapes) == 2
    assert np.abs(drawn(draw, image, colors=["white", "red", "blue"]) - np.asarray(wanted, int)).mean() < 0.1


def test_mixed_pixels_keep_their_shares(draw: Draw) -> None:
    pixels = np.asarray(sr.pictures.as_picture(draw(ART)), np.float64)
    pixels = np.concatenate([pixels[..., :3], np.ones((*pixels.shape[:2], 1))], axis=2)
    regions = find_regions(pixels, find_cores(pixels, find_squares(planes_of(pixels)), CLEAN), 4.0)
    again, _ = recolored(pixels, regions, np.array([[1.0, 1.0, 1.0], [0.75, 0.125, 0.125], [0.125, 0.25, 0.625]]))
    edge = ~regions.pure & (np.abs(again[..., 0] - again[..., 2]) > 0.05)
    assert edge.sum() > 100
    assert np.abs(again - pixels)[edge].mean() < 0.01  # those colours are nearly the ones it has


def test_a_gradient_gets_one_colour_and_opacity_stays(draw: Draw) -> None:
    stops = '<stop offset="0" stop-color="#ff8000"/><stop offset="1" stop-color="#c01010"/>'
    image = draw(
        f'<linearGradient id="g">{stops}</linearGradient><rect x="8" y="8" width="80" height="50" fill="url(#g)"/>'
        '<circle cx="48" cy="76" r="14" fill="#e04010" fill-opacity="0.5"/>'
    )
    shapes = sr.trace(image, colors=["red"]).drawing.shapes
    assert sorted(np.rint(255.0 * shape.paint.colors[0]).tolist() for shape in shapes) == [
        [255.0, 0.0, 0.0, pytest.approx(128.0, abs=1.0)],
        [255.0, 0.0, 0.0, 255.0],
    ]
    assert {shape.paint.kind for shape in shapes} == {"flat"}


@pytest.mark.parametrize("colors", [0, ["reddish"], "#fff8", []])
def test_no_palette(colors: Any) -> None:
    with pytest.raises(ValueError, match="colors must"):
        sr.trace(np.zeros((8, 8, 3)), colors=colors)


def test_numbers_and_names_are_read_alike() -> None:
    np.testing.assert_array_equal(read_palette(["#ff0000"]), read_palette([(1, 0, 0)]))
