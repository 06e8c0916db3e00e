"""Reference scenes for speed: the same shapes for every renderer that is compared.

Shapes are in paint order on an opaque white background. Draws are made in the order written, from
``default_rng(seed)``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

import sdfraster as sr

Floats = NDArray[np.float64]


class Shapes(NamedTuple):
    """Shapes of one kind: parameters (N, P), RGB (N, 3) and opacity."""

    kind: str
    params: Floats
    color: Floats
    opacity: float


def target(width: int, height: int) -> NDArray[np.float32]:
    """Return a smooth deterministic picture: loss and gradients are never trivially zero."""
    fx, fy = np.array([1.0, 1.5, 0.5]), np.array([1.0, 0.5, 2.0])
    x, y = (np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height
    phase = 2 * np.pi * (fx * x[None, :, None] + fy * y[:, None, None]) + np.arange(3)
    return (0.5 + 0.5 * np.sin(phase)).astype(np.float32)


def circles(seed: int, n: int, size: tuple[int, int], radius: tuple[float, float], opacity: float) -> Shapes:
    """Return circles with uniform centres and radii."""
    rng = np.random.default_rng(seed)
    center = rng.uniform(0, 1, (n, 2)) * size
    r = rng.uniform(*radius, n)
    return Shapes("circle", np.c_[center, r], rng.uniform(0, 1, (n, 3)), opacity)


def ellipses(seed: int, n: int, size: tuple[int, int], radius: tuple[float, float], opacity: float) -> Shapes:
    """Return axis-parallel ellipses with uniform centres and radii."""
    rng = np.random.default_rng(seed)
    center = rng.uniform(0, 1, (n, 2)) * size
    radii = rng.uniform(*radius, (n, 2))
    return Shapes("ellipse", np.c_[center, radii, np.zeros(n)], rng.uniform(0, 1, (n, 3)), opacity)


def closed(seed: int, n: int, size: tuple[int, int], radius: tuple[float, float], opacity: float) -> Shapes:
    """Return blobs of four closed cubics."""
    rng = np.random.default_rng(seed)
    center = rng.uniform(0, 1, (n, 2)) * size
    r = rng.uniform(*radius, n)
    jitter = rng.uniform(0.75, 1.25, (n, 12))
    phase = rng.uniform(0, 2 * np.pi, n)
    color = rng.uniform(0, 1, (n, 3))
    angle = phase[:, None] + 2 * np.pi * np.arange(12)[None] / 12
    points = center[:, None] + (r[:, None] * jitter)[..., None] * np.stack([np.cos(angle), np.sin(angle)], -1)
    return Shapes("path", points.reshape(n, 24), color, opacity)


def strokes(seed: int, n: int, size: tuple[int, int], segments: int, opacity: float, step: float = 20.0) -> Shapes:
    """Return open cubic strokes of 1 to 6 pixels whose points are a random walk."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(0, 1, (n, 1, 2)) * size
    steps = rng.uniform(-step, step, (n, 3 * segments, 2))
    width = rng.uniform(1.0, 6.0, n)
    color = rng.uniform(0, 1, (n, 3))
    points = np.concatenate([start, start + np.cumsum(steps, 1)], 1)
    return Shapes("stroke", np.c_[points.reshape(n, -1), width], color, opacity)


def one_ring(seed: int, edges: int, size: tuple[int, int], opacity: float) -> Shapes:
    """Return a single polygon of very many edges: a circle that fills most of the canvas, with a ragged outline."""
    rng = np.random.default_rng(seed)
    angle = 2 * np.pi * np.arange(edges) / edges
    r = 0.4 * min(size) * (1.0 + 0.1 * np.sin(40.0 * angle) + 0.02 * rng.uniform(-1.0, 1.0, edges))
    points = np.stack([0.5 * size[0] + r * np.cos(angle), 0.5 * size[1] + r * np.sin(angle)], -1)
    return Shapes("polygon", points.reshape(1, -1), rng.uniform(0, 1, (1, 3)), opacity)


def triangulated(
    rng: np.random.Generator, count: int, low: tuple[float, float], high: tuple[float, float]
) -> tuple[Floats, NDArray[np.int_]]:
    """Return vertices anywhere in a box, (count, 2), and the faces between them (Delaunay), (F, 3)."""
    vertices = rng.uniform(low, high, (count, 2))
    return vertices, Delaunay(vertices).simplices


SCENES: dict[str, tuple[tuple[int, int], Callable[[tuple[int, int]], Shapes]]] = {
    "circles256": ((451, 300), lambda size: circles(11, 256, size, (8, 40), 1.0)),
    "circles256_a08": ((451, 300), lambda size: circles(11, 256, size, (8, 40), 0.8)),
    "ellipses512": ((512, 512), lambda size: ellipses(13, 512, size, (5, 30), 0.8)),
    "circles4096": ((1024, 1024), lambda size: circles(12, 4096, size, (2, 12), 1.0)),
    "closed512": ((512, 512), lambda size: closed(14, 512, size, (10, 40), 0.8)),
    "closed2048_hd": ((2040, 1344), lambda size: closed(17, 2048, size, (10, 60), 0.8)),
    "strokes512_1seg": ((512, 512), lambda size: strokes(15, 512, size, 1, 1.0)),
    "strokes512_3seg": ((512, 512), lambda size: strokes(16, 512, size, 3, 1.0)),
    "ring10000": ((1024, 1024), lambda size: one_ring(18, 10_000, size, 0.8)),
}


def load(name: str, composite: str = "over", linear: bool = False) -> tuple[sr.Scene, NDArray[np.float32]]:
    """Return a scene, in float32, and the target to compare it with; a mean layer lies on black."""
    (width, height), generate = SCENES[name]
    shapes = generate((width, height))
    color = shapes.color
    if linear:
        color = np.concatenate([np.full((len(color), 3, 2), 0.1), color[..., None]], axis=2)
    layer = sr.Layer(shapes.kind, shapes.params.astype(np.float32), color, shapes.opacity, composite)
    background = (0.0, 0.0, 0.0) if composite == "mean" else (1.0, 1.0, 1.0)
    return sr.Scene(width, height, [layer], background), target(width, height)
