"""Kernels, by one class however they are run. What runs them is one of three *tiers* (see `tiers`).

`serial` functions are called from Python as they are; a `Kernel` is run by many workers at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .marks import noinline as noinline
from .marks import vectorized as vectorized
from .tiers import tier


class Kernel:
    """A function ``visit(worker, workers, *arguments)`` that many workers run at once.

    Called with the number of workers and the arguments: arrays, numbers, and tuples of both, also nested or named.

    Parameters
    ----------
    visit : callable
        What a worker does. It is plain Python, with float constants that become those of `dtype`.
    dtype : dtype
        Of the scene.
    name : str
        Says what the function is made of, for the cache on disk.
    """

    def __init__(self, visit: Callable[..., Any], dtype: np.dtype[Any], name: str) -> None:
        self._run = tier().parallel(noinline(visit), dtype, name)

    def __call__(self, workers: int, *arguments: Any) -> None:
        self._run(workers, *arguments)


def serial(function: Callable[..., Any], dtype: np.dtype[Any], name: str) -> Callable[..., Any]:
    """Return a function with float constants of `dtype`, to be called from Python; cached on disk under `name`."""
    return tier().serial(function, dtype, name)


def worker_count() -> int:
    """Return how many workers of a kernel can run at once."""
    return tier().worker_count()
