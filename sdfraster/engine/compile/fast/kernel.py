"""Compiling plain functions with Numba, in the dtype of the scene, for threads that call the machine code directly.

What kernels are made of is a `fragment`; what Python calls is `serial`, or `parallel` with many workers. Both are kept
on disk under a string that says what was compiled into them (see `cache`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.compiler_lock import global_compiler_lock
from numba.extending import intrinsic

from ..fingerprint import fingerprint
from ..specialise import specialise
from . import threads
from .arguments import Pack, members, slots
from .builtins import BUILTINS
from .cache import KernelCache
from .passes import FragmentCompiler, KernelCompiler, OptimizedFragmentCompiler
from .threads import worker_count as worker_count

OPTIONS: dict[str, Any] = {
    "fastmath": True,  # inputs are checked to be finite before a kernel runs
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
    "_nrt": False,  # no array is made in a kernel, so no references need to be counted
}


@cache
def fragment(function: Callable[..., Any], dtype: np.dtype[Any]) -> Callable[..., Any]:
    """Compile a plain function, and those it calls, with float constants of `dtype`, to be called by kernels only."""
    inline = not getattr(function, "noinline", False)
    compiler = OptimizedFragmentCompiler if getattr(function, "vectorized", False) else FragmentCompiler
    options = {"no_cpython_wrapper": True, "forceinline": inline}
    return numba.njit(pipeline_class=compiler, **options, **OPTIONS)(specialise(function, dtype, fragment, BUILTINS))


def serial(function: Callable[..., Any], dtype: np.dtype[Any], name: str) -> Callable[..., Any]:
    """Compile a function to be called from Python, without the GIL, and cached on disk under `name`."""
    copy = specialise(function, dtype, fragment, BUILTINS)
    dispatcher = numba.njit(pipeline_class=KernelCompiler, nogil=True, **OPTIONS)(copy)
    dispatcher._cache = KernelCache(f"{copy.__qualname__} {name} {dtype} {fingerprint()}")
    return dispatcher


class _Parallel:
    """Runs ``visit(worker, workers, *arguments)`` for many workers at once.

    A loop over ``numba.prange`` takes Numba a second or more to compile for every kernel. With Python's own threads a
    launch takes 60 us with two workers, and more with more of them, and a step has six launches; this way it takes 30.
    So a kernel takes the address of its arguments, packed in memory, and is called by Numba's threads directly, in the
    way in which they call the body of such a loop.
    """

    def __init__(self, visit: Callable[..., Any], dtype: np.dtype[Any], name: str) -> None:
        self._visit, self._dtype, self._name = visit, dtype, name
        self._compiled: dict[Any, tuple[Any, Pack]] = {}
        self._last: tuple[Any, Pack] | None = None

    def __call__(self, workers: int, *arguments: Any) -> None:
        values = members(arguments)
        with threads.launching:
            if self._last is None or not self._last[1].take(workers, values):
                self._last = self._find(arguments)
                self._last[1].take(workers, values)
            visit_range, pack = self._last
            threads.launch(visit_range, workers, pack.address)

    def _find(self, arguments: tuple[Any, ...]) -> tuple[Any, Pack]:
        """Return the kernel compiled for the types of the arguments, and memory for them."""
        signature = types.Tuple(tuple(map(numba.typeof, arguments)))
        if signature not in self._compiled:
            with global_compiler_lock:  # nobody forks: until the end of it, LLVM writes machine code
                self._compiled[signature] = self._compile(signature)
        return self._compiled[signature]

    def _compile(self, signature: types.Tuple) -> tuple[Any, Pack]:
        """Compile the kernel for the types of the arguments."""
        visit = self._visit

        def visit_range(first, workers, step, memory):
            _visit_range(visit, signature, first, workers, memory)

        copy = specialise(visit_range, self._dtype, fragment)
        options = OPTIONS | {"no_cfunc_wrapper": False, "no_cpython_wrapper": True}
        dispatcher = numba.njit(pipeline_class=KernelCompiler, **options)(copy)
        name = f"{copy.__qualname__} {self._name} {self._dtype} {signature}"
        dispatcher._cache = KernelCache(f"{name} {fingerprint()}")
        dispatcher.compile((types.int64,) * 4)
        (compiled,) = dispatcher.overloads.values()
        address = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_cfunc_wrapper_name)
        return threads.VISIT_RANGE(address), Pack(signature)


parallel = _Parallel


@intrinsic
def _visit_range(typingctx: Any, visit: Any, signature: Any, first: Any, count: Any, memory: Any) -> Any:
    """Unpack the arguments of a kernel and call it for some workers.

    All are addresses: `first` that of a pointer, which is no pointer but the number of the first of these workers,
    `count` that of how many they are, and `memory` that of a `Pack`.
    """
    arguments = tuple(signature.instance_type)
    called = (types.int64, types.int64, *arguments)
    visit.get_call_type(typingctx, called, {})

    def codegen(context: Any, builder: Any, _: Any, args: Any) -> Any:
        first, count, memory = (builder.inttoptr(address, _INT64.as_pointer()) for address in args[2:])
        packer = context.get_arg_packer(arguments)
        numbers = []
        for slot, kind in zip(slots(arguments), packer.argument_types, strict=True):
            place = builder.gep(memory, [ir.Constant(_INT64, slot)], inbounds=True)
            numbers.append(builder.load(builder.bitcast(place, kind.as_pointer())))
        unpacked = packer.from_arguments(builder, numbers)
        workers, start = builder.load(memory), builder.load(first)
        compiled = visit.dispatcher.overloads[called]
        context.add_linking_libs([compiled.library])
        function = context.declare_function(builder.module, compiled.fndesc)
        with cgutils.for_range(builder, builder.load(count)) as loop:
            worker = builder.add(start, loop.index)
            context.call_conv.call_function(builder, function, types.none, called, [worker, workers, *unpacked])
        return context.get_dummy_value()

    return types.void(visit, signature, first, count, memory), codegen


_INT64 = ir.IntType(64)
