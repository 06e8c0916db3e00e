"""Copies of plain functions, with float constants of one dtype and other functions in place of those they call.

A literal such as ``0.5`` is float64 to Numba and silently promotes float32 arithmetic (1.5-3x slower). In a copy every
float constant is of the scene's dtype, so that mathematics can be written as mathematics.

Kernels from the disk cache are linked by name, and the names of two closures of one function that were compiled in
different processes can be the same: then a fit of ellipses would call, silently, what belongs to circles. So the name
of a copy holds a hash of its code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from types import CellType, CodeType, FunctionType
from typing import Any

import numpy as np

ADDRESS = re.compile(r" at 0x[0-9a-f]+")  # in the text of an object, which differs from process to process


@cache
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


def specialise(
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
