"""Scenes for the tests of the renderer: every kind of the registry, with everything that is hard to draw."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import numpy as np

import sdfraster as sr
from sdfraster.model.shading import SHADINGS

SIZES = (60.0, 0.3, 8.0, 3.0, 1.0, 60.0, 0.3, 5.0, 12.0, 2.0)  # pixels; 60 covers whole tiles
OPACITIES = (1.0, 0.5, 1.0, 0.0, 0.25, 0.75, 1.0)

# Every combination is three kernels to compile, so the kinds share the work: what a kind brings of its own (distance,
# bounds, frame) and what a composite does with it are independent. Circles go through everything. What the others go
# through depends on their names alone, so that a kind more changes nothing for them.
FIRST = "circle"


def combinations(kinds: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Return kind, composite and rule of colours of every layer to test."""
    others = [kind for kind in kinds if kind != FIRST]
    return [
        *((FIRST, composite, shading) for composite in ("over", "mean") for shading in ("constant", "linear")),
        *((FIRST, "over", shading) for shading in ("gradient", "radial 3")),
        *((kind, "over", "constant") for kind in others if crc32(kind.encode()) % 2),
        *((kind, "mean", "linear") for kind in others if not crc32(kind.encode()) % 2),
    ]


COMBINATIONS = combinations(sr.kinds())
FLOAT32 = [(FIRST, "over", "constant"), ("triangle", "mean", "linear")]
FILTERED = ("triangle", "mean", "constant")  # drawn with every filter


def layer(
    rng: np.random.Generator,
    combination: tuple[str, str, str],
    width: int,
    height: int,
    sizes: tuple[float, ...] = SIZES,
    opacities: tuple[float, ...] = OPACITIES,
    dtype: type = np.float64,
) -> sr.Layer:
    """Return a layer with a shape of every size in random places, on the canvas, across its border and off it."""
    kind, composite, shading = combination
    params = []
    for size in sizes:
        x, y = rng.uniform(-0.2, 1.2) * width, rng.uniform(-0.2, 1.2) * height
        params.append(sr.primitive(kind).sample(rng, x, y, size))
    params.append(sr.primitive(kind).sample(rng, -50.0, 3.0 * height, 4.0))
    n = len(params)
    color = colors(rng, shading, n)
    opacity = rng.permutation(np.resize(opacities, n))
    rule: dict[str, Any] = {} if shading == "constant" else {"shading": shading.partition(" ")[0]}
    return sr.Layer(kind, np.array(params, dtype), color, opacity, composite, **rule)


def colors(rng: np.random.Generator, shading: str, n: int) -> np.ndarray:
    """Return n colours of a rule, of which most change within a shape; offsets of stops are in order or not."""
    rule = SHADINGS[shading]
    color = rng.uniform(0.0, 1.0, (n, rule.values))
    color[:, [k for pair in rule.slopes for k in pair]] = rng.uniform(-0.3, 0.3, (n, 2 * len(rule.slopes)))
    geometry = [k for k in rule.bent if k not in rule.offsets]
    color[:, geometry] = rng.normal(0.0, 0.7, (n, len(geometry)))
    return color.reshape(n, *rule.shape)


def stack(rng: np.random.Generator, width: int, height: int, background: Any = (0.2, 0.7, 0.4)) -> sr.Scene:
    """Return a scene in which layers of all combinations lie on each other."""
    layers = [layer(rng, COMBINATIONS[k], width, height) for k in rng.permutation(len(COMBINATIONS))]
    return sr.Scene(width, height, layers, background)


def flat(gradient: sr.SceneGradient) -> np.ndarray:
    """Return a gradient as a vector in the order of `sdfraster.vector.Layout`."""
    parts = [array.ravel() for layer in gradient.layers for array in layer.values]
    return np.concatenate(parts + ([] if gradient.background is None else [gradient.background]))
