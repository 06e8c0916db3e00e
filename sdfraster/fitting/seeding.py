"""Where new shapes appear: where the picture is wrong, and not two of them for the same mistake.

A shape can repair what the residual has in common over its area. So the residual is blurred with its signs before it is
squared: noise, which no shape of that size can follow, attracts none. Of the places in one cell of a grid at most one
is drawn, so that a generation covers the picture.

New strokes are laid along the lines of the residual, and are longer and thinner the clearer these are. What the choices
are worth is in `docs/decisions/fit-growth.md`.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from ..anatomy import longest_axis, points_of, position_columns
from ..layer import Layer
from ..shapes import Array
from .strategy import Seeding

Points = NDArray[np.float64]


def places(residual: Array, weight: Array, count: int, size: float, rng: Generator, seeding: Seeding) -> Points:
    """Draw places (count, 2) for shapes of radius `size` from a residual (H, W, C) and weights of pixels (H, W, 1).

    Every pixel gets a random time of arrival, earlier in the mean where the density is high (exponential race). The
    first one to arrive wins its cell, and the first cells are taken.
    """
    height, width, _ = residual.shape
    blurred = gaussian_filter(residual, (seeding.blur * size, seeding.blur * size, 0.0), mode="nearest")
    density = (weight[..., 0] * (blurred.astype(np.float64) ** 2).sum(axis=2)) ** (0.5 * seeding.power)
    mean = float(density.mean())
    uniform = seeding.uniform
    density = (1.0 - uniform) * density / mean + uniform if mean > 0.0 else np.ones_like(density)
    arrival = rng.exponential(size=density.shape) / density
    cell = min(size, sqrt(width * height / (2.0 * count)))
    shift = rng.uniform(0.0, cell, 2)
    _, left, column = np.unique((np.arange(width) + shift[0]) // cell, return_index=True, return_inverse=True)
    _, top, row = np.unique((np.arange(height) + shift[1]) // cell, return_index=True, return_inverse=True)
    first = np.minimum.reduceat(np.minimum.reduceat(arrival, top, axis=0), left, axis=1)
    last = np.sort(first, axis=None)[min(count, first.size) - 1]
    y, x = np.nonzero((arrival <= last) & (arrival == first[row][:, column]))
    taken = np.resize(np.argsort(arrival[y, x], kind="stable"), count)  # again from the start if there are fewer cells
    return np.stack([x[taken], y[taken]], axis=1) + rng.uniform(0.0, 1.0, (count, 2))


def lines(residual: Array, points: Points, size: float, blur: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the angles (N,) of the lines of a residual (H, W, C) at points (N, 2), and their coherence (N,), 0 to 1.

    A line has the direction in which the structure tensor over the size of a shape is smallest. The coherence is the
    difference by the sum of the eigenvalues (Bigun and Granlund 1987).
    """
    height, width, _ = residual.shape
    sigma = blur * size, blur * size, 0.0
    gx, gy = (gaussian_filter(residual, sigma, order=order, mode="nearest") for order in ((0, 1, 0), (1, 0, 0)))
    x, y = (np.clip(points[:, k].astype(int), 0, limit - 1) for k, limit in ((0, width), (1, height)))
    products = [(a * b).sum(axis=2) for a, b in ((gx, gx), (gx, gy), (gy, gy))]
    xx, xy, yy = (gaussian_filter(product, size, mode="nearest")[y, x].astype(np.float64) for product in products)
    coherence = np.hypot(xx - yy, 2.0 * xy) / np.maximum(xx + yy, 1e-12)
    return 0.5 * np.arctan2(-2.0 * xy, yy - xx), coherence


def lay_along(
    layer: Layer, points: Points, angle: NDArray[np.float64], clear: NDArray[np.float64], seeding: Seeding
) -> Layer:
    """Return shapes, sampled around points (N, 2), laid along lines of given angles (N,) and coherences (N,)."""
    params, position = layer.params.astype(np.float64), position_columns(layer)
    own = points_of(layer).astype(np.float64)
    middle = points[:, :1] + 1j * points[:, 1:]
    lying = (own[..., 0] + 1j * own[..., 1] - middle) * np.exp(-1j * longest_axis(own))[:, None]
    factor = (1.0 + seeding.stretch * clear)[:, None]
    stretched = (lying.real * factor + 1j * lying.imag / factor) * np.exp(1j * angle)[:, None] + middle
    laid = params.copy()
    laid[:, position] = np.stack([stretched.real, stretched.imag], axis=2).reshape(len(layer), -1)
    laid[:, -1:] /= factor  # the width
    is_line = (clear > seeding.line)[:, None]
    return replace(layer, params=np.where(is_line, laid, params).astype(layer.params.dtype))
