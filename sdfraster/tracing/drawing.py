"""What a trace draws: shapes in paint order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .curves import Curve
from .gradients import Paint


class Shape(NamedTuple):
    """A shape: contours of a path, or the parameters of a primitive."""

    kind: str  # "path", or that of a primitive
    params: NDArray[np.float64] | None
    curves: list[Curve]
    paint: Paint


class Drawing(NamedTuple):
    """Shapes in paint order."""

    width: int
    height: int
    shapes: list[Shape]
    background: NDArray[np.float64] | None  # RGB
