"""Symmetries that outlines may have: axes that they are mirrored at, and turns about a centre.

A direction of an axis is tried if it is vertical or horizontal, or if a harmonic of the outline around its middle has
it; so is a part of a turn that such a harmonic has. Where the axis, or the centre, is then follows from points and
normals: the image of each point is to lie on the line through the point that is nearest to it (Chen and Medioni 1991).
What is hidden does not tell, nor does what has its image there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.compile.kernel import serial
from .groups import Axis, Symmetry
from .kernels import images
from .kernels.arrays import Matches, OutlinePoints, Telling
from .palette import Pixels
from .refine import Target

STEP = 1.0  # pixels between points of an outline
FEWEST, MOST = 24, 1500  # points
HARMONICS = range(2, 25)
CLOSE = 2.0  # times the usual gap between points, at which the next one belongs to another stretch
STRONG = 0.3  # of the strongest harmonic
SAME_WAY, SAME_PLACE = 0.02, 1.0  # radians and pixels between axes, or between them and those of a group, that are one


class Points(NamedTuple):
    """Points of an outline."""

    at: Pixels  # (N, 2)
    normal: Pixels  # (N, 2)
    seen: NDArray[np.bool_]  # (N,): whether the pixel there tells


def points_of(control: Pixels, target: Target) -> Points:
    """Return points of cubic pieces (K, 4, 2), evenly apart."""
    length = np.linalg.norm(np.diff(control, axis=1), axis=2).sum(axis=1)
    count = np.ceil(length / max(STEP, float(length.sum()) / MOST)).astype(int)
    piece = np.repeat(np.arange(len(count)), count)
    t = ((np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count) + 0.5) / count[piece])[:, None]
    s = 1.0 - t
    a, b, c, d = np.moveaxis(control[piece], 1, 0)
    at = s**3 * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t**3 * d
    way = s * s * (b - a) + 2.0 * s * t * (c - b) + t * t * (d - c)
    normal = np.stack([way[:, 1], -way[:, 0]], axis=1) / np.maximum(np.linalg.norm(way, axis=1), 1e-12)[:, None]
    return Points(at, normal, _tells(at, target))


def _tells(points: Pixels, target: Target) -> NDArray[np.bool_]:
    """Return whether the pixels tell that points are in."""
    x, y = np.floor(points - [target.left, target.top]).astype(int).T
    height, width = target.counts.shape
    inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    found: NDArray[np.bool_] = inside & (target.counts[y.clip(0, height - 1), x.clip(0, width - 1)] > 0.0)
    return found


@cache
def _settle_axis() -> Any:
    return serial(images.settle_axis, np.dtype(np.float64), "axes")


@cache
def _settle_centre() -> Any:
    return serial(images.settle_centre, np.dtype(np.float64), "centres")


def find_symmetries(points: Points, target: Target, most: float) -> Iterator[Symmetry]:
    """Yield the symmetries of an outline that is its own image to `most` pixels, those of most images first."""
    shown = points.at[points.seen]
    if len(shown) < FEWEST:
        return
    looking = _Looking(points, target, most)
    axes = looking.axes(shown)
    middle = shown.mean(axis=0)
    yield from _several(axes)
    yield from looking.turns(shown)
    for axis in axes:
        yield axis.symmetry(middle)


class _Looking:
    """An outline whose symmetries are looked for."""

    def __init__(self, points: Points, target: Target, most: float) -> None:
        count = len(points.at)
        far, tells = np.empty((2, count)), np.empty((2, count), bool)
        self._found = Matches(np.empty(count, np.int64), *far, *tells)
        self._known, self._telling = stretches(points), Telling(target.left, target.top, target.counts)
        self._most = most

    def axes(self, shown: Pixels) -> list[Axis]:
        """Return the axes at which it is its own mirror image, vertical and horizontal ones first."""
        found: list[Axis] = []
        middles = _middles(shown)
        for angle in (0.0, 0.5 * np.pi, *_directions(shown - middles[0])):
            turned = angle not in (0.0, 0.5 * np.pi)
            for middle in middles:
                axis = np.array([angle, float(Axis(angle, 0.0).normal @ middle)])
                if _settle_axis()(self._known, self._telling, axis, turned, self._most, self._found):
                    found.append(Axis(*axis.tolist()))
                    break
        return [axis for k, axis in enumerate(found) if not any(_are_one(axis, other) for other in found[:k])]

    def turns(self, shown: Pixels) -> Iterator[Symmetry]:
        """Yield turns after which it is the same, by the smallest part of a full turn first."""
        middles = _middles(shown)
        _, harmonic = _harmonic(shown - middles[0])
        for k in range(harmonic, 1, -1):
            if harmonic % k != 0:
                continue
            for middle in middles:
                centre = middle.copy()
                if _settle_centre()(self._known, self._telling, centre, 2.0 * np.pi / k, self._most, self._found):
                    yield Symmetry(k, False, 0.0, centre)
                    break


def _middles(shown: Pixels) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where the middle of some points may be: their mean, and the middle of their box."""
    return shown.mean(axis=0), 0.5 * (shown.min(axis=0) + shown.max(axis=0))


def _off(angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much angles of normals are off a whole number of half turns."""
    off: NDArray[np.float64] = angles - np.pi * np.round(angles / np.pi)
    return off


def _are_one(axis: Axis, other: Axis) -> bool:
    """Return whether two axes of an outline are one."""
    return abs(float(_off(np.array(axis.angle - other.angle)))) < SAME_WAY


def _several(axes: Sequence[Axis]) -> Iterator[Symmetry]:
    """Yield the symmetries of some axes that meet in a point, at even angles."""
    if len(axes) < 2:
        return
    angles, places = np.array(axes).T
    for order in range(len(axes), 1, -1):
        for first in axes:
            off = _off(angles - first.angle - np.arange(order)[:, None] * np.pi / order)
            members = np.abs(off).argmin(axis=1)
            by = off[np.arange(order), members]
            if np.abs(by).max() > SAME_WAY:
                continue
            normals = np.array([axes[k].normal for k in members])
            centre: NDArray[np.float64] = np.linalg.lstsq(normals, places[members])[0]
            if np.abs(normals @ centre - places[members]).max() <= SAME_PLACE:
                yield Symmetry(order, True, first.angle + (0.0 if first.level else float(by.mean())), centre)
                break


def stretches(points: Points) -> OutlinePoints:
    """Return points with the stretches in which they are close together."""
    x, y, nx, ny = (np.ascontiguousarray(column) for column in (*points.at.T, *points.normal.T))
    apart = np.hypot(np.diff(x), np.diff(y))
    gap = CLOSE * float(np.median(apart))
    start = np.concatenate([[0], 1 + np.flatnonzero(apart > gap), [len(x)]])
    return OutlinePoints(x, y, nx, ny, points.seen, start, gap)


def _harmonic(around: Pixels) -> tuple[float, int]:
    """Return the phase, and the number in a full turn, of the first strong harmonic of an outline about its middle."""
    distance = np.hypot(*around.T)
    unit = (around @ [1.0, 1.0j]) / np.maximum(distance, 1e-9)
    found = [complex((distance**2 * unit**k).mean()) for k in HARMONICS]
    strongest = max(map(abs, found))
    k, value = next((k, value) for k, value in zip(HARMONICS, found, strict=True) if abs(value) >= STRONG * strongest)
    return float(np.angle(value)), k


def _directions(around: Pixels) -> list[float]:
    """Return the angles of the normals of axes that an outline around its middle may have."""
    phase, k = _harmonic(around)
    return [float((phase / k + j * np.pi / k + 0.5 * np.pi) % np.pi) for j in range(k)]
