"""Moving shapes that hardly matter to where the error is.

A shape matters as much as the squared error grows without it. If d is the change of the picture when the shape is taken
away and r the residual, that is ``sum (r - d)^2 - r^2 = sum d^2 - 2 sum r d``. A picture is linear in an opacity o, so
sums over d are adjoints: ``sum z d = o dL/do`` for a loss with pixel gradients z. That gives the second sum with z = r,
and the first as the mean square over random signs z (Hutchinson 1990), for all shapes at once, whatever their kind.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ..engine.plan import Plan
from ..engine.tiles import pack, unpack
from ..scene import Array
from .initial import ColorSampler, birth_opacity, shapes

TIMES = 20  # in the first part of a fit
SHARE = 0.08  # of the shapes each time
SIZE = 0.6  # of the typical size
UNIFORM = 0.3  # share of the places drawn without looking at the error
PROBES = 4  # pictures of random signs


class Relocation:
    """Moves the shapes of a scene of one layer.

    Parameters
    ----------
    image : ndarray, shape (H, W, C)
        The picture to be matched.
    kind, composite : str
        Of the layer.
    size : float
        Typical size of a shape in pixels.
    rng : Generator
        Source of positions.
    """

    def __init__(self, image: Array, kind: str, composite: str, size: float, rng: Generator) -> None:
        self._image, self._kind, self._rng = image, kind, rng
        self._size = SIZE * size
        self._opacity = birth_opacity(composite)
        self._sampler = ColorSampler(image)
        signs = np.array([-1.0, 1.0], image.dtype)
        self._probes = [pack(signs[rng.integers(0, 2, image.shape)]) for _ in range(PROBES)]

    def move(self, plan: Plan, x: Array, state: Any, rho: float) -> None:
        """Move the shapes of vector x that matter least, which is changed in place, to the end of the paint order.

        `plan` has just painted x (or nearly x); `state` holds an optimiser's averages, arrays like x, which move along
        and forget the direction of the moved shapes.
        """
        view = plan.layout.views(x)[0][0]
        weak = round(SHARE * len(view.params))
        if weak == 0:
            return
        height, width, _ = self._image.shape
        residual = unpack(plan.canvas, width, height) - self._image
        order = np.argsort(-self._importance(plan, x, pack(residual), rho), kind="stable")
        order[: len(order) - weak].sort()
        for vector in (x, *(item for item in state if isinstance(item, np.ndarray))):
            for array in plan.layout.views(vector)[0][0]:
                array[:] = array[order]
        moved = slice(len(order) - weak, None)
        points = sample_positions((residual**2).sum(axis=2), weak, self._rng)
        sizes = np.full(weak, self._size)
        view.params[moved] = shapes(self._kind, points, sizes, self._rng)
        view.color[moved] = 0.0
        offsets = view.color if view.color.ndim == 2 else view.color[:, :, 2]
        offsets[moved] = self._sampler(points, sizes)
        view.opacity[moved] = self._opacity
        for array in plan.layout.views(state[0])[0][0]:
            array[moved] = 0.0

    def _importance(self, plan: Plan, x: Array, residual: Array, rho: float) -> Array:
        """Return by how much the squared error would grow without each shape (N,)."""
        opacity = plan.layout.views(x)[0][0].opacity
        g_opacity = plan.layout.views(plan.gradient)[0][0].opacity

        def change(z: Array) -> Array:
            plan.vjp(x, z, rho)
            return opacity * g_opacity

        squares = sum(change(probe.copy()) ** 2 for probe in self._probes) / PROBES
        return squares - 2.0 * change(residual)


def sample_positions(error: Array, count: int, rng: Generator) -> NDArray[np.float64]:
    """Draw places (count, 2) from an error image (H, W) mixed with uniform ones."""
    width = error.shape[1]
    mass = np.cumsum(error, dtype=np.float64)
    uniform = np.arange(1, mass.size + 1) / mass.size
    mass = (1.0 - UNIFORM) * mass / mass[-1] + UNIFORM * uniform if mass[-1] > 0.0 else uniform
    index = np.minimum(np.searchsorted(mass, rng.uniform(0.0, 1.0, count), side="right"), mass.size - 1)
    return np.stack([index % width, index // width], axis=1) + rng.uniform(0.0, 1.0, (count, 2))
