"""The two example fits of DiffRaster2D, reproduced step by step: same model, same optimiser, same loss.

Its scale is colours of 0..255 and pixels sampled at integer positions; the optimiser (AMSGrad as Flux has it, one rate
for everything) is run on that scale, because its small constants are not invariant. The loss is the mean over all
pixels and channels on that scale, after the last step. The figures to compare with are those of an independent
implementation of its formulas.

How near one can come is limited: the rate is high and the path unstable. Relative changes of 1e-7 in the gradient move
the circle's final loss by 4 %. All three corners of the starting triangle lie on pixel centres, where the distance has
no derivative and every convention leads to another path: moving the start by 1e-14 gives 0.0007 to 0.0026. In float64,
rounding alone moves neither result by more than 1e-5 of itself.
"""

from __future__ import annotations

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.optim import amsgrad

SIZE = 40
RATE = 0.75


def shape(kind: str, params: list[float], color: list[list[float]]) -> sr.Scene:
    """Return the scene of one shape in DiffRaster2D's numbers."""
    half = [0.5 if p.role == "position" else 0.0 for p in sr.primitive(kind).parameters]
    layer = sr.Layer(kind, np.array([params]) + half, np.array([color]) / 255.0, composite="mean")
    return sr.Scene(SIZE, SIZE, layer)


def fit(start: sr.Scene, target: np.ndarray, steps: int) -> float:
    """Return the loss (on 0..1) after the last step of AMSGrad on geometry and 0..255 colours."""
    layer = start.layers[0]
    p = layer.params.size
    x = np.concatenate([layer.params.ravel(), 255.0 * layer.color.ravel()])
    state = amsgrad.init(x)

    def evaluate() -> tuple[float, sr.SceneGradient]:
        moved = sr.Layer(layer.kind, x[None, :p], x[p:].reshape(1, 3, 3) / 255.0, 1.0, "mean")
        return sr.value_and_grad(sr.Scene(SIZE, SIZE, moved), target)

    for _ in range(steps):
        g = evaluate()[1].layers[0]
        g_x = 255.0**2 * np.concatenate([g.params.ravel(), g.color.ravel() / 255.0])
        change, state = amsgrad.update(g_x, state, RATE)
        x -= change
    return evaluate()[0]


def flat_color(r: float, g: float, b: float) -> list[list[float]]:
    return [[0.0, 0.0, r], [0.0, 0.0, g], [0.0, 0.0, b]]


@pytest.mark.parametrize(
    ("kind", "reference", "start", "steps", "limit", "figure"),
    [
        (
            "circle",
            ([20.0, 20.0, 15.0], [[-80.0, 80.0, 180.0], [-40.0, 40.0, 90.0], [0.0, 0.0, 0.0]]),
            ([10.0, 10.0, 25.0], flat_color(0.0, 128.0, 0.0)),
            192,
            0.32,
            0.291,
        ),
        (
            "triangle",
            ([10.0, 10.0, 30.0, 10.0, 20.0, 30.0], [[-50.0, 0.0, 35.0], [-50.0, 0.0, 128.0], [-50.0, 0.0, 128.0]]),
            ([3.0, 3.0, 33.0, 15.0, 20.0, 20.0], flat_color(64.0, 64.0, 64.0)),
            128,
            0.001,
            0.00092,
        ),
    ],
)
def test_example_fits_of_diffraster2d(kind, reference, start, steps, limit, figure) -> None:
    target = sr.render(shape(kind, *reference))
    loss = 255.0**2 * fit(shape(kind, *start), target, steps)
    assert loss < limit
    assert loss == pytest.approx(figure, rel=0.08)
