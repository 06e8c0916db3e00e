"""The two example fits of DiffRaster2D, reproduced step by step: same model, same optimiser, same loss.

Its scale is colours of 0..255 and pixels sampled at integer positions; the optimiser (AMSGrad as Flux has it, one rate
for everything) is run on that scale, because its small constants are not invariant. The loss is that of colours of
0..1. The expected figures are those of an independent implementation of DiffRaster2D's formulas. Everything is float64.
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
    """Return the loss after the last step of AMSGrad on geometry and 0..255 colours."""
    layer = start.layers[0]
    p = layer.params.size
    x = np.concatenate([layer.params.ravel(), 255.0 * layer.color.ravel()])
    state = amsgrad.init(x)
    for step in range(steps + 1):
        scene = sr.Scene(SIZE, SIZE, sr.Layer(layer.kind, x[None, :p], x[p:].reshape(1, 3, 3) / 255.0, 1.0, "mean"))
        loss, gradient = sr.value_and_grad(scene, target)
        if step == steps:
            break
        g = gradient.layers[0]
        g_x = 255.0**2 * np.concatenate([g.params.ravel(), g.color.ravel() / 255.0])
        change, state = amsgrad.update(g_x, state, RATE)
        x = x - change
    return loss


def flat_color(r: float, g: float, b: float) -> list[list[float]]:
    return [[0.0, 0.0, r], [0.0, 0.0, g], [0.0, 0.0, b]]
