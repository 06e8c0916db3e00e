"""Compiling the plain functions of the package with Numba, in the dtype of the scene.

Three things plain ``numba.njit`` does not do for us:

* A literal such as ``0.5`` is float64 to Numba and silently promotes float32 arithmetic (1.5-3x slower). `typed` makes
  every float constant of a function, and of the plain functions it calls, a constant of the scene's dtype, so that
  mathematics can be written as mathematics.
* A kernel that holds other compiled functions in its closure never hits Numba's disk cache, because they are pickled
  into the key. `kernel` keys its cache by a string that says what was compiled into it.
* The disk cache does not notice edits in another file. That string therefore includes `fingerprint`, a hash of all
  sources that can end up in a kernel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CellType, FunctionType
from typing import Any

import numba
import numpy as np
from numba.core.caching import FunctionCache

OPTIONS = {"fastmath": True, "error_model": "numpy"}  # inputs are checked to be finite before a kernel runs


@cache
def fingerprint() -> str:
    """Return a hash of every source file whose code can be compiled into a kernel."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for folder in ("engine", "model", "primitives"):
        for path in sorted((package / folder).rglob("*.py")):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
def typed(function: FunctionType, dtype: np.dtype) -> Callable[..., Any]:
    """Compile a plain function, and those it calls, with float constants of `dtype`, to be called by kernels only."""
    return numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **OPTIONS)(_typed_copy(function, dtype))


def kernel(function: FunctionType, dtype: np.dtype, name: str) -> Callable[..., Any]:
    """Compile the entry point of a stage: parallel, without the GIL, and cached on disk under `name`."""
    dispatcher = numba.njit(parallel=True, nogil=True, **OPTIONS)(_typed_copy(function, dtype))
    dispatcher._cache = _KernelCache(dispatcher.py_func, f"{name} {dtype} {fingerprint()}")
    return dispatcher


class _KernelCache(FunctionCache):
    """Numba's disk cache with a key of our own instead of the pickled closure."""

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        super().__init__(function)
        self._name = name

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        return sig, codegen.magic_tuple(), self._name


def _typed_copy(function: FunctionType, dtype: np.dtype) -> FunctionType:
    """Copy a function with its float constants converted and the plain functions it refers to compiled."""

    def convert(value: Any) -> Any:
        if isinstance(value, float):
            return dtype.type(value)
        return typed(value, dtype) if isinstance(value, FunctionType) else value

    code = function.__code__
    constants = tuple(convert(value) for value in code.co_consts)
    names = dict(function.__globals__)
    names.update((name, convert(names[name])) for name in code.co_names if name in names)
    cells = tuple(CellType(convert(cell.cell_contents)) for cell in function.__closure__ or ())
    copy = FunctionType(code.replace(co_consts=constants), names, function.__name__, function.__defaults__, cells)
    copy.__qualname__ = function.__qualname__
    copy.__module__ = function.__module__
    return copy
