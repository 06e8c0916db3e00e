"""Lines of one colour, which may move at once, and those of them that are near each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from ..drawing import Shape, controls
from ..gradients import Paint
from ..refine import Target
from .strokes import is_line, width_of

APART = 4.0  # pixels from the edge of a line: others whose boxes are farther away have nothing to do with it


def runs_of(shapes: list[Shape]) -> list[list[Shape]]:
    """Return lines of one colour that nothing lies between, and any other shape alone."""
    runs: list[list[Shape]] = []
    for shape in shapes:
        last = runs[-1][-1] if runs else None
        if last is not None and is_line(shape) and is_line(last) and _is_one(shape.paint, last.paint):
            runs[-1].append(shape)
        else:
            runs.append([shape])
    return runs


def apart(lines: list[Shape]) -> list[list[Shape]]:
    """Return lines in parts of which none comes near the others."""
    if len(lines) == 1:
        return [lines]
    low, high = (np.array(corners) for corners in zip(*map(_box, lines), strict=True))
    meet = ((low[:, None] <= high) & (high[:, None] >= low)).all(axis=2)
    count, which = connected_components(meet, directed=False)
    return [[lines[k] for k in np.flatnonzero(which == part)] for part in range(count)]


def _box(line: Shape) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest x and y (2,) that a line comes near to."""
    points = np.concatenate(controls(line)).reshape(-1, 2)
    far = 0.5 * width_of(line) + APART
    return points.min(axis=0) - far, points.max(axis=0) + far


def target_around(lines: list[Shape], target: Target) -> Target:
    """Return what of a target some lines come near to."""
    low, high = (np.array(corners) for corners in zip(*map(_box, lines), strict=True))
    height, width = target.share.shape
    left, top = np.clip(np.floor(low.min(axis=0)).astype(int) - [target.left, target.top], 0, [width - 1, height - 1])
    right, bottom = np.clip(np.ceil(high.max(axis=0)).astype(int) - [target.left, target.top], 1, [width, height])
    window = np.s_[top:bottom, left:right]
    return Target(target.left + int(left), target.top + int(top), target.share[window], target.counts[window])


def _is_one(a: Paint, b: Paint) -> bool:
    """Return whether two paints are one opaque colour."""
    return a.kind == b.kind == "flat" and np.array_equal(a.colors, b.colors) and bool(a.colors[0, 3] == 1.0)
