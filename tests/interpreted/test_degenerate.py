"""Shapes with numbers of any size, of every kind and with every rule of colours."""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.model.shading import SHADINGS
from tests.primitives.test_degenerate import POWERS, check_any_size


@pytest.mark.parametrize("shading", [name for name in SHADINGS if name != "constant"])
@pytest.mark.parametrize("kind", sr.kinds())
def test_shapes_of_any_size_are_drawn_with_a_finite_gradient(kind: str, shading: str, rng: np.random.Generator) -> None:
    check_any_size(kind, shading, 8, rng, POWERS[1::3])
