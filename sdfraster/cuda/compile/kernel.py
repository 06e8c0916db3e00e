"""Compiling the plain functions of the package for a GPU, or for Numba's simulator of one.

The functions are those of the CPU kernels, with constants of the scene's dtype (see `specialise`). LLVM inlines all of
them, so a kernel is one function without calls. (Inlined by Numba, before it infers types, a kernel of paths took 97 s
to compile instead of 5.) Numba asks the device for its compute capability on the way. Where the inside of Numba may be
used (see `tiers`), kernels are kept on disk as those of the CPU are.

In the simulator a kernel is plain Python, one thread for each thread of a block. There the module ``cuda`` that device
functions see is replaced by `_Simulated`: Numba's own replacement while a device function runs is undone by whichever
thread is done first.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable
from functools import cache
from math import ceil, floor
from typing import Any, ClassVar

import numba
import numpy as np
from numba import cuda

from ...engine.compile import rounding
from ...engine.compile.fingerprint import fingerprint
from ...engine.compile.specialise import content, specialise
from ...engine.compile.tiers import fast_is_allowed

SIMULATED = bool(numba.config.ENABLE_CUDASIM)


class _Launching(threading.local):
    """Where a thread launches kernels: on the default stream, or on one that records them (`replay`)."""

    stream: Any = 0


launching = _Launching()


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
    exact : bool
        Whether it looks for numbers that are not finite, of which other kernels think that there are none.

    Attributes
    ----------
    function : callable
        The function with everything it calls compiled, for tests.
    """

    def __init__(self, function: Callable[..., Any], dtype: np.dtype[Any], exact: bool = False) -> None:
        self.function = _copy(function, dtype)
        self._dispatcher: Any = cuda.jit(fastmath=not exact)(_shown(self.function) if SIMULATED else self.function)
        if not SIMULATED and fast_is_allowed():
            from ...engine.compile.fast.cuda import keep

            keep(self._dispatcher, f"{content(function)} {dtype} {fingerprint('cuda')}")

    def __call__(self, blocks: int, threads: int, *arguments: Any) -> None:
        if blocks > 0:
            _SharedArrays.of_line.clear()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that a grid is small
                launch = self._dispatcher[blocks, threads, launching.stream]
            launch(*arguments)


def numba_type(dtype: np.dtype[Any]) -> Any:
    """Return what Numba calls a dtype, for arrays made inside a kernel."""
    return numba.from_dtype(dtype)


def _copy(function: Callable[..., Any], dtype: np.dtype[Any]) -> Any:
    copy = specialise(function, dtype, device)
    if SIMULATED:
        copy.__globals__.update((name, _Simulated()) for name, value in copy.__globals__.items() if value is cuda)
    return copy


def _shown(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a kernel for the simulator, which lets device functions see what the simulator shows it."""

    def run(*arguments: Any) -> None:
        _Simulated.module = cuda  # the simulator's own while this runs, not the module
        function(*arguments)

    return run


class _Simulated:
    """The module ``cuda`` inside a simulated kernel."""

    module: Any = None  # one kernel runs at a time

    def __init__(self) -> None:
        self.shared = _SharedArrays

    def __getattr__(self, name: str) -> Any:
        return getattr(_Simulated.module, name)


class _SharedArrays:
    """Arrays that threads of a block share, known by the line that asks; the simulator looks at the whole stack."""

    of_line: ClassVar[dict[Any, Any]] = {}

    @classmethod
    def array(cls, shape: Any, dtype: Any) -> Any:
        """Return the array of the line that calls."""
        frame, arrays = sys._getframe(1), cls.of_line
        line = frame.f_code, frame.f_lineno
        if line not in arrays:
            kind = np.dtype(dtype.name)
            garbage = np.nan if kind.kind == "f" else np.iinfo(kind).min  # there is anything in such memory
            arrays.setdefault(line, np.full(shape, garbage, kind))
        return arrays[line]
