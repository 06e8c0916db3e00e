"""The ellipse of a radial gradient as SVG writes it: a circle, with a matrix if it is none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .paint import Server

SMALLEST, LARGEST = 0.05, 1e5  # pixels: half axes that are written
ROUND = 1e-5  # share of its axes by which a circle may differ from one


def distance(corners: NDArray[np.float64]) -> float:
    """Return the distance of 0 from a parallelogram (4, 2); none if it lies inside."""
    edges = np.roll(corners, -1, axis=0) - corners
    turns = corners[:, 0] * edges[:, 1] - corners[:, 1] * edges[:, 0]
    if (turns >= 0.0).all() or (turns <= 0.0).all():
        return 0.0
    length = np.maximum((edges**2).sum(axis=1), np.finfo(float).tiny)
    t = np.clip(-(corners * edges).sum(axis=1) / length, 0.0, 1.0)
    return float(np.hypot(*(corners + t[:, None] * edges).T).min())


def circle_of(to_circle: NDArray[np.float64], focus: tuple[float, float], frame: tuple[float, float, float]) -> Server:
    """Return the radial gradient in whose own space the circle has the radius 1, and its centre at 0.

    Parameters
    ----------
    to_circle : ndarray, shape (2, 3)
        Leads from (u, v, 1) there. Half axes that are too short or too long to be written are made so long.
    focus : pair of float
        Of the gradient, there.
    frame : tuple
        Origin and unit of the frame of the shape.
    """
    cx, cy, unit = frame
    left, axes, right = np.linalg.svd(to_circle[:, :2] / unit)
    axes = np.clip(axes, 1.0 / LARGEST, 1.0 / SMALLEST)
    to_pixels = right.T @ np.diag(1.0 / axes) @ left.T
    center = (cx, cy) - to_pixels @ to_circle[:, 2]
    if axes[0] - axes[1] > ROUND * axes[0]:
        (a, c), (b, d) = to_pixels.tolist()
        return Server("radialGradient", _numbers((0.0, 0.0), 1.0, focus), (a, b, c, d, *center.tolist()))
    return Server("radialGradient", _numbers(center.tolist(), float(1.0 / axes.mean()), center + to_pixels @ focus))


def _numbers(center, radius, focus):
    """Return the attributes of a circle; a focus that is its centre need not be written."""
    numbers = {"cx": center[0], "cy": center[1], "r": radius}
    return numbers if tuple(focus) == tuple(center) else {**numbers, "fx": float(focus[0]), "fy": float(focus[1])}
