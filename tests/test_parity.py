"""The two example fits of DiffRaster2D, reproduced step by step: same model, same optimiser, same loss.

Its scale is colours of 0..255 and pixels sampled at integer positions; the optimiser (AMSGrad as Flux has it, one rate
for everything) is run on that scale, because its small constants are not invariant. The loss is the mean over all
pixels and channels on that scale, after the last step. The figures to compare with are those of an independent
implementation of its formulas.

The rate is high and the path long, so that two habits of DiffRaster2D show in the last digits:

- It computes in float32. The path of the circle is chaotic there: when the gradient is varied by a relative 1e-7, the
  rounding of other machine code, six of ten runs end at 0.291 to 0.297 and the others anywhere from 0.3 to 4. So what
  the best quarter of many runs reaches is compared. In float64 it ends at 0.304 to 0.313.
- Its distance to a segment is a root without a derivative at zero, so a sample exactly on an outline moves nothing.
  Ours takes the derivative of the signed distance, which exists there. All three corners of the starting triangle and
  21 points of its edges are samples: the first step differs, and with it the end (0.00099 instead of 0.00093).

The comparison follows both; that our own gradient stays under the limits in float64 is a test of its own.
"""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.optim import amsgrad

pytestmark = pytest.mark.compiled

SIZE = 40
RATE = 0.75


def shape(kind: str, params: list[float], color: list[list[float]]) -> sr.Scene:
    """Return the scene of one shape in DiffRaster2D's numbers."""
    half = [0.5 if p.role.axis is not None else 0.0 for p in sr.primitive(kind).parameters]
    layer = sr.Layer(kind, np.array([params]) + half, np.array([color]) / 255.0, composite="mean")
    return sr.Scene(SIZE, SIZE, layer)


def outline(layer: sr.Layer) -> np.ndarray:
    """Return the mask, shape (SIZE, SIZE, 1), of the samples exactly on the outline of the layer's only shape."""
    distance = sr.primitive(layer.kind).distance
    p = tuple(map(float, layer.params[0]))
    return np.array([[[distance(p, i + 0.5, j + 0.5) == 0.0] for i in range(SIZE)] for j in range(SIZE)])


def fit(start: sr.Scene, target: np.ndarray, steps: int, outline_moves: bool, seed: int | None = None) -> float:
    """Return the loss (on 0..255) after the last step of AMSGrad on geometry and 0..255 colours.

    A seed varies the gradient as other roundings would.
    """
    rng = np.random.default_rng(seed)
    layer = start.layers[0]
    x = np.concatenate([layer.params.ravel(), 255 * layer.color.ravel()])
    state = amsgrad.init(x)
    for _ in range(steps):
        scene = moved(layer, x)
        g = sr.value_and_grad(scene, target)[1].layers[0]
        g_params = g.params
        if not outline_moves:
            g_image = 2 * (sr.render(scene) - target) / target.size
            g_params = sr.render_vjp(scene, np.where(outline(scene.layers[0]), 0, g_image)).layers[0].params
        g_x = 255**2 * np.concatenate([g_params.ravel(), g.color.ravel() / 255])
        if seed is not None:
            g_x *= (1.0 + 1e-7 * rng.standard_normal(g_x.shape)).astype(g_x.dtype)
        change, state = amsgrad.update(g_x, state, RATE)
        x -= change
    assert x.dtype == layer.params.dtype
    return 255.0**2 * sr.value_and_grad(moved(layer, x), target)[0]


def moved(layer: sr.Layer, x: np.ndarray) -> sr.Scene:
    """Return the scene of the layer's shape with geometry and 0..255 colours taken from a vector."""
    p = layer.params.size
    return sr.Scene(SIZE, SIZE, sr.Layer(layer.kind, x[None, :p], x[p:].reshape(1, 3, 3) / 255, 1.0, "mean"))


def flat_color(r: float, g: float, b: float) -> list[list[float]]:
    return [[0.0, 0.0, r], [0.0, 0.0, g], [0.0, 0.0, b]]


CIRCLE = (
    "circle",
    ([20.0, 20.0, 15.0], [[-80.0, 80.0, 180.0], [-40.0, 40.0, 90.0], [0.0, 0.0, 0.0]]),
    ([10.0, 10.0, 25.0], flat_color(0.0, 128.0, 0.0)),
    192,
)
TRIANGLE = (
    "triangle",
    ([10.0, 10.0, 30.0, 10.0, 20.0, 30.0], [[-50.0, 0.0, 35.0], [-50.0, 0.0, 128.0], [-50.0, 0.0, 128.0]]),
    ([3.0, 3.0, 33.0, 15.0, 20.0, 20.0], flat_color(64.0, 64.0, 64.0)),
    128,
)


@pytest.mark.parametrize(("example", "limit"), [(CIRCLE, 0.32), (TRIANGLE, 0.001)])
def test_example_fits_with_our_gradient_stay_under_the_limits(example, limit) -> None:
    kind, reference, start, steps = example
    target = sr.render(shape(kind, *reference))
    assert fit(shape(kind, *start), target, steps, outline_moves=True) < limit


@pytest.mark.parametrize(
    ("example", "outline_moves", "runs", "limit", "figure"),
    [(CIRCLE, True, 32, 0.32, 0.291), (TRIANGLE, False, 2, 0.001, 0.00092)],
)
def test_example_fits_land_where_diffraster2d_does(example, outline_moves, runs, limit, figure) -> None:
    kind, reference, start, steps = example
    target = sr.render(shape(kind, *reference).astype(np.float32))
    scene = shape(kind, *start).astype(np.float32)
    loss = np.quantile([fit(scene, target, steps, outline_moves, seed) for seed in range(runs)], 0.25)
    assert loss < limit
    assert loss == pytest.approx(figure, rel=0.03)
