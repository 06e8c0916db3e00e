"""What narrow shapes, and narrow parts of shapes, keep in a fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.fitting.shapes.narrow import Narrow
from sdfraster.fitting.shapes.widths import Widths
from sdfraster.fitting.strategy import NarrowShapes
from sdfraster.vector import Layout
from tests.gradcheck import check_gradient

from .drawings import hard, kept, painted

STRIP = [[5.0, 5.0], [35.0, 5.0], [35.0, 6.0], [5.0, 6.0]]
BLOCK = [[5.0, 10.0], [35.0, 10.0], [35.0, 30.0], [5.0, 30.0]]
PIXELS = 1600


def layer(kind: str, *shapes: Any) -> sr.Layer:
    """Return shapes with straight sides from corner to corner."""
    params = []
    for corners in np.array(shapes):
        after = np.roll(corners, -1, axis=0)
        parts = [0.0] if kind == "polygon" else [0.0, 1 / 3, 2 / 3]
        params.append(np.stack([corners + t * (after - corners) for t in parts], axis=1).ravel())
    return sr.Layer(kind, np.array(params), [[0.0, 0.0, 0.0]] * len(params))


def term(widths: Widths, shapes: sr.Layer) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """Return the term and its gradient as a function of the parameters."""
    layout = Layout(sr.Scene(40, 40, shapes))

    def value_and_gradient(params: np.ndarray) -> tuple[float, np.ndarray]:
        x, g = layout.vector(layout.template), np.zeros(layout.size)
        layout.views(x)[0][0].params[:] = params
        value = widths(layout.views(x)[0][0], layout.views(g)[0][0], 1.0)
        return value, layout.views(g)[0][0].params

    return value_and_gradient


@pytest.mark.parametrize("kind", ["polygon", "path"])
def test_widths_of_narrow_parts_and_their_derivative(kind: str, rng: np.random.Generator) -> None:
    shapes = layer(kind, STRIP, BLOCK, STRIP)
    widths = Widths(shapes, PIXELS, 1.3)
    assert len(widths) == 160  # both sides of two strips of 30 pixels
    of = term(widths, shapes)
    assert of(shapes.params)[0] == 0.0
    thinner = layer(kind, np.array(STRIP) * [1.0, 0.9] + [0.0, 0.5], BLOCK, STRIP)
    assert of(thinner.params)[0] == pytest.approx(30.0 * 0.1**2 / PIXELS)
    moved = layer(kind, *(np.add(corners, [0.3, -0.7]) for corners in (STRIP, BLOCK, STRIP)))
    assert of(moved.params)[0] == pytest.approx(0.0, abs=1e-20)
    x = shapes.params + rng.normal(0.0, 0.1, shapes.params.shape)
    check_gradient(lambda params: of(params)[0], x, of(x)[1], rng)


def test_widths_between_contours(rng: np.random.Generator) -> None:
    """A frame a pixel wide: its outside and its hole are the two sides of one narrow part."""
    outer, inner = ([[a, a], [b, a], [b, b], [a, b]] for a, b in ((4.0, 36.0), (5.0, 35.0)))
    triangle = [[10.0, 10.0], [30.0, 10.0], [20.0, 28.0]]
    params = [[np.ravel(outer), np.ravel(inner[::-1])], np.ravel(triangle)]
    shapes = sr.Layer("polygon", params, np.zeros((2, 3)))
    widths = Widths(shapes, PIXELS, 1.3)
    assert len(widths) > 4 * 2 * 30
    of = term(widths, shapes)
    assert of(shapes.geometry)[0] == 0.0
    wider = shapes.geometry.copy()
    wider[:8] = np.ravel(np.array(outer) * 1.025 - 0.5)
    assert of(wider)[0] == pytest.approx(4.0 * 31.0 * 0.4**2 / PIXELS, rel=0.05)
    x = shapes.geometry + rng.normal(0.0, 0.1, shapes.geometry.shape)
    check_gradient(lambda params: of(params)[0], x, of(x)[1], rng)


def test_only_narrow_shapes_keep_their_colours() -> None:
    shapes = layer("polygon", STRIP, BLOCK)
    assert Narrow(sr.Scene(40, 40, shapes), NarrowShapes()).held.tolist() == [True, False]
    assert len(Widths(layer("polygon", BLOCK), PIXELS, 1.3)) == 0
    assert len(Widths(sr.Layer("polygon", np.zeros((0, 8)), np.zeros((0, 3))), PIXELS, 1.3)) == 0


@pytest.mark.compiled
@pytest.mark.parametrize("kind", ["path", "polygon"])
def test_a_diagonal_without_antialiasing_keeps_its_ink(kind: str) -> None:
    """A path of one pixel after the other: full in our picture, also where it is half as wide."""
    image = painted(hard(lambda d: d.line((3, 3, 56, 56), fill=255), 60)).astype(np.float32)
    found = sr.fit(image, kind=kind, count=20, init="contour", iterations=300, filter_radius=0.645)
    assert 0.95 < kept(found.scene, image) < 1.08


@pytest.mark.compiled
def test_lines_of_a_grid_keep_their_widths() -> None:
    """Shapes end at crossings as they like; what they lose there once came back as width."""

    def lines(draw: Any) -> None:
        for k in range(3):
            draw.line((20 * k + 12, 0, 20 * k + 18, 59), fill=255)
            draw.line((0, 20 * k + 8, 59, 20 * k + 12), fill=255)

    image = painted(hard(lines, 60)).astype(np.float32)
    found = sr.fit(image, kind="path", count=60, init="contour", iterations=500, filter_radius=0.645)
    assert 0.95 < kept(found.scene, image) < 1.06
    assert found.svg_psnr > 32.0


@pytest.mark.compiled
def test_a_line_keeps_its_colour_in_a_fit() -> None:
    image = np.ones((24, 24, 3), np.float32)
    image[12, 4:20] = 0.3
    start, end = (
        sr.fit(image, kind="path", count=4, init="contour", iterations=n, filter_radius=0.645).scene.layers[0]
        for n in (0, 30)
    )
    assert not np.array_equal(start.params, end.params)
    np.testing.assert_array_equal(start.color, end.color)
    np.testing.assert_array_equal(start.opacity, end.opacity)
