"""The tier *python*: slow, but it can be stepped through, and it runs where nothing may be compiled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from .specialise import specialise


def parallel(visit: Callable[..., Any], dtype: np.dtype[Any], name: str) -> Callable[..., None]:
    """Return a function that calls ``visit(worker, workers, *arguments)`` for one worker after the other."""
    one = serial(visit, dtype, name)

    def run(workers: int, *arguments: Any) -> None:
        for worker in range(workers):
            one(worker, workers, *arguments)

    return run


def serial(function: Callable[..., Any], dtype: np.dtype[Any], name: str) -> Callable[..., Any]:
    """Return a function that computes in Python what the compiled one does, without a word about infinities."""
    return np.errstate(all="ignore")(_interpreted(function, dtype))


def worker_count() -> int:
    """Return how many workers can run at once."""
    return 1


@cache
def _interpreted(function: Callable[..., Any], dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Return a copy of a function with constants of `dtype`, and Python's whole numbers instead of NumPy's.

    (NumPy 1 makes a float of the sum of an unsigned number and a signed one.)
    """
    copy = specialise(function, dtype, _interpreted)
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
