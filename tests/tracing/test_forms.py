"""Primitives as cubic pieces: derivatives by differences, areas by geometry, and what stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.tracing.drawing import Shape
from sdfraster.tracing.forms import FRAMES, Form, form_of
from sdfraster.tracing.gradients import flat_paint
from sdfraster.tracing.refine import Target, covered, every, refined

AREAS = {
    "circle": ([20.3, 19.6, 11.2], np.pi * 11.2**2),
    "ellipse": ([20.3, 19.6, 14.2, 7.5, 0.4], np.pi * 14.2 * 7.5),
    "rectangle": ([20.3, 19.6, 24.5, 13.0, 0.4, 3.0], 24.5 * 13.0 - (4.0 - np.pi) * 9.0),
    "line": ([8.0, 9.0, 30.0, 28.0, 5.0], np.hypot(22.0, 19.0) * 5.0 + np.pi * 2.5**2),
}


def form(kind: str, params: list[float]) -> Form:
    found = form_of(Shape(kind, np.array(params), [], flat_paint(np.ones(4))))
    assert found is not None
    return found


def test_every_frame_is_tried() -> None:
    assert set(AREAS) == set(FRAMES)


def test_a_kind_without_a_frame_has_no_form() -> None:
    assert form_of(Shape("triangle", np.arange(6.0), [], flat_paint(np.ones(4)))) is None


@pytest.mark.parametrize("kind", AREAS)
def test_areas(kind: str) -> None:
    params, area = AREAS[kind]
    of = form(kind, params)
    share = covered(of.derived(of.z), every(of), (0, 0), (40, 40))
    assert share.sum() == pytest.approx(area, rel=1.5e-3)  # of straight pieces of a pixel
    assert share.min() > -1e-9
    assert share.max() < 1.0 + 1e-9


@pytest.mark.parametrize("kind", AREAS)
def test_the_derivative_of_control_points(kind: str) -> None:
    of = form(kind, AREAS[kind][0])
    made, step = of.derived(of.z), 1e-6
    for k in range(len(of.z)):
        move = step * np.eye(len(of.z))[k]
        exact = np.zeros((len(of.line), 8))
        for piece in range(len(of.line)):
            for m in np.flatnonzero(made.columns[piece, : made.used[piece]] == k):
                exact[piece] += made.values[piece, m]
        high, low = (of.derived(of.z + sign * move).control.reshape(-1, 8) for sign in (1.0, -1.0))
        held = kind == "circle" and k == 2  # its angle
        np.testing.assert_allclose(exact, 0.0 if held else (high - low) / (2.0 * step), atol=1e-7)


@pytest.mark.parametrize("kind", AREAS)
def test_parameters_come_back(kind: str) -> None:
    of = form(kind, AREAS[kind][0])
    np.testing.assert_allclose(of.shape(of.z).params, AREAS[kind][0], atol=1e-12)


def test_what_is_level_and_sharp_stays_so() -> None:
    wanted = form("rectangle", [20.0, 19.0, 20.5, 10.5, 0.2, 0.0])
    share = covered(wanted.derived(wanted.z), every(wanted), (0, 0), (40, 40))
    start = Shape("rectangle", np.array([20.4, 19.2, 20.0, 11.0, 0.0, 0.0]), [], flat_paint(np.ones(4)))
    level, _ = refined(start, Target(0, 0, share, np.ones((40, 40))))
    turned, rest = refined(
        start._replace(params=start.params + np.array([0.0, 0.0, 0.0, 0.0, 0.15, 0.0])),
        Target(0, 0, share, np.ones((40, 40))),
    )
    assert level.params[4] == level.params[5] == 0.0
    assert rest < 1e-6
    np.testing.assert_allclose(turned.params, [20.0, 19.0, 20.5, 10.5, 0.2, 0.0], atol=1e-3)
