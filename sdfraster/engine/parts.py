"""How Numba compiles the functions of which kernels are made: not as programs of their own.

Numba optimises every function and translates it to machine code, and then does both again with all of it in each
function that calls it. A kernel is made of some forty functions that nobody else calls, so both are left to the kernel:
the first step with circles then takes 7.0 instead of 9.6 s of processor time, with paths 15.5 instead of 20.2. Some
loops, though, LLVM vectorises only while they stand alone; those are optimised before they are copied into others.

Numba also tries dozens of rules for every ``a + b`` and ``a[i]`` until one fits, though a kernel has 1,700 of them
(paths 5,000) and only 160 that differ. While a kernel is compiled, each is looked for once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_lock import global_compiler_lock
from numba.core.types.functions import BaseFunction


class _Part(JITCodeLibrary):
    """The code of a function that is never run by itself."""

    codegen: Any = property(lambda self: _NoEnvironment)

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self) -> None:
        """Leave it to the kernel."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """Return the address that Numba has for functions that Python cannot call."""
        self._ensure_finalized()
        return 0


class _OptimizedPart(_Part):
    """The code of a function that is optimised before it is copied into others."""

    _optimize_functions = JITCodeLibrary._optimize_functions
    _optimize_final_module = JITCodeLibrary._optimize_final_module


class _NoEnvironment:
    """Stands for the code generator where Numba tells it of a function's Python objects: parts have none."""

    @staticmethod
    def set_env(name: str, environment: Any) -> None:
        """Forget them."""


class PartCompiler(Compiler):
    """Numba's compiler, for parts of kernels."""

    library = _Part

    def __init__(self, typingctx: Any, targetctx: Any, library: Any, *rest: Any) -> None:
        part = self.library(targetctx.codegen(), "part")
        part.enable_object_caching()
        super().__init__(typingctx, targetctx, part, *rest)


class OptimizedPartCompiler(PartCompiler):
    """The same, for functions that are optimised by themselves."""

    library = _OptimizedPart


class KernelCompiler(Compiler):
    """The same, for kernels, and for the parts that are compiled while a kernel is."""

    def compile_extra(self, func: Any) -> Any:
        """Compile a function."""
        with global_compiler_lock, _remembering():
            return super().compile_extra(func)


@contextmanager
def _remembering() -> Iterator[None]:
    """Let Numba look for the signature of a call of its own functions once for all places with the same types."""
    look_for = BaseFunction.get_call_type
    known: dict[Any, Any] = {}

    def get_call_type(function: Any, context: Any, args: Any, kws: Any) -> Any:
        call = function, tuple(args), tuple(sorted(kws.items()))
        if call not in known:
            known[call] = look_for(function, context, args, kws)
        return known[call]

    BaseFunction.get_call_type = get_call_type
    try:
        yield
    finally:
        BaseFunction.get_call_type = look_for
