"""What is thin: lines, letters, dots and gaps keep their ink when they are traced, and when they are fitted."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

import sdfraster as sr
from sdfraster.fitting.contours.scene import contour_scene
from sdfraster.fitting.options import FitOptions
from sdfraster.fitting.strategy import ContourStrategy

from .drawings import BLACK, RHO, WHITE, antialiased, exact, hard, kept, line, painted, text, transparent

ANGLES = 0.0, 0.06, 0.4, np.pi / 4, 1.2, np.pi / 2
PAPERS = (BLACK, WHITE), (WHITE, BLACK), ((1.0, 0.9, 0.1), (0.1, 0.2, 0.5))
SIDE = 40


def started(image: np.ndarray, kind: str = "path", count: int = 40) -> sr.Scene:
    """Return what a fit starts from."""
    return contour_scene(image, FitOptions(kind=kind, count=count, init="contour"), ContourStrategy())


def fitted(image: np.ndarray, kind: str = "path", count: int = 40, steps: int = 60) -> sr.Scene:
    """Return what a fit ends with."""
    options = {"kind": kind, "count": count, "init": "contour", "iterations": steps, "filter_radius": RHO}
    return sr.fit(image.astype(np.float32), **options).scene


@pytest.mark.compiled
@pytest.mark.parametrize(("width", "phase"), [(0.5, 0.0), (0.5, 0.37), (1.0, 0.0), (1.0, 0.21), (1.0, 0.5), (1.5, 0.3)])
def test_lines_are_traced_with_their_ink(width: float, phase: float) -> None:
    for angle, (ink, below) in product(ANGLES, PAPERS):
        image = painted(line(SIDE, width, angle, phase), ink, below)
        for kind in ("path", "polygon"):
            scene = started(image, kind)
            assert len(scene.layers[0]) == 1
            assert 0.96 < kept(scene, image) < 1.06, (angle, ink, kind)


@pytest.mark.compiled
@pytest.mark.parametrize("angle", ANGLES)
def test_fits_keep_the_ink_of_lines(angle: float) -> None:
    for width, phase in ((0.5, 0.2), (1.0, 0.0), (1.0, 0.37)):
        image = painted(line(SIDE, width, angle, phase))
        assert 0.95 < kept(fitted(image), image) < 1.06, (width, phase)


@pytest.mark.compiled
@pytest.mark.parametrize(
    "end", [(35, 5), (35, 18), (35, 35), (12, 35), (5, 35)], ids=["across", "slanted", "diagonal", "steep", "down"]
)
def test_lines_without_antialiasing(end: tuple[int, int]) -> None:
    cover = hard(lambda d: d.line((5, 5, *end), fill=255), SIDE)
    for image in (painted(cover), painted(cover, WHITE, BLACK), transparent(cover, (0.8, 0.1, 0.1))):
        assert 0.95 < kept(started(image), image) < 1.08
    assert 0.95 < kept(fitted(painted(cover)), painted(cover)) < 1.08


def curves(draw: ImageDraw.ImageDraw) -> None:
    """Draw a circle, a square and a bend, each with its width of a pixel of a canvas of 8 samples for each."""
    draw.ellipse((30, 60, 190, 220), outline=255, width=8)
    draw.rectangle((203, 20, 300, 110), outline=255, width=8)
    draw.arc((120, 140, 290, 300), -80, 160, fill=255, width=8)


@pytest.mark.compiled
@pytest.mark.parametrize("paper", PAPERS)
def test_drawings_in_thin_lines(paper: tuple[tuple[float, float, float], ...]) -> None:
    image = painted(antialiased(curves, SIDE), *paper)
    for scene in (started(image), fitted(image)):
        assert 0.95 < kept(scene, image) < 1.07


@pytest.mark.compiled
def test_thin_lines_on_nothing() -> None:
    image = transparent(antialiased(curves, SIDE), (0.2, 0.4, 0.9))
    scene = fitted(image)
    assert scene.background is None
    assert 0.95 < kept(scene, image) < 1.07
    np.testing.assert_allclose(scene.layers[0].color, [[0.2, 0.4, 0.9]] * len(scene.layers[0]), atol=0.02)


@pytest.mark.compiled
@pytest.mark.parametrize("size", [10, 14, 20])
def test_text_is_legible(size: int) -> None:
    image = painted(text("Hamburg", size), *PAPERS[size % 3])
    for scene in (started(image), fitted(image)):
        assert 6 <= len(scene.layers[0]) <= 10
        assert 0.95 < kept(scene, image) < 1.07


@pytest.mark.compiled
def test_dots_of_a_pixel() -> None:
    cover = np.zeros((SIDE, SIDE))
    cover[[5, 9, 25, 30], [5, 20, 13, 33]] = 1.0
    cover[33:35, 8:10] = 0.25
    image = painted(cover)
    scene = started(image)
    assert len(scene.layers[0]) == 5
    assert 0.95 < kept(scene, image) < 1.06
    assert 0.9 < kept(fitted(image), image) < 1.1


@pytest.mark.compiled
@pytest.mark.parametrize("shift", [0.0, 0.3, 0.5])
def test_gaps_between_areas(shift: float) -> None:
    """A white line in black is white ink; on nothing it is a cut."""
    cover = np.zeros((SIDE, SIDE))
    cover[6:34, 6:34] = 1.0
    gap = np.zeros_like(cover)
    gap[6:34, 19], gap[6:34, 20] = 1.0 - shift, shift
    ways = painted(cover * (1.0 - gap)), transparent(cover * (1.0 - gap), (0.1, 0.5, 0.2))
    for image in ways:
        for scene in (started(image), fitted(image)):
            drawn = sr.render(scene, RHO).clip(0.0, 1.0)
            filled = painted(cover) if image.shape[2] == 3 else transparent(cover, (0.1, 0.5, 0.2))
            light = (drawn - filled)[8:32, 16:24].sum() / (image - filled)[8:32, 16:24].sum()
            assert light == pytest.approx(1.0, abs=0.08)


@pytest.mark.compiled
def test_an_outline_around_an_area_of_another_colour() -> None:
    disc = antialiased(lambda d: d.ellipse((60, 50, 250, 240), fill=255), SIDE)
    rim = antialiased(lambda d: d.ellipse((56, 46, 254, 244), outline=255, width=8), SIDE)
    image = painted(disc, (1.0, 0.8, 0.2))
    image += rim[..., None] * (0.0 - image)
    scene = fitted(image)
    assert len(scene.layers[0]) <= 4
    drawn = exact(scene)
    darkness = (1.0 - drawn[..., 0])[rim > 0.0].sum() / (1.0 - image[..., 0])[rim > 0.0].sum()
    assert darkness == pytest.approx(1.0, abs=0.06)


@pytest.mark.parametrize(("width", "grey"), [(0.2, 0.0), (1.0, 0.9)])
def test_faint_lines_where_there_is_no_noise(width: float, grey: float) -> None:
    image = painted(line(SIDE, width, 0.4, 0.2), (grey, grey, grey))
    assert 0.95 < kept(started(image), image) < 1.06


def test_noise_is_no_line(rng: np.random.Generator) -> None:
    image = painted(line(SIDE, 1.0, 0.4, 0.2))
    noisy = (image + rng.normal(0.0, 0.01, image.shape)).clip(0.0, 1.0)
    assert len(started(noisy).layers[0]) == 1


def test_the_most_visible_are_kept_and_the_rest_is_told() -> None:
    cover = np.zeros((SIDE, SIDE))
    cover[4:36, [6, 14, 22, 30]] = 1.0
    cover[4:36, 22] = 0.5
    image = painted(cover)
    with pytest.warns(UserWarning, match=r"2 shapes leave out 3\d% .* a larger count keeps more"):
        scene = started(image, count=2)
    assert len(scene.layers[0]) == 2
    np.testing.assert_allclose(scene.layers[0].color, 0.0, atol=0.02)


def test_nothing_found_is_told() -> None:
    ramp = np.linspace(0.5, 0.55, SIDE)[:, None, None] * np.ones((1, SIDE, 3))
    with pytest.warns(UserWarning, match="no contours were found in a picture that is not of one colour"):
        assert len(started(ramp).layers[0]) == 0


@pytest.mark.compiled
def test_a_grid_is_cut_into_parts() -> None:
    """All shapes have as many pieces as one, so a large one among dots would be dear."""
    cover = np.zeros((90, 90))
    cover[5:86, 5:86:8] = cover[5:86:8, 5:86] = 1.0
    cover[9:86:8, 9:86:8] = 1.0
    image = painted(cover)
    few, many = (started(image, count=count) for count in (101, 300))
    assert len(few.layers[0]) == 101 < len(many.layers[0]) <= 300
    assert few.layers[0].params.shape[1] > 1.5 * many.layers[0].params.shape[1]
    assert 0.95 < kept(few, image) < 1.06
    assert 0.95 < kept(many, image) < 1.06


@pytest.mark.compiled
def test_nothing_found_is_told_on_the_command_line(tmp_path: Path) -> None:
    ramp = np.linspace(128 * 257, 140 * 257, SIDE).astype(np.uint16)[:, None] * np.ones((1, SIDE), np.uint16)
    Image.fromarray(ramp).save(tmp_path / "ramp.png")
    command = ["fit", "ramp.png", "-o", "ramp.svg", "--kind", "path", "--init", "contour", "--iterations", "2"]
    done = subprocess.run(
        [sys.executable, "-m", "sdfraster.cli.main", *command], cwd=tmp_path, capture_output=True, text=True
    )
    assert "no contours were found in a picture that is not of one colour" in done.stderr
    assert done.returncode == 0
