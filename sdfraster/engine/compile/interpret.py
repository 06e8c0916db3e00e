"""Kernels as plain Python: slow, but they can be stepped through, and they run where nothing may be compiled.

Asked for with SDFRASTER_JIT=off, or with Numba's own NUMBA_DISABLE_JIT=1.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numba.core import config

from ...errors import DataError
from .specialise import typed_copy


def compiling() -> bool:
    """Return whether kernels are compiled.

    Raises
    ------
    DataError
        If SDFRASTER_JIT is neither on nor off.
    """
    asked = os.environ.get("SDFRASTER_JIT") or "on"
    if asked not in ("on", "off"):
        raise DataError(f"SDFRASTER_JIT must be on or off, not {asked!r}")
    return asked == "on" and not config.DISABLE_JIT


def python_function(function: Callable[..., Any], dtype: np.dtype) -> Callable[..., Any]:
    """Return a function that computes in Python what the compiled one does, without a word about infinities."""
    return np.errstate(all="ignore")(_interpreted(function, dtype))


@cache
def _interpreted(function: Callable[..., Any], dtype: np.dtype) -> Callable[..., Any]:
    """Return a copy of a function with constants of `dtype`, and Python's whole numbers instead of NumPy's.

    (NumPy 1 makes a float of the sum of an unsigned number and a signed one.)
    """
    copy = typed_copy(function, dtype, _interpreted)
    for name, value in copy.__globals__.items():
        if value is np:
            copy.__globals__[name] = _NUMPY
        elif isinstance(value, np.integer):
            copy.__globals__[name] = int(value)
    return copy


class _WholeNumbers:
    """The module ``np`` for kernels that Python runs."""

    int64 = uint64 = int

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


_NUMPY = _WholeNumbers()
