"""Word of kernels that are compiled, alike for each way to compile them."""

from __future__ import annotations

from collections.abc import Callable

from sdfraster import compiling


def check_told_once(one: Callable[[], None], other: Callable[[], None]) -> None:
    """Check that it is told once that two kernels are compiled, and not at all when they are on disk."""
    said: list[int] = []
    with compiling.telling(lambda: said.append(1)):
        one()
        other()
    assert said == [1]
    with compiling.telling(lambda: said.append(2)):
        one()
    assert said == [1]
