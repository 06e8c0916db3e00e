"""Bounds for SciPy that are also a pair of arrays; to be imported where they are needed, because SciPy is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray
from scipy.optimize import Bounds


class UnpackedBounds(Bounds):  # type: ignore[misc]
    """SciPy's `Bounds`, from which ``lower, upper = bounds`` can be unpacked."""

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return iter((self.lb, self.ub))
