"""Path data in the shortest form, read again by commands one at a time."""

from __future__ import annotations

import re

import numpy as np
import pytest

from sdfraster.io.digits import Digits, listed, number
from sdfraster.io.path_data import path_text
from sdfraster.primitives import PathData

TOKEN = re.compile(r"[a-zA-Z]|-?\d*\.?\d+")
ARGUMENTS = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "z": 0}


def points_of(text: str) -> list[list[tuple[float, float]]]:
    """Return the points of every contour, straight lines as their ends."""
    tokens, contours = TOKEN.findall(text), []
    assert "".join(tokens) == re.sub(r"[ ,]", "", text)
    command, here, start = "", (0.0, 0.0), (0.0, 0.0)
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
        letter = command.lower()
        numbers = [float(tokens.pop(0)) for _ in range(ARGUMENTS[letter])]
        x, y = here if command.islower() else (0.0, 0.0)
        if letter == "z":
            here = start
            continue
        if letter in "hv":
            points = [(x + numbers[0], here[1])] if letter == "h" else [(here[0], y + numbers[0])]
        else:
            points = [(x + a, y + b) for a, b in zip(numbers[::2], numbers[1::2], strict=True)]
        here = points[-1]
        if letter == "m":
            start = here
            contours.append(points)
            command = "L" if command == "M" else "l"
        else:
            contours[-1] += points
    return contours


@pytest.mark.parametrize("digits", [0, 1, 3])
@pytest.mark.parametrize("degree", [1, 3])
@pytest.mark.parametrize("closed", [True, False])
def test_points_are_those_that_are_given(digits: int, degree: int, closed: bool, rng: np.random.Generator) -> None:
    for _ in range(40):
        counts = [degree * int(rng.integers(2, 6)) + (0 if closed else 1) for _ in range(int(rng.integers(1, 4)))]
        points = np.round(rng.normal(0.0, 10.0 ** rng.integers(degree - 1, 5), (sum(counts), 2)), digits)
        text = path_text(PathData(tuple(points.ravel().tolist()), tuple(counts), closed, degree), digits)
        found = points_of(text)
        ends = np.cumsum(counts)[:-1]
        for got, wanted in zip(found, np.split(points, ends), strict=True):
            if closed and degree == 3:
                wanted = np.concatenate([wanted, wanted[:1]])
            np.testing.assert_allclose(got, wanted, atol=1e-9)


def test_straight_pieces_have_commands_of_their_own() -> None:
    flat = (0, 0, 1, 0, 2, 0, 3, 0, 3, 1, 3, 2, 3, 3, 2, 2, 1, 1)
    assert path_text(PathData(flat, (9,), closed=True, degree=3), 2) == "m0 0h3v3z"
    assert path_text(PathData((0, 0, 1, 1, 2, 2, 3, 3), (4,), closed=False, degree=3), 2) == "m0 0 3 3"


def test_numbers_are_short() -> None:
    values = (0.5, -0.5, 0.0, -0.001, 12.0, 1200.0, 3.14159, -0.05)
    assert [number(value, 2) for value in values] == [".5", "-.5", "0", "0", "12", "1200", "3.14", "-.05"]
    assert [number(value, 0) for value in (0.4, 100.0, -0.4)] == ["0", "100", "0"]
    assert listed([".5", ".5", "-1", "2", ".5", "1.5", ".5"]) == ".5.5-1 2 .5 1.5.5"
    assert Digits(2).length(1.005001) == "1.01"
