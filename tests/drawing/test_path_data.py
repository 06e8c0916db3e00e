"""Path data: commands, arcs and errors."""

from __future__ import annotations

import numpy as np
import pytest

from sdfraster.drawing.contour import Contour, at
from sdfraster.drawing.limits import Budget
from sdfraster.drawing.path_data import COMMANDS, contours_of


def contours(data: str) -> list[Contour]:
    return contours_of(data, Budget("segments", 1000))[0]


@pytest.mark.parametrize(
    ("data", "nodes"),
    [
        ("M1 2 3 4-5.5.5", [[1, 2], [3, 4], [-5.5, 0.5]]),
        ("m1,2 3 4l1e1+1", [[1, 2], [4, 6], [14, 7]]),
        ("M0 0H5V6h-1v-2", [[0, 0], [5, 0], [5, 6], [4, 6], [4, 4]]),
        ("M0 0L5 5 6", [[0, 0], [5, 5]]),
        ("M0 0L5 5x6 6", [[0, 0], [5, 5]]),
        ("M0 0A0 5 0 0 1 7 8", [[0, 0], [7, 8]]),
        ("M0 0L,5 5", []),
        ("L5 5M0 0L1 1", []),
        ("M1 1 2 2z", [[1, 1], [2, 2], [1, 1]]),
    ],
)
def test_nodes(data: str, nodes: list[list[float]]) -> None:
    (found,) = contours(data) or (None,)
    assert (found is None) == (nodes == [])
    if found is not None:
        assert found.nodes.tolist() == nodes
        assert found.closed == data.endswith("z")


def test_controls() -> None:
    (found,) = contours("M0 0C1 2 3 4 5 6s1 1 2 2q3 0 3 3t1 1")
    np.testing.assert_allclose(found.points[1:4], [[1, 2], [3, 4], [5, 6]])
    np.testing.assert_allclose(found.points[4:7], [[7, 8], [6, 7], [7, 8]])
    np.testing.assert_allclose(found.points[7:10], [[9, 8], [10, 9], [10, 11]])
    np.testing.assert_allclose(found.points[10:13], [[10, 13], [31 / 3, 40 / 3], [11, 12]])


@pytest.mark.parametrize(("rx", "ry", "tilt"), [(5, 5, 0), (300, 120, 30), (5000, 4000, -70)])
@pytest.mark.parametrize("flags", ["0 0", "0 1", "1 0", "1 1"])
def test_arcs_are_on_their_ellipse(rx: float, ry: float, tilt: float, flags: str) -> None:
    """All points are on one ellipse, to 1e-4; and it is the arc that the flags say."""
    (found,) = contours(f"M{0.5 * rx} 0A{rx} {ry} {tilt} {flags} 0 {0.5 * ry}")
    points = np.concatenate([at(found.curve(k), np.linspace(0.0, 1.0, 20)) for k in range(len(found.straight))])
    c, s = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    u = points @ np.array([[c, -s], [s, c]]) / [rx, ry]  # on a unit circle
    centre = np.linalg.lstsq(np.c_[2.0 * u, np.ones(len(u))], (u * u).sum(axis=1), rcond=None)[0][:2]
    away = np.hypot(*(u - centre).T) - 1.0
    assert np.abs(away).max() * rx < 1e-4
    angles = np.unwrap(np.arctan2(*(u - centre).T[::-1]))
    large, sweep = flags.split()
    assert (angles[-1] > angles[0]) == (sweep == "1")
    assert (abs(angles[-1] - angles[0]) > np.pi) == (large == "1")


def test_arcs_that_are_too_small_grow() -> None:
    (found,) = contours("M0 0A1 1 0 0 1 10 0")
    assert np.hypot(*(at(found.curve(0), 0.5) - [5.0, 0.0])) == pytest.approx(5.0, abs=1e-4)


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        ("M0 0L9 0 9 9z", True),
        (" ", True),
        ("none", True),
        ("M0 0L9 0 9 9 ", True),
        ("M0 0L9 0 9", False),
        ("M0 0L9 0x9 9", False),
        ("L9 0 9 9z", False),
        ("M0 0L9 0,,9 9", False),
    ],
)
def test_errors_are_found(data: str, whole: bool) -> None:
    assert contours_of(data, Budget("segments", 1000))[1] == whole


MANY_SETS = ("L", "l", "C", "c", "M", "m")


@pytest.mark.parametrize("command", MANY_SETS)
def test_many_sets_of_values_are_drawn_as_each_alone(command: str, rng: np.random.Generator) -> None:
    count = 40
    sets = rng.uniform(-9.0, 9.0, (count, COMMANDS[command].values)).round(3)
    after = {"M": "L", "m": "l"}.get(command, command)
    parts = [f"{command if k == 0 else after}{' '.join(map(str, each))}" for k, each in enumerate(sets.tolist())]
    together = "M3 4" + parts[0] + "".join(f" {part[1:]}" for part in parts[1:]) + "s1 2 3 4t5 6"
    apart = "M3 4" + "".join(parts) + "s1 2 3 4t5 6"
    found, wanted = (contours_of(data, Budget("segments", 1000)) for data in (together, apart))
    assert (found[1], wanted[1]) == (True, True)
    for a, b in zip(found[0], wanted[0], strict=True):
        assert len(a.straight) >= count - 1
        np.testing.assert_allclose(a.points, b.points, atol=1e-12)
        np.testing.assert_array_equal(a.straight, b.straight)
