"""Nodes go where the picture holds without them, and stay where it would not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import sdfraster as sr
from sdfraster.tracing import removal
from sdfraster.tracing.curves import Curve, derived, make_curve
from sdfraster.tracing.drawing import Shape
from sdfraster.tracing.forms import form_of
from sdfraster.tracing.gradients import flat_paint
from sdfraster.tracing.options import TraceOptions
from sdfraster.tracing.refine import Target, covered, every
from sdfraster.tracing.removal import simplified

from .conftest import Draw

SIZE = 64
LIMITS = TraceOptions().limits
NONE = np.zeros((4, 2, 2))


def shape(*curves: Curve) -> Shape:
    return Shape("path", None, list(curves), flat_paint(np.ones(4)))


def share_of(drawn: Shape) -> NDArray[np.float64]:
    form = form_of(drawn)
    assert form is not None
    return covered(form.derived(form.z), every(form), (0, 0), (SIZE, SIZE))


def target_of(drawn: Shape) -> Target:
    return Target(0, 0, share_of(drawn), np.ones((SIZE, SIZE)))


def halved(control: NDArray[np.float64], t: float = 0.5) -> NDArray[np.float64]:
    """Return cubics (K, 4, 2) cut in two (2 K, 4, 2), by de Casteljau."""
    a, b, c, d = np.moveaxis(control, 1, 0)
    ab, bc, cd = a + t * (b - a), b + t * (c - b), c + t * (d - c)
    abc, bcd = ab + t * (bc - ab), bc + t * (cd - bc)
    middle = abc + t * (bcd - abc)
    return np.stack([np.stack([a, ab, abc, middle], 1), np.stack([middle, bcd, cd, d], 1)], 1).reshape(-1, 4, 2)


def curve_of(control: NDArray[np.float64], smooth: NDArray[np.bool_]) -> Curve:
    handles = np.stack([control[:, 1] - control[:, 0], control[:, 3] - control[:, 2]], axis=1)
    return make_curve(control[:, 0], np.zeros(len(control), bool), smooth, handles, 0.0)


def blob() -> Curve:
    nodes = np.array([[32.0, 6.0], [58.0, 30.0], [33.0, 57.0], [8.0, 31.0]])
    ways = np.array([[12.0, 2.0], [1.0, 14.0], [-15.0, 0.0], [0.0, -12.0]])
    handles = np.stack([ways, np.roll(ways, -1, axis=0)], axis=1)
    return make_curve(nodes, np.zeros(4, bool), np.ones(4, bool), handles, 0.0)


@pytest.mark.compiled
@pytest.mark.parametrize("t", [0.3, 0.5])
def test_halves_of_cubics_become_one_again(t: float) -> None:
    wanted = blob()
    cut = curve_of(halved(derived(wanted).control, t), np.ones(8, bool))
    found = simplified(shape(cut), target_of(shape(wanted)), LIMITS)
    assert found.curves[0].pieces <= 4
    assert np.abs(share_of(found) - share_of(shape(wanted))).max() < LIMITS.curve


def test_corners_stay() -> None:
    nodes = np.array([[8.2, 9.0], [50.0, 12.4], [55.0, 50.0], [12.0, 44.0]])
    square = make_curve(nodes, np.ones(4, bool), np.zeros(4, bool), NONE, 0.0)
    found = simplified(shape(square), target_of(shape(square)), LIMITS)
    assert found.curves[0].pieces == 4
    assert found.curves[0].line.all()


def test_a_node_on_a_line_goes_and_a_cubic_that_is_straight_becomes_a_line() -> None:
    nodes = np.array([[8.0, 9.0], [30.0, 10.1], [50.0, 11.1], [55.0, 50.0], [12.0, 44.0]])
    handles = np.stack([np.roll(nodes, -1, axis=0) - nodes] * 2, axis=1) / 3.0
    line = np.array([True, True, True, False, True])
    start = shape(make_curve(nodes, line, np.zeros(5, bool), handles, 0.0))
    found = simplified(start, target_of(start), LIMITS).curves[0]
    assert found.pieces == 4
    assert found.line.all()


def test_hidden_nodes_go() -> None:
    nodes = np.array([[8.0, 9.0], [50.0, 11.0], [52.0, 30.0], [40.0, 40.0], [45.0, 52.0], [12.0, 44.0]])
    start = shape(make_curve(nodes, np.ones(6, bool), np.zeros(6, bool), np.zeros((6, 2, 2)), 0.0))
    target = target_of(start)
    hidden = target._replace(counts=np.where(np.arange(SIZE) > 36, 0.0, 1.0) * np.ones((SIZE, 1)))
    assert simplified(start, target, LIMITS).curves[0].pieces == 6
    found = simplified(start, hidden, LIMITS)
    assert found.curves[0].pieces < 6
    assert np.abs((share_of(found) - target.share) * hidden.counts).max() < LIMITS.curve


@pytest.mark.compiled
def test_a_finer_tolerance_keeps_more() -> None:
    angles = np.linspace(0.0, 2.0 * np.pi, 25)[:-1]
    radius = 22.0 + np.where(np.arange(24) % 2, 1.2, -1.2)
    nodes = 32.0 + radius[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    wavy = shape(make_curve(nodes, np.ones(24, bool), np.zeros(24, bool), np.zeros((24, 2, 2)), 0.0))
    few, many = (
        simplified(wavy, target_of(wavy), TraceOptions(tolerance).limits).curves[0].pieces for tolerance in (4.0, 0.1)
    )
    assert few < many


def polygon(nodes: NDArray[np.float64]) -> Shape:
    lines = np.ones(len(nodes), bool)
    return shape(make_curve(nodes, lines, ~lines, np.zeros((len(nodes), 2, 2)), 0.0))


def corners(found: Shape) -> list[list[float]]:
    nodes: list[list[float]] = derived(found.curves[0]).control[:, 0].tolist()
    return sorted(nodes)


@pytest.mark.compiled
@pytest.mark.parametrize("tip", [(22.2, 4.5), (22.0, -28.0)], ids=["near", "far"])
def test_a_tip_becomes_the_end_that_it_is(tip: tuple[float, float]) -> None:
    nodes = np.array([[20.0, 8.0], [24.3, 8.2], [25.1, 50.0], [19.2, 50.2]])
    found = simplified(polygon(np.array([tip, *nodes[2:].tolist()])), target_of(polygon(nodes)), LIMITS)
    assert found.curves[0].pieces == 4
    np.testing.assert_allclose(corners(found), sorted(nodes.tolist()), atol=0.3)


@pytest.mark.compiled
@pytest.mark.parametrize("missed", [(34.0, 24.0), (30.0, 3.0)], ids=["bay", "tip"])
def test_a_corner_that_was_missed_is_found(missed: tuple[float, float]) -> None:
    nodes = np.array([[10.0, 12.0], missed, [52.0, 12.0], [50.0, 50.0], [12.0, 48.0]])
    found = simplified(polygon(np.delete(nodes, 1, axis=0)), target_of(polygon(nodes)), LIMITS)
    assert found.curves[0].pieces == 5
    np.testing.assert_allclose(corners(found), sorted(nodes.tolist()), atol=0.3)


@pytest.mark.compiled
def test_a_corner_is_cut_once(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it is cut and put together again for ever, as here, where sharpened pixels count differently beside it."""
    body = "M26 9h44v42q0 7-7 7h-4v18q0 5-5 5t-5-5v-18h-3v18q0 5-5 5t-5-5v-18h-4q-7 0-7-7z"
    art = f'<path d="{body}" fill="#fff" stroke="#fff" stroke-width="6"/><path d="{body}" fill="#a4c439"/>'
    image = draw(art, 512).resize((96, 96), Image.Resampling.LANCZOS)
    gain, calls = removal._Trying.gain, 0

    def counted(trying: removal._Trying, k: int, may_cut: bool) -> float:
        nonlocal calls
        calls += 1
        assert calls < 5_000
        return gain(trying, k, may_cut)

    monkeypatch.setattr(removal._Trying, "gain", counted)
    sr.trace(image)
    assert calls > 100


@pytest.mark.compiled
def test_a_curve_beyond_a_line_turns_with_it_when_a_corner_is_cut() -> None:
    """What a shape covers is told of all pieces that a change moves, also of the cubic that goes on along a line."""
    nodes = np.array([[6.0, 30.0], [22.0, 8.0], [48.0, 9.0], [50.0, 40.0], [20.0, 56.0]])
    line = np.array([False, True, True, True, False])
    smooth = np.array([False, True, False, False, False])
    handles = np.zeros((5, 2, 2))
    handles[0] = [[0.0, -18.0], [9.0, -0.4]]
    handles[4] = [[-9.0, -2.0], [2.0, -9.0]]
    start = make_curve(nodes, line, smooth, handles, 0.0)
    wanted = polygon(np.array([[6.0, 30.0], [20.0, 8.0], [43.0, 8.4], [49.0, 14.0], [50.0, 40.0], [20.0, 56.0]]))
    share = share_of(shape(start))
    within = np.array([0.0, 0.0, SIZE, SIZE])
    trying = removal._Trying(start, removal.wanted_of(target_of(wanted), share, LIMITS), within)
    assert trying.gain(2, may_cut=True) > 0.0
    changed = trying.done()
    assert changed.pieces == 6
    np.testing.assert_allclose(share, share_of(shape(changed)), atol=1e-9)


@pytest.mark.compiled
def test_a_change_does_not_leave_what_is_looked_at() -> None:
    """Beyond the window no pixel tells, neither that a curve beneath others comes out on their other side."""
    nodes = np.array([[30.0, 8.0], [50.0, 30.0], [30.0, 52.0], [12.0, 44.0], [12.0, 16.0]])
    handles = np.zeros((5, 2, 2))
    handles[2] = [[-20.0, 0.0], [0.0, 4.0]]
    handles[4] = [[0.0, -4.0], [20.0, 0.0]]
    line = np.array([True, True, False, True, False])
    start = make_curve(nodes, line, np.zeros(5, bool), handles, 0.0)
    target = target_of(shape(start))
    hidden = Target(10, 0, target.share[:, 10:], np.where(np.arange(10, SIZE) < 30, 0.0, 1.0) * np.ones((SIZE, 1)))
    found = derived(simplified(shape(start), hidden, LIMITS).curves[0]).control
    t = np.linspace(0.0, 1.0, 30)[:, None, None]
    s = 1.0 - t
    points = s**3 * found[:, 0] + 3 * s * s * t * found[:, 1] + 3 * s * t * t * found[:, 2] + t**3 * found[:, 3]
    assert points[..., 0].min() >= 9.5
