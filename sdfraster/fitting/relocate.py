"""Moving shapes that hardly matter to where the error is.

How much a shape matters is how much of the picture shows its colour: the derivative of the sum of all pixels by the
colour of the shape, which is one run of the adjoint for all shapes at once, whatever their kind and composite.
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
SHARE = 0.04  # of the shapes each time
SIZE = 0.6  # of the typical size
UNIFORM = 0.3  # share of the places drawn without looking at the error


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
        self._ones = pack(np.ones_like(image))

    def move(self, plan: Plan, x: Array, state: Any, rho: float) -> None:
        """Move the least visible shapes of vector x, which is changed in place, to the end of the paint order.

        `plan` has just painted x (or nearly x); `state` holds an optimiser's averages, arrays like x, which move along
        and forget the direction of the moved shapes.
        """
        height, width, _ = self._image.shape
        error = ((unpack(plan.canvas, width, height) - self._image) ** 2).sum(axis=2)
        plan.vjp(x, self._ones.copy(), rho)
        view = plan.layout.views(x)[0][0]
        weak = round(SHARE * len(view.params))
        order = np.argsort(-_offsets(plan.layout.views(plan.gradient)[0][0].color)[:, 0], kind="stable")
        order[: len(order) - weak].sort()
        for vector in (x, *(item for item in state if isinstance(item, np.ndarray))):
            for array in plan.layout.views(vector)[0][0]:
                array[:] = array[order]
        moved = slice(len(order) - weak, None)
        points = sample_positions(error, weak, self._rng)
        sizes = np.full(weak, self._size)
        view.params[moved] = shapes(self._kind, points, sizes, self._rng)
        view.color[moved] = 0.0
        _offsets(view.color)[moved] = self._sampler(points, sizes)
        view.opacity[moved] = self._opacity
        for array in plan.layout.views(state[0])[0][0]:
            array[moved] = 0.0


def _offsets(color: Array) -> Array:
    """Return the constant part (N, 3) of constant or linear colours, as a view."""
    return color if color.ndim == 2 else color[:, :, 2]


def sample_positions(error: Array, count: int, rng: Generator) -> NDArray[np.float64]:
    """Draw places (count, 2) from an error image (H, W) mixed with uniform ones."""
    width = error.shape[1]
    mass = np.cumsum(error, dtype=np.float64)
    uniform = np.arange(1, mass.size + 1) / mass.size
    mass = (1.0 - UNIFORM) * mass / mass[-1] + UNIFORM * uniform if mass[-1] > 0.0 else uniform
    index = np.minimum(np.searchsorted(mass, rng.uniform(0.0, 1.0, count), side="right"), mass.size - 1)
    return np.stack([index % width, index // width], axis=1) + rng.uniform(0.0, 1.0, (count, 2))
