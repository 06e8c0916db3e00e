"""Per-pixel losses over the tiles of a picture: inside the fused step, and of a picture that is already there.

Every pixel has a weight, which is zero in what sticks out of the image. It holds the division by the number of values
too, so that one product per pixel does all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from ...model.loss import LOSSES
from ..compile.kernel import Kernel
from ..tiles import PIXELS


def compare_function(loss: str) -> Callable[..., Any]:
    """Return the plain function that compares one tile with its target."""
    error, error_slope = LOSSES[loss]

    def compare(canvas, target, weight, delta, g_canvas):
        """Return the weighted sum of the errors in a tile (C, PIXELS) and set their gradient."""
        total = 0.0
        for channel in range(len(canvas)):
            c, t, g = canvas[channel], target[channel], g_canvas[channel]
            for i in range(PIXELS):
                r = c[i] - t[i]
                total += weight[i] * error(r, delta)
                g[i] = weight[i] * error_slope(r, delta)
        return total

    return compare


@cache
def compare_kernel(loss: str, dtype: np.dtype[Any]) -> Kernel:
    """Compile the comparison of all tiles."""
    compare = compare_function(loss)

    def visit(
        worker,
        workers,
        canvas,  # (T, C, PIXELS)
        comparison,
        g_canvas,  # (T, C, PIXELS) out
    ):
        target, weights, sort = comparison.target, comparison.weights, comparison.sort
        for t in range(worker, len(canvas), workers):
            weight = weights[sort[t]]
            comparison.loss[t] = compare(canvas[t], target[t], weight, comparison.delta, g_canvas[t])

    return Kernel(visit, dtype, f"compare {loss}")
