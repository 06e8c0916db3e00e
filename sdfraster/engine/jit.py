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

import functools
import hashlib
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path
from types import CellType, CodeType, FunctionType
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.caching import FunctionCache
from numba.extending import intrinsic

from .parts import KernelCompiler, OptimizedPartCompiler, PartCompiler

# Workers that wait asleep: beside a busy process a step of 256 circles took 1.9-2.4 ms, with spinning ones 1.4-5.8;
# alone 1.36 and 1.26.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

OPTIONS: dict[str, Any] = {
    "fastmath": True,  # inputs are checked to be finite before a kernel runs
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
    "_nrt": False,  # no array is made in a kernel, so no references need to be counted
}

ADDRESS = re.compile(r" at 0x[0-9a-f]+")  # in the text of an object, which differs from process to process


@functools.cache
def fingerprint() -> str:
    """Return a hash of every source file whose code can be compiled into a kernel."""
    package = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for folder in ("engine", "model", "primitives"):
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
    return numba.njit(pipeline_class=compiler, **options, **OPTIONS)(typed_copy(function, dtype, typed))


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
    copy = typed_copy(function, dtype, typed)
    dispatcher = numba.njit(pipeline_class=KernelCompiler, nogil=True, **OPTIONS)(copy)
    dispatcher._cache = _KernelCache(dispatcher.py_func, f"{name} {dtype} {fingerprint()}")
    return dispatcher


class Kernel:
    """A function ``visit(worker, workers, *arguments)`` that many workers run at once.

    Called with the number of workers and the arguments, which must have the same types in every call.
    """

    def __init__(self, visit: Callable[..., Any], dtype: np.dtype, name: str) -> None:
        self._dispatcher: Any = serial(visit, dtype, name)
        self._address = 0

    def __call__(self, workers: int, *arguments: Any) -> None:
        if workers == 1:
            self._dispatcher(0, 1, *arguments)
            return
        if not self._address:
            numba.get_num_threads()  # starts them: a loop that comes from the disk cache does not
            signature = (types.int64, types.int64, *map(numba.typeof, arguments))
            self._dispatcher.compile(signature)
            compiled = self._dispatcher.overloads[signature]
            self._address = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name)
        with _launching:
            _start(self._address, workers, arguments)


_launching = threading.Lock()  # Numba's fallback threading layer aborts when two threads start loops at once


# A parallel loop costs Numba a second or more to compile for every list of argument types, and four rounds of
# optimisation of everything that is called by name inside it. So there is one loop for all kernels, which knows
# nothing but addresses: of the arguments, packed in memory, and of a function that unpacks them and calls the kernel.


@intrinsic
def _jump(typingctx: Any, function: Any, worker: Any, workers: Any, packed: Any) -> Any:
    """Call the C function ``void f(int64, int64, int64)`` at an address."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        pointer = builder.inttoptr(args[0], _C_FUNCTION.as_pointer())
        builder.call(pointer, args[1:])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64, types.int64), codegen


@numba.njit(parallel=True, nogil=True, cache=True)
def _loop(function, workers, packed):
    for worker in numba.prange(workers):
        _jump(function, np.int64(worker), workers, packed)


@intrinsic
def _pack_and_loop(typingctx: Any, kernel: Any, workers: Any, arguments: Any) -> Any:
    """Pack the address of a kernel and its arguments, and run `_loop` with a function that unpacks them again."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        address, count, values = args
        packed = cgutils.pack_struct(builder, [address, values])
        memory = cgutils.alloca_once_value(builder, packed)

        function = ir.Function(builder.module, _C_FUNCTION, builder.module.get_unique_name("unpack_and_call"))
        function.linkage = "internal"
        inner = ir.IRBuilder(function.append_basic_block())
        address, values = cgutils.unpack_tuple(inner, inner.load(inner.inttoptr(function.args[2], memory.type)), 2)
        members = (types.int64, types.int64, *signature.args[2])
        unpacked = [*function.args[:2], *cgutils.unpack_tuple(inner, values, len(signature.args[2]))]
        pointer = inner.inttoptr(address, context.call_conv.get_function_type(types.none, members).as_pointer())
        context.call_conv.call_function(inner, pointer, types.none, members, unpacked)
        inner.ret_void()

        def loop(function, workers, packed):
            _loop(function, workers, packed)

        numbers = [builder.ptrtoint(function, _INT64), count, builder.ptrtoint(memory, _INT64)]
        context.compile_internal(builder, loop, types.void(types.int64, types.int64, types.int64), numbers)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, arguments), codegen


@numba.njit(nogil=True, cache=True, no_cfunc_wrapper=True)
def _start(kernel, workers, arguments):
    _pack_and_loop(kernel, workers, arguments)


_INT64 = ir.IntType(64)
_C_FUNCTION = ir.FunctionType(ir.VoidType(), [_INT64] * 3)


class _KernelCache(FunctionCache):
    """Numba's disk cache with a key of our own instead of the pickled closure."""

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        super().__init__(function)
        self._name = name

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        return sig, codegen.magic_tuple(), self._name


def typed_copy(function: Any, dtype: np.dtype, compile: Callable[..., Any]) -> FunctionType:
    """Copy a function with its float constants converted and the plain functions it refers to compiled.

    ``compile(function, dtype)`` does the latter.
    """

    def convert(value: Any) -> Any:
        if isinstance(value, float):
            return dtype.type(value)
        if type(value) is tuple:
            return tuple(convert(item) for item in value)
        return compile(value, dtype) if isinstance(value, FunctionType) else value

    code = function.__code__
    constants = tuple(convert(value) for value in code.co_consts)
    names = dict(function.__globals__)
    names.update((name, convert(names[name])) for name in code.co_names if name in names)
    cells = tuple(CellType(convert(cell.cell_contents)) for cell in function.__closure__ or ())
    defaults = convert(function.__defaults__)
    copy = FunctionType(code.replace(co_consts=constants), names, function.__name__, defaults, cells)
    copy.__qualname__ = f"{function.__qualname__}_{content(function)}"
    copy.__module__ = function.__module__
    return copy
