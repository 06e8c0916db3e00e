"""New memory, for what kernels write.

Pages of memory are made when something is first written there. In the virtual machine that this was measured on, each
of 4 kB took 2 us: the 16 MB that a first step of 2,048 closed curves writes took 9 ms. In pages of 2 MB they take 1 ms.
Linux gives these to those who ask, where whole ones fit. NumPy asks for arrays of 4 MB and more, which need not begin
where a page does; so what is large is mapped here, and arrays that grow at once have a block in common.
"""

from __future__ import annotations

import mmap
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

PAGE = 2**21  # bytes
WORTH = 2**20  # bytes whose pages of 4 kB take longer than one large page
LINE = 64  # bytes of a line of the processor's cache

Wanted = tuple[tuple[int, ...], DTypeLike]  # shape and dtype


def zeros(shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """Return an array of zeros."""
    (array,) = zeros_together((shape, dtype))
    return array


def zeros_together(*wanted: Wanted) -> list[NDArray[Any]]:
    """Return arrays of zeros of some shapes and dtypes; large ones have one block of memory."""
    sizes = [prod(shape) * np.dtype(dtype).itemsize for shape, dtype in wanted]
    ends = list(accumulate(-(-size // LINE) * LINE for size in sizes))
    block = _large_pages(ends[-1])
    if block is None:
        return [np.zeros(shape, dtype) for shape, dtype in wanted]
    return [
        block[start : start + size].view(dtype).reshape(shape)
        for (shape, dtype), size, start in zip(wanted, sizes, [0, *ends], strict=False)
    ]


def _large_pages(size: int) -> NDArray[np.uint8] | None:
    """Return at least so many bytes, all 0, in large pages; None if it is not worth it or the system has none."""
    if size < WORTH or not hasattr(mmap, "MADV_HUGEPAGE"):
        return None
    try:
        pages = mmap.mmap(-1, -(-size // PAGE) * PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        pages.madvise(mmap.MADV_HUGEPAGE)
    except OSError:  # NumPy says so if there is no memory, and a kernel need not know large pages
        return None
    return np.frombuffer(pages, np.uint8)
