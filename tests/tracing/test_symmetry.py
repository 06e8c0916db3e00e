"""Shapes that are their own image: exactly so in the file, also where pixels are not; others are left as they are."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.tracing.axes import Axis, find_axes, points_of
from sdfraster.tracing.curves import Curve, derived, make_curve
from sdfraster.tracing.drawing import Shape
from sdfraster.tracing.forms import form_of
from sdfraster.tracing.gradients import flat_paint
from sdfraster.tracing.mirror import outline_of
from sdfraster.tracing.palette import Pixels
from sdfraster.tracing.refine import Target, covered, every
from sdfraster.tracing.ties import tie_of

from .conftest import Draw

AXES = [Axis(0.0, 31.3), Axis(0.5 * np.pi, 30.6), Axis(0.25 * np.pi, 43.9), Axis(0.7, 43.1)]
HEART = (
    "M47.37 78C47.37 78 13.37 55 13.37 36C13.37 24 21.37 17 30.37 17C39.37 17 47.37 24 47.37 31"
    "C47.37 24 55.37 17 64.37 17C73.37 17 81.37 24 81.37 36C81.37 55 47.37 78 47.37 78Z"
)


def corners(svg: str) -> Pixels:
    """Return the points (N, 2) that the paths of an SVG go through or have as handles, to the digits in the file."""
    (layer,) = sr.from_svg(svg).layers
    return np.round(np.concatenate([np.reshape(contour, (-1, 2)) for contour in layer.params]), 6)


def off_image(points: Pixels, image: Pixels) -> float:
    """Return how far the point that is worst off is from the nearest one of the images."""
    return float(np.abs(points[:, None] - image[None]).max(axis=2).min(axis=1).max())


SHAPES = {
    "a heart": f'<path d="{HEART}"/>',
    "an arrow that points to the left": '<path d="M12.3 46.4L45.2 17.3V33.1H84.6V59.7H45.2V75.5Z"/>',
    "a leaf with two holes": '<path fill-rule="evenodd" d="M47.62 8C80 22 88 60 47.62 90C7.24 60 15.24 22 47.62 8Z'
    'M34.3 40L42.3 47L32.3 58Z M60.94 40L52.94 47L62.94 58Z"/>',
    "a vase": '<path d="M33.1 12.2H62.5C58 30 80 50 66.3 83.6H29.3C15.6 50 37.6 30 33.1 12.2Z"/>',
}


@pytest.mark.compiled
@pytest.mark.parametrize("name", SHAPES)
def test_a_symmetric_shape_is_so_in_the_file(name: str, draw: Draw) -> None:
    svg = sr.trace(draw(SHAPES[name])).svg
    points = corners(svg)
    images = []
    for axis in (0, 1):
        mirrored = points.copy()
        low, high = points[:, axis].min(), points[:, axis].max()
        mirrored[:, axis] = low + high - points[:, axis]
        images.append(off_image(points, mirrored))
    assert min(images) < 1e-5  # of a hundredth, which the file has


@pytest.mark.compiled
def test_an_axis_that_is_turned(draw: Draw) -> None:
    turned = f'<g transform="rotate(24.3 48.2 47.1)">{SHAPES["a heart"]}</g>'
    points = corners(sr.trace(draw(turned)).svg)
    angle = np.radians(24.3)
    way = np.array([np.cos(angle), np.sin(angle)])
    middle = np.array([48.2, 47.1]) + (47.37 - 48.2) * way

    def image(by: float, off: float) -> Pixels:
        normal = np.array([np.cos(angle + by), np.sin(angle + by)])
        return points - 2.0 * ((points - middle) @ normal - off)[:, None] * normal

    off = min(
        off_image(points, image(by, d)) for by in np.linspace(-0.002, 0.002, 21) for d in np.linspace(-0.1, 0.1, 41)
    )
    assert off < 0.02  # of what is rounded to a hundredth, and the steps of this search


@pytest.mark.compiled
def test_what_is_not_symmetric_stays_so(draw: Draw) -> None:
    """One side is longer by half a pixel, as in a logo that was drawn by hand."""
    start = '<path d="M8.2 12.3H36.4L48 34.1L59.6 12.3H{}L48 88.5Z"/>'
    points = corners(sr.trace(draw(start.format(88.5))).svg)
    assert np.ptp(points[:, 0]) == pytest.approx(80.3, abs=0.1)
    assert 48.0 - points[:, 0].min() == pytest.approx(39.8, abs=0.15)


def curves() -> list[Curve]:
    """Return a blob that crosses all axes, one node of which is a corner, and a line of which is level."""
    nodes = np.array([[32.0, 6.0], [58.0, 30.0], [44.0, 52.0], [20.0, 52.0], [8.0, 31.0]])
    ways = np.array([[12.0, 2.0], [1.0, 14.0], [-5.0, 1.0], [-6.0, -1.0], [0.0, -12.0]])
    handles = np.stack([ways, np.roll(ways, -1, axis=0)], axis=1)
    line = np.arange(5) == 2
    return [make_curve(nodes, line, np.array([True, False, True, True, True]), handles, 0.2)]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_whatever_the_free_numbers_are(axis: Axis, side: float, rng: np.random.Generator) -> None:
    outline = outline_of(curves(), axis, side, 0.2 if axis.level else -1.0)
    assert outline is not None
    tie = tie_of(outline, axis)
    assert tie is not None
    assert len(tie.w) < 0.7 * len(tie.offset)
    (curve,) = outline.curves
    w = tie.w + rng.normal(0.0, 0.5, len(tie.w))
    moved = axis._replace(place=float(w[0]))
    control = derived(curve, tie.numbers(w)).control
    np.testing.assert_allclose(moved.image(control)[outline.piece][:, ::-1], control, atol=1e-9)
    np.testing.assert_allclose(moved.image(control[:, 0])[outline.node], control[:, 0], atol=1e-9)


def test_curves_beside_the_axis_are_pairs() -> None:
    axis = Axis(0.0, 70.0)
    (one,) = curves()
    image = axis.image(np.column_stack([one.z[one.x], one.z[one.y]]))
    other = make_curve(image[::-1], np.ones(5, bool), np.zeros(5, bool), np.zeros((5, 2, 2)), 0.0)
    outline = outline_of([one, other], axis, -1.0, 0.2)
    assert outline is not None
    first, second = (derived(curve).control for curve in outline.curves)
    np.testing.assert_allclose(axis.image(first)[:, ::-1], second[outline.piece[:5] - 5], atol=1e-9)
    assert outline_of([one], axis, -1.0, 0.2) is None


@pytest.mark.parametrize("axis", AXES)
def test_axes_are_found(axis: Axis) -> None:
    outline = outline_of(curves(), axis, 1.0, -1.0)
    assert outline is not None
    form = form_of(Shape("path", None, outline.curves, flat_paint(np.ones(4))))
    assert form is not None
    made = form.derived(form.z)
    share = covered(made, every(form), (0, 0), (64, 64))
    target = Target(0, 0, share, np.ones((64, 64)))
    found = list(find_axes(points_of(made.control, target), target, 0.1))
    off = [abs(np.sin(each.angle - axis.angle)) for each in found]
    best = found[int(np.argmin(off))]
    assert min(off) < 1e-3
    np.testing.assert_allclose(best.image(np.array([30.0, 31.0])), axis.image(np.array([30.0, 31.0])), atol=0.05)
