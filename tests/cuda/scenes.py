"""Scenes for the tests on a real GPU, and of the code made for it."""

from __future__ import annotations

from typing import Any

import numpy as np

import sdfraster as sr
from tests.scenes import layer

GREEN = (0.2, 0.7, 0.4)


def of_kind(kind: str, rng: np.random.Generator, width: int, height: int, background: Any, dtype: type) -> sr.Scene:
    """Return a scene of one kind in both composites, with every rule of colours."""
    combinations = (kind, "over", "constant"), (kind, "mean", "linear"), (kind, "over", "gradient")
    return sr.Scene(width, height, [layer(rng, c, width, height, dtype=dtype) for c in combinations], background)


def mesh(rng: np.random.Generator) -> sr.Scene:
    """Return a mesh with colours of vertices."""
    vertices = np.array([[0, 0], [40, 0], [0, 40], [40, 40], [17, 22.5]])
    faces = [[0, 1, 4], [1, 3, 4], [3, 2, 4], [2, 0, 4]]
    return sr.Scene(40, 40, sr.Mesh(vertices, faces, vertex_color=rng.uniform(0.0, 1.0, (5, 3))), GREEN)
