"""Nodes of lines: those go that the picture holds without, and no others."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.tracing import together
from sdfraster.tracing.curves import make_curve
from sdfraster.tracing.drawing import Drawing, Shape
from sdfraster.tracing.gradients import flat_paint
from sdfraster.tracing.lines import simplified
from sdfraster.tracing.lines.strokes import controls, stroke_of
from sdfraster.tracing.options import TraceOptions
from sdfraster.tracing.palette import Pixels
from sdfraster.tracing.refine import Target
from sdfraster.tracing.stack import sheet_of

from .conftest import Draw

LIMITS = TraceOptions().limits
SIZE, WIDTH = 60, 5.0
BLACK = flat_paint(np.array([0.0, 0.0, 0.0, 1.0]))
ZIGZAG = [[8.0, 40.0], [20.0, 12.0], [34.0, 44.0], [50.0, 16.0]]


def polyline(points: list[list[float]], *, closed: bool = False) -> Shape:
    """Return a line from point to point."""
    line = np.ones(len(points), bool)
    curve = make_curve(np.array(points), line, ~line, np.zeros((len(points), 2, 2)), 1e-6)
    return Shape("path" if closed else "stroke", None, [curve], BLACK, WIDTH)


def arc(parts: int) -> Shape:
    """Return a quarter of an ellipse in parts, smooth."""
    t = np.linspace(0.0, 1.0, parts + 1)
    start, first, second, end = np.array([[10.0, 45.0], [10.0, 20.0], [25.0, 12.0], [48.0, 12.0]])[:, :, None]
    nodes = ((1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t * t * second + t**3 * end).T
    speed = (3 * (1 - t) ** 2 * (first - start) + 6 * (1 - t) * t * (second - first) + 3 * t * t * (end - second)).T
    handles = np.zeros((parts + 1, 2, 2))
    handles[:-1] = np.stack([speed[:-1], speed[1:]], axis=1) / (3.0 * parts)
    line, smooth = np.arange(parts + 1) == parts, (np.arange(parts + 1) % parts) > 0
    return Shape("stroke", None, [make_curve(nodes, line, smooth, handles, 1e-6)], BLACK, WIDTH)


def covered(shape: Shape) -> Pixels:
    """Return what a line covers of a picture."""
    share = np.zeros((SIZE, SIZE))
    sheet = sheet_of(shape, Drawing(SIZE, SIZE, [], None))
    share[sheet.window] = sheet.share
    return share


def fewer(start: Shape, right: Shape) -> Shape:
    """Return a line without the nodes that it can do without to be another one."""
    sheet = sheet_of(start, Drawing(SIZE, SIZE, [], None))
    target = Target(0, 0, covered(right), np.full((SIZE, SIZE), 0.7))
    (found,) = simplified([start], [sheet.laid], target, LIMITS)
    return found


def kinds(shape: Shape) -> list[bool]:
    """Return which pieces of a line are straight."""
    stroke = stroke_of(shape)
    return stroke.shown.line[: len(controls(stroke))].tolist()


@pytest.mark.compiled
def test_two_pieces_become_one() -> None:
    assert kinds(fewer(arc(2), arc(1))) == [False]
    bent = polyline([[8.0, 40.0], [14.2, 26.1], [20.0, 12.0], [34.0, 44.0], [50.0, 16.0]])
    found = fewer(bent, polyline(ZIGZAG))
    assert kinds(found) == [True] * 3
    np.testing.assert_allclose(covered(found), covered(polyline(ZIGZAG)), atol=0.05)


@pytest.mark.compiled
def test_a_single_line_is_left_of_a_line_in_parts() -> None:
    found = fewer(polyline([[8.0, 30.0], [20.0, 30.0], [50.0, 30.1]]), polyline([[8.0, 30.0], [50.0, 30.0]]))
    assert found.kind == "line"
    assert found.params == pytest.approx([8.0, 30.0, 50.0, 30.0, WIDTH], abs=0.05)
    assert found.params[1] == found.params[3]


@pytest.mark.compiled
def test_what_is_nearly_straight_becomes_a_line() -> None:
    start = polyline(ZIGZAG)
    handles = np.array([[[4.0, -9.3], [3.9, -9.4]], *np.zeros((3, 2, 2))])
    line = np.array([False, True, True, True])
    slight = make_curve(np.array(ZIGZAG), line, np.zeros(4, bool), handles, 1e-6)
    assert kinds(fewer(start._replace(curves=[slight]), start)) == [True] * 3


@pytest.mark.compiled
@pytest.mark.parametrize("right", [polyline(ZIGZAG), polyline(ZIGZAG[:3], closed=True), arc(1)])
def test_what_is_needed_stays(right: Shape) -> None:
    found = fewer(right, right)
    assert kinds(found) == kinds(right)
    np.testing.assert_allclose(found.curves[0].z, right.curves[0].z, atol=1e-6)


@pytest.mark.compiled
def test_lines_of_a_picture_lose_nodes(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arcs that round corners are found in more pieces than they need."""
    pen = 'fill="none" stroke="#000" stroke-width="8" stroke-linecap="round" stroke-linejoin="round"'
    image = draw(
        f'<path {pen} d="M12 40a8 8 0 0 1 2.84-6.11l28-24a8 8 0 0 1 10.33 0l28 24A8 8 0 0 1 84 40v36a8 8 0 0 1-8 8H20'
        'a8 8 0 0 1-8-8z"/>'
    )

    def measured() -> tuple[int, float]:
        result = sr.trace(image)
        off = np.asarray(draw(result.svg), float) - np.asarray(image, float)
        return sum(len(kinds(shape)) for shape in result.drawing.shapes), float((off * off).mean())

    few, after = measured()
    monkeypatch.setattr(together, "lines_simplified", lambda lines, *_: lines)
    many, before = measured()
    assert few == 10 < many  # five arcs, and the lines between them
    assert max(before, after) < 5.0  # 41 dB: resvg draws lines with small errors of its own
