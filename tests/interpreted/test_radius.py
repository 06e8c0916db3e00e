"""The derivative of the loss by the filter radius, for every kind, composite and filter, against differences."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.model.coverage import FILTERS
from tests.gradcheck import check_radius_gradient
from tests.scenes import layer

WIDTH, HEIGHT = 19, 6  # two tiles
COMPOSITES = [(kind, "over") for kind in sr.kinds()] + [("circle", "mean"), ("stroke", "mean")]


@pytest.mark.parametrize(("kind", "composite"), COMPOSITES)
def test_kinds(kind: str, composite: str, rng: np.random.Generator) -> None:
    shapes = layer(rng, (kind, composite, "constant"), WIDTH, HEIGHT, (6.0, 4.0, 3.0))
    target = rng.random((HEIGHT, WIDTH, 4))
    target[..., :3] *= target[..., 3:]
    check_radius_gradient(sr.Objective(sr.Scene(WIDTH, HEIGHT, shapes, None), target))


@pytest.mark.parametrize("filter", sorted(FILTERS))
def test_shapes_thinner_than_the_filter(filter: str, rng: np.random.Generator) -> None:
    """Their coverage depends on their width, length and corners, too."""
    thin = [
        sr.Layer("line", np.array([[2.0, 1.0, 10.0, 3.0, 0.6]]), [[0.9, 0.1, 0.2]]),
        sr.Layer("circle", np.array([[8.2, 4.1, 0.5], [14.4, 2.9, 0.3]]), [[0.1, 0.9, 0.2], [1.0, 1.0, 0.0]]),
        sr.Layer("stroke", np.array([[1.0, 5.0, 3.0, 2.0, 6.0, 6.0, 12.0, 4.0, 0.8]]), [[0.1, 0.2, 0.9]], 0.7),
        sr.Layer("triangle", np.array([[10.0, 1.0, 17.0, 1.7, 15.0, 2.1]]), [[0.9, 0.8, 0.2]]),
    ]
    scene = sr.Scene(WIDTH, HEIGHT, thin, (0.5, 0.5, 0.5))
    check_radius_gradient(sr.Objective(scene, rng.random((HEIGHT, WIDTH, 3)), filter=filter))
