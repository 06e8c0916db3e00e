"""How much every shape matters.

A shape matters as much as the squared error grows without it. If d is the change of the picture when the shape is taken
away and r the residual, that is ``sum (r - d)^2 - r^2 = sum d^2 - 2 sum r d``. A picture is linear in an opacity o, so
sums over d are adjoints: ``sum z d = o dL/do`` for a loss with pixel gradients z. That gives the second sum with z = r,
and the first as the mean square over random signs z (Hutchinson 1990), for all shapes at once, whatever their kind.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator

from ..engine.tiles import pack
from ..scene import Array

PROBES = 2  # pictures of random signs


def importance(plan: Any, x: Array, residual: Array, weight: Array, rho: float, rng: Generator) -> Array:
    """Return by how much the squared error would grow without each shape (N,) of the only layer of vector x.

    `residual` is the picture of x less the target (H, W, C), `weight` that of the pixels (H, W, 1).
    """
    opacity = plan.layout.views(x)[0][0].opacity
    g_opacity = plan.layout.views(plan.gradient)[0][0].opacity

    def change(z: Array) -> Array:
        plan.vjp(x, pack(z), rho)
        return opacity * g_opacity

    signs = np.array([-1.0, 1.0], x.dtype)
    root = np.sqrt(weight)
    squares = sum(change(root * signs[rng.integers(0, 2, residual.shape)]) ** 2 for _ in range(PROBES)) / PROBES
    return squares - 2.0 * change(weight * residual)
