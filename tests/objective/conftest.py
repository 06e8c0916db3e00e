"""A scene with everything that a vector can hold."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from tests.scenes import layer

WIDTH, HEIGHT = 24, 16  # two tiles


@pytest.fixture
def scene(rng: np.random.Generator) -> sr.Scene:
    """Return circles, rectangles and a mesh, in float64."""
    circles = layer(rng, ("circle", "over", "constant"), WIDTH, HEIGHT, (6.0, 4.0, 3.0))
    rectangles = sr.Layer("rectangle", np.array([[12.0, 10.0, 14.0, 8.0, 0.3, 1.0]]), [[1.0, 0.5, 0.0]], 0.8)
    vertices = np.array([[2.0, 3.0], [21.0, 4.0], [20.0, 17.0], [4.0, 16.0]])
    mesh = sr.Mesh(vertices, [[0, 1, 2], [0, 2, 3]], vertex_color=rng.random((4, 3)), opacity=0.5)
    return sr.Scene(WIDTH, HEIGHT, [circles, rectangles, mesh], (0.2, 0.7, 0.4))


@pytest.fixture
def target(rng: np.random.Generator) -> np.ndarray:
    """Return a picture to compare with."""
    return rng.random((HEIGHT, WIDTH, 3))
