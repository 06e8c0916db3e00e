"""Shapes over each other: shares and weights are the squared error of the picture, and it goes down."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.tracing import together
from sdfraster.tracing.curves import Curve, make_curve
from sdfraster.tracing.drawing import Drawing, Shape, controls
from sdfraster.tracing.gradients import Paint, flat_paint
from sdfraster.tracing.lines.strokes import nearest, stroke_of
from sdfraster.tracing.options import TraceOptions
from sdfraster.tracing.palette import Pixels
from sdfraster.tracing.refine import Target
from sdfraster.tracing.stack import canvas_of, lights, over, sheet_of, wanted

from .conftest import Draw

SIZE = 40
LIMITS = TraceOptions().limits
FADING = Paint(
    "linear", np.array([5.0, 5.0, 30.0, 20.0]), np.array([0.0, 1.0]), np.array([[1, 0, 0, 0.5], [0, 1, 1, 0.5]])
)


def drawing(move: float = 0.0) -> Drawing:
    """Return a disc over a rectangle, half transparent, over a third shape of a gradient."""
    shapes = [
        Shape("ellipse", np.array([14.0, 18.0, 11.0, 8.0, 0.5]) + move * np.array([1, 0, 0, 1, 0.0]), [], FADING),
        Shape(
            "rectangle", np.array([22.0, 22.0, 21.0, 14.0, 0.3, 2.0]), [], flat_paint(np.array([0.0, 0.3, 0.1, 0.6]))
        ),
        Shape("circle", np.array([24.0 + move, 14.0, 8.3]), [], flat_paint(np.array([1.0, 0.8, 0.0, 1.0]))),
    ]
    return Drawing(SIZE, SIZE, shapes, np.array([1.0, 1.0, 0.9]))


def picture(of: Drawing) -> Pixels:
    canvas = canvas_of(of)
    for shape in of.shapes:
        over(sheet_of(shape, of), canvas)
    return canvas


@pytest.mark.parametrize("k", range(3))
def test_shares_and_weights_are_the_squared_error(k: int, rng: np.random.Generator) -> None:
    of = drawing()
    pixels = np.concatenate([rng.uniform(0.0, 1.0, (SIZE, SIZE, 3)), np.ones((SIZE, SIZE, 1))], axis=2)
    sheets = [sheet_of(shape, of) for shape in of.shapes]
    canvas = canvas_of(of)
    for sheet in sheets[:k]:
        over(sheet, canvas)
    target = wanted(sheets[k], list(lights(sheets))[k], canvas, pixels)

    def errors(share: Pixels) -> tuple[Pixels, Pixels]:
        """Return the squared error of the picture if shape k covers some share, and what the target says of it."""
        drawn = canvas_of(of)
        for number, sheet in enumerate(sheets):
            over(sheet._replace(share=share) if number == k else sheet, drawn)
        told = (target.counts * (share - target.share)) ** 2
        return ((drawn - pixels) ** 2).sum(axis=2)[sheets[k].window], told

    (a, told_a), (b, told_b) = errors(sheets[k].share), errors(rng.uniform(0.0, 1.0, sheets[k].share.shape))
    np.testing.assert_allclose(a - b, np.where(target.counts > 0.0, told_a - told_b, a - b), atol=1e-9)
    assert (np.abs(a - b)[target.counts == 0.0] < 0.05).all()  # a colour that hardly differs


@pytest.mark.compiled
def test_shapes_move_together_to_the_picture() -> None:
    pixels, start = picture(drawing()), drawing(0.4)
    found = together.improved(start, pixels, LIMITS)
    before, after = (((picture(each) - pixels) ** 2).sum() for each in (start, found))
    assert after < 1e-3 * before
    for got, right in zip(found.shapes, drawing().shapes, strict=True):
        assert got.kind == right.kind
        np.testing.assert_allclose(got.params, right.params, atol=0.02)


@pytest.mark.compiled
def test_a_kind_that_cannot_be_drawn_leaves_the_drawing_as_it_is() -> None:
    of = drawing()
    of.shapes.append(Shape("triangle", np.array([3.0, 3.0, 9.0, 3.0, 5.0, 9.0]), [], flat_paint(np.ones(4))))
    assert together.improved(of, picture(drawing()), LIMITS) is of


@pytest.mark.compiled
def test_where_three_shapes_meet_the_picture_is_nearer(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pixels of three colours tell nothing of borders that are looked at one by one."""
    image = draw(
        '<rect width="96" height="96" fill="#fff"/><path d="M10 50Q48 5 86 50L70 88H24Z" fill="#c22"/>'
        '<path d="M5 60L90 40V62L5 80Z" fill="#26a"/><path d="M30 20L80 70L60 90L12 40Z" fill="#fc0"/>'
    )
    pixels = np.asarray(image, float) / 255.0

    def error() -> tuple[float, int]:
        found = sr.trace(image)
        off = float(((picture(found.drawing) - pixels) ** 2).sum())
        return off, sum(len(curve.line) for shape in found.drawing.shapes for curve in shape.curves)

    after, few = error()
    monkeypatch.setattr(import_module("sdfraster.tracing.trace"), "improved", lambda drawing, *_: drawing)
    before, many = error()
    assert after < 0.7 * before
    assert few < many


GREEN = flat_paint(np.array([0.0, 0.6, 0.4, 1.0]))


def bent(move: float = 0.0) -> Curve:
    """Return a level line that goes on as a bend."""
    nodes = np.array([[6.0, 24.0 + move], [20.0 - move, 24.0 + move], [33.0, 8.0 - move], [6.0, 8.0]])[:3]
    handles = np.array([[[0.0, 0.0], [0.0, 0.0]], [[8.0, 0.0], [0.0, -9.0]], [[0.0, 0.0], [0.0, 0.0]]])
    return make_curve(nodes, np.array([True, False, True]), np.array([False, True, False]), handles, 1e-6)


def lines(move: float = 0.0) -> Drawing:
    """Return lines of one colour and width over the border of two shapes: a bend, one that ends at it, and a ring."""
    width = 5.0 - 0.5 * move
    end = [11.0 + move, 33.0, 11.0 + move, 24.0 + move]
    shapes = [
        Shape(
            "rectangle", np.array([20.0, 25.0, 50.0, 30.0, 0.0, 0.0]), [], flat_paint(np.array([0.9, 0.8, 0.2, 1.0]))
        ),
        Shape("stroke", None, [bent(move)], GREEN, width),
        Shape("line", np.array([*end, width]), [], GREEN),
        Shape("circle", np.array([29.0, 30.0 - move, 6.0 + 0.5 * move]), [], GREEN, width),
        Shape("circle", np.array([20.0, 30.0, 2.0]), [], flat_paint(np.array([0.0, 0.0, 0.0, 1.0]))),
    ]
    return Drawing(SIZE, SIZE, shapes, np.array([0.6, 0.8, 1.0]))


@pytest.mark.compiled
def test_lines_move_with_all_others_and_stay_what_they_are() -> None:
    pixels, start = picture(lines()), lines(0.3)
    found = together.improved(start, pixels, LIMITS)
    before, after = (((picture(each) - pixels) ** 2).sum() for each in (start, found))
    assert after < 2e-3 * before
    _, bend, line, ring, _ = found.shapes
    assert bend.width == ring.width == line.params[4] == pytest.approx(5.0, abs=0.01)
    assert ring.params == pytest.approx([29.0, 30.0, 6.0], abs=0.02)
    assert line.params[0] == line.params[2] == pytest.approx(11.0, abs=0.02)
    (curve,) = bend.curves
    assert curve.y[0] == curve.y[1]
    np.testing.assert_allclose(curve.z, bent().z, atol=0.15)
    assert nearest(stroke_of(bend), line.params[None, 2:4]).distance[0] < 1e-3


def test_lines_of_one_colour_that_follow_each_other_are_one_part() -> None:
    other, clear = flat_paint(np.array([0.0, 0.0, 0.0, 1.0])), flat_paint(np.array([0.0, 0.6, 0.4, 0.5]))
    line = Shape("line", np.array([3.0, 3.0, 20.0, 9.0, 3.0]), [], GREEN)
    disc = Shape("circle", np.array([29.0, 30.0, 6.0]), [], GREEN)
    ring = disc._replace(width=3.0)
    shapes = [line, ring, line, disc, line, ring._replace(paint=other), *[line._replace(paint=clear)] * 2]
    assert [len(part) for part in together.parts_of(shapes)] == [3, 1, 1, 1, 1, 1]
    many = together.parts_of([line] * (2 * together.MOST + 1))
    assert [len(part) for part in many] == [together.MOST, together.MOST, 1]
    below = line._replace(params=line.params + np.array([0.0, 40.0, 0.0, 40.0, 0.0]))
    many = together.parts_of([line, below] * (together.MOST // 2 + 1))
    assert [len(part) for part in many] == [together.MOST // 2 + 1] * 2


@pytest.mark.compiled
def test_icons_beside_each_other_are_symmetric_each(draw: Draw) -> None:
    """A heart and an arrow, of one colour."""
    pen = 'fill="none" stroke="#000" stroke-width="8" stroke-linecap="round" stroke-linejoin="round"'
    heart = "M48 24C42 14 30 12 20 18C4 28 6 46 20 60L48 86L76 60C90 46 92 28 76 18C66 12 54 14 48 24Z"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="192" height="96"><g {pen}><path d="{heart}"/>'
    shapes = sr.trace(draw(svg + '<path d="M120 40H170M150 18L172 40L150 62"/></g></svg>')).drawing.shapes
    (path,) = (shape for shape in shapes if shape.kind == "path")
    nodes = np.concatenate(controls(path))[:, 0]
    image = np.array([2.0 * 48.0, 0.0]) + nodes * [-1.0, 1.0]
    assert np.abs(nodes[:, None] - image).max(axis=2).min(axis=1).max() < 0.05


@pytest.mark.compiled
def test_a_line_over_a_border_is_nearer_to_the_picture(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    pen = 'fill="none" stroke="#e63" stroke-width="8" stroke-linecap="round" stroke-linejoin="round"'
    below = '<rect width="96" height="96" fill="#fff"/><path d="M36 0L60 96H96V0Z" fill="#234"/>'
    image = draw(f'{below}<path {pen} d="M68 72L44 48 68 24"/><path {pen} d="M28 24V72"/>', 96)

    def error() -> float:
        again = np.asarray(draw(sr.trace(image).svg), float)
        return float(((again - np.asarray(image, float)) ** 2).sum())

    monkeypatch.setattr(together, "symmetrical_lines", lambda lines, *_: lines)  # which would move them too
    after = error()
    monkeypatch.setattr(together, "_lines_moved", lambda lines, *_: lines)
    assert after < 0.8 * error()


@pytest.mark.parametrize("which", ["those with fewer nodes", "those with all", "none"])
def test_lines_keep_nodes_without_which_they_are_not_symmetric(which: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, fewer, images = ([Shape("line", np.arange(5.0) + k, [], GREEN)] for k in range(3))
    can_be = {"those with fewer nodes": fewer, "those with all": lines, "none": None}[which]
    monkeypatch.setattr(together, "_fewer_moved", lambda *_: fewer)
    monkeypatch.setattr(together, "symmetrical_lines", lambda some, *_: images if some is can_be else some)
    target = Target(0, 0, np.zeros((4, 4)), np.ones((4, 4)))
    found = together._fewer_or_symmetrical(lines, target, Drawing(4, 4, lines, None), TraceOptions().limits)
    assert found is (images if can_be is lines else fewer)
