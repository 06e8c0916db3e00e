"""The last word of the pixels: all numbers of a shape against the exact shares of the pixels along its border.

Points of a border say little of corners and of parts that are thinner than a few pixels. Here nodes, handles and
corners move together until the shape covers of each pixel what the picture shows (Gauss-Newton, damped). What must hold
holds: lines stay straight and level, joints smooth, because only the free numbers of the curves move.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation
from scipy.sparse import csr_matrix

from ..engine.compile.kernel import serial
from .borders import Loop
from .curves import Curve, Derived, derived
from .kernels import area, cracks
from .kernels.arrays import Cover, Shares, Sides
from .palette import Pixels
from .regions import Regions

ROUNDS = 5
DAMPING = 1e-3
STIFF = 1e-3  # weight of staying, for numbers that no pixel tells
ENOUGH = 1e-3  # of the error, gained in a round
BAND = 2  # pixels on either side of a crack that may be mixed
MARGIN = 3  # pixels around a shape
LARGEST = 1.0  # pixels that a number may move in a round
MOST = 6e6  # numbers of the Jacobian


class Target(NamedTuple):
    """How much of every pixel of a window a shape covers."""

    left: int
    top: int
    share: NDArray[np.float64]  # (H, W)
    counts: NDArray[np.bool_]  # (H, W): pixels that tell


@cache
def _areas() -> Any:
    return serial(area.areas, np.dtype(np.float64), "areas")


@cache
def _shares() -> Any:
    return serial(cracks.shares, np.dtype(np.float64), "shares")


def find_target(region: int, pixels: Pixels, regions: Regions, loops: list[Loop], hidden: NDArray[np.bool_]) -> Target:
    """Return the shares of a region, whose `loops` are given, in the pixels around it.

    Pixels of regions that are `hidden`, because they are painted later, do not tell, nor do those beside them.
    """
    corner = np.concatenate([loop.corner for loop in loops])
    (left, top), (right, bottom) = np.maximum(corner.min(axis=0) - MARGIN, 0), corner.max(axis=0) + MARGIN
    window = np.s_[top:bottom, left:right]
    labels = regions.labels[window]
    share = (labels == region).astype(np.float64)
    counts = ~binary_dilation(hidden[labels], np.ones((3, 3), bool))
    across = np.concatenate([loop.across for loop in loops])
    ahead = np.concatenate([np.roll(loop.corner, -1, axis=0) for loop in loops])
    tells = np.flatnonzero((across >= 0) & ~hidden[across])
    sides = Sides(across[tells], corner[tells] - [left, top], (ahead - corner)[tells])
    found = Shares(left, top, share, np.full(share.shape, np.inf))
    _shares()(pixels[window], labels, regions.models, region, sides, BAND, found)
    return Target(int(left), int(top), share, counts)


def refined(curves: list[Curve], target: Target) -> tuple[list[Curve], float]:
    """Return the curves of a shape after they have moved to what the pixels say, and the sum of squared errors."""
    z = np.concatenate([curve.z for curve in curves])
    starts = np.cumsum([0, *(len(curve.z) for curve in curves)])
    line = np.concatenate([curve.line for curve in curves])
    parts = [slice(a, b) for a, b in pairwise(starts)]
    error, off, rows = _errors(curves, parts, z, line, target)
    if rows is None:
        return curves, error
    damping = DAMPING
    for _ in range(ROUNDS):
        normal, right = (rows.T @ rows).toarray(), rows.T @ off
        scale = np.diag(normal)
        for _ in range(4):
            step = np.linalg.solve(normal + np.diag(damping * scale + STIFF), right)
            step *= min(1.0, LARGEST / max(float(np.abs(step).max()), 1e-9))
            moved, off_moved, rows_moved = _errors(curves, parts, z - step, line, target)
            if moved < error:
                break
            damping *= 10.0
        else:
            break
        gain = error - moved
        z, error, off, rows, damping = z - step, moved, off_moved, rows_moved, 0.3 * damping
        if gain < ENOUGH * error:
            break
    return [curve._replace(z=z[part]) for curve, part in zip(curves, parts, strict=True)], error


def _errors(
    curves: list[Curve], parts: list[slice], z: NDArray[np.float64], line: NDArray[np.bool_], target: Target
) -> tuple[float, NDArray[np.float64], Any]:
    """Return the sum of squared errors of all pixels, those of pixels on the border, and their derivative by z."""
    made = [derived(curve, z[part]) for curve, part in zip(curves, parts, strict=True)]
    control, values, used = (np.concatenate([getattr(d, name) for d in made]) for name in ("control", "values", "used"))
    columns = np.concatenate([d.columns + part.start for d, part in zip(made, parts, strict=True)])
    length = float(np.linalg.norm(np.diff(control, axis=1), axis=2).sum())
    height, width = target.share.shape
    most = min(height * width, int(2.0 * length) + 4 * len(control))  # pixels that a curve of that length can touch
    if most * len(z) > MOST:
        return 0.0, np.empty(0), None
    sums, jacobian, place = np.zeros((height, width + 2)), np.zeros((most, len(z))), np.full((height, width), -1)
    cover = Cover(target.left, target.top, place, sums, jacobian)
    touched = _areas()(Derived(control, columns, values, used), line, cover, np.empty(4), np.empty(4))
    error = np.where(target.counts, -np.cumsum(sums, axis=1)[:, :width] - target.share, 0.0)
    there = place >= 0
    off = np.zeros(touched)
    off[place[there]] = error[there]
    jacobian[place[there & ~target.counts]] = 0.0
    return float((error * error).sum()), off, csr_matrix(-jacobian[:touched])
