"""Running totals: from how many things everybody has to where they begin in one list.

One block does it, every thread a stretch of the counts. The lists have room for what there was before, with some to
spare; starts are cut off there, so that nothing is written beyond, and the total tells the host to make more room and
do it all again.
"""

from __future__ import annotations

from functools import cache

import numba
import numpy as np
from numba import cuda

from .kernel import SIMULATED, CudaKernel

THREADS = 32 if SIMULATED else 1024


@cache
def scan_kernel() -> CudaKernel:
    """Compile the running totals."""

    def scan(
        counts,  # (n,)
        starts,  # (n + 1,) out
        room,  # length of the list
        totals,  # out: the total at `slot`
        slot,
    ):
        sums = cuda.shared.array(THREADS, numba.int64)
        i, n = cuda.threadIdx.x, len(counts)
        stretch = (n + THREADS - 1) // THREADS
        first, last = min(i * stretch, n), min((i + 1) * stretch, n)
        own = 0
        for j in range(first, last):
            own += counts[j]
        sums[i] = own
        cuda.syncthreads()
        offset = 1
        while offset < THREADS:  # Hillis and Steele 1986
            before = sums[i - offset] if i >= offset else 0
            cuda.syncthreads()
            sums[i] += before
            cuda.syncthreads()
            offset *= 2
        start = sums[i] - own
        for j in range(first, last):
            starts[j] = min(start, room)
            start += counts[j]
        if i == THREADS - 1:
            starts[n] = min(sums[i], room)
            totals[slot] = sums[i]

    return CudaKernel(scan, np.dtype(np.float64))
