"""Compiling the plain functions of the package with Numba, in the dtype of the scene.

Three things plain ``numba.njit`` does not do for us:

* A literal such as ``0.5`` is float64 to Numba and silently promotes float32 arithmetic (1.5-3x slower). `typed` makes
  every float constant of a function, and of the plain functions it calls, a constant of the scene's dtype, so that
  mathematics can be written as mathematics.
* A kernel that holds other compiled functions in its closure never hits Numba's disk cache, because they are pickled
  into the key. `serial` and `Kernel` key their cache by a string that says what was compiled into it.
* The disk cache does not notice edits in another file. That string therefore includes `fingerprint`, a hash of all
  sources that can end up in a kernel.
* Kernels from the disk cache are linked by name, and the names of two closures of one function that were compiled in
  different processes can be the same: then a fit of ellipses would call, silently, what belongs to circles. `content`
  makes names differ where code does.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from types import CellType, CodeType, FunctionType
from typing import Any

import llvmlite.binding
import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.caching import FunctionCache
from numba.extending import intrinsic

from .builtins import BUILTINS
from .packing import Pack, members, slots
from .parts import KernelCompiler, OptimizedPartCompiler, PartCompiler

# A step runs about six kernels one after the other, with some 20 us in between. Threads that sleep there take another
# 80 us to wake up; threads that spin (the default, for far longer) stand in the way of other processes.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ["OMP_WAIT_POLICY"] = "passive"
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")  # about 100 us

OPTIONS: dict[str, Any] = {
    "fastmath": True,  # inputs are checked to be finite before a kernel runs
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
    "_nrt": False,  # no array is made in a kernel, so no references need to be counted
}

ADDRESS = re.compile(r" at 0x[0-9a-f]+")  # in the text of an object, which differs from process to process


@functools.cache
def fingerprint(*more: str) -> str:
    """Return a hash of every source file whose code can be compiled into a kernel, also of more folders."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for folder in ("engine", "model", "primitives", *more):
        for path in sorted((package / folder).rglob("*.py")):
            digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@functools.cache
def content(function: Any) -> str:
    """Return a hash of the code of a plain function and of all that it refers to, the same in every process."""
    digest = hashlib.sha256()

    def add(value: Any) -> None:
        if isinstance(value, FunctionType):
            digest.update(content(value).encode())
        elif isinstance(value, tuple):
            digest.update(b"(")
            for item in value:
                add(item)
        elif isinstance(value, CodeType):
            digest.update(value.co_code)
            add((value.co_consts, value.co_names))
        else:
            digest.update(ADDRESS.sub("", repr(value)).encode() + b"\0")

    code = function.__code__
    add((code, function.__defaults__))
    add(tuple(cell.cell_contents for cell in function.__closure__ or ()))
    add(tuple(function.__globals__.get(name) for name in code.co_names))
    return digest.hexdigest()[:16]


@functools.cache
def typed(function: Callable[..., Any], dtype: np.dtype) -> Callable[..., Any]:
    """Compile a plain function, and those it calls, with float constants of `dtype`, to be called by kernels only."""
    inline = not getattr(function, "separate", False)
    compiler = OptimizedPartCompiler if getattr(function, "vectorized", False) else PartCompiler
    options = {"no_cpython_wrapper": True, "forceinline": inline}
    return numba.njit(pipeline_class=compiler, **options, **OPTIONS)(typed_copy(function, dtype, typed, BUILTINS))


def separate(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function that is long and seldom called: it is compiled once, not copied to every place that calls it."""
    function.separate = True  # type: ignore[attr-defined]
    return function


def vectorized(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a loop over pixels that LLVM does not vectorise in the midst of others: it is optimised by itself first."""
    function.vectorized = True  # type: ignore[attr-defined]
    return function


def serial(function: Callable[..., Any], dtype: np.dtype, name: str) -> Callable[..., Any]:
    """Compile a function to be called from Python, without the GIL, and cached on disk under `name`."""
    copy = typed_copy(function, dtype, typed, BUILTINS)
    dispatcher = numba.njit(pipeline_class=KernelCompiler, nogil=True, **OPTIONS)(copy)
    dispatcher._cache = _KernelCache(dispatcher.py_func, f"{name} {dtype} {fingerprint()}")
    return dispatcher


class Kernel:
    """A function ``visit(worker, workers, *arguments)`` that many workers run at once.

    Called with the number of workers and the arguments: arrays, numbers, and tuples of both.

    A loop over ``numba.prange`` takes Numba a second or more to compile for every kernel, and a function that Python
    can call another part of one. So a kernel takes the address of its arguments, packed in memory, and is called by
    Numba's threads directly, in the way in which they call the body of such a loop.
    """

    def __init__(self, visit: Callable[..., Any], dtype: np.dtype, name: str) -> None:
        self._visit, self._dtype, self._name = separate(visit), dtype, name
        self._compiled: dict[Any, tuple[Any, Pack]] = {}
        self._last: tuple[Any, Pack] | None = None

    def __call__(self, workers: int, *arguments: Any) -> None:
        values = members(arguments)
        with _launching:
            if self._last is None or not self._last[1].take(workers, values):
                self._last = self._find(arguments)
                self._last[1].take(workers, values)
            visit_range, pack = self._last
            if workers == 1:
                visit_range(_FIRST, _STEP, _STEP, pack.address)
            else:
                _threads()(visit_range, _FIRST, pack.address, _STEP, pack.address, 0, 1, numba.get_num_threads())

    def _find(self, arguments: tuple[Any, ...]) -> tuple[Any, Pack]:
        """Return the kernel compiled for the types of the arguments, and memory for them."""
        _threads()
        signature = types.Tuple(tuple(map(numba.typeof, arguments)))
        if signature not in self._compiled:
            visit = self._visit

            def visit_range(first, workers, step, memory):
                _visit_range(visit, signature, first, workers, memory)

            copy = typed_copy(visit_range, self._dtype, typed)
            options = OPTIONS | {"no_cfunc_wrapper": False, "no_cpython_wrapper": True}
            dispatcher = numba.njit(pipeline_class=KernelCompiler, **options)(copy)
            dispatcher._cache = _KernelCache(copy, f"{self._name} {self._dtype} {signature} {fingerprint()}")
            dispatcher.compile((types.int64,) * 4)
            (compiled,) = dispatcher.overloads.values()
            address = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_cfunc_wrapper_name)
            self._compiled[signature] = _VISIT_RANGE(address), Pack(signature)
        return self._compiled[signature]


_launching = threading.Lock()  # Numba's fallback threading layer aborts when two threads start loops at once


@functools.cache
def _threads() -> Any:
    """Start Numba's threads, and return the function that lets them call another one for ranges of a number."""
    numba.get_num_threads()
    address = llvmlite.binding.address_of_symbol("numba_parallel_for")
    return ctypes.CFUNCTYPE(None, _VISIT_RANGE, *[ctypes.c_void_p] * 4, *[ctypes.c_size_t] * 3)(address)


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
_VISIT_RANGE = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4)
_FIRST, _STEP = (ctypes.c_int64 * 1)(0), (ctypes.c_int64 * 1)(1)  # of what Numba takes for addresses of arrays


class _KernelCache(FunctionCache):
    """Numba's disk cache with a key of our own instead of the pickled closure."""

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        super().__init__(function)
        self._name = name

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        return sig, codegen.magic_tuple(), self._name


def typed_copy(
    function: Any, dtype: np.dtype, compile: Callable[..., Any], builtins: dict[str, Any] | None = None
) -> FunctionType:
    """Copy a function with its float constants converted and the plain functions it refers to compiled.

    ``compile(function, dtype)`` does the latter; `builtins` replace those of Python.
    """

    def convert(value: Any) -> Any:
        if isinstance(value, float):
            return dtype.type(value)
        if type(value) is tuple:
            return tuple(convert(item) for item in value)
        return compile(value, dtype) if isinstance(value, FunctionType) else value

    code = function.__code__
    constants = tuple(convert(value) for value in code.co_consts)
    names = {**(builtins or {}), **function.__globals__}
    names.update((name, convert(names[name])) for name in code.co_names if name in names)
    cells = tuple(CellType(convert(cell.cell_contents)) for cell in function.__closure__ or ())
    defaults = convert(function.__defaults__)
    copy = FunctionType(code.replace(co_consts=constants), names, function.__name__, defaults, cells)
    copy.__qualname__ = f"{function.__qualname__}_{content(function)}"
    copy.__module__ = function.__module__
    return copy
