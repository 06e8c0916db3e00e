"""Outlines of what covers pixels in part, so that they enclose as much as it covers.

A level of one half, as `trace` takes, loses what is thinner than a pixel. So the cover is smoothed on a finer grid.
With a filter of deviation s a straight line of width w has a ridge of height 2 F(w / 2s) - 1, F being the normal
distribution, and its edge is at the level F(w / s) - 1/2. So the height of the ridge tells the level. All levels are
then multiplied by the one factor that makes the area right.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, maximum_filter, zoom
from scipy.special import ndtr, ndtri

from .trace import BEYOND, LEAST_HOLE, area, enclosed, loops

Field = NDArray[np.float64]

FINE = 4  # samples for each pixel
SMOOTH = 0.5  # pixels, deviation of the filter
NEAR = 1.25  # pixels to the ridge
LOWEST_RIDGE, HIGHEST_RIDGE = 0.02, 0.999  # heights of ridges that tell a width
INK_FACTOR = 1.02  # a hair wider, for renderers that sample pixels: see docs/decisions/fit-contours.md
LOWEST_LEVEL, BISECTIONS = 0.05, 20  # of the search for the level
AREA_ROUNDS = 2  # the first with the area of samples, the second with that of the curves
LEAST_SLOPE = 1e-3  # of a field, by sample
SECURE = 3  # empty pixels around what is covered


def outlines(cover: Field, ink: float) -> list[Field]:
    """Return closed curves (N, 2) around what covers pixels (H, W) by shares, x and y in pixels, the largest first.

    They enclose `ink` square pixels, the sum of the cover or what is wanted instead.
    """
    _, found = _even(np.pad(cover, SECURE), ink)
    return [(curve + 0.5) / FINE - SECURE for curve in enclosed(found, 0.0)]


def carved(field: Field, gaps: Field) -> list[Field]:
    """Return closed curves as `outlines` does, on which a field passes one half, without what gaps cover.

    The field continues beyond the picture as in `trace.outline`.
    """
    whole, cut = (np.pad(np.pad(part, BEYOND, mode="edge"), SECURE - BEYOND) for part in (field, gaps))
    height, _ = _even(cut, float(cut.sum()))
    fine = zoom(whole, FINE, order=1, mode="nearest", grid_mode=True)
    return [
        (curve + 0.5) / FINE - SECURE for curve in enclosed(loops(np.minimum(fine, 1.0 - height)), LEAST_HOLE * FINE**2)
    ]


def _even(cover: Field, ink: float) -> tuple[Field, list[Field]]:
    """Return a field on the fine grid that passes one half around the area that is covered, and where it does."""
    height = _relative(cover)
    near = height > LOWEST_LEVEL
    slope: Field = np.maximum(np.hypot(*np.gradient(height)), LEAST_SLOPE)
    wanted = INK_FACTOR * ink
    found, off = [], 0.0
    for _ in range(AREA_ROUNDS):
        level = _level(height[near], slope[near], (wanted + off) * FINE**2)
        even = np.maximum(0.5 / level * height, 0.0)
        found = loops(even)
        off += wanted - abs(sum(map(area, found))) / FINE**2
    return even, found


def _relative(cover: Field) -> Field:
    """Return the smooth cover on the fine grid, divided by its level at the edge of a straight line."""
    smooth = gaussian_filter(zoom(cover, FINE, order=3, mode="grid-constant", grid_mode=True), SMOOTH * FINE)
    ridge = np.clip(maximum_filter(smooth, 2 * round(NEAR * FINE) + 1), LOWEST_RIDGE, HIGHEST_RIDGE)
    height: Field = smooth / (ndtr(2.0 * ndtri(0.5 * (1.0 + ridge))) - 0.5)
    height[[0, -1]] = height[:, [0, -1]] = 0.0
    return height


def _level(height: Field, slope: Field, wanted: float) -> float:
    """Return the level above which samples (N,) of a field, with its slope there, have an area, in samples."""
    low, high = LOWEST_LEVEL, float(height.max())
    for _ in range(BISECTIONS):
        level = 0.5 * (low + high)
        if np.clip(0.5 + (height - level) / slope, 0.0, 1.0).sum() > wanted:
            low = level
        else:
            high = level
    return level
