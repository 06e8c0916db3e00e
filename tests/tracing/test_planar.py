"""Borders that abut: derivatives of the picture by what is shared, and what holds whatever the numbers are."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.drawing.contour import Contour, bezier, joined, line
from sdfraster.tracing.chains import OUTSIDE
from sdfraster.tracing.gradients import Paint, flat_paint
from sdfraster.tracing.planar import _Plane, together
from sdfraster.tracing.quarters import outlined
from sdfraster.tracing.recognise import Found
from sdfraster.tracing.runs import Numbers, Run

WIDTH, HEIGHT = 40, 30
PAINTS = {
    0: flat_paint(np.array([0.9, 0.2, 0.1, 1.0])),
    1: flat_paint(np.array([0.0, 0.3, 0.1, 0.6])),
    2: Paint(
        "linear", np.array([20.0, 15.0, 40.0, 30.0]), np.array([0.0, 1.0]), np.array([[0.0, 0, 1, 1], [1, 1, 0, 1]])
    ),
}
LEFT, MEETING, RIGHT, LOW = (0, 8), (18, 14), (WIDTH, 22), (23, HEIGHT)
TOP_LEFT, TOP_RIGHT, LOW_RIGHT, LOW_LEFT = (0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)


def runs(share: float = 0.45, low: float = 23.2, bend: float = 4.0, radius: float = 4.3) -> list[Run]:
    """Return a slanted line, a curve that ends on it, a disc that is clear, a region above and two below, the frame."""
    left, right = np.array([0.0, 8.3]), np.array([WIDTH, 21.7])
    meeting, foot = left + share * (right - left), np.array([low, HEIGHT])
    curve = bezier([meeting, meeting + np.array([bend, 3.0]), foot - np.array([0.0, 4.0]), foot])
    places = {LEFT: left, RIGHT: right, LOW: foot}
    corners = [TOP_LEFT, TOP_RIGHT, RIGHT, LOW_RIGHT, LOW, LOW_LEFT, LEFT, TOP_LEFT]
    sides = [
        Run([10 + k], [line(places.get(a, a), places.get(b, b))], [a, b], region, [OUTSIDE], False, False)
        for k, (a, b, region) in enumerate(zip(corners[:-1], corners[1:], [0, 0, 2, 2, 1, 1, 0], strict=True))
    ]
    disc = outlined(Found("circle", np.array([24.0, 6.0, radius]))).reversed()
    return [
        Run([0, 1], [line(right, meeting), line(meeting, left)], [RIGHT, MEETING, LEFT], 0, [2, 1], False, False),
        Run([2], [curve], [MEETING, LOW], 1, [2], False, False),
        Run([3], [disc.as_closed()], [], 0, [7], True, False),
        *sides,
    ]


def shown(of: list[Run]) -> np.ndarray:
    """Return the picture of some borders."""
    plane = _Plane(of, PAINTS, np.zeros((HEIGHT, WIDTH, 4)))
    return -plane.drawn(plane.numbers.start)[1]


def test_derivatives_by_free_numbers(rng: np.random.Generator) -> None:
    plane = _Plane(runs(), PAINTS, rng.uniform(0.0, 1.0, (HEIGHT, WIDTH, 4)))
    w = plane.numbers.start
    slopes = plane.jacobian(w, plane.drawn(w)[0]).toarray()
    assert slopes.shape == (4 * HEIGHT * WIDTH, len(w))
    step = 1e-5
    for k, unit in enumerate(np.eye(len(w))):
        found = (plane.drawn(w - step * unit)[1] - plane.drawn(w + step * unit)[1]).ravel() / (2.0 * step)
        assert np.abs(found).max() > 0.05
        np.testing.assert_allclose(slopes[:, k], found, atol=2e-4 * np.abs(found).max())


def test_borders_move_to_the_picture_and_what_holds_does() -> None:
    wanted = runs(share=0.46, low=22.9, bend=3.5, radius=4.4)
    moved = together(runs(), PAINTS, shown(wanted))
    after = [run._replace(contours=[moved[chain] for chain in run.chains]) for run in wanted]
    assert np.abs(shown(runs()) - shown(wanted)).max() > 0.1
    np.testing.assert_allclose(shown(after), shown(wanted), atol=0.003)
    for run in wanted:
        for chain, contour in zip(run.chains, run.contours, strict=True):
            np.testing.assert_allclose(moved[chain].nodes, contour.nodes, atol=0.02)
    straight = np.diff(joined([moved[0], moved[1]]).points, axis=0)
    assert np.abs(straight[:, 0] * straight[0, 1] - straight[:, 1] * straight[0, 0]).max() < 1e-9
    np.testing.assert_array_equal(moved[2].points[0], moved[0].points[-1])
    assert moved[2].points[-1, 1] == HEIGHT


def test_what_is_held_stays() -> None:
    start = runs()
    start[2] = start[2]._replace(held=True)
    moved = together(start, PAINTS, shown(runs(radius=4.9, low=22.5)))
    np.testing.assert_allclose(moved[3].points, start[2].contours[0].points, atol=1e-12)
    assert moved[2].points[-1, 0] == pytest.approx(22.5, abs=0.01)


def test_a_junction_at_the_start_of_a_closed_line_stays_on_it() -> None:
    corners = np.array([[10.0, 5.0], [16.0, 9.0], [30.0, 12.0], [8.0, 20.0], [4.0, 1.0]])
    corners[4] = corners[0] - 0.5 * (corners[1] - corners[0])
    around = joined([line(a, b) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)])
    run = Run([0], [Contour(around.points, around.straight, True)], [(10, 5)], 0, [1], True, False)
    numbers = Numbers([run], WIDTH, HEIGHT)
    w = numbers.start.copy()
    w[:-1] += np.linspace(0.0, 1.0, len(w) - 1)  # the last one is the share of the way
    z = numbers.of(w)
    place = np.stack([z[numbers.layout.x], z[numbers.layout.y]], axis=1)
    np.testing.assert_allclose(place[0], place[4] + w[-1] * (place[1] - place[4]), atol=1e-12)
    assert w[-1] == pytest.approx(1.0 / 3.0)
