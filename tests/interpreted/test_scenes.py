"""Any scene: the engine draws what the oracle draws, and its gradient is the derivative of what the oracle draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import sdfraster as sr
from sdfraster.mesh import MESH
from sdfraster.vector import Layout
from tests import naive
from tests.gradcheck import difference
from tests.scenes import flat
from tests.strategies import SIDE, examples, filters, radii, repeatable, scenes

every_sort = pytest.mark.parametrize("kind", [*sr.kinds(), MESH])


@every_sort
@settings(repeatable, max_examples=examples(10))
@given(data=st.data(), radius=radii, filter=filters)
def test_pictures_are_those_of_the_oracle(kind: str, data: Any, radius: float, filter: str) -> None:
    scene = data.draw(scenes((kind,)))
    np.testing.assert_allclose(
        sr.render(scene, radius, filter), naive.render(scene, radius, filter), rtol=0.0, atol=1e-9
    )


@every_sort
@settings(repeatable, max_examples=examples(6))
@given(data=st.data(), radius=radii, filter=filters)
def test_pictures_in_float32_are_close_to_those_of_the_oracle(kind: str, data: Any, radius: float, filter: str) -> None:
    """Filled outlines are generic: in single precision, slivers of less than 5e-4 pixels are not told from none."""
    outline = None if kind == MESH else sr.primitive(kind).outline
    slivers = outline is not None and outline.filled
    scene = data.draw(scenes((kind,), 2, np.float32, generic=slivers))
    np.testing.assert_allclose(
        sr.render(scene, radius, filter), naive.render(scene, radius, filter), rtol=0.0, atol=1e-3
    )


def free(scene: sr.Scene, layout: Layout) -> np.ndarray:
    """Return 1 where a value may move both ways, and 0 at the end of its range."""
    x, (low, high) = layout.vector(scene), layout.bounds()
    return ((x > low + 1e-3) & (x < high - 1e-3)).astype(np.float64)


@every_sort
@settings(repeatable, max_examples=examples(8))
@given(data=st.data(), radius=radii, filter=filters, seed=st.integers(0, 99))
def test_gradients_are_derivatives_of_the_oracle(kind: str, data: Any, radius: float, filter: str, seed: int) -> None:
    """Where there is a derivative: few scenes have a crease in a pixel, or Hypothesis would say so."""
    scene, rng = data.draw(scenes((kind,), 3, generic=True, sides=(SIDE, 6))), np.random.default_rng(seed)
    layout = Layout(scene)
    x = layout.vector(scene)
    target = rng.random((scene.height, scene.width, 4))
    target[..., :3] *= target[..., 3:]
    target = target if scene.background is None else target[..., :3]

    def compared(x: np.ndarray) -> float:
        return float(((naive.render(layout.scene(x), radius, filter) - target) ** 2).mean())

    loss, gradient = sr.value_and_grad(scene, target, filter_radius=radius, filter=filter)
    assert loss == pytest.approx(compared(x), rel=1e-9)
    g, v = flat(gradient), rng.normal(size=x.size) * free(scene, layout)
    expected, good = difference(lambda t: compared(x + t * v), 0.0, 1e-6)
    assume(good)
    assert g @ v == pytest.approx(expected, rel=0.0, abs=1e-6 * max(1e-2, float(np.linalg.norm(g))))
