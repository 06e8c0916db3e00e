"""Losses in the gradient domain: a per-pixel error of the differences between neighbours in the residual.

They ask for the right edges and leave a shift of the brightness of a whole region alone, so they want a per-pixel loss
beside them. The mean goes over the values of the picture: a difference to the right and one below for each. Every row
collects its own gradient, for which vertical differences are formed twice; written in NumPy it took ten times as long.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ...model.loss import LOSSES
from ...shapes import Array
from ..compile.kernel import Kernel, worker_count


class Pictures(NamedTuple):
    """Two pictures, rows with their channels interleaved."""

    image: Any  # (H, W C)
    target: Any  # (H, W C)
    channels: Any


class Weights(NamedTuple):
    """How much a difference counts."""

    right: Any  # (H, (W - 1) C): between a pixel and its neighbour to the right
    below: Any  # (H - 1, W C): and the one below
    delta: Any  # width of the loss


class Differences:
    """The loss of differences.

    Parameters
    ----------
    error : str
        Name of the per-pixel loss.
    delta : float
        Its width.
    weight : ndarray, shape (H, W)
        Weight of every pixel; a difference counts as the smaller one of its two pixels.
    channels : int
        Of the pictures.
    dtype : dtype
        Of the pictures.
    """

    def __init__(self, error: str, delta: float, weight: Array, channels: int, dtype: np.dtype[Any]) -> None:
        share = np.repeat(weight / (channels * weight.sum(dtype=np.float64)), channels, axis=1)
        right = np.minimum(share[:, channels:], share[:, :-channels]).astype(dtype)
        below = np.minimum(share[1:], share[:-1]).astype(dtype)
        self._weights, self._channels = Weights(right, below, dtype.type(delta)), channels
        self._sums = np.zeros(len(weight))
        self._lines = np.zeros((worker_count(), 2, channels * weight.shape[1]), dtype)
        self._kernel = difference_kernel(error, dtype)

    def __call__(self, image: Array, target: Array) -> tuple[float, Array]:
        """Return the loss of a picture (H, W, C) against a target, and its gradient."""
        g_image = np.empty_like(image)
        height = len(image)
        pictures = Pictures(image.reshape(height, -1), target.reshape(height, -1), self._channels)
        g_lines = g_image.reshape(height, -1)
        self._kernel(len(self._lines), pictures, self._weights, self._lines, g_lines, self._sums)
        return float(self._sums.sum()), g_image


@cache
def difference_kernel(error_name: str, dtype: np.dtype[Any]) -> Kernel:
    """Compile the loss of the differences of all rows."""
    error, slope = LOSSES[error_name]

    def visit(
        worker,
        workers,
        pictures,
        weights,
        lines,  # (workers, 2, W C) scratch
        g_image,  # (H, W C) out
        sums,  # (H,) out: weighted sum of the errors to the right of and below a row
    ):
        image, target, channels = pictures
        right, below, delta = weights
        residual, other = lines[worker, 0], lines[worker, 1]
        for j in range(worker, len(image), workers):
            x, y, g = image[j], target[j], g_image[j]
            for i in range(len(g)):
                residual[i] = x[i] - y[i]
                g[i] = 0.0
            total = 0.0
            weight, ahead, g_ahead = right[j], residual[channels:], g[channels:]
            for i in range(len(weight)):
                total += weight[i] * error(ahead[i] - residual[i], delta)
            for i in range(len(weight)):
                g[i] -= weight[i] * slope(ahead[i] - residual[i], delta)
            for i in range(len(weight)):
                g_ahead[i] += weight[i] * slope(ahead[i] - residual[i], delta)
            for neighbor in (j - 1, j + 1):
                if neighbor < 0 or neighbor == len(image):
                    continue
                x, y, weight = image[neighbor], target[neighbor], below[min(j, neighbor)]
                for i in range(len(g)):
                    other[i] = residual[i] - (x[i] - y[i])
                    g[i] += weight[i] * slope(other[i], delta)
                if neighbor > j:
                    for i in range(len(g)):
                        total += weight[i] * error(other[i], delta)
            sums[j] = total

    return Kernel(visit, dtype, f"differences {error_name}")
