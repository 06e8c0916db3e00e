"""Gradients of SVG as values of colours: what they shade is what resvg paints, and they are written as they were."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import resvg_py
from PIL import Image

from sdfraster.css import rgba
from sdfraster.model.gradients import linear_gradient, radial_gradient, with_stops
from sdfraster.model.shading import SHADINGS, shading_of
from sdfraster.primitives import primitive

SIDE = 40
FRAME = (17.0, 22.0, 9.0)
TWO = [(0.0, (1.0, 0.2, 0.0)), (1.0, (0.0, 0.4, 1.0))]
FOUR = [(0.2, (1.0, 0.2, 0.0)), (0.5, (0.0, 0.4, 1.0)), (0.5, (0.9, 0.9, 0.2)), (0.9, (0.1, 0.6, 0.3))]
SHIFTED = [(0.3, (0.8, 0.1, 0.1)), (0.3, (0.1, 0.2, 0.9)), (0.1, (0.0, 0.7, 0.2)), (1.4, (0.9, 0.9, 0.9))]
HARD = [(0.6, (0.8, 0.1, 0.1)), (0.6, (0.1, 0.2, 0.9))]
EIGHT = [(k / 7.0, (0.5 + 0.5 * np.sin(3.0 * k), 0.5 + 0.4 * np.cos(k), k / 7.0)) for k in range(8)]
STOPS = {"two": TWO, "four": FOUR, "shifted": SHIFTED, "hard": HARD, "eight": EIGHT}
FOCI = {"middle": (21.0, 18.0, 0.0), "off": (27.0, 13.0, 0.0), "circle": (24.0, 19.0, 4.0)}
MATRIX = (0.9, 0.5, -0.4, 1.3, 6.0, -7.0)
MATRICES = {"as it is": (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), "skewed": MATRIX}
every_stops = pytest.mark.parametrize("stops", STOPS.values(), ids=STOPS)
every_matrix = pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES)


def by_resvg(tag: str, numbers: dict[str, float], stops: Any, matrix: Any) -> np.ndarray:
    """Return the picture of a square with a gradient."""
    drawn = "".join(
        f'<stop offset="{at}" stop-color="rgb({",".join(str(round(255 * float(c))) for c in color)})"/>'
        for at, color in stops
    )
    attributes = " ".join(f'{key}="{value}"' for key, value in numbers.items())
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}"><{tag} id="g" {attributes} '
        f'gradientUnits="userSpaceOnUse" gradientTransform="matrix({" ".join(map(str, matrix))})">{drawn}</{tag}>'
        f'<rect width="{SIDE}" height="{SIDE}" fill="url(#g)"/></svg>'
    )
    with Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg)))) as opened:
        return np.asarray(opened.convert("RGB"), np.float64) / 255.0


def shaded(values: np.ndarray, shading: str) -> np.ndarray:
    """Return the same picture from values of a colour."""
    rule, color = SHADINGS[shading_of((1, *values.shape), shading)], tuple(values.ravel().tolist())
    cx, cy, unit = FRAME
    at = [[((x + 0.5 - cx) / unit, (y + 0.5 - cy) / unit) for x in range(SIDE)] for y in range(SIDE)]
    return np.array([[rule.shade(color, u, v) for u, v in row] for row in at])


def check(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Compare pictures but for the few pixels on which a hard edge lies."""
    off = np.abs(ours - theirs).max(axis=2) > 1.5 / 255.0
    assert off.mean() < 0.01, (off.mean(), np.abs(ours - theirs).max())


@every_stops
@every_matrix
def test_linear_gradients_are_those_of_resvg(stops: Any, matrix: Any) -> None:
    line = (8.0, 5.0, 30.0, 24.0)
    theirs = by_resvg("linearGradient", dict(zip(("x1", "y1", "x2", "y2"), line, strict=True)), stops, matrix)
    check(shaded(linear_gradient(FRAME, line, stops, matrix), "gradient"), theirs)


@every_stops
@every_matrix
@pytest.mark.parametrize(
    "focal", [(21.0, 18.0, 0.0), (27.0, 13.0, 0.0), (24.0, 19.0, 4.0)], ids=["middle", "off", "fr"]
)
def test_radial_gradients_are_those_of_resvg(stops: Any, matrix: Any, focal: Any) -> None:
    circle = (21.0, 18.0, 15.0)
    numbers = dict(zip(("cx", "cy", "r", "fx", "fy", "fr"), circle + focal, strict=True))
    values = radial_gradient(FRAME, circle, focal, stops, matrix)
    check(shaded(values, "radial"), by_resvg("radialGradient", numbers, stops, matrix))


@every_stops
@pytest.mark.parametrize("shading", ["gradient", "radial"])
def test_more_stops_change_nothing(stops: Any, shading: str) -> None:
    values = linear_gradient(FRAME, (8.0, 5.0, 30.0, 24.0), stops)
    if shading == "radial":
        values = radial_gradient(FRAME, (21.0, 18.0, 15.0), (27.0, 13.0, 0.0), stops)
    more = with_stops(values, shading, 8)
    assert len(SHADINGS[shading_of((1, *more.shape), shading)].tones) == 24
    np.testing.assert_allclose(shaded(more, shading), shaded(values, shading), atol=1e-9)


def test_gradients_of_one_colour_are_plain() -> None:
    last = TWO[-1][1]
    for values in (
        linear_gradient(FRAME, (8.0, 5.0, 30.0, 24.0), TWO[-1:]),
        linear_gradient(FRAME, (8.0, 5.0, 8.0, 5.0), TWO),
        linear_gradient(FRAME, (8.0, 5.0, 30.0, 24.0), TWO, (1.0, 2.0, 2.0, 4.0, 0.0, 0.0)),
        radial_gradient(FRAME, (8.0, 5.0, 0.0), (8.0, 5.0, 0.0), TWO),
        radial_gradient(FRAME, (8.0, 5.0, 3.0), (8.0, 5.0, 3.0), TWO),
    ):
        np.testing.assert_array_equal(values, last)
    same = [(at, (0.1, 0.2, 0.3)) for at in (0.0, 0.4, 1.0)]
    assert radial_gradient(FRAME, (8.0, 5.0, 3.0), (8.0, 5.0, 0.0), same).shape == (3,)


def test_stops_that_are_too_many_or_none_are_refused() -> None:
    nine = [(k / 8.0, (k / 8.0, 0.0, (k % 2) / 2.0)) for k in range(9)]
    with pytest.raises(ValueError, match=r"^a gradient has 2 to 8 stops, not 9$"):
        linear_gradient(FRAME, (0.0, 0.0, 1.0, 0.0), nine)
    assert linear_gradient(FRAME, (0.0, 0.0, 1.0, 0.0), [*nine[:7], (0.76, nine[6][1])]).shape == (29,)
    with pytest.raises(ValueError, match=r"^stops must be at least one$"):
        linear_gradient(FRAME, (0.0, 0.0, 1.0, 0.0), [])


@every_stops
@every_matrix
def test_what_is_written_and_read_is_written_alike(stops: Any, matrix: Any) -> None:
    """Numbers are rounded as they are written."""
    shape, p = primitive("circle"), (17.0, 22.0, 9.0)
    made = {
        "gradient": linear_gradient(FRAME, (8.0, 5.0, 30.0, 24.0), stops, matrix),
        "radial": radial_gradient(FRAME, (21.0, 18.0, 15.0), (24.0, 16.0, 3.0), stops, matrix),
    }
    for shading, values in made.items():
        written = []
        for _ in range(2):
            paint = SHADINGS[shading_of((1, *values.shape), shading)].paint(shape, p, values)
            assert paint.server is not None
            digits = 3 if paint.server.matrix is None else 6
            numbers = {key: round(value, digits) for key, value in paint.server.numbers.items()}
            turned = tuple(round(value, 3) for value in paint.server.matrix or MATRICES["as it is"])
            found = [(round(at, 6), rgba(color)[:3]) for at, color in paint.stops]
            written.append((numbers, turned, found))
            if shading == "gradient":
                values = linear_gradient(FRAME, tuple(numbers.values()), found, turned)
            else:
                circle = numbers["cx"], numbers["cy"], numbers["r"]
                focal = numbers.get("fx", circle[0]), numbers.get("fy", circle[1]), 0.0
                values = radial_gradient(FRAME, circle, focal, found, turned)
        assert written[0] == written[1]
