"""Arithmetic on fixed-length tuples, written out term by term.

Kernels hold the parameters of a shape, and the sums of their gradient, in tuples: LLVM keeps those in registers and
vectorises the pixel loop, which it does not when the loop adds into an array (2-6 times slower). Numba cannot build a
tuple in a loop, so the functions are generated for each length.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import FunctionType
from typing import Any, NamedTuple


class TupleFunctions(NamedTuple):
    """Plain functions for tuples of one length n."""

    load: Callable[..., Any]
    """``load(array, k) -> array[k, :n]``"""
    zeros: Callable[..., Any]
    """``zeros(like) -> (0, ...)`` of the type of the scalar `like`"""
    add: Callable[..., Any]
    """``add(a, b) -> a + b``"""
    axpy: Callable[..., Any]
    """``axpy(w, a, b) -> w a + b``"""
    dot: Callable[..., Any]
    """``dot(a, b) -> sum of a b``"""
    store: Callable[..., Any]
    """``store(a, array, k, first)`` sets ``array[k, first:first + n]``"""
    add_to_planes: Callable[..., Any]
    """``add_to_planes(a, array, c, i)`` adds to ``array[:n, c, i]``"""


@cache
def tuple_functions(n: int) -> TupleFunctions:
    """Generate the functions for tuples of length n."""
    bodies = {
        "load(a, k)": _tuple("a[k, {i}]", n),
        "zeros(like)": _tuple("like - like", n),
        "add(a, b)": _tuple("a[{i}] + b[{i}]", n),
        "axpy(w, a, b)": _tuple("w * a[{i}] + b[{i}]", n),
        "dot(a, b)": " + ".join(f"a[{i}] * b[{i}]" for i in range(n)),
    }
    functions = {head[: head.index("(")]: _define(f"def {head}:\n return {body}") for head, body in bodies.items()}
    lines = "".join(f" array[k, first + {i}] = a[{i}]\n" for i in range(n))
    planes = "".join(f" array[{i}, c, i] += a[{i}]\n" for i in range(n))
    return TupleFunctions(
        **functions,
        store=_define(f"def store(a, array, k, first):\n{lines}"),
        add_to_planes=_define(f"def add_to_planes(a, array, c, i):\n{planes}"),
    )


def _tuple(term: str, n: int) -> str:
    return "(" + "".join(term.format(i=i) + ", " for i in range(n)) + ")"


def _define(source: str) -> FunctionType:
    scope: dict[str, Any] = {}
    exec(source, scope)
    return next(value for value in scope.values() if isinstance(value, FunctionType))
