"""Lines that are images of themselves and of each other: exactly so in the file; others are left as they are."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.tracing.curves import make_curve
from sdfraster.tracing.drawing import Shape, controls
from sdfraster.tracing.gradients import flat_paint
from sdfraster.tracing.groups import Symmetry
from sdfraster.tracing.line_symmetry import _tied
from sdfraster.tracing.lines.moves import lines_of
from sdfraster.tracing.lines.strokes import shape_of, with_numbers
from sdfraster.tracing.palette import Pixels

from .conftest import Draw

BLACK = flat_paint(np.array([0.0, 0.0, 0.0, 1.0]))
MIDDLE = np.array([48.3, 47.1])
PENCIL = 'fill="none" stroke="#000" stroke-width="8" stroke-linecap="round" stroke-linejoin="round"'


def straight(ax: float, ay: float, bx: float, by: float) -> Shape:
    return Shape("line", np.array([ax, ay, bx, by, 6.0]), [], BLACK)


def curve(*nodes: tuple[float, float], way: tuple[float, float], closed: bool = False) -> Shape:
    """Return a line along cubics, straight but for the second piece, which leaves its nodes along a vector."""
    count = len(nodes)
    line = np.arange(count) != 1
    handles = np.zeros((count, 2, 2))
    handles[1] = way, (way[0], -way[1])
    made = make_curve(np.array(nodes), line, np.zeros(count, bool), handles, 1e-6)
    return Shape("path" if closed else "stroke", None, [made], BLACK, 6.0)


def simple(kind: str, *params: float) -> Shape:
    return Shape(kind, np.array(params), [], BLACK, 6.0)


# About (48.3, 47.1), to within half a pixel.
DRAWINGS = {
    "mirrored": (
        Symmetry(1, True, 0.0, MIDDLE),
        [
            curve((20.1, 30.0), (30.0, 60.2), (66.3, 60.0), (76.4, 29.8), way=(9.0, 12.0)),
            curve((8.0, 12.0), (10.0, 20.0), (20.0, 22.0), way=(3.0, 1.0)),
            curve((88.4, 12.0), (86.4, 20.2), (76.5, 22.1), way=(-3.0, 1.0)),
            straight(48.2, 5.0, 48.3, 20.0),
            straight(30.0, 70.0, 66.4, 70.1),
            straight(12.0, 80.0, 20.0, 90.0),
            straight(76.6, 90.2, 84.5, 80.1),
            simple("circle", 48.2, 40.0, 6.0),
            simple("ellipse", 20.0, 50.0, 8.0, 5.0, 0.3),
            simple("ellipse", 76.5, 50.1, 8.1, 5.0, -0.31),
            simple("rectangle", 48.4, 84.0, 12.0, 8.0, 0.0, 2.0),
        ],
    ),
    "turned by quarters": (
        Symmetry(4, True, 0.0, MIDDLE),
        [
            straight(48.3, 5.0, 48.2, 20.1),
            straight(48.3, 89.2, 48.4, 74.0),
            straight(6.2, 47.1, 21.3, 47.0),
            straight(90.3, 47.0, 75.2, 47.2),
            simple("rectangle", 48.3, 47.2, 20.0, 20.1, 0.0, 3.0),
        ],
    ),
    "turned by a half": (
        Symmetry(2, False, 0.0, MIDDLE),
        [
            straight(20.0, 30.0, 76.6, 30.1),
            straight(76.5, 64.2, 20.1, 64.3),
            straight(40.0, 15.0, 32.1, 80.0),
            straight(64.6, 14.2, 56.6, 79.1),
            simple("ellipse", 30.0, 90.0, 8.0, 4.0, 0.2),
            simple("ellipse", 66.5, 4.2, 8.0, 4.0, 0.22),
        ],
    ),
    "turned by a third": (
        Symmetry(3, False, 0.0, MIDDLE),
        [
            straight(*(MIDDLE + 20.0 * w).tolist(), *(MIDDLE + 30.0 * w + 9.0 * np.array([-w[1], w[0]])).tolist())
            for w in ([np.cos(t), np.sin(t)] * np.ones(2) for t in (0.3, 0.305 + 2 * np.pi / 3, 0.3 - 2 * np.pi / 3))
        ],
    ),
}


def points_along(shapes: list[Shape]) -> Pixels:
    """Return points (N, 2) of lines: ends, middles and quarters of their pieces."""
    t = np.linspace(0.0, 1.0, 5)[:, None]
    s = 1.0 - t
    pieces = np.concatenate([piece for shape in shapes for piece in controls(shape)])
    a, b, c, d = np.moveaxis(pieces[:, :, None], 1, 0)
    points = s**3 * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t**3 * d
    return points.reshape(-1, 2)


def off_image(points: Pixels, image: Pixels) -> float:
    """Return how far the point that is worst off is from the nearest one of the images."""
    return float(np.abs(points[:, None] - image[None]).max(axis=2).min(axis=1).max())


@pytest.mark.parametrize("name", DRAWINGS)
def test_whatever_the_free_numbers_are(name: str, rng: np.random.Generator) -> None:
    symmetry, shapes = DRAWINGS[name]
    lines = lines_of(shapes)
    tied = _tied(lines, symmetry, 0)
    assert tied is not None
    for size in (0.0, 0.5):
        y = tied.y + tied.free @ (size * rng.normal(size=tied.free.shape[1]))
        strokes = with_numbers(tied.strokes, tied.numbers.matrix @ y + tied.numbers.offset)
        points = points_along([shape_of(stroke, BLACK, 6.0) for stroke in strokes])
        moved = symmetry._replace(centre=y[:2])
        for element in symmetry.turns + symmetry.mirrors:
            assert off_image(points, moved.image(element, points)) < 1e-6
        if size == 0.0:
            assert off_image(points_along(shapes), points) < 0.5
    few = sum(len(stroke.numbers) for stroke in tied.strokes)
    assert tied.free.shape[1] < 2 + 0.75 * few


def test_what_has_no_image_stays_what_it_is() -> None:
    symmetry, shapes = DRAWINGS["mirrored"]
    assert _tied(lines_of(shapes[:-1]), symmetry, 0) is not None
    for k in (1, 5, 8):  # the image of the next one
        assert _tied(lines_of(shapes[:k] + shapes[k + 1 :]), symmetry, 0) is None
    thin = shapes[5]._replace(params=np.append(shapes[5].params[:4], 4.0))
    assert _tied(lines_of([*shapes[:5], thin, *shapes[6:]]), symmetry, 0) is None


ICONS = {
    "a heart": (
        '<path d="M48 24C42 14 30 12 20 18C4 28 6 46 20 60L45 84Q48 87 51 84L76 60C90 46 92 28 76 18C66 12 54 14 48 24'
        'Z"/>',
        Symmetry(1, True, 0.0, MIDDLE),
    ),
    "an anchor": (
        '<path d="M48 28V84M32 40H64M12 60C14 94 82 94 84 60"/><circle cx="48" cy="20" r="8"/>',
        Symmetry(1, True, 0.0, MIDDLE),
    ),
    "a sun": (
        '<circle cx="48" cy="48" r="16"/><path d="M48 8V16M48 80V88M8 48H16M80 48H88M20 20L26 26M70 70L76 76'
        'M20 76L26 70M70 26L76 20"/>',
        Symmetry(4, True, 0.0, MIDDLE),
    ),
    "a hash": ('<path d="M16 36H80M16 60H80M40 12L32 84M64 12L56 84"/>', Symmetry(2, False, 0.0, MIDDLE)),
}


@pytest.mark.compiled
@pytest.mark.parametrize("name", ICONS)
def test_lines_of_an_icon_are_images_in_the_file(name: str, draw: Draw) -> None:
    icon, symmetry = ICONS[name]
    found = sr.trace(draw(f"<g {PENCIL}>{icon}</g>"))
    shapes = found.drawing.shapes
    assert all(shape.width is not None or shape.kind == "line" for shape in shapes)
    ends = np.concatenate(
        [piece[:, [0, 3]].reshape(-1, 2) for s in shapes for piece in controls(s) if s.kind != "circle"]
    )
    centre = 0.5 * (ends.min(axis=0) + ends.max(axis=0))
    np.testing.assert_allclose(centre[0], 48.0, atol=0.05)
    moved = symmetry._replace(centre=centre)
    for element in symmetry.turns + symmetry.mirrors:
        assert off_image(ends, moved.image(element, ends)) < 1e-6


@pytest.mark.compiled
def test_lines_that_are_no_images_stay_so(draw: Draw) -> None:
    """One of two lines ends half a pixel lower."""
    shapes = sr.trace(draw(f'<path {PENCIL} d="M48 12V80M24 30V60M72 30V60.6"/>')).drawing.shapes
    low = sorted(float(max(s.params[1], s.params[3])) for s in shapes)
    np.testing.assert_allclose(low, [60.0, 60.6, 80.0], atol=0.15)
