"""The ranges of the values of a fit: fixed ones, and those of lengths that other lengths of their shape hold.

Where a formula clamps a value its derivative is 0, and an optimiser that goes there does not come back. The corner of a
rectangle is clamped at half the shorter side: so its range ends there, and moves with the sides. A shape without any
size has no derivative either, for its area grows with the square of the size: so sizes have a least value. A shape
beside the line of its gradient is of one colour, and nothing moves the other: so the line crosses the unit circle of
the frame. The frame of an outline may lie beside its shape; see `Population.revive_colors` for that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...model.shading import CROSSED
from ...shapes import Array
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
    lines : list of ndarray, shape (3, N)
        Places of the slopes and of the offset of lines, see `Shading.line`.
    """

    def __init__(self, layout: Layout) -> None:
        self.lower, self.upper = layout.bounds()
        places: Any = np.arange(layout.size)
        self.holds: list[tuple[NDArray[Any], NDArray[Any]]] = []
        self.lines: list[NDArray[Any]] = []
        views = layout.views(places)[0], layout.views(self.lower)[0]
        for layer, place, least in zip(layout.template.layers, *views, strict=True):
            sized = layer.by_parameter(lambda parameter: parameter.size)
            least.params[sized] = np.maximum(least.params[sized], LEAST_SIZE)
            names = [parameter.name for parameter in layer.parameters]
            for k, parameter in enumerate(layer.parameters):
                if parameter.half_of:
                    holders = [place.params[:, names.index(name)] for name in parameter.half_of]
                    self.holds.append((place.params[:, k], np.stack(holders)))
            if layer.rule.line is not None:
                self.lines.append(place.color.reshape(len(layer), -1)[:, list(layer.rule.line)].T)

    def hold(self, held: NDArray[np.bool_], x: Array) -> None:
        """Let values (layout.size,) have those of x as their range, which then nothing else moves."""
        self.lower[held] = self.upper[held] = x[held]
        moving = [(~held[places], places, holders) for places, holders in self.holds]
        self.holds = [(places[free], holders[:, free]) for free, places, holders in moving]
        self.lines = [line[:, ~held[line[2]]] for line in self.lines]

    def clip(self, x: Array) -> None:
        """Move values into their ranges, in place."""
        np.clip(x, self.lower, self.upper, out=x)
        for held, holders in self.holds:
            x[held] = np.minimum(x[held], _range(x, holders)[0])
        for line in self.lines:
            reach = CROSSED * _slope(x, line)
            x[line[2]] = np.clip(x[line[2]], -reach, 1.0 + reach)

    def fixed(self, x: Array) -> FixedLimits:
        """Return variables of fixed ranges instead of the values, for values near x."""
        return FixedLimits(self, x)


class FixedLimits:
    """Variables with ranges that do not move: what others hold is measured in the range that it has.

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
        self._lines = [(line, 0.5 + CROSSED * _slope(x, line)) for line in limits.lines]
        for line, half in self._lines:
            self.lower[line[2]], self.upper[line[2]] = 0.5 - half, 0.5 + half

    def variables(self, x: Array) -> Array:
        """Return the variables of values."""
        z: Array = x.copy()
        for (held, holders), unit in zip(self._holds, self._units, strict=True):
            z[held] = x[held] * unit / np.maximum(_range(x, holders)[0], LEAST_UNIT)
        for line, half in self._lines:
            z[line[2]] = 0.5 + (x[line[2]] - 0.5) * half / (0.5 + CROSSED * _slope(x, line))
        return z

    def values(self, z: Array) -> Array:
        """Return the values of variables."""
        x: Array = z.copy()
        for (held, holders), unit in zip(self._holds, self._units, strict=True):
            x[held] = z[held] / unit * _range(z, holders)[0]
        for line, half in self._lines:
            x[line[2]] = 0.5 + (z[line[2]] - 0.5) / half * (0.5 + CROSSED * _slope(z, line))
        return x

    def adjoint(self, z: Array, g: Array) -> Array:
        """Return the gradient by the variables, given that by the values."""
        g_z: Array = g.copy()
        for (held, holders), unit in zip(self._holds, self._units, strict=True):
            length, shortest = _range(z, holders)
            g_z[held] = g[held] * length / unit
            g_z[shortest] += 0.5 * g[held] * z[held] / unit
        for line, half in self._lines:
            slope, (u, v, offset) = _slope(z, line), line
            g_z[offset] = g[offset] / half * (0.5 + CROSSED * slope)
            along = g[offset] * (z[offset] - 0.5) / half * CROSSED / np.maximum(slope, LEAST_UNIT)
            g_z[u] += along * z[u]
            g_z[v] += along * z[v]
        return g_z

    def jacobian(self, z: Array) -> Any:
        """Return the derivative of the values by the variables, as a sparse matrix."""
        from scipy import sparse

        every = np.arange(len(z))
        parts = [(every, every, np.ones(len(z)))]
        for (held, holders), unit in zip(self._holds, self._units, strict=True):
            length, shortest = _range(z, holders)
            parts += [(held, held, length / unit - 1.0), (held, shortest, 0.5 * z[held] / unit)]
        for line, half in self._lines:
            slope, (u, v, offset) = _slope(z, line), line
            parts.append((offset, offset, (0.5 + CROSSED * slope) / half - 1.0))
            along = (z[offset] - 0.5) / half * CROSSED / np.maximum(slope, LEAST_UNIT)
            parts += [(offset, u, along * z[u]), (offset, v, along * z[v])]
        i, j, data = (np.concatenate(each) for each in zip(*parts, strict=True))
        return sparse.csr_matrix((data, (i, j)), shape=(len(z), len(z)))


def _slope(x: Array, line: NDArray[np.intp]) -> Array:
    """Return by how much lines (N,) grow along a unit of the frame."""
    slope: Array = np.hypot(x[line[0]], x[line[1]])
    return slope


def _range(x: Array, holders: NDArray[np.intp]) -> tuple[Array, NDArray[np.intp]]:
    """Return the lengths of ranges (N,) that holders (K, N) leave, and the place of the one that does."""
    shortest = np.take_along_axis(holders, x[holders].argmin(axis=0)[None], axis=0)[0]
    return x.dtype.type(0.5) * x[shortest], shortest
