"""Python's `int`, `min` and `max` for kernels.

Numba's own are programs in Python that it compiles anew for all types: 5 % of the time that a kernel takes to compile.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.extending import intrinsic


@intrinsic
def _truncate(typingctx: Any, number: Any) -> Any:
    """Return a number without its fraction."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return context.cast(builder, args[0], signature.args[0], types.int64)

    return types.int64(number), codegen


def _chooser(comparison: str) -> Any:
    """Return a function of two numbers: the second if it compares so with the first, else the first."""

    @intrinsic
    def choose(typingctx: Any, a: Any, b: Any) -> Any:
        kind = typingctx.unify_types(a, b)

        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            first, second = (context.cast(builder, *pair, kind) for pair in zip(args, signature.args, strict=True))
            of_integers = builder.icmp_signed if getattr(kind, "signed", False) else builder.icmp_unsigned
            compare = builder.fcmp_ordered if isinstance(kind, types.Float) else of_integers
            return builder.select(compare(comparison, second, first), second, first)

        return kind(a, b), codegen

    return choose


BUILTINS = {"int": _truncate, "min": _chooser("<"), "max": _chooser(">")}
