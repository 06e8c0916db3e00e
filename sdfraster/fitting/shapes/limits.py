"""The ranges of the values of a fit: fixed ones, and those of lengths that other lengths of their shape hold.

Where a formula clamps a value its derivative is 0, and an optimiser that goes there does not come back. The corner of a
rectangle is clamped at half the shorter side: so its range ends there, and moves with the sides. A shape without any
size has no derivative either, for its area grows with the square of the size: so sizes have a least value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...scene import Array
from ...vector import Layout

LEAST_SIZE = 0.05  # pixels
LEAST_UNIT = 1e-6  # pixels, that a range is taken to be long at least


class Limits:
    """The range of every value of the scenes of a layout.

    Attributes
    ----------
    lower, upper : ndarray, shape (layout.size,)
        Fixed ends, which the owner may change.
    holds : list of (ndarray, ndarray), shapes (N,) and (K, N)
        Places of lengths, and of those whose halves they cannot exceed.
    """

    def __init__(self, layout: Layout) -> None:
        self.lower, self.upper = layout.bounds()
        places: Any = np.arange(layout.size)
        self.holds: list[tuple[NDArray[Any], NDArray[Any]]] = []
        views = layout.views(places)[0], layout.views(self.lower)[0]
        for layer, place, least in zip(layout.template.layers, *views, strict=True):
            names = [parameter.name for parameter in layer.parameters]
            for k, parameter in enumerate(layer.parameters):
                if parameter.size:
                    least.params[:, k] = np.maximum(least.params[:, k], LEAST_SIZE)
                if parameter.half_of:
                    holders = [place.params[:, names.index(name)] for name in parameter.half_of]
                    self.holds.append((place.params[:, k], np.stack(holders)))

    def clip(self, x: Array) -> None:
        """Move values into their ranges, in place."""
        np.clip(x, self.lower, self.upper, out=x)
        for held, holders in self.holds:
            x[held] = np.minimum(x[held], _range(x, holders)[0])

    def fixed(self, x: Array) -> FixedLimits:
        """Return variables of fixed ranges instead of the values, for values near x."""
        return FixedLimits(self, x)


class FixedLimits:
    """Variables with ranges that do not move: lengths that others hold are measured in the range that they have.

    Parameters
    ----------
    limits : Limits
        Those of the values.
    x : ndarray
        Values in whose ranges variables and values are the same.

    Attributes
    ----------
    lower, upper : ndarray
        Range of every variable.
    """

    def __init__(self, limits: Limits, x: Array) -> None:
        self._holds = limits.holds
        self.lower, self.upper = limits.lower.copy(), limits.upper.copy()
        self._units = [np.maximum(_range(x, holders)[0], LEAST_UNIT) for _, holders in self._holds]
        for (held, _), unit in zip(self._holds, self._units, strict=True):
            self.upper[held] = np.minimum(self.upper[held], unit)

    def variables(self, x: Array) -> Array:
        """Return the variables of values."""
        z: Array = x.copy()
        for (held, holders), unit in zip(self._holds, self._units, strict=True):
            z[held] = x[held] * unit / np.maximum(_range(x, holders)[0], LEAST_UNIT)
        return z

    def values(self, z: Array) -> Array:
        """Return the values of variables."""
        x: Array = z.copy()
        for (held, holders), unit in zip(self._holds, self._units, strict=True):
            x[held] = z[held] / unit * _range(z, holders)[0]
        return x

    def adjoint(self, z: Array, g: Array) -> Array:
        """Return the gradient by the variables, given that by the values."""
        g_z: Array = g.copy()
        for (held, holders), unit in zip(self._holds, self._units, strict=True):
            length, shortest = _range(z, holders)
            g_z[held] = g[held] * length / unit
            g_z[shortest] += 0.5 * g[held] * z[held] / unit
        return g_z


def _range(x: Array, holders: NDArray[np.intp]) -> tuple[Array, NDArray[np.intp]]:
    """Return the lengths of ranges (N,) that holders (K, N) leave, and the place of the one that does."""
    shortest = np.take_along_axis(holders, x[holders].argmin(axis=0)[None], axis=0)[0]
    return x.dtype.type(0.5) * x[shortest], shortest
