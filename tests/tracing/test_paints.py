"""Gradients that move: derivatives of the error, and gradients that come back beneath what is above them."""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from PIL import Image

import sdfraster as sr
from sdfraster.tracing.drawing import Drawing, Shape
from sdfraster.tracing.gradients import Paint, find_gradient, flat_paint
from sdfraster.tracing.paints import Seen, _equations, _error, repainted
from sdfraster.tracing.palette import Pixels
from sdfraster.tracing.stack import canvas_of, over, painted, place_along, sheet_of

from .conftest import Draw

SIZE = 48
COLORS = np.array([[250, 40, 20, 204], [30, 120, 240, 204], [240, 250, 60, 204]]) / 255.0
LINEAR = Paint("linear", np.array([6.0, 9.0, 41.0, 33.0]), np.array([0.0, 0.4, 1.0]), COLORS)
RADIAL = Paint("radial", np.array([22.0, 26.0, 23.0]), np.array([0.0, 0.55, 1.0]), COLORS)


def drawing(paint: Paint) -> Drawing:
    """Return a large disc of a gradient, half beneath a smaller one."""
    return Drawing(
        SIZE,
        SIZE,
        [
            Shape("circle", np.array([24.0, 24.0, 20.3]), [], paint),
            Shape("circle", np.array([30.0, 20.0, 8.2]), [], flat_paint(np.array([0.0, 0.2, 0.1, 0.5]))),
        ],
        np.array([1.0, 0.9, 0.8]),
    )


def picture(of: Drawing) -> Pixels:
    canvas = canvas_of(of)
    for shape in of.shapes:
        over(sheet_of(shape, of), canvas)
    return canvas


def moved(paint: Paint, step: Any) -> Paint:
    """Return a paint of other numbers, in the order of the equations."""
    ends, count = len(paint.where), len(paint.offsets)
    offsets, colors = paint.offsets.copy(), paint.colors.copy()
    offsets[1:-1] += step[ends : ends + count - 2]
    colors[:, :3] += step[ends + count - 2 :].reshape(3, count).T
    return paint._replace(where=paint.where + step[:ends], offsets=offsets, colors=colors)


def test_a_gradient_may_begin_far_from_its_centre() -> None:
    """What a steep one would be at its centre is no colour; there, no pixel shows it."""
    colors = np.array([[0.1, 0.2, 0.9, 1.0], [0.9, 0.8, 0.1, 1.0]])
    picture = painted(Paint("radial", np.array([-60.0, 10.0, 100.0]), np.array([0.7, 1.0]), colors), np.s_[0:48, 0:48])
    y, x = np.mgrid[0:48, 0:48] + 0.5
    inside = np.abs(np.hypot(x + 60.0, y - 10.0) - 85.0) < 14.0
    found = find_gradient(picture, inside)
    assert found.kind == "radial"
    assert np.abs(painted(found, np.s_[0:48, 0:48]) - picture)[inside].max() < 3.0 / 255.0


def test_circles_about_a_far_centre_are_lines() -> None:
    """Steps of 8 bits may be told by a circle of a hundred million pixels even better than by a line."""
    y, x = np.mgrid[0:122, 0:100]
    levels = np.interp(y, [0.0, 48.8, 121.0], [246.0, 231.0, 196.0]).round() / 255.0
    picture = np.stack([levels, 0.0 * levels, 0.0 * levels, np.ones_like(levels)], axis=2)
    inside = x / 100.0 + y / 122.0 < 1.0
    found = find_gradient(picture, inside)
    assert found.kind == "linear"
    assert np.abs(painted(found, np.s_[0:122, 0:100]) - picture)[inside].max() < 3.0 / 255.0


@pytest.mark.parametrize("paint", [LINEAR, RADIAL], ids=lambda paint: paint.kind)
def test_equations_are_the_derivative_of_the_error(paint: Paint, rng: np.random.Generator) -> None:
    x, y = rng.uniform(0.0, SIZE, (2, 300))
    away = np.abs(place_along(paint, x, y)[:, None] - paint.offsets).min(axis=1) > 1e-3  # where it bends, there is none
    seen = Seen(x[away], y[away], rng.uniform(0.1, 1.0, away.sum()), rng.uniform(0.0, 1.0, (away.sum(), 3)))
    _, right = _equations(paint, seen)
    assert len(right) == len(paint.where) + 1 + 9
    step = 1e-5
    for k, unit in enumerate(np.eye(len(right))):
        change = _error(moved(paint, step * unit), seen) - _error(moved(paint, -step * unit), seen)
        assert -2.0 * right[k] == pytest.approx(change / (2.0 * step), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("paint", [LINEAR, RADIAL], ids=lambda paint: paint.kind)
def test_a_gradient_comes_back(paint: Paint, rng: np.random.Generator) -> None:
    wanted = picture(drawing(paint))
    off = np.zeros(len(paint.where) + 1 + 9)
    off[:] = rng.uniform(-0.03, 0.03, len(off))
    off[: len(paint.where)] *= 40.0
    of = drawing(moved(paint, off))
    found = repainted(of, wanted)
    assert np.abs(picture(of) - wanted).max() > 0.03
    assert np.abs(picture(found) - wanted).max() < 2.0 / 255.0
    np.testing.assert_allclose(found.shapes[0].paint.colors[1:], paint.colors[1:], atol=1.01 / 255.0)
    assert found.shapes[1] is of.shapes[1]


def test_flat_colours_stay() -> None:
    of = drawing(flat_paint(np.array([0.9, 0.5, 0.0, 1.0])))
    assert repainted(of, np.zeros((SIZE, SIZE, 4))) is of


@pytest.mark.compiled
@pytest.mark.parametrize("quality", [None, 75])
def test_gradients_move_in_clean_pictures_only(
    draw: Draw, quality: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = draw(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><linearGradient id="a"><stop stop-color="#f40"/>'
        '<stop offset="1" stop-color="#04f"/></linearGradient><path d="M0 0H96V96H0Z" fill="#fff"/>'
        '<circle cx="40" cy="50" r="30" fill="url(#a)"/><path d="M60 8L90 20L70 60Z" fill="#080"/></svg>',
        256,
    ).convert("RGB")
    if quality is not None:
        data = io.BytesIO()
        image.save(data, "JPEG", quality=quality)
        image = Image.open(data)
    called = []

    def noted(drawing: Drawing, pixels: Pixels) -> Drawing:
        called.append(pixels)
        return drawing

    monkeypatch.setattr(import_module("sdfraster.tracing.trace"), "repainted", noted)
    sr.trace(image)
    assert bool(called) == (quality is None)


@pytest.mark.compiled
@pytest.mark.parametrize("gradient", ["linear", "radial"])
def test_a_gradient_that_fades_to_nothing_keeps_its_hue(draw: Draw, gradient: str) -> None:
    """As transparent as in the mean: no colour stands in for what cannot be seen."""
    stops = '<stop offset="0" stop-color="#e03020"/><stop offset="1" stop-color="#e03020" stop-opacity="0"/>'
    svg = (
        f'<{gradient}Gradient id="g">{stops}</{gradient}Gradient><rect x="10" y="14" width="70" height="60" '
        f'fill="url(#g)"/><circle cx="80" cy="80" r="12" fill="#2040c0"/>'
    )
    image = draw(svg, 192)
    paints = [shape.paint for shape in sr.trace(image).drawing.shapes if shape.paint.kind != "flat"]
    assert paints
    shown = np.asarray(image)[..., 3] / 255.0
    for paint in paints:
        np.testing.assert_allclose(
            255.0 * paint.colors[:, :3], np.tile([0xE0, 0x30, 0x20], (len(paint.colors), 1)), atol=6
        )
        assert np.ptp(paint.colors[:, 3]) == 0.0
        assert 0.1 < paint.colors[0, 3] < shown.max()
