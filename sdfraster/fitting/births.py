"""Where new shapes appear: where the picture is wrong, and not two of them for the same mistake.

What a shape can repair is what the residual has in common over the area of the shape, so the residual is blurred with
its signs before it is squared: noise, which no shape of that size can follow, attracts none. Of the places in one cell
of a grid at most one is drawn, so that a generation covers the picture.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from ..scene import Array

BLUR = 0.6  # of the size of the shapes
POWER = 2.0  # of the blurred residual
UNIFORM = 0.1  # share of the places drawn without looking at the residual


def places(residual: Array, weight: Array, count: int, size: float, rng: Generator) -> NDArray[np.float64]:
    """Draw places (count, 2) for shapes of radius `size` from a residual (H, W, C) and weights of pixels (H, W, 1).

    Every pixel gets a random time of arrival, earlier in the mean where the density is high (exponential race). The
    first one to arrive wins its cell, and the first cells are taken.
    """
    height, width, _ = residual.shape
    blurred = gaussian_filter(residual, (BLUR * size, BLUR * size, 0.0), mode="nearest")
    density = (weight[..., 0] * (blurred.astype(np.float64) ** 2).sum(axis=2)) ** (0.5 * POWER)
    mean = float(density.mean())
    density = (1.0 - UNIFORM) * density / mean + UNIFORM if mean > 0.0 else np.ones_like(density)
    order = np.argsort((rng.exponential(size=density.shape) / density).ravel(), kind="stable")
    y, x = np.divmod(order, width)
    cell = min(size, sqrt(width * height / (2.0 * count)))
    shift = rng.uniform(0.0, cell, 2)
    cells = ((y + shift[1]) // cell) * (width + cell) + (x + shift[0]) // cell
    _, winners = np.unique(cells, return_index=True)
    taken = np.resize(np.sort(winners), count)  # again from the start in a picture of fewer cells
    return np.stack([x[taken], y[taken]], axis=1) + rng.uniform(0.0, 1.0, (count, 2))
