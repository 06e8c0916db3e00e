"""Two triangles that share an edge: a mean layer shows no seam, an over layer leaks what is behind.

At a shared edge the coverages are c and 1 - c. A mean layer adds them up to 1. Source-over lets (1 - c) c through, a
quarter where the edge meets a pixel centre: this is why mean layers exist.
"""

from __future__ import annotations

from math import cos, hypot, pi, sin

import numpy as np
import pytest

import sdfraster as sr
from tests import naive

SIZE = 32  # of the picture
SIDE, CENTER = 24.0, 16.0
COLOR = np.array([0.2, 0.6, 0.9])
BACKGROUNDS = {"black": (0.0, 0.0, 0.0), "white": (1.0, 1.0, 1.0), "red": (1.0, 0.0, 0.0)}
TURNS = [0.0, 0.1, 0.3, 0.7]  # radians; 0 is a seam through the pixel centres


def square(turn: float, composite: str, opacity: float = 1.0) -> sr.Layer:
    """Return a turned square cut along a diagonal."""
    r = SIDE / 2**0.5
    a, b, c, d = (
        [CENTER + r * cos(turn + k * pi / 2 + pi / 4), CENTER + r * sin(turn + k * pi / 2 + pi / 4)] for k in range(4)
    )
    return sr.Layer("triangle", np.array([a + b + c, a + c + d]), [COLOR] * 2, opacity, composite)


def distances(turn: float) -> tuple[np.ndarray, np.ndarray]:
    """Return for every pixel its depth inside the square and its distance from the cut (or its extension)."""
    x, y = np.meshgrid(np.arange(SIZE) + 0.5 - CENTER, np.arange(SIZE) + 0.5 - CENTER)
    u, v = x * cos(turn) + y * sin(turn), y * cos(turn) - x * sin(turn)
    return SIDE / 2 - np.maximum(abs(u), abs(v)), abs(u - v) / hypot(1.0, 1.0)


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS.keys())
@pytest.mark.parametrize("turn", TURNS)
def test_mean_layers_have_no_seam(turn: float, background: tuple[float, ...]) -> None:
    depth, cut = distances(turn)
    inside = depth >= 1.0
    assert (inside & (cut < 1.0)).sum() > 40
    image = sr.render(sr.Scene(SIZE, SIZE, square(turn, "mean"), background).astype(np.float64))
    np.testing.assert_allclose(image[inside], np.broadcast_to(COLOR, image[inside].shape), rtol=0.0, atol=1e-6)


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS.keys())
@pytest.mark.parametrize("turn", TURNS)
def test_translucent_mean_layers_have_no_seam_either(turn: float, background: tuple[float, ...]) -> None:
    depth, _ = distances(turn)
    inside = depth >= 1.0
    image = sr.render(sr.Scene(SIZE, SIZE, square(turn, "mean", 0.5), background).astype(np.float64))
    expected = 0.5 * (COLOR + background)
    np.testing.assert_allclose(image[inside], np.broadcast_to(expected, image[inside].shape), rtol=0.0, atol=1e-6)


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS.keys())
@pytest.mark.parametrize("turn", TURNS)
def test_over_layers_leak_the_product_of_the_coverages(turn: float, background: tuple[float, ...]) -> None:
    depth, cut = distances(turn)
    inside = depth >= 1.0 + SIDE / 8  # away from the ends of the cut, where its corners are nearest
    image = sr.render(sr.Scene(SIZE, SIZE, square(turn, "over"), background).astype(np.float64))
    c = np.vectorize(lambda t: naive.coverage(t, "parabolic"))(cut)
    leak = (c * (1.0 - c))[..., None]
    expected = COLOR + leak * (background - COLOR)
    np.testing.assert_allclose(image[inside], expected[inside], rtol=0.0, atol=1e-6)
    assert 0.24 < leak[inside].max() <= 0.25
