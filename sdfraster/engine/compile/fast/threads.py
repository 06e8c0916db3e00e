"""The threads that run kernels. They are Numba's, and do not survive `fork`.

A forked process has only the thread that forked, but GNU OpenMP takes the others for alive: Numba ends such a process,
and a pool that starts another one in its place hangs. So if there were threads before the fork, one does the work of
all, with the same result bit for bit.
"""

from __future__ import annotations

import ctypes
import os
import threading
from functools import cache
from typing import Any

import llvmlite.binding
import llvmlite.binding.ffi as llvm
import numba
from numba.core.compiler_lock import global_compiler_lock

# A step runs about six kernels one after the other, with some 20 us in between. Threads that sleep there take another
# 80 us to wake up; threads that spin (the default, for far longer) stand in the way of other processes.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ["OMP_WAIT_POLICY"] = "passive"
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")  # about 100 us

VISIT_RANGE = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4)
_Number = ctypes.c_int64 * 1  # what Numba takes for the address of an array
_FIRST, _ONE = _Number(0), _Number(1)

launching = threading.Lock()  # Numba's fallback threading layer aborts when two threads start loops at once
_lost = False  # whether there were threads before a fork


def worker_count() -> int:
    """Return how many workers of a kernel can run at once."""
    if _lost:
        return 1
    _parallel_for()
    return numba.get_num_threads()


def launch(visit_range: Any, workers: int, memory: int) -> None:
    """Let workers do their shares, all at once where there are threads.

    `visit_range`, a `VISIT_RANGE`, does those of some workers, one after the other. It takes four addresses: of the
    number of the first of them, of how many they are, of 1, and `memory`.
    """
    if workers == 1 or _lost:
        visit_range(_FIRST, _ONE if workers == 1 else _Number(workers), _ONE, memory)
    else:
        _parallel_for()(visit_range, _FIRST, memory, _ONE, memory, 0, 1, numba.get_num_threads())


@cache
def _parallel_for() -> Any:
    """Start Numba's threads, and return the function that lets them call another one for ranges of a number."""
    with global_compiler_lock:  # not while another thread forks
        numba.get_num_threads()
    address = llvmlite.binding.address_of_symbol("numba_parallel_for")
    return ctypes.CFUNCTYPE(None, VISIT_RANGE, *[ctypes.c_void_p] * 4, *[ctypes.c_size_t] * 3)(address)


def _before_fork() -> None:
    """Wait until no other thread is in Numba's compiler or in LLVM: in the child, their locks would stay held."""
    global_compiler_lock.acquire()
    llvm.lib._lock.__enter__()


def _after_fork() -> None:
    llvm.lib._lock.__exit__()
    global_compiler_lock.release()


def _after_fork_in_child() -> None:
    global launching, _lost
    launching = threading.Lock()  # another thread may have held it
    try:
        numba.threading_layer()
        _lost = True
    except ValueError:  # no threads yet: this process can start its own
        pass
    _after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork_in_child)
