"""Cuts across a line: where its middle is, and how wide it is there.

The shares of the pixels, added up along a cut, are the width, and their centre is the middle: exactly so for straight
lines, whatever their slope, because what mixes pixels along an edge moves neither (compare `borders`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, map_coordinates

from ..palette import Pixels

STEP = 0.25  # pixels between samples of a cut
BEYOND = 2.0  # pixels that a cut is longer than half the width, on either side
EMPTY = 0.02  # share at which a line has ended
SMOOTH = 1.5  # points over which the middle line is smoothed before its direction is taken
ROUNDS = 2
MANY, NEAR = 12, 0.2  # cuts that are sure of another width than expected; share of it that any may be off
OFF, OFF_SHARE = 0.15, 0.05  # pixels, and share of the width, by which a cut may differ from the others


class Sections(NamedTuple):
    """Cuts across a line, one a pixel."""

    points: Pixels  # (N, 2): middles
    ways: Pixels  # (N, 2): directions, of length 1
    widths: NDArray[np.float64]  # (N,)
    good: NDArray[np.bool_]  # (N,): across a line that is even there
    closed: bool


def find_sections(points: Pixels, closed: bool, share: NDArray[np.float64], half: float) -> Sections:
    """Return cuts across a line along points (N, 2), through a region that covers so much of every pixel (H, W)."""
    points = _evenly(points, closed)
    widths = np.zeros(len(points))
    for _ in range(ROUNDS):
        ways = _ways(points, closed)
        shift, widths = _cut(points, np.stack([-ways[:, 1], ways[:, 0]], axis=1), share, half + BEYOND)
        usual = _usual(widths, 2.0 * half)
        good = np.abs(widths - usual) < OFF + OFF_SHARE * usual
        points = points + np.where(good, shift, 0.0)[:, None] * np.stack([-ways[:, 1], ways[:, 0]], axis=1)
    return Sections(points, ways, widths, good, closed)


def _usual(widths: NDArray[np.float64], expected: float) -> float:
    """Return the width of a line, which is that of most cuts if there are enough that agree."""
    usual = float(np.median(widths))
    agree = np.abs(widths - usual) < OFF + OFF_SHARE * usual
    sure = agree.sum() >= MANY and agree.mean() > 0.5
    return usual if sure or abs(usual - expected) < NEAR * expected else expected


def reach(place: Pixels, way: Pixels, share: NDArray[np.float64], most: float) -> float:
    """Return how far a region goes on from a place in it, in a direction, `most` at most."""
    t = np.arange(0.5 * STEP, most, STEP)
    samples = _sampled(place + t[:, None] * way, share)
    return float(STEP * (samples * (np.cumsum(samples < EMPTY) == 0)).sum())


def _evenly(points: Pixels, closed: bool) -> Pixels:
    """Return points a pixel apart on the way along others."""
    points = np.concatenate([points, points[:1]]) if closed else points
    s = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    at = np.linspace(0.0, s[-1], max(2, round(s[-1])) + 1)[: -1 if closed else None]
    return np.stack([np.interp(at, s, column) for column in points.T], axis=1)


def _ways(points: Pixels, closed: bool) -> Pixels:
    """Return the direction, of length 1, at every point of a way."""
    smooth = gaussian_filter1d(points, SMOOTH, axis=0, mode="wrap" if closed else "nearest")
    if closed:
        step = np.roll(smooth, -1, axis=0) - np.roll(smooth, 1, axis=0)
    else:
        step = np.gradient(smooth, axis=0)
    return np.asarray(step / np.maximum(np.linalg.norm(step, axis=1), 1e-9)[:, None])


def _cut(
    points: Pixels, across: Pixels, share: NDArray[np.float64], longest: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where the middle of a cut is, along it, and how long the part of the cut in the region is."""
    t = np.arange(0.5 * STEP, longest, STEP)
    sums = []
    for sign in (1.0, -1.0):
        samples = _sampled(points[:, None] + sign * t[:, None] * across[:, None], share)
        inside = np.cumsum(samples < EMPTY, axis=1) == 0
        sums.append(STEP * (samples * inside).sum(axis=1))
    return 0.5 * (sums[0] - sums[1]), sums[0] + sums[1]


def _sampled(places: Pixels, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share at places (..., 2) between the middles of pixels."""
    x, y = places[..., 0] - 0.5, places[..., 1] - 0.5
    samples: NDArray[np.float64] = map_coordinates(share, [y, x], order=1, mode="constant")
    return samples
