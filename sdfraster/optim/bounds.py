"""Bounds for SciPy that are also a pair of arrays."""

from __future__ import annotations

from collections.abc import Iterator

from scipy.optimize import Bounds

from .adam import Array


class UnpackedBounds(Bounds):  # type: ignore[misc]
    """SciPy's `Bounds`, from which ``lower, upper = bounds`` can be unpacked."""

    def __iter__(self) -> Iterator[Array]:
        return iter((self.lb, self.ub))
