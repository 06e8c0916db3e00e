"""Per-pixel losses of a residual r = rendered - target, each with its derivative.

The loss of an image is the (weighted) mean over all its values. `delta` is the error at which those that begin as a
square and go on as a straight line change from one to the other; the rest ignore it.
"""

from __future__ import annotations

from math import sqrt


def mse(r, delta):
    """Return the squared error."""
    return r * r


def mse_slope(r, delta):
    return 2.0 * r


def square_growth(r, change):
    """Return by how much the squared error grows when the residual changes."""
    return change * (2.0 * r + change)


def mae(r, delta):
    """Return the absolute error."""
    return abs(r)


def mae_slope(r, delta):
    return 1.0 if r > 0.0 else (-1.0 if r < 0.0 else 0.0)


def huber(r, delta):
    """Return Huber's error: quadratic below `delta`, linear above (Huber 1964)."""
    a = min(abs(r), delta)
    return a * (abs(r) - 0.5 * a)


def huber_slope(r, delta):
    return min(max(r, -delta), delta)


def charbonnier(r, delta):
    """Return Charbonnier's error sqrt(r^2 + delta^2) - delta (Charbonnier et al. 1994), free of cancellation."""
    return r * r / (sqrt(r * r + delta * delta) + delta)


def charbonnier_slope(r, delta):
    return r / sqrt(r * r + delta * delta)


LOSSES = {
    "mse": (mse, mse_slope),
    "mae": (mae, mae_slope),
    "huber": (huber, huber_slope),
    "charbonnier": (charbonnier, charbonnier_slope),
}

# of whole pictures, see `engine.losses.picture`
PICTURE_LOSS_NAMES = ("ssim", "ms_ssim", "gradient", "gradient_charbonnier")
