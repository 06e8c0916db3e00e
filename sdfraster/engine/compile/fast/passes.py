"""How Numba compiles kernels, and the functions of which they are made.

A kernel is made of some forty functions that nobody else calls, but Numba treats each as a program of its own. As it
does, the first step takes two to three times as long as here, because

* *Fragments*, as these functions are called here, are neither optimised nor translated to machine code by themselves:
  all of their code is, in the kernel. (Some loops LLVM vectorises only while they stand alone; those are optimised
  before they are copied into others.)
* Dozens of rules are tried for the types of an ``a + b`` or ``a[i]`` once in a kernel, not at each of the 1,700 places
  (5,000 with paths) that have one, of which 160 differ.
* Two passes for what kernels do not use, such as comprehensions, are left out.
* Python's garbage collector waits.

What each is worth, and what was worth too little, is in ``docs/decisions/numba.md``. To skip the optimisation of a
kernel function by function, before that of the whole, gains nothing: that takes longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba.core import typed_passes, untyped_passes
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_lock import global_compiler_lock
from numba.core.types.functions import BaseFunction

from ....garbage import uncollected

UNUSED = {untyped_passes.InlineClosureLikes, typed_passes.NopythonRewrites}  # of comprehensions and array expressions


class _Fragment(JITCodeLibrary):
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


class _OptimizedFragment(_Fragment):
    """The code of a function that is optimised before it is copied into others."""

    _optimize_functions = JITCodeLibrary._optimize_functions
    _optimize_final_module = JITCodeLibrary._optimize_final_module


class _NoEnvironment:
    """Stands for the code generator where Numba tells it of a function's Python objects: fragments have none."""

    @staticmethod
    def set_env(name: str, environment: Any) -> None:
        """Forget them."""


class _FunctionCompiler(Compiler):
    """Numba's compiler without the passes that our functions do not need."""

    def define_pipelines(self) -> Any:
        """Return the passes."""
        (manager,) = super().define_pipelines()
        manager.passes = [step for step in manager.passes if step[0] not in UNUSED]
        return [manager]


class FragmentCompiler(_FunctionCompiler):
    """Numba's compiler, for fragments of kernels."""

    library = _Fragment

    def __init__(self, typingctx: Any, targetctx: Any, library: Any, *rest: Any) -> None:
        fragment = self.library(targetctx.codegen(), "fragment")
        fragment.enable_object_caching()
        super().__init__(typingctx, targetctx, fragment, *rest)


class OptimizedFragmentCompiler(FragmentCompiler):
    """The same, for functions that are optimised by themselves."""

    library = _OptimizedFragment


class KernelCompiler(_FunctionCompiler):
    """Numba's compiler, for kernels."""

    def compile_extra(self, func: Any) -> Any:
        """Compile a kernel and, on the way, its fragments."""
        with global_compiler_lock, _remembering(), uncollected():
            return super().compile_extra(func)


@contextmanager
def _remembering() -> Iterator[None]:
    """Let Numba find out only once what the result of a call of its own functions is."""
    functions: Any = BaseFunction
    find_signature = functions.get_call_type
    signatures: dict[Any, Any] = {}

    def get_call_type(function: Any, context: Any, args: Any, kws: Any) -> Any:
        call = context, function, tuple(args), tuple(sorted(kws.items()))
        if call not in signatures:
            signatures[call] = find_signature(function, context, args, kws)
        return signatures[call]

    functions.get_call_type = get_call_type
    try:
        yield
    finally:
        functions.get_call_type = find_signature
