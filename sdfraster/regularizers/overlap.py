"""The regulariser of shapes that lie on each other.

It is the mean over the pixels of ``max(0, S - 1)^2`` with S the number of opaque shapes in a pixel, the sum of coverage
times opacity. S is no picture that can be drawn, but nearly the logarithm of one: white shapes of opacity e o over
black leave ``prod(1 - e o c)`` of the black, so ``S = log(1 - C) / log(1 - e)``, exactly for whole pixels and within
e/2 otherwise. That definition has an exact gradient, by the adjoint of the picture.
"""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np

from ..engine.plan import Plan
from ..engine.tiles import pack, unpack
from ..layer import Layer
from ..scene import Scene
from ..vector import LayerView

FAINT = 0.01  # the opacity e


class Overlap:
    """The regulariser of one layer on a canvas of width x height."""

    def __init__(self, layer: Layer, width: int, height: int) -> None:
        own: dict[str, Any] = {"fill_rule": layer.fill_rule, "contours": layer.contours}
        white = Layer(layer.kind, layer.geometry, np.ones((len(layer), 3)), FAINT, **own)
        scene = Scene(width, height, white)
        self._size = width, height
        self._plan = Plan(scene, "parabolic")
        self._x = self._plan.layout.vector(scene)

    def __call__(self, x: LayerView, g: LayerView, rho: float) -> float:
        """Return the value and add its gradient to g."""
        plan = self._plan
        view = plan.layout.views(self._x)[0][0]
        view.params[:] = x.params
        view.opacity[:] = FAINT * x.opacity
        left = 1.0 - unpack(plan.render(self._x, rho), *self._size)[..., 0]
        excess = np.maximum(0.0, np.log(left) / log(1.0 - FAINT) - 1.0)
        g_image = np.zeros((*excess.shape, 3), left.dtype)
        g_image[..., 0] = 2.0 * excess / (excess.size * -log(1.0 - FAINT) * left)
        plan.vjp(self._x, pack(g_image), rho)
        gradient = plan.layout.views(plan.gradient)[0][0]
        g.params[:] += gradient.params
        g.opacity[:] += FAINT * gradient.opacity
        return float((excess**2).mean())
