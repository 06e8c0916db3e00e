"""Marks on plain functions, which say how they are compiled where a tier can choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def noinline(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function that is long and seldom called: it is compiled once, not copied to every place that calls it."""
    function.noinline = True  # type: ignore[attr-defined]
    return function


def vectorized(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a loop over pixels that LLVM does not vectorise in the midst of others: it is optimised by itself first."""
    function.vectorized = True  # type: ignore[attr-defined]
    return function
