"""Compiling the plain functions of the package for a GPU, or for Numba's simulator of one.

The functions are those of the CPU kernels, with constants of the scene's dtype (`engine.jit`). LLVM inlines all of
them, so a kernel is one function without calls. (Inlined by Numba, before it infers types, a kernel of paths took 97 s
to compile instead of 5.) Numba asks the device for its compute capability on the way.

In the simulator a kernel is plain Python, one thread for each thread of a block. There the module ``cuda`` that kernels
see is replaced by `_Simulated`: Numba's own replacement while a device function runs is undone by whichever thread is
done first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from math import ceil, floor
from typing import Any

import numba
import numpy as np
from numba import cuda
from numba.core import config
from numba.np.numpy_support import as_dtype

from ..engine import rounding
from ..engine.jit import typed_copy

SIMULATED = bool(config.ENABLE_CUDASIM)


def _round_down(x):
    return floor(x)


def _round_up(x):
    return ceil(x)


STAND_INS = (
    {} if SIMULATED else {rounding.round_down: _round_down, rounding.round_up: _round_up}
)  # `math` gives floats on the GPU


@cache
def device(function: Callable[..., Any], dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Compile a plain function, and those it calls, with float constants of `dtype`, to be called by kernels."""
    copy = _copy(STAND_INS.get(function, function), dtype)
    return copy if SIMULATED else cuda.jit(device=True, forceinline=True)(copy)


class CudaKernel:
    """A kernel of plain functions.

    Parameters
    ----------
    function : callable
        What every thread does; it may use ``numba.cuda``.
    dtype : dtype
        Of the scene.

    Attributes
    ----------
    function : callable
        The function with everything it calls compiled, for tests.
    """

    def __init__(self, function: Callable[..., Any], dtype: np.dtype[Any]) -> None:
        self.function = _copy(function, dtype)
        self._dispatcher: Any = cuda.jit(fastmath=True)(self.function)

    def __call__(self, blocks: int, threads: int, *arguments: Any) -> None:
        if blocks > 0:
            self._dispatcher[blocks, threads](*arguments)


def numba_type(dtype: np.dtype[Any]) -> Any:
    """Return what Numba calls a dtype, for arrays made inside a kernel."""
    return numba.from_dtype(dtype)


def _copy(function: Callable[..., Any], dtype: np.dtype[Any]) -> Any:
    copy = typed_copy(function, dtype, device)
    if SIMULATED:
        copy.__globals__.update((name, _Simulated()) for name, value in copy.__globals__.items() if value is cuda)
    return copy


class _Simulated:
    """The module ``cuda`` inside a simulated kernel."""

    def __init__(self) -> None:
        from numba.cuda.simulator import kernel

        self._context = kernel._get_kernel_context
        self.shared = _SharedArrays(self._context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context(), name)


class _SharedArrays:
    """Arrays that threads of a block share, known by the line that asks; the simulator looks at the whole stack."""

    def __init__(self, context: Callable[[], Any]) -> None:
        self._context = context

    def array(self, shape: Any, dtype: Any) -> Any:
        """Return the array of the line that calls."""
        frame, arrays = sys._getframe(1), self._context().shared._allocations
        line = frame.f_code, frame.f_lineno
        if line not in arrays:
            arrays.setdefault(line, np.empty(shape, as_dtype(dtype)))
        return arrays[line]
