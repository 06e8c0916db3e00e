"""Learning rates without promotion: NumPy would turn a float32 step into float64 for a rate of another dtype."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def in_dtype(rate: ArrayLike, dtype: np.dtype[Any], factor: float = 1.0) -> float | NDArray[np.floating[Any]]:
    """Return ``rate * factor`` as a Python float, or as an array of `dtype` if there is a rate for each variable."""
    if np.ndim(rate) == 0:
        return float(rate) * factor  # type: ignore[arg-type]
    array = np.asarray(rate, dtype=dtype)
    return array if factor == 1.0 else array * factor
