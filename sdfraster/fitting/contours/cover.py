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

from ..strategy import Cover, FlatRegions
from .trace import area, enclosed, loops

Field = NDArray[np.float64]


def outlines(cover: Field, ink: float, strategy: Cover) -> list[Field]:
    """Return closed curves (N, 2) around what covers pixels (H, W) by shares, x and y in pixels, the largest first.

    They enclose `ink` square pixels, the sum of the cover or what is wanted instead.
    """
    _, found = _even(np.pad(cover, strategy.secure), ink, strategy)
    return _in_pixels(enclosed(found, 0.0), strategy)


def carved(field: Field, gaps: Field, strategy: Cover, regions: FlatRegions) -> list[Field]:
    """Return closed curves as `outlines` does, on which a field passes one half, without what gaps cover.

    The field continues beyond the picture as in `trace.outline`.
    """
    beyond = regions.beyond
    whole, cut = (np.pad(np.pad(part, beyond, mode="edge"), strategy.secure - beyond) for part in (field, gaps))
    height, _ = _even(cut, float(cut.sum()), strategy)
    fine = zoom(whole, strategy.fine, order=1, mode="nearest", grid_mode=True)
    found = loops(np.minimum(fine, 1.0 - height))
    return _in_pixels(enclosed(found, regions.hole * strategy.fine**2), strategy)


def _in_pixels(curves: list[Field], strategy: Cover) -> list[Field]:
    """Return curves on the fine grid in pixels."""
    return [(curve + 0.5) / strategy.fine - strategy.secure for curve in curves]


def _even(cover: Field, ink: float, strategy: Cover) -> tuple[Field, list[Field]]:
    """Return a field on the fine grid that passes one half around the area that is covered, and where it does."""
    height = _relative(cover, strategy)
    near = height > strategy.level
    slope: Field = np.maximum(np.hypot(*np.gradient(height)), strategy.slope)
    wanted = strategy.ink * ink
    found, off = [], 0.0
    for _ in range(strategy.rounds):
        level = _level(height[near], slope[near], (wanted + off) * strategy.fine**2, strategy)
        even = np.maximum(0.5 / level * height, 0.0)
        found = loops(even)
        off += wanted - abs(sum(map(area, found))) / strategy.fine**2
    return even, found


def _relative(cover: Field, strategy: Cover) -> Field:
    """Return the smooth cover on the fine grid, divided by its level at the edge of a straight line."""
    fine = strategy.fine
    smooth = gaussian_filter(zoom(cover, fine, order=3, mode="grid-constant", grid_mode=True), strategy.smooth * fine)
    ridge = np.clip(maximum_filter(smooth, 2 * round(strategy.near * fine) + 1), *strategy.ridges)
    height: Field = smooth / (ndtr(2.0 * ndtri(0.5 * (1.0 + ridge))) - 0.5)
    height[[0, -1]] = height[:, [0, -1]] = 0.0
    return height


def _level(height: Field, slope: Field, wanted: float, strategy: Cover) -> float:
    """Return the level above which samples (N,) of a field, with its slope there, have an area, in samples."""
    low, high = strategy.level, float(height.max())
    for _ in range(strategy.bisections):
        level = 0.5 * (low + high)
        if np.clip(0.5 + (height - level) / slope, 0.0, 1.0).sum() > wanted:
            low = level
        else:
            high = level
    return level
