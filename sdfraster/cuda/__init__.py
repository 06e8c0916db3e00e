"""The engine on an NVIDIA GPU, through numba-cuda. Nothing here is imported unless a GPU is asked for.

The kernels are built from the same plain functions as those of `engine`, in files of the same names.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec

from ..errors import DeviceError

EXTRA = 'pip install "sdfraster[cuda13]" (or "sdfraster[cuda12]" for drivers older than 580)'

_lost = False  # whether a GPU was in use before a fork, after which CUDA cannot be used


@cache
def require() -> None:
    """Return if there is a GPU to work with, or Numba's simulator of one.

    Raises
    ------
    DeviceError
        If there is none; the message says what is missing.
    """
    from numba import config

    if config.ENABLE_CUDASIM:
        return
    if _lost:
        raise DeviceError(
            "a GPU cannot be used in a process that was forked from one that used it; "
            'start processes with the method "spawn", or use device="cpu"'
        )
    if find_spec("numba_cuda") is None:
        raise DeviceError(f'device="cuda" needs numba-cuda, which is not installed; run {EXTRA}')
    from numba import cuda

    try:
        count = len(cuda.gpus)
    except cuda.CudaSupportError as error:
        if "NO_DEVICE" in str(error):
            raise DeviceError('the CUDA driver finds no GPU; use device="cpu"') from None
        reason = " ".join(str(error).split()).rstrip(": ")
        raise DeviceError(
            f'no CUDA driver can be used ({reason}); install that of NVIDIA, or use device="cpu"'
        ) from None
    if count == 0:
        raise DeviceError('the CUDA driver finds no GPU; use device="cpu"')


def _after_fork_in_child() -> None:
    global _lost
    _lost = _lost or require.cache_info().currsize > 0
    require.cache_clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
