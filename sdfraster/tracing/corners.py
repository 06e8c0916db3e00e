"""Corners of a border, and the runs of points between them.

A place is a corner if parabolas through the points on either side of it meet there at an angle. Points within a pixel
of a corner are left out: a row of pixels that holds the corner says nothing of either side.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.compile.kernel import serial
from .kernels import local
from .kernels.arrays import ClosedBorder
from .palette import Pixels

TURN = np.radians(18.0)  # least angle of a corner
CLEAR = np.radians(50.0)  # of one that is found first
APART = 2.5  # pixels between a corner and the point that it is found from
BESIDE = 2.5  # pixels between corners
# Pixels from where the tangents meet to the nearest point of the border, over the sine of half the angle, and most:
# there are more at a round corner.
SHARP, SHARP_MOST = 0.9, 2.2
FINE = 0.6  # of the noise that corners are found in: windows that tell a direction must not hide a bend
STRAY = 4.0  # times the noise, at which a point is left out
LEAST = 3  # points that enclose something
NEXT, NEXT_MOST = 0.9, 5.0  # pixels from a corner to the first point that counts, over the sine of half its angle; most


class Run(NamedTuple):
    """Points of a border from one corner to the next one; of a border without corners, all and the first again."""

    points: Pixels  # (N, 2): with the corners at both ends
    sharp: bool  # whether the ends are corners
    ways: NDArray[np.float64]  # (N, 3): angle of the tangent, by a window around each point, before it and after it
    smooth: Pixels  # (N, 2): the points without most of their noise


@cache
def _turns() -> Any:
    return serial(local.turns, np.dtype(np.float64), "turns")


@cache
def _chords() -> Any:
    return serial(local.chords, np.dtype(np.float64), "chords")


@cache
def _compiled_tangents() -> Any:
    return serial(local.tangents, np.dtype(np.float64), "tangents")


def find_runs(points: Pixels, fixed: NDArray[np.bool_], rough: float) -> list[Run]:
    """Cut a closed border at its corners.

    Parameters
    ----------
    points : ndarray, shape (N, 2)
        The border.
    fixed : ndarray, shape (N,)
        Points that are corners whatever they look like.
    rough : float
        Distance of points from a smooth curve that is noise, in pixels.
    """
    n = len(points)
    places, corners, gap = _corners(points, fixed, rough)
    if len(places) == 0:
        return [closed_run(points, rough)]
    runs = []
    for k, first in enumerate(places):
        last = places[(k + 1) % len(places)]
        a, b = corners[k], corners[(k + 1) % len(places)]
        span = (last - first) % n or n
        inside = points[(first + np.arange(span + 1)) % n]
        near, far = np.linalg.norm(inside - a, axis=1), np.linalg.norm(inside - b, axis=1)
        keep = (near > gap[k]) & (far > gap[(k + 1) % len(places)])
        runs.append(open_run(np.concatenate([a[None], inside[keep], b[None]]), rough))
    return runs


def closed_run(points: Pixels, rough: float) -> Run:
    """Return the run of all points of a border without corners, without those that stray."""
    n = len(points)
    extra = min(n - 1, 14)
    around = np.concatenate([points[-extra:], points, points[: extra + 1]])
    inner = slice(extra, extra + n + 1)
    ways, smooth, beside = _tangents(around, FINE * rough)
    keep = beside[inner] < STRAY * rough
    if keep[1:].sum() < LEAST:  # of something tiny, all do
        keep[:] = True
    keep[0] = keep[-1] = True
    return Run(around[inner][keep], False, ways[inner][keep], smooth[inner][keep])


def open_run(points: Pixels, rough: float) -> Run:
    """Return the run of some points from corner to corner, without those that stray."""
    ways, smooth, beside = _tangents(points, FINE * rough)
    keep = beside < STRAY * rough
    keep[0] = keep[-1] = True
    smooth[0], smooth[-1] = points[0], points[-1]
    return Run(points[keep], True, ways[keep], smooth[keep])


def _tangents(points: Pixels, rough: float) -> tuple[NDArray[np.float64], Pixels, NDArray[np.float64]]:
    """Return the angles of the tangent at each point of an open run, the points without noise, and their distances."""
    n = len(points)
    way, smooth, beside = np.empty(n), np.empty((n, 2)), np.empty(n)
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    _compiled_tangents()(x, y, rough, way, smooth, beside)
    ways = np.repeat(way[:, None], 3, axis=1)
    _chords()(x, y, ways)
    return ways, smooth, beside


def _corners(points: Pixels, fixed: NDArray[np.bool_], rough: float) -> tuple[list[int], Pixels, Pixels]:
    """Return the points next to corners, in order, where these are, and how far they spoil what is measured.

    Clear corners are found first; what tells of the others then ends at those.
    """
    n = len(points)
    x, y = np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1])
    steps = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    s = np.concatenate([[0.0], np.cumsum(steps)])
    found: list[tuple[int, Pixels, float]] = [(int(k), points[k], NEXT / 0.7) for k in np.flatnonzero(fixed)]
    stop = fixed.copy()
    for least in (CLEAR, TURN):
        turn, meet = np.empty(n), np.empty((n, 2))
        _turns()(ClosedBorder(x, y, s, stop), rough, np.empty(6), np.empty(6), turn, meet)
        off = np.linalg.norm(meet - points, axis=1)
        score = np.where(off < APART, turn - 0.1 * off, 0.0)
        for k in np.argsort(-score, kind="stable"):
            if score[k] < least:
                break
            taken = np.array([place for _, place, _ in found]).reshape(-1, 2)
            if len(taken) and np.linalg.norm(taken - meet[k], axis=1).min() < BESIDE:
                continue
            half = np.sin(0.5 * (np.pi - turn[k]))
            around = np.arange(k - 4, k + 5) % n
            away = np.linalg.norm(points[around] - meet[k], axis=1)
            if away.min() > min(SHARP / max(half, 0.1), SHARP_MOST):
                continue
            gap = min(max(NEXT / max(half, 0.1), 1.2), NEXT_MOST)
            found.append((int(around[away.argmin()]), meet[k], gap))
            stop[around[away <= gap]] = True
            stop[around[away.argmin()]] = True
    found.sort(key=lambda item: item[0])
    places, where, gaps = zip(*found, strict=True) if found else ((), (), ())
    return list(places), np.array(where).reshape(-1, 2), np.array(gaps)
