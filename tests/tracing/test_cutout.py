"""Shapes that abut: exact areas, shared numbers, and the same picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.metrics import psnr
from sdfraster.tracing import TraceResult
from sdfraster.tracing.curves import derived
from sdfraster.tracing.drawing import Drawing
from sdfraster.tracing.forms import form_of
from sdfraster.tracing.quarters import outlined
from sdfraster.tracing.recognise import Found, distances
from sdfraster.tracing.refine import covered, every
from sdfraster.tracing.splitting import find_cuts, split

from .conftest import Draw

Trace = Callable[[str], TraceResult]

OPAQUE = (  # a disc over the border of two halves, a ring with a filling, and a corner where three colours meet
    '<rect width="96" height="96" fill="#ffe8c0"/><path d="M0 30H96V96H0Z" fill="#d04020"/>'
    '<path d="M52 30H96V96H40Z" fill="#204080"/><circle cx="46" cy="58" r="17.3" fill="#20a040"/>'
    '<circle cx="76" cy="17" r="11.6" fill="#181818"/><circle cx="76" cy="17" r="6.2" fill="#f0d000"/>'
)
ROUND_ENDS = (  # mood-cry of Tabler
    '<rect width="96" height="96" fill="#fff"/><g transform="scale(4)" fill="none" stroke="#000" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"><path d="M9 10h.01M15 10h.01M9.5 15.25a3.5 3.5 0 0 1 5 0m3.066 '
    '2.356a2 2 0 1 0 2.897.03L19 16z"/>'
    '<path d="M20.865 13.517A9 9 0 0 0 21 12a9 9 0 1 0-9 9c.69 0 1.36-.076 2-.222"/></g>'
)
ROUND_HOLE = '<rect width="96" height="96" fill="#000"/><rect x="20" y="24" width="48" height="48" rx="4" fill="#fff"/>'
CLEAR = (
    '<path d="M8 8H88V60H8Z" fill="#d04020"/><path d="M48 8H88V60H41Z" fill="#d0c020"/>'
    '<circle cx="30" cy="78" r="12.4" fill="#404090"/>'
)


def pieces(drawing: Drawing) -> list[np.ndarray]:
    """Return the control points (K, 4, 2) of every shape."""
    return [np.concatenate([derived(curve).control for curve in shape.curves]) for shape in drawing.shapes]


def area(control: np.ndarray) -> float:
    """Return what closed curves of pieces enclose (Green's theorem; the quadrature is exact)."""
    nodes, weights = np.polynomial.legendre.leggauss(4)
    t = 0.5 * (nodes + 1.0)[:, None, None]
    s = 1.0 - t
    a, b, c, d = np.moveaxis(control, 1, 0)
    at = s**3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t**3 * d
    way = 3.0 * (s * s * (b - a) + 2.0 * s * t * (c - b) + t * t * (d - c))
    return float(0.25 * (weights[:, None] * (at[..., 0] * way[..., 1] - at[..., 1] * way[..., 0])).sum())


def free(piece: np.ndarray) -> np.ndarray:
    """Return the control points of a piece that say what it is: of a line both ends."""
    return piece[::3] if np.abs(np.diff(piece, 2, axis=0)).max() < 1e-9 else piece


def alone(shapes: list[np.ndarray]) -> list[np.ndarray]:
    """Return the pieces that no other shape has the other way, to the last bit."""
    every = [free(piece) for control in shapes for piece in control]
    there = Counter(piece.tobytes() for piece in every)
    return [piece for piece in every if not there[piece[::-1].tobytes()]]


def on_frame(piece: np.ndarray, width: float, height: float) -> bool:
    return any((piece[:, axis] == last).all() for axis, last in ((0, 0.0), (0, width), (1, 0.0), (1, height)))


@pytest.fixture(scope="module")
def cut_out(draw: Draw) -> Trace:
    """Return ``cut_out(svg)``, which traces a picture once."""
    return cache(lambda svg: sr.trace(draw(svg), cutout=True))


@pytest.fixture(scope="module")
def drawing(cut_out: Trace) -> Drawing:
    return cut_out(OPAQUE).drawing


@pytest.mark.compiled
def test_areas_add_up_to_the_canvas(drawing: Drawing) -> None:
    assert len(drawing.shapes) == 6
    assert drawing.background is None
    areas = [area(control) for control in pieces(drawing)]
    assert min(areas) > 50.0
    assert sum(areas) == pytest.approx(96.0 * 96.0, rel=1e-9)


@pytest.mark.compiled
def test_nothing_overlaps_and_there_is_no_gap(drawing: Drawing) -> None:
    forms = [form_of(shape) for shape in drawing.shapes]
    shares = np.array([covered(form.derived(form.z), every(form), (0, 0), (96, 96)) for form in forms if form])
    np.testing.assert_allclose(shares.sum(axis=0), 1.0, atol=1e-9)
    assert shares.min() > -1e-3  # curves are cut into straight bits for this
    assert shares.max() < 1.001


@pytest.mark.compiled
def test_neighbours_share_their_numbers(drawing: Drawing) -> None:
    assert all(on_frame(piece, 96.0, 96.0) for piece in alone(pieces(drawing)))


@pytest.mark.compiled
def test_neighbours_share_the_numbers_of_the_file(drawing: Drawing, cut_out: Trace) -> None:
    scene = sr.from_svg(cut_out(OPAQUE).svg)
    shapes = []
    for layer in scene.layers:
        for params, contours in zip(layer.params, layer.contours, strict=True):
            points = np.reshape(params, (-1, 2))
            parts = [part.reshape(-1, 3, 2) for part in np.split(points, np.cumsum(contours)[:-1])]
            shapes.append(np.concatenate([np.append(e, np.roll(e[:, :1], -1, axis=0), axis=1) for e in parts]))
    assert sum(map(len, shapes)) == sum(map(len, pieces(drawing)))
    rounded = [np.round(control, 6) for control in shapes]
    assert all(on_frame(piece, 96.0, 96.0) for piece in alone(rounded))


@pytest.mark.compiled
def test_a_hole_and_its_filling_are_the_same_four_cubics(drawing: Drawing) -> None:
    filling = min(drawing.shapes, key=lambda shape: area(derived(shape.curves[0]).control))
    control = derived(filling.curves[0]).control
    assert len(control) == 4
    assert len(filling.curves) == 1
    middle = control[:, 0].mean(axis=0)
    assert middle == pytest.approx([76.0, 17.0], abs=0.1)
    assert np.linalg.norm(control[:, 0] - middle, axis=1) == pytest.approx(6.2, abs=0.1)
    everything = alone(pieces(drawing))
    assert not any((piece == other).all() for piece in control for other in everything if other.shape == piece.shape)


@pytest.mark.compiled
def test_what_lies_on_nothing_keeps_its_primitive(cut_out: Trace) -> None:
    result = cut_out(CLEAR)
    assert sorted(shape.kind for shape in result.drawing.shapes) == ["circle", "path", "path"]
    halves = [derived(shape.curves[0]).control for shape in result.drawing.shapes if shape.kind == "path"]
    assert sum(map(area, halves)) == pytest.approx(80.0 * 52.0, rel=1e-3)
    assert len(alone(halves)) == sum(map(len, halves)) - 2  # one line, both ways


@pytest.mark.compiled
@pytest.mark.parametrize("svg", [ROUND_ENDS, ROUND_HOLE])
@pytest.mark.parametrize("size", [112, 160, 192])
def test_what_is_round_and_small_stays_round(draw: Draw, svg: str, size: int) -> None:
    """Ends of lines, which became tips, and corners of a hole, which became sharp; drawn 8 times as large."""
    picture = draw(svg, size)
    again = np.asarray(draw(sr.trace(picture, cutout=True).svg, 8 * size), np.float64)
    again = again.reshape(size, 8, size, 8, 4).mean(axis=(1, 3))
    assert np.abs(again - np.asarray(picture, np.float64)).max() < 60.0


@pytest.mark.compiled
@pytest.mark.parametrize("svg", [OPAQUE, CLEAR])
def test_the_picture_is_that_of_the_stacked_drawing(draw: Draw, cut_out: Trace, svg: str) -> None:
    """Drawn 8 times as large, where seams are thin."""

    def shrunk(result: TraceResult) -> np.ndarray:
        large = np.asarray(draw(result.svg, 768), np.float64) / 255.0
        large[..., :3] *= large[..., 3:]
        return large.reshape(96, 8, 96, 8, 4).mean(axis=(1, 3))

    assert psnr(shrunk(cut_out(svg)), shrunk(sr.trace(draw(svg)))) > 40.0


def test_a_picture_of_one_colour_is_one_rectangle() -> None:
    (shape,) = sr.trace(np.full((12, 9, 3), 0.5), cutout=True).drawing.shapes
    assert area(derived(shape.curves[0]).control) == pytest.approx(108.0)


@pytest.mark.parametrize(
    "found",
    [
        Found("circle", np.array([50.0, 60.0, 30.0])),
        Found("ellipse", np.array([50.0, 60.0, 30.0, 20.0, 0.4])),
        Found("rectangle", np.array([50.0, 60.0, 60.0, 40.0, 0.3, 10.0])),
        Found("rectangle", np.array([50.0, 60.0, 60.0, 40.0, -0.3, 0.0])),
        Found("line", np.array([10.0, 20.0, 80.0, 40.0, 15.0])),
    ],
    ids=lambda found: found.kind,
)
def test_outlines_of_primitives(found: Found) -> None:
    contour = outlined(found)
    t = np.linspace(0.0, 1.0, 9)[:, None]
    s = 1.0 - t
    curves = [contour.curve(k) for k in range(len(contour.straight))]
    points = np.concatenate([s**3 * c[0] + 3 * s * s * t * c[1] + 3 * s * t * t * c[2] + t**3 * c[3] for c in curves])
    assert np.abs(distances(found.kind)(found.params, points)[0]).max() < 0.01
    assert contour.ends_meet
    assert area(np.array(curves)) > 0.0
    assert len(curves) <= 8


def test_cuts_are_where_they_should_be_and_in_order() -> None:
    contour = outlined(Found("rectangle", np.array([20.0, 10.0, 40.0, 4.0, 0.0, 0.0])))
    wanted = np.array([[10.0, 8.4], [39.9, 8.1], [12.0, 11.8]])  # along the upper side, at a corner, on the way back
    ways = np.array([[1.0, 0.0], [1.0, 1.0], [-1.0, 0.0]])
    parts = split(contour, find_cuts(contour, wanted, ways))
    starts = np.array([part.points[0] for part in parts])
    np.testing.assert_allclose(starts, [[10.0, 8.0], [40.0, 8.0], [12.0, 12.0]], atol=0.1)
    assert sum(len(part.straight) for part in parts) == 6  # four sides, two of which are cut
    for part, after in zip(parts, [*parts[1:], parts[0]], strict=True):
        np.testing.assert_allclose(part.points[-1], after.points[0], atol=1e-12)
