"""What is drawn, and that it looks like the picture: drawn again by resvg."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from PIL import Image

import sdfraster as sr
from sdfraster.tracing.drawing import Drawing, Shape
from sdfraster.tracing.gradients import flat_paint
from sdfraster.tracing.options import options_of
from sdfraster.tracing.stack import canvas_of, over, sheet_of
from sdfraster.tracing.together import improved

from .conftest import Draw

pytestmark = pytest.mark.compiled
BLUE = '<rect width="96" height="96" fill="#123c78"/>'


def shapes(image: Any, **options: Any) -> list[Shape]:
    return sr.trace(image, **options).drawing.shapes


def error(draw: Draw, image: Any, **options: Any) -> float:
    """Return the mean absolute difference of a picture from its drawing, of 255."""
    again = draw(sr.trace(image, **options).svg)
    return float(np.abs(np.asarray(again, int) - np.asarray(image, int)).mean())


@pytest.mark.parametrize(
    ("svg", "kind", "params"),
    [
        ('<circle cx="40.3" cy="50.7" r="22.4"', "circle", (40.3, 50.7, 22.4)),
        ('<ellipse cx="48" cy="47.2" rx="30.5" ry="18.3"', "ellipse", (48.0, 47.2, 30.5, 18.3, 0.0)),
        ('<rect x="20.25" y="14.5" width="50.5" height="41.25"', "rectangle", (45.5, 35.125, 50.5, 41.25, 0.0, 0.0)),
        ('<rect x="20" y="14" width="60" height="48" rx="12"', "rectangle", (50.0, 38.0, 60.0, 48.0, 0.0, 12.0)),
        ('<rect x="20" y="14" width="60" height="48" rx="4"', "rectangle", (50.0, 38.0, 60.0, 48.0, 0.0, 4.0)),
        (
            '<rect x="20" y="30" width="50" height="40" rx="3" transform="rotate(17 45 50)"',
            "rectangle",
            (45.0, 50.0, 50.0, 40.0, np.radians(17.0), 3.0),
        ),
        (
            '<path d="M20 70L76 24" stroke="#f0a028" stroke-width="8" stroke-linecap="round"',
            "line",
            (20.0, 70.0, 76.0, 24.0, 8.0),
        ),
        (
            '<rect x="20" y="30" width="60" height="30" rx="7" transform="rotate(30 48 48)"',
            "rectangle",
            (51.232, 46.402, 60.0, 30.0, np.pi / 6.0, 7.0),
        ),
    ],
)
def test_primitives_are_recognised(draw: Draw, svg: str, kind: str, params: tuple[float, ...]) -> None:
    (shape,) = shapes(draw(f'{BLUE}{svg} fill="#f0a028"/>'))
    assert shape.kind == kind
    found = shape.params
    if kind == "line" and found[0] > found[2]:
        found = found[[2, 3, 0, 1, 4]]
    assert found == pytest.approx(np.array(params), abs=0.12)
    np.testing.assert_array_equal(np.rint(255.0 * shape.paint.colors[0]), [0xF0, 0xA0, 0x28, 255])


def test_a_polygon_has_its_corners_and_no_other_nodes(draw: Draw) -> None:
    corners = np.array([[12.0, 80.0], [48.0, 10.5], [84.0, 80.0], [48.0, 60.0]])
    points = " ".join(f"{x},{y}" for x, y in corners)
    (shape,) = shapes(draw(f'<polygon points="{points}" fill="#a02040"/>'))
    (curve,) = shape.curves
    assert curve.line.all()
    assert curve.pieces == 4
    found = np.stack([curve.z[curve.x], curve.z[curve.y]], axis=1)
    assert np.linalg.norm(found[:, None] - corners, axis=2).min(axis=0).max() < 0.15


def test_level_lines_are_exactly_level(draw: Draw) -> None:
    (shape,) = shapes(draw('<path d="M10.3 20.6H80.2V40.4H50V78.7H10.3Z" fill="#207040"/>'))
    (curve,) = shape.curves
    assert curve.pieces == 6
    assert len(set(curve.x)) == 3  # every side is level: its nodes share a number
    assert len(set(curve.y)) == 3


def test_curves_are_smooth_and_few(draw: Draw) -> None:
    blob = '<path d="M20 50C20 20 50 8 66 24S90 60 70 76 20 80 20 50Z" fill="#336699"/>'
    image = draw(blob)
    (shape,) = shapes(image)
    (curve,) = shape.curves
    assert curve.smooth.all()
    assert curve.pieces <= 7
    assert error(draw, image) < 0.15


def test_a_hole_is_a_contour(draw: Draw) -> None:
    ring = '<path d="M10 10H86V86H10ZM48 30A18 18 0 0 0 48 66 18 18 0 0 0 48 30Z" fill="#408020"/>'
    image = draw(ring)
    (shape,) = shapes(image)
    assert len(shape.curves) == 2
    assert error(draw, image) < 0.15


def test_neighbours_leave_no_seam(draw: Draw) -> None:
    """A shape goes on beneath the one above it, so that what is behind does not show along their border."""
    left = '<path d="M8 8H50L40 88H8Z" fill="#d04020"/>'
    right = '<path d="M50 8H88V88H40Z" fill="#d0c020"/>'
    image = draw(left + right)
    svg = sr.trace(draw(f'<path d="M8 8H88V88H8Z" fill="#d04020"/>{left}{right}')).svg
    middle = np.asarray(draw(svg), int)[20:76]
    assert np.asarray(image)[20:76, 46:52, 3].min() < 255  # what abuts leaves one
    assert middle[:, 12:84, 3].min() == 255
    assert middle[:, 12:84, 2].max() <= 0x21


def test_a_hidden_way_goes_round_what_its_shape_paints(draw: Draw) -> None:
    """The short way beneath the frame leads past the other side of the glass, which would be painted nowhere."""
    image = draw(
        '<path fill-rule="evenodd" fill="#9cf" d="M20 20H76V76H20ZM44 20V50A8 8 0 0 0 60 50V20Z"/>'
        '<rect x="20" y="20" width="56" height="56" rx="6" fill="none" stroke="#446" stroke-width="8"/>'
    )
    assert error(draw, image) < 0.2


def test_a_hole_stays_open_beneath_a_ring(draw: Draw) -> None:
    """All of its border is hidden, but not what is seen through the ring."""
    image = draw(
        '<path fill-rule="evenodd" fill="#68a" d="M6 10H90V86H6ZM48 30A18 18 0 0 0 48 66 18 18 0 0 0 48 30Z"/>'
        '<path fill-rule="evenodd" fill="#246" d="M22 22H74V74H22ZM32 32H64V64H32Z"/>'
    )
    assert error(draw, image) < 0.15


def test_what_no_pixel_shows_goes() -> None:
    """Others may cover better what a sliver was drawn for; then it would shrink to less than nothing."""
    dot = Shape("ellipse", np.array([95.5, 40.0, 0.5, 20.0, 0.0]), [], flat_paint(np.array([0.3, 0.7, 0.9, 1.0])))
    disc = Shape("circle", np.array([48.0, 48.0, 20.0]), [], flat_paint(np.array([0.9, 0.2, 0.1, 1.0])))
    drawing = Drawing(96, 96, [disc, dot], np.ones(3))
    canvas = canvas_of(drawing)
    over(sheet_of(disc, drawing), canvas)
    found = improved(drawing, canvas, options_of(None, None, 4.0, None, True, False).limits)
    assert [shape.kind for shape in found.shapes] == ["circle"]


def within(shape: str, inside: str) -> str:
    """Return the SVG of what lies inside a shape."""
    return f'<clipPath id="c">{shape}</clipPath><g clip-path="url(#c)">{inside}</g>'


@pytest.mark.parametrize("wide", [3, 5])
def test_ends_of_thin_arms_stay_where_they_are(draw: Draw, wide: int) -> None:
    """A corner of two lines that are nearly parallel could be anywhere along them, beyond the disc, too."""
    image = draw(
        within(
            '<circle cx="48" cy="48" r="45"/>',
            '<rect width="96" height="96" fill="#f9f9f9"/>'
            '<path fill="#428bc1" d="M0 34.3H96V62.3H0Z"/><path fill="#428bc1" d="M26.3 0H54.3V96H26.3Z"/>'
            f'<path fill="#ed4c5c" d="M0 {34.3 + wide}H96V{62.3 - wide}H0Z"/>'
            f'<path fill="#ed4c5c" d="M{26.3 + wide} 0H{54.3 - wide}V96H{26.3 + wide}Z"/>',
        )
    )
    assert error(draw, image) < 2.0  # most of it is the rim, where edges coincide


def test_a_band_that_is_seen_in_part_is_no_thick_line(draw: Draw) -> None:
    """Its rounded bottom is that of a line, which would cover what lies above it."""
    image = draw(
        within(
            '<rect x="8" y="10" width="80" height="76" rx="18"/>',
            '<rect width="96" height="96" fill="#ed4c5c"/><rect y="58" width="96" height="60" fill="#dae2ea"/>'
            '<rect y="63" width="96" height="5" fill="#ed4c5c"/>',
        )
    )
    assert error(draw, image) < 0.2


def test_a_small_letter_is_no_box(draw: Draw) -> None:
    """All of it is within a pixel of the outline of one, but its pixels tell."""
    letter = "M2.8 0h1.9l2.8 7.5H5.6L5.1 6H2.4l-.5 1.5H0zM3 4.6h1.6l-.8-2.5z"
    (shape,) = shapes(draw(f'<path transform="translate(20.56 30.64) scale(1.04)" d="{letter}"/>'))
    assert shape.kind == "path"


@pytest.mark.parametrize("kind", ["linear", "radial"])
def test_a_gradient_is_one_shape(draw: Draw, kind: str) -> None:
    place = 'x1="10" y1="20" x2="80" y2="70"' if kind == "linear" else 'cx="40" cy="40" r="50"'
    stops = '<stop offset="0" stop-color="#ff8000"/><stop offset="1" stop-color="#4010a0"/>'
    image = draw(
        f'<{kind}Gradient id="g" gradientUnits="userSpaceOnUse" {place}>{stops}</{kind}Gradient>'
        '<rect x="8" y="8" width="80" height="80" fill="url(#g)"/>'
    )
    (shape,) = shapes(image)
    assert shape.paint.kind == kind
    assert error(draw, image) < 0.7


def test_a_colour_that_is_half_transparent(draw: Draw) -> None:
    (shape,) = shapes(draw('<circle cx="48" cy="48" r="30" fill="#ff0000" fill-opacity="0.5"/>'))
    assert shape.paint.colors[0] == pytest.approx([1.0, 0.0, 0.0, 0.5], abs=1.5 / 255.0)


def test_the_scene_is_the_drawing(draw: Draw) -> None:
    image = draw(
        '<linearGradient id="g" gradientUnits="userSpaceOnUse" x1="10" y1="20" x2="80" y2="70">'
        '<stop offset="0" stop-color="#ff8000"/><stop offset="1" stop-color="#4010a0"/></linearGradient>'
        '<path d="M8 8H88V88H8ZM20 20V40H40V20Z" fill="url(#g)"/><circle cx="60" cy="60" r="15" fill="#20a040"/>'
    )
    result = sr.trace(image)
    assert [layer.kind for layer in result.scene.layers] == ["path", "circle"]
    drawn = sr.render(result.scene, filter_radius=0.645)
    assert np.abs(drawn - premultiplied(image)).mean() < 0.01


def premultiplied(image: Any) -> Any:
    array = np.asarray(image, np.float64) / 255.0
    return array * np.concatenate([array[..., 3:]] * 3 + [np.ones_like(array[..., 3:])], axis=2)


@pytest.mark.parametrize("level", [0.0, 0.5])
def test_a_picture_of_one_colour(level: float) -> None:
    drawing = sr.trace(np.full((12, 9, 3), level)).drawing
    assert not drawing.shapes
    assert drawing.background is not None
    np.testing.assert_allclose(drawing.background, level, atol=0.003)


def test_noise_ends_with_a_drawing(rng: np.random.Generator) -> None:
    with pytest.warns(UserWarning, match="looks like a photograph; `sdfraster fit` would serve it better"):
        assert sr.trace(rng.random((24, 24, 3))).svg.startswith("<svg")


def test_a_photograph_is_for_a_fit(rng: np.random.Generator) -> None:
    x, y = np.meshgrid(np.arange(48), np.arange(40))
    picture = 0.5 + 0.3 * np.sin(x / 9.0) * np.cos(y / 7.0) + rng.normal(0.0, 0.012, (40, 48))
    with pytest.warns(UserWarning, match="looks like a photograph"):
        sr.trace(np.repeat(picture[..., None], 3, axis=2).clip(0.0, 1.0))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tolerance": 0.0}, "tolerance must be from 0.01 to 10.0 pixels, not 0.0"),
        ({"detail": 1.5}, "detail must be from 0 to 1, not 1.5"),
        ({"detail": "x"}, "detail must be from 0 to 1, not 'x'"),
        ({"min_area": "a"}, "min_area must be a number of square pixels"),
        ({"detail": 0.5, "tolerance": 0.1}, "give one of them"),
        ({"min_area": float("nan")}, "min_area must be a number of square pixels"),
    ],
)
def test_bad_options_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sr.trace(np.zeros((8, 8, 3)), **options)


def test_what_is_seen_through_is_not_gone_on_beneath(draw: Draw) -> None:
    image = draw(
        '<circle cx="36" cy="40" r="26" fill="#e11" fill-opacity=".6"/>'
        '<circle cx="60" cy="40" r="26" fill="#1b5" fill-opacity=".6"/>'
    )
    wanted = np.asarray(image, float) / 255.0
    wanted[..., :3] *= wanted[..., 3:]
    found = np.asarray(sr.render(sr.trace(image).scene, filter_radius=0.645))
    assert np.sqrt(((found - wanted) ** 2).mean()) < 0.01


def test_a_result_is_shown_in_one_line(draw: Draw) -> None:
    result = sr.trace(draw(f'{BLUE}<circle cx="40" cy="50" r="22" fill="#fff"/>'))
    assert repr(result).startswith(f"TraceResult({result.scene!r}, traced in ")
    assert "\n" not in repr(result)


def test_a_frame_in_whose_colour_a_gradient_ends_is_a_shape_of_its_own(draw: Draw) -> None:
    """They touch without an edge, and what lies beneath the frame must not come out on its other side."""
    image = draw(
        '<rect width="96" height="96" fill="#fff"/><linearGradient id="g" x2="0" y2="1">'
        '<stop stop-color="#97d9f6"/><stop offset=".8" stop-color="#0b7fcc"/></linearGradient>'
        '<rect x="12" y="8" width="72" height="80" rx="9" fill="#0b7fcc"/>'
        '<path d="M18 14H66L40 62 30 82H18z" fill="url(#g)"/>'
        '<path d="M66 14C50 30 40 50 40 62L30 82 62 70z" fill="#024"/>'
    )
    kinds = [shape.paint.kind for shape in shapes(image)]
    assert kinds.count("linear") == 1
    assert kinds.count("flat") == 2
    assert error(draw, image) < 0.4


def test_nothing_lies_behind_what_is_seen_through(draw: Draw) -> None:
    """An opaque background has a hole where the picture is half transparent."""
    picture = np.full((40, 48, 4), (20, 30, 200, 255), np.uint8)
    picture[8:24, 8:28] = (250, 200, 20, 120)
    again = np.asarray(draw(sr.trace(Image.fromarray(picture)).svg), int)
    assert np.abs(again - picture).max() <= 2


@pytest.mark.compiled
def test_noise_with_holes_is_traced(rng: np.random.Generator) -> None:
    """Pixels that no ink is near to belong to one all the same."""
    for _ in range(40):
        size = int(rng.integers(3, 18)), int(rng.integers(3, 18))
        grey, alpha = rng.integers(0, 2, (2, *size, 1)).astype(np.uint8) * 255
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sr.trace(Image.fromarray(np.concatenate([grey, grey, grey, alpha], axis=2)))


@pytest.mark.compiled
@pytest.mark.parametrize("least", [5000.0, 1e6])
def test_nothing_smaller_than_the_least_area_is_drawn(least: float) -> None:
    """Not even if the picture is no larger."""
    pixels = np.ones((96, 96, 3))
    pixels[20:60, 20:60], pixels[70:80, 10:90] = [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]
    drawing = sr.trace(pixels, min_area=least).drawing
    assert drawing.shapes == []
    np.testing.assert_allclose(drawing.background, 1.0)


def test_lines_are_wanted_or_not() -> None:
    with pytest.raises(ValueError, match="lines must be True or False, not 'no'"):
        sr.trace(np.ones((8, 8, 3)), lines="no")  # type: ignore[arg-type]
