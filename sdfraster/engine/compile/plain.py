"""The tier *plain*: compiled by ``numba.njit``, and run by Python's threads. Nothing here is private to Numba.

Numba's disk cache is used as far as it goes. It knows a function by its name and its code, not by what it calls. So
Python calls a function whose name is a hash of all that the machine code depends on, and which reaches the kernel
through a global. Every signature has a function of its own: an index of several, written by two processes at once, can
lead to the code of the other.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

import numba
import numpy as np

from ...compiling import begins
from ...garbage import uncollected
from .fingerprint import VERSIONS, fingerprint, warn_once
from .specialise import content, specialise

OPTIONS: dict[str, Any] = {"fastmath": True, "error_model": "numpy", "nogil": True}  # inputs are checked to be finite
NO_REFERENCES = {"_nrt": False}  # no array is made in a kernel, so none need to be counted
NO_WRAPPERS = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}  # only other functions call this one
LAYOUT = 0x0001 | 0x0002 | 0x0100 | 0x0400  # flags of NumPy: contiguous as in C and in Fortran, aligned, writeable

_compiling = threading.RLock()  # nobody forks while it is held: in the child, the locks of LLVM would stay held
_pool: ThreadPoolExecutor | None = None


@cache
def fragment(function: Callable[..., Any], dtype: np.dtype[Any], lean: bool = True) -> Callable[..., Any]:
    """Compile a plain function, and those it calls, with float constants of `dtype`, to be called by kernels only.

    What is `lean` takes half as long, by options of ``njit`` that are not in its manual.
    """
    options = NO_REFERENCES | NO_WRAPPERS if lean else {}
    return numba.njit(**OPTIONS, **options)(specialise(function, dtype, partial(fragment, lean=lean)))


class _Serial:
    """Calls a function that is compiled for the types of the arguments when they come for the first time."""

    def __init__(self, function: Callable[..., Any], dtype: np.dtype[Any], name: str) -> None:
        self._function, self._dtype = function, dtype
        self._name = f"{content(function)} {name} {dtype} {fingerprint()} {VERSIONS}"
        self._compiled: dict[Any, Callable[..., Any]] = {}

    def __call__(self, *arguments: Any) -> Any:
        return self.function_for(arguments)(*arguments)

    def function_for(self, arguments: tuple[Any, ...]) -> Callable[..., Any]:
        """Return the function compiled for the types of the arguments."""
        types = _types(arguments)
        if types not in self._compiled:
            with _compiling:
                self._compiled[types] = self._compile(tuple(map(numba.typeof, arguments)))
        return self._compiled[types]

    def _compile(self, signature: tuple[Any, ...]) -> Callable[..., Any]:
        name = f"kernel_{hashlib.sha256(f'{self._name} {signature}'.encode()).hexdigest()[:32]}"
        try:
            try:
                if not self._files(name, signature):
                    begins()
                return self._njit(name, signature, lean=True, cache=True, **NO_REFERENCES)
            except Exception:
                if not self._forget(name, signature):
                    raise
                return self._njit(name, signature, lean=True, cache=True, **NO_REFERENCES)
        except Exception as error:  # no folder can be written, or the options are not known any more
            begins()
            function = self._njit(name, signature, lean=False)
            warn_once(str(error))
            return function

    def _njit(self, name: str, signature: tuple[Any, ...], lean: bool, **options: Any) -> Callable[..., Any]:
        with uncollected():
            return numba.njit(signature, **OPTIONS, **options)(self._called(name, signature, lean))

    def _called(self, name: str, signature: tuple[Any, ...], lean: bool) -> Callable[..., Any]:
        """Return what Python calls: a function of a name of its own, which calls the kernel."""
        scope: dict[str, Any] = {"_kernel": fragment(self._function, self._dtype, lean), "__name__": __name__}
        arguments = ", ".join(f"a{k}" for k in range(len(signature)))
        exec(compile(f"def {name}({arguments}):\n return _kernel({arguments})", __file__, "exec"), scope)
        function: Callable[..., Any] = scope[name]
        return function

    def _forget(self, name: str, signature: tuple[Any, ...]) -> bool:
        """Remove the files of a function, of which one may be damaged, and return whether there were any."""
        files = self._files(name, signature)
        for file in files:
            file.unlink(missing_ok=True)  # by another process, which found the same
        return bool(files)

    def _files(self, name: str, signature: tuple[Any, ...]) -> list[Path]:
        """Return the files in which a function is kept."""
        folder = Path(numba.njit(cache=True)(self._called(name, signature, lean=True)).stats.cache_path)
        return list(folder.glob(f"*{name}*"))


serial = _Serial


def parallel(visit: Callable[..., Any], dtype: np.dtype[Any], name: str) -> Callable[..., None]:
    """Return a function that calls ``visit(worker, workers, *arguments)`` for every worker, all at once."""
    compiled = _Serial(visit, dtype, name)

    def run(workers: int, *arguments: Any) -> None:
        function = compiled.function_for((0, workers, *arguments))
        others = range(1, workers)
        if numba.get_num_threads() > 1:
            submitted = [_threads().submit(function, worker, workers, *arguments) for worker in others]
            function(0, workers, *arguments)
            for one in submitted:
                one.result()
        else:
            for worker in (0, *others):
                function(worker, workers, *arguments)

    return run


def worker_count() -> int:
    """Return how many workers can run at once."""
    with _compiling:
        return numba.get_num_threads()


def _types(values: tuple[Any, ...]) -> Any:
    """Return what the types of values depend on; `numba.typeof` would take five times as long."""
    return tuple(
        (value.dtype, value.ndim, value.flags.num & LAYOUT)
        if isinstance(value, np.ndarray)
        else (type(value), _types(value))
        if isinstance(value, tuple)
        else type(value)
        for value in values
    )


def _threads() -> ThreadPoolExecutor:
    global _pool
    with _compiling:
        if _pool is None:
            _pool = ThreadPoolExecutor(numba.config.NUMBA_NUM_THREADS, thread_name_prefix="sdfraster")
        return _pool


def _after_fork_in_child() -> None:
    global _pool
    _pool = None  # its threads are not there
    _compiling.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_compiling.acquire, after_in_parent=_compiling.release, after_in_child=_after_fork_in_child
    )
