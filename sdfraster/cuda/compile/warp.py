"""What the 32 threads of a warp do together: sums and votes, with a twin for the simulator, which has no warps.

In the simulator votes are taken in the whole block, and sums need all of its threads. So kernels may branch around
these functions by what a vote said, or by what is the same for the block, and not otherwise. A block that calls
`ballot` has one warp.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any

import numba
from numba import cuda

from .kernel import SIMULATED

WARP = 32
ALL = 0xFFFFFFFF  # threads take part
MOST_THREADS = 1024  # of a block


@cache
def warp_sums(n: int) -> Callable[..., Any]:
    """Return the function that adds up tuples of n numbers over a warp, for the warp's first thread."""
    return _simulated_sums(n) if SIMULATED else _shuffled_sums(n)


def _shuffled_sums(n: int) -> Callable[..., Any]:
    steps = "".join(f"  v{i} += cuda.shfl_down_sync(ALL, v{i}, offset)\n" for i in range(n))
    scope: dict[str, Any] = {"cuda": cuda, "ALL": ALL}
    exec(
        "def sums(v):\n"
        + "".join(f" v{i} = v[{i}]\n" for i in range(n))
        + f" offset = {WARP // 2}\n while offset > 0:\n{steps}  offset //= 2\n"
        + " return ("
        + "".join(f"v{i}, " for i in range(n))
        + ")",
        scope,
    )
    return next(value for value in scope.values() if isinstance(value, FunctionType))


def _simulated_sums(n: int) -> Callable[..., Any]:
    def sums(v):
        values = cuda.shared.array((MOST_THREADS, n), numba.float64)
        i = cuda.threadIdx.x
        for q in range(n):
            values[i, q] = v[q]
        cuda.syncthreads()
        total = v
        if i % WARP == 0:
            total = tuple(type(v[q])(values[i : i + WARP, q].sum()) for q in range(n))
        cuda.syncthreads()
        return total

    return sums


def _simulated_ballot(flag):
    flags = cuda.shared.array(WARP, numba.int64)
    flags[cuda.threadIdx.x] = 1 if flag else 0
    cuda.syncthreads()
    mask = sum(int(flags[i]) << i for i in range(WARP))
    cuda.syncthreads()
    return mask


def _simulated_any(flag):
    return cuda.syncthreads_or(bool(flag)) != 0


def _ballot(flag):
    """Return the bits of the threads whose flag is set."""
    return cuda.ballot_sync(ALL, flag) & ALL


def _any(flag):
    """Return whether the flag of some thread is set."""
    return cuda.any_sync(ALL, flag) != 0


ballot = _simulated_ballot if SIMULATED else _ballot
warp_any = _simulated_any if SIMULATED else _any


def rank(mask, lane):
    """Return how many threads before this one have their bit set."""
    return cuda.popc(mask & ((1 << lane) - 1))


def highest(mask):
    """Return the highest bit that is set, or -1."""
    bit = WARP - 1
    while bit >= 0 and (mask >> bit) & 1 == 0:
        bit -= 1
    return bit
