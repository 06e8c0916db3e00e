"""Shapes that are their own image: exactly so in the file, also where pixels are not; others are left as they are."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.tracing import refine
from sdfraster.tracing.axes import find_symmetries, points_of
from sdfraster.tracing.curves import Curve, derived, make_curve
from sdfraster.tracing.drawing import Shape
from sdfraster.tracing.forms import form_of
from sdfraster.tracing.gradients import flat_paint
from sdfraster.tracing.groups import Axis, Element, Symmetry
from sdfraster.tracing.orbits import Outline, outlines_of
from sdfraster.tracing.palette import Pixels
from sdfraster.tracing.refine import Target, covered, every
from sdfraster.tracing.sectors import between, closed
from sdfraster.tracing.ties import descended, tie_of

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


def star(tips: int, turned: float) -> str:
    """Return a star around (48.2, 47.1)."""
    turn = np.radians(turned) + np.pi * np.arange(2 * tips) / tips
    far = np.where(np.arange(2 * tips) % 2, 17.3, 40.2)
    points = np.column_stack([48.2 + far * np.cos(turn), 47.1 + far * np.sin(turn)])
    return f'<path d="M{"L".join(f"{x:.4f} {y:.4f}" for x, y in points)}Z"/>'


def wheel(fins: int, turned: float) -> str:
    """Return a wheel around (48.2, 47.1), whose fins are bent to one side."""
    turn = np.radians(turned) + 2.0 * np.pi * np.arange(fins) / fins
    places = ((40.0, 0.0), (24.0, 0.0), (9.0, 0.5), (21.0, 4.2 / fins))
    points = [[(48.2 + r * np.cos(t + by), 47.1 + r * np.sin(t + by)) for r, by in places] for t in turn]
    text = "L".join(f"{x:.4f} {y:.4f}C" + " ".join(f"{u:.4f} {v:.4f}" for u, v in rest) for (x, y), *rest in points)
    return f'<path d="M{text}Z"/>'


TURNED = {
    "a plus": ('<path d="M39.25 12H57.25V38H83.25V56H57.25V82H39.25V56H13.25V38H39.25Z"/>', 4, 0.0),
    "an H": ('<path d="M20.1 15.2H36.1V40.2H60.3V15.2H76.3V79H60.3V54H36.1V79H20.1Z"/>', 2, 0.0),
    "a star": (star(5, -90.0), 5, 0.0),
    "a turned star": (star(6, 11.0), 6, 11.0),
    "a wheel of two": (wheel(2, 20.0), 2, None),
    "a wheel of three": (wheel(3, 0.0), 3, None),
    "a wheel of four": (wheel(4, 33.0), 4, None),
}


@pytest.mark.compiled
@pytest.mark.parametrize("name", TURNED)
def test_what_is_the_same_once_turned_is_so_in_the_file(name: str, draw: Draw) -> None:
    svg, order, axis = TURNED[name]
    points = corners(sr.trace(draw(svg)).svg)
    middle = points.mean(axis=0)
    symmetry = Symmetry(order, axis is not None, np.radians(axis or 0.0), middle)
    for turn in symmetry.turns:
        assert off_image(points, symmetry.image(turn, points)) < 0.02  # as the file has hundredths
    for mirror in symmetry.mirrors:
        assert off_image(points, symmetry.image(mirror, points)) < 0.1  # as the direction is measured
    np.testing.assert_allclose(middle, [48.2, 47.1], atol=0.15)  # renderers round


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


MIDDLE = np.array([31.3, 30.6])
GROUPS = [
    *(axis.symmetry(MIDDLE) for axis in AXES),
    Symmetry(2, True, 0.0, MIDDLE),
    Symmetry(2, True, 0.4, MIDDLE),
    Symmetry(4, True, 0.25 * np.pi, MIDDLE),
    Symmetry(5, True, 0.1, MIDDLE),
    Symmetry(12, True, 0.0, MIDDLE),
    Symmetry(2, False, 0.0, MIDDLE),
    Symmetry(3, False, 0.0, MIDDLE),
    Symmetry(4, False, 0.0, MIDDLE),
]


def lobes(symmetry: Symmetry, noise: float = 0.0) -> list[Curve]:
    """Return a blob around the middle with a lobe, with a corner and a smooth node, for every image of a symmetry."""
    rng = np.random.default_rng(5)
    count = symmetry.order * (2 if symmetry.mirrored else 1)
    turn = symmetry.angle + 0.5 * np.pi + np.pi * np.arange(count) * (2.0 / count)
    sharp = 8.0 + 16.0 * (np.arange(count) % 2) if symmetry.mirrored else np.full(count, 24.0)
    way = np.column_stack([np.cos(turn), np.sin(turn)])
    tips = MIDDLE + sharp[:, None] * way
    between = turn + 0.4 * np.pi / count
    smooth = MIDDLE + 17.0 * np.column_stack([np.cos(between), np.sin(between)])
    nodes = tips if symmetry.mirrored else np.stack([tips, smooth], axis=1).reshape(-1, 2)
    nodes = nodes + noise * rng.normal(size=nodes.shape)
    steps = np.roll(nodes, -1, axis=0) - nodes
    smooth_nodes = np.arange(len(nodes)) % 2 == (0 if symmetry.mirrored else 1)
    ways = np.roll(nodes, -1, axis=0) - np.roll(nodes, 1, axis=0)
    third = 0.2 * np.linalg.norm(steps, axis=1)[:, None] / np.linalg.norm(ways, axis=1)[:, None]
    leave = np.where(smooth_nodes[:, None], third * ways, 0.3 * steps)
    arrive = np.where(np.roll(smooth_nodes, -1)[:, None], third * np.roll(ways, -1, axis=0), 0.3 * steps)
    handles = np.stack([leave, arrive], axis=1)
    return [make_curve(nodes, np.zeros(len(nodes), bool), smooth_nodes, handles, -1.0)]


def whole(curves: list[Curve]) -> Pixels:
    """Return all control points (N, 2) of curves."""
    return np.concatenate([derived(curve).control.reshape(-1, 2) for curve in curves])


def elements(symmetry: Symmetry) -> list[Element]:
    return symmetry.turns + symmetry.mirrors


def outline_of(curves: list[Curve], symmetry: Symmetry, choice: int, level: float) -> Outline | None:
    """Return one of the outlines that there are, None if there are less."""
    return next(islice(outlines_of(curves, symmetry, level), choice, None), None)


def check_free(outline: Outline, rng: np.random.Generator) -> None:
    """Check that all images of an outline lie on it, whatever its free numbers are."""
    tie = tie_of(outline)
    assert tie is not None
    np.testing.assert_allclose(tie.numbers(tie.w), np.concatenate([c.z for c in outline.curves]), atol=1e-9)
    w = tie.w + rng.normal(0.0, 0.5, len(tie.w))
    z = np.split(tie.numbers(w), np.cumsum([len(c.z) for c in outline.curves])[:-1])
    moved = outline.symmetry._replace(centre=w[:2])
    points = whole([curve._replace(z=numbers) for curve, numbers in zip(outline.curves, z, strict=True)])
    for element in elements(moved):
        assert off_image(points, moved.image(element, points)) < 1e-9


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("choice", [0, 1])
def test_whatever_the_free_numbers_are(axis: Axis, choice: int, rng: np.random.Generator) -> None:
    outline = outline_of(curves(), axis.symmetry(MIDDLE), choice, 0.2 if axis.level else -1.0)
    assert outline is not None
    tie = tie_of(outline)
    assert tie is not None
    assert len(tie.w) < 0.75 * len(tie.offset)
    check_free(outline, rng)
    assert outline_of(curves(), axis.symmetry(MIDDLE), 2, -1.0) is None


@pytest.mark.parametrize("choice", [0, 1])
@pytest.mark.parametrize("symmetry", GROUPS[len(AXES) :])
def test_whatever_the_free_numbers_of_a_part_are(symmetry: Symmetry, choice: int, rng: np.random.Generator) -> None:
    outline = outline_of(lobes(symmetry, 0.1), symmetry, choice, 0.0 if symmetry.level else -1.0)
    assert outline is not None
    tie = tie_of(outline)
    assert tie is not None
    assert len(tie.w) <= 2 + 1.6 * len(tie.offset) / len(elements(symmetry))
    check_free(outline, rng)


def test_elements_are_a_group(rng: np.random.Generator) -> None:
    points = rng.uniform(0.0, 60.0, (7, 2))
    for symmetry in GROUPS:
        for one in elements(symmetry):
            for other in elements(symmetry):
                np.testing.assert_allclose(
                    symmetry.image(one.of(other), points),
                    symmetry.image(one, symmetry.image(other, points)),
                    atol=1e-9,
                )


def image_of(curve: Curve, symmetry: Symmetry, element: Element, start: int) -> Curve:
    """Return the image of a curve, which begins at another node."""
    control = symmetry.image(element, derived(curve).control)
    smooth, line = curve.smooth, curve.line
    if element.mirrors:
        control, smooth, line = control[::-1, ::-1], np.roll(smooth[::-1], 1), line[::-1]
    handles = np.stack([control[:, 1] - control[:, 0], control[:, 3] - control[:, 2]], axis=1)
    parts = (np.roll(part, start, axis=0) for part in (control[:, 0], line, smooth, handles))
    return make_curve(*parts, -1.0)


@pytest.mark.parametrize("symmetry", GROUPS)
def test_curves_beside_the_centre_are_images(symmetry: Symmetry, rng: np.random.Generator) -> None:
    (blob,) = curves()
    base = blob._replace(z=blob.z.copy())
    for column in (base.x, base.y):
        base.z[np.unique(column)] *= 0.1
    for places in (base.leave, base.arrive):
        base.z[places[places >= 0]] *= 0.1
    far = symmetry.angle + 0.5 * np.pi + 0.35 * np.pi / symmetry.order
    base.z[np.unique(base.x)] += MIDDLE[0] + 60.0 * np.cos(far)
    base.z[np.unique(base.y)] += MIDDLE[1] + 60.0 * np.sin(far)
    all_of = [image_of(base, symmetry, element, k % 3) for k, element in enumerate(elements(symmetry))]
    outline = outline_of(all_of, symmetry, 1, -1.0)
    assert outline is not None
    assert off_image(whole(outline.curves), whole(all_of)) < 0.3
    check_free(outline, rng)
    assert outline_of(all_of[1:], symmetry, 0, -1.0) is None


@pytest.mark.parametrize("symmetry", [Symmetry(3, True, 0.0, MIDDLE), Symmetry(4, True, 0.3, MIDDLE)])
def test_curves_that_axes_go_through_are_images(symmetry: Symmetry, rng: np.random.Generator) -> None:
    mirror = symmetry.mirrors[0]
    way = np.array([-mirror.normal[1], mirror.normal[0]])
    kite = MIDDLE + 40.0 * way + np.array([[8.0, 0.0], [0.0, 5.0], [-12.0, 0.0], [0.0, -5.2]]) @ [way, mirror.normal]
    base = make_curve(kite, np.ones(4, bool), np.zeros(4, bool), np.zeros((4, 2, 2)), -1.0)
    all_of = [image_of(base, symmetry, element, k % 3) for k, element in enumerate(symmetry.turns)]
    outline = outline_of([*lobes(symmetry), *all_of], symmetry, 0, -1.0)
    assert outline is not None
    assert len(outline.curves) == 1 + symmetry.order
    check_free(outline, rng)


@pytest.mark.parametrize("symmetry", GROUPS)
def test_symmetries_are_found(symmetry: Symmetry) -> None:
    outline = outline_of(curves() if symmetry.order == 1 else lobes(symmetry), symmetry, 0, -1.0)
    assert outline is not None
    form = form_of(Shape("path", None, outline.curves, flat_paint(np.ones(4))))
    assert form is not None
    made = form.derived(form.z)
    share = covered(made, every(form), (0, 0), (64, 64))
    target = Target(0, 0, share, np.ones((64, 64)))
    found = list(find_symmetries(points_of(made.control, target), target, 0.1))
    same = [one for one in found if (one.order, one.mirrored) == (symmetry.order, symmetry.mirrored)]
    place = np.array([30.0, 31.0])
    (off,) = {
        min(np.abs(one.image(one.mirrors[0], place) - symmetry.image(e, place)).max() for e in symmetry.mirrors)
        if symmetry.mirrored
        else np.abs(one.centre - symmetry.centre).max()
        for one in same[:1]
    }
    assert off < 0.05
    assert found[0].order == symmetry.order


def test_between_axes_that_cross_at_a_node_is_no_part() -> None:
    symmetry = Symmetry(2, True, 0.0, MIDDLE)
    nodes = MIDDLE + np.array([[0.1, 0.1], [30.0, 5.0], [-10.0, 30.0], [-30.0, -5.0]])
    curve = make_curve(nodes, np.ones(4, bool), np.zeros(4, bool), np.zeros((4, 2, 2)), -1.0)
    parts = list(between(closed(curve), symmetry, symmetry.mirrors))
    assert [len(part.nodes) for part in parts] == [3, 3, 3]  # and none at the node


def test_what_is_too_large_to_move_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    symmetry = GROUPS[0]
    outline = outline_of(curves(), symmetry, 0, -1.0)
    assert outline is not None
    tie, form = tie_of(outline), form_of(Shape("path", None, outline.curves, flat_paint(np.ones(4))))
    assert tie is not None
    assert form is not None
    target = Target(0, 0, np.zeros((64, 64)), np.ones((64, 64)))
    assert np.abs(descended(form, tie, target, 2) - tie.w).max() > 0.1
    monkeypatch.setattr(refine, "MOST", 10)
    np.testing.assert_array_equal(descended(form, tie, target, 2), tie.w)
