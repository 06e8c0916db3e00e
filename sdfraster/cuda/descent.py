"""The inner loop of a fit on the device, with the plan of an objective; the twin of `fitting.shapes.descent`.

Values, averages of the optimiser, bounds and gradient stay there. The host sees the loss of every step, and values when
it asks for them.
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numba import cuda

from ..model.shading import CROSSED
from ..optim import OPTIMIZERS, State
from ..shapes import Array
from .arrays import SparseRows
from .compile.kernel import CudaKernel
from .compile.memory import empty, on_device
from .expand import copy
from .plan import CudaPlan
from .shapes import THREADS, blocks

if TYPE_CHECKING:
    from ..fitting.shapes.descent import Moving
    from ..prepared.targets import PreparedTarget

BETA, EPSILON = 0.9, 1e-8  # as in `optim`

FORMULAS = "adam", "amsgrad"  # the optimisers whose step `aim_kernel` takes


class Numbers(NamedTuple):
    """Numbers of a step."""

    factor: Any  # of all rates
    beta1: Any
    beta2: Any
    epsilon: Any


class Averages(NamedTuple):
    """What the optimiser knows of the gradient, (n,) each."""

    m: Any  # average
    v: Any  # average of the square
    largest: Any  # largest that one has been, if it counts


class CudaDescent:
    """The values of a scene on their way; parameters and methods as of `fitting.shapes.descent.Descent`."""

    def __init__(
        self,
        plan: CudaPlan,
        optimizer: str,
        x: Array,
        state: State | None,
        moving: Moving,
    ) -> None:
        if optimizer not in FORMULAS:
            raise ValueError(f"optimizer on the device must be {' or '.join(FORMULAS)}, not {optimizer!r}")
        rates, directions, limits, self._decay = moving
        self._plan, self._optimizer = plan, optimizer
        self._x, self._stale = x, False
        self._state = OPTIMIZERS[optimizer].init(x) if state is None else state
        plan.x.copy_to_device(plan.layout.hold(x))
        self._steps = next((item for item in self._state if isinstance(item, int)), 0)
        averages = [item for item in self._state if isinstance(item, np.ndarray)]
        self._averages = [on_device(average) for average in averages]
        self._kept, self._along = empty(x.size, x.dtype), empty(x.size, x.dtype)
        self._rates, self._range = on_device(rates), (on_device(limits.lower), on_device(limits.upper))
        self._holds = [(on_device(held), on_device(holders.ravel())) for held, holders in limits.holds]
        self._lines = [on_device(line.ravel()) for line in limits.lines]
        self._directions, self._transposed = _rows(directions.directions), _rows(directions.transposed)

    @property
    def x(self) -> Array:
        """The values, as they are on the device."""
        if self._stale:
            self._plan.x.copy_to_host(self._x)
            self._stale = False
        return self._x

    @property
    def state(self) -> State:
        """The state of the optimiser, to go on with."""
        averages = iter([average.copy_to_host() for average in self._averages])
        values = (self._steps if isinstance(item, int) else next(averages) for item in self._state)
        kind: type[Any] = type(self._state)
        state: State = kind(*values)
        return state

    def evaluate(self, target: PreparedTarget, rho: float) -> float:
        """Return the loss against a target, with its gradient ready for `step`."""
        return self._plan.evaluate(target.tiles, rho)

    def step(self, factor: float) -> None:
        """Move against the gradient, with all rates times a factor."""
        self._steps += 1
        epsilon = EPSILON
        if self._optimizer == "adam":  # bias corrections, outside of the arrays
            root = sqrt(1.0 - self._decay**self._steps)
            factor, epsilon = factor * root / (1.0 - BETA**self._steps), EPSILON * root
        dtype, n = self._x.dtype, self._plan.x.size
        numbers = Numbers(*(dtype.type(number) for number in (factor, BETA, self._decay, epsilon)))
        m, v, largest = *self._averages[:2], self._averages[-1]
        averages = Averages(m, v, largest)
        aim = aim_kernel(len(self._averages) > 2, dtype)
        aim(blocks(n), THREADS, numbers, self._plan.g, averages, self._rates, self._transposed, self._along)
        move_kernel(dtype)(blocks(n), THREADS, self._along, self._directions, *self._range, self._plan.x)
        for held, holders in self._holds:
            hold_kernel(dtype)(blocks(held.size), THREADS, held, holders, self._plan.x)
        for line in self._lines:
            line_kernel(dtype)(blocks(line.size // 3), THREADS, line, self._plan.x)
        self._stale = True

    def snapshot(self) -> Any:
        """Return a copy of the values, which NumPy can turn into an array; the copy before is overwritten."""
        copy(self._plan.x, self._kept)
        return _Snapshot(self._kept)


class _Snapshot:
    """A vector that is left on the device."""

    def __init__(self, vector: Any) -> None:
        self._vector = vector

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        array: Array = self._vector.copy_to_host()
        return array if dtype is None else array.astype(dtype)


def _rows(matrix: Any) -> SparseRows:
    """Return a sparse matrix on the device."""
    return SparseRows(*(on_device(array) for array in (matrix.indptr, matrix.indices, matrix.data)))


@cache
def aim_kernel(largest_counts: bool, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile a step of Adam or, if the largest average counts, of AMSGrad; a thread for a direction."""

    def aim(
        numbers,
        g,  # (n,)
        averages,  # in, out
        rates,  # (n,)
        directions,  # `SparseRows`: the values of every direction
        step,  # (n,) out
    ):
        factor, beta1, beta2, epsilon = numbers
        m, v, largest = averages
        i = cuda.grid(1)
        if i < len(step):
            slope = 0.0
            for k in range(directions.start[i], directions.start[i + 1]):
                slope += directions.weight[k] * g[directions.column[k]]
            m[i] = beta1 * m[i] + (1.0 - beta1) * slope
            v[i] = beta2 * v[i] + (1.0 - beta2) * slope * slope
            scale = v[i]
            if largest_counts:
                scale = largest[i] = max(largest[i], v[i])
            step[i] = m[i] / (sqrt(scale) + epsilon) * rates[i] * factor

    return CudaKernel(aim, dtype)


@cache
def move_kernel(dtype: np.dtype[Any]) -> CudaKernel:
    """Compile what the step does to the values, within bounds; a thread for a value."""

    def move(
        step,  # (n,)
        values,  # `SparseRows`: the directions of every value
        lower,  # (n,)
        upper,  # (n,)
        x,  # (n,) in, out
    ):
        i = cuda.grid(1)
        if i < len(x):
            by = 0.0
            for k in range(values.start[i], values.start[i + 1]):
                by += values.weight[k] * step[values.column[k]]
            x[i] = min(max(x[i] - by, lower[i]), upper[i])

    return CudaKernel(move, dtype)


@cache
def hold_kernel(dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the end of the range of lengths that others hold, see `fitting.shapes.limits`; a thread for a length."""

    def hold(
        held,  # (N,): places of lengths
        holders,  # (K N,): places of those whose halves they cannot exceed
        x,  # (n,) in, out
    ):
        i = cuda.grid(1)
        if i < len(held):
            for k in range(i, len(holders), len(held)):
                x[held[i]] = min(x[held[i]], 0.5 * x[holders[k]])

    return CudaKernel(hold, dtype)


@cache
def line_kernel(dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the range of the offsets of lines, see `fitting.shapes.limits`; a thread for a line."""
    real = dtype.type

    def cross(
        line,  # (3 N,): places of the slopes, and of the offset
        x,  # (n,) in, out
    ):
        i = cuda.grid(1)
        n = len(line) // 3
        if i < n:
            u, v, offset = line[i], line[n + i], line[2 * n + i]
            reach = real(CROSSED) * sqrt(x[u] * x[u] + x[v] * x[v])
            x[offset] = min(max(x[offset], -reach), 1.0 + reach)

    return CudaKernel(cross, dtype)
