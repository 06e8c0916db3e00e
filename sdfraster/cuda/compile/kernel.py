"""Compiling the plain functions of the package for a GPU, or for Numba's simulator of one.

The functions are those of the CPU kernels, with constants of the scene's dtype (`engine.compile.specialise`). LLVM
inlines all of them, so a kernel is one function without calls. (Inlined by Numba, before it infers types, a kernel of
paths took 97 s to compile instead of 5.) Numba asks the device for its compute capability on the way. Kernels are kept
on disk, as those of the CPU are, under a key of our own.

In the simulator a kernel is plain Python, one thread for each thread of a block. There the module ``cuda`` that kernels
see is replaced by `_Simulated`: Numba's own replacement while a device function runs is undone by whichever thread is
done first.
"""

from __future__ import annotations

import pickle
import sys
import threading
import warnings
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from math import ceil, floor
from typing import Any

import numba
import numpy as np
from numba import cuda
from numba.core import config
from numba.core.target_extension import target_override
from numba.np.numpy_support import as_dtype

from ...engine.compile import rounding
from ...engine.compile.cache import KernelCache, fingerprint
from ...engine.compile.specialise import content, typed_copy

SIMULATED = bool(config.ENABLE_CUDASIM)


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

    Attributes
    ----------
    function : callable
        The function with everything it calls compiled, for tests.
    """

    def __init__(self, function: Callable[..., Any], dtype: np.dtype[Any]) -> None:
        self.function = _copy(function, dtype)
        self._dispatcher: Any = cuda.jit(fastmath=True)(self.function)
        if not SIMULATED:
            name = f"numba-cuda {version('numba-cuda')} {content(function)} {dtype} {fingerprint('cuda')}"
            self._dispatcher._cache = _CudaCache(name)

    def __call__(self, blocks: int, threads: int, *arguments: Any) -> None:
        if blocks > 0:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that a grid is small
                launch = self._dispatcher[blocks, threads, launching.stream]
            launch(*arguments)


class _CudaCache(KernelCache):
    """The disk cache of a kernel."""

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        """Return what was compiled for a signature, or None."""
        with target_override("cuda"):
            return super().load_overload(signature, target_context)

    @staticmethod
    def dump(result: Any) -> bytes:
        """Return what Numba compiled as bytes."""
        from numba.cuda.serialize import dumps

        return dumps(result._reduce_states())

    @staticmethod
    def load(target_context: Any, code: bytes) -> Any:
        """Return what Numba compiled, from those bytes."""
        from numba.cuda.dispatcher import _Kernel

        return _Kernel._rebuild(**pickle.loads(code))


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
            kind = as_dtype(dtype)
            garbage = np.nan if kind.kind == "f" else np.iinfo(kind).min  # there is anything in such memory
            arrays.setdefault(line, np.full(shape, garbage, kind))
        return arrays[line]
