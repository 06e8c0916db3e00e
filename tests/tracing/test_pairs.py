"""Shapes that are images of each other: exactly so in what is drawn, and others left as they are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import sdfraster as sr
from sdfraster.primitives import primitive
from sdfraster.tracing.drawing import Drawing, Shape, controls
from sdfraster.tracing.gradients import flat_paint
from sdfraster.tracing.groups import Axis
from sdfraster.tracing.options import TraceOptions
from sdfraster.tracing.pairs import mirrored, paired
from sdfraster.tracing.stack import canvas_of, over, sheet_of

from .conftest import Draw

BLACK = flat_paint(np.array([0.0, 0.0, 0.0, 1.0]))
LEFT, DOWN = Axis(0.0, 48.3), Axis(0.5 * np.pi, 31.7)
SHAPES = {
    "circle": [20.0, 31.0, 8.0],
    "ellipse": [21.0, 30.0, 11.0, 6.0, 0.4],
    "rectangle": [20.0, 29.0, 18.0, 9.0, 0.3, 2.0],
    "line": [9.0, 28.0, 24.0, 37.0, 5.0],
}


def drawn(*shapes: Shape) -> tuple[Drawing, NDArray[np.float64]]:
    """Return a drawing, and the picture of it."""
    drawing = Drawing(96, 96, list(shapes), np.ones(3))
    canvas = canvas_of(drawing)
    for shape in shapes:
        over(sheet_of(shape, drawing), canvas)
    return drawing, canvas


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("axis", [LEFT, DOWN._replace(place=60.0)])
def test_primitives_become_images(kind: str, axis: Axis, rng: np.random.Generator) -> None:
    one = Shape(kind, np.array(SHAPES[kind]), [], BLACK)
    _, pixels = drawn(one, mirrored(one, axis))
    size = np.array([0.002 if parameter.role.turns else 0.02 for parameter in primitive(kind).parameters])
    noisy = [s._replace(params=s.params + size * rng.normal(size=len(size))) for s in (one, mirrored(one, axis))]
    first, second = paired(drawn(*noisy)[0], pixels, TraceOptions().limits).shapes
    across = int(axis.angle != 0.0)
    middle = np.mean([first.params[across::2][:1], second.params[across::2][:1]])
    if kind == "line":
        middle = 0.25 * (first.params[across:4:2].sum() + second.params[across:4:2].sum())
    assert middle == pytest.approx(axis.place, abs=0.05)
    np.testing.assert_allclose(mirrored(first, axis._replace(place=middle)).params, second.params, atol=1e-9)
    assert np.abs(first.params - one.params).max() < 0.06


def test_what_is_no_image_stays() -> None:
    """Of another size, of another height, and of another colour."""
    red = flat_paint(np.array([1.0, 0.0, 0.0, 1.0]))
    one = Shape("circle", np.array([20.0, 31.0, 8.0]), [], BLACK)
    others = [
        one._replace(params=np.array([60.0, 31.0, 8.5])),
        one._replace(params=np.array([40.0, 60.4, 8.2])),
        one._replace(params=np.array([80.0, 31.0, 8.0]), paint=red),
    ]
    drawing, pixels = drawn(one, *others)
    after = paired(drawing, pixels, TraceOptions().limits)
    assert all(a is b for a, b in zip(drawing.shapes, after.shapes, strict=True))


EAR = "M20.3 12.2C34 18 38 30 37.4 41.3L12.2 47.1C9 34 12 22 20.3 12.2Z"


@pytest.mark.compiled
@pytest.mark.parametrize("turn", ["", "rotate(90 48.3 48.3)"])
def test_two_paths_become_images(turn: str, draw: Draw) -> None:
    image = f'<path d="{EAR}" transform="translate(96.6 0) scale(-1 1)" fill="#b02040"/>'
    svg = f'<g transform="{turn}"><path d="{EAR}" fill="#b02040"/>{image}</g>'
    shapes = sr.trace(draw(svg)).drawing.shapes
    assert [shape.kind for shape in shapes] == ["path", "path"]
    first, second = (np.concatenate(controls(shape)).reshape(-1, 2) for shape in shapes)
    across = int(bool(turn))
    both = np.concatenate([first, second])[:, across]
    first[:, across] = both.min() + both.max() - first[:, across]
    assert np.abs(first[:, None] - second).max(axis=2).min(axis=1).max() < 1e-6
