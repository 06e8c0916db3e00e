"""Axes that outlines may be mirrored at, and how well an outline lies on its own image.

A direction is tried if it is vertical or horizontal, or if a harmonic of the outline around its middle has it. Where
the axis is then follows from points and normals: the image of each point is to lie on the line through the point that
is nearest to it (Chen and Medioni 1991). What is hidden does not tell, nor does what has its image there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.compile.kernel import serial
from .kernels import mirrors
from .kernels.arrays import Matches, OutlinePoints, Telling
from .palette import Pixels
from .refine import Target

STEP = 1.0  # pixels between points of an outline
FEWEST, MOST = 24, 1500  # points
HARMONICS = range(2, 9)
CLOSE = 2.0  # times the usual gap between points, at which the next one belongs to another stretch
STRONG = 0.3  # of the strongest harmonic


class Axis(NamedTuple):
    """The line of the points p with ``normal @ p == place``."""

    angle: float  # of the normal
    place: float

    @property
    def normal(self) -> NDArray[np.float64]:
        """Return the unit vector across the axis; its zeros and ones are exact."""
        normal = np.array([np.cos(self.angle), np.sin(self.angle)])
        eighths = self.angle / (0.25 * np.pi)
        if eighths == round(eighths):
            whole = np.sign(np.round(normal, 9))
            normal = whole / np.sqrt(whole @ whole)
        return normal

    @property
    def turn(self) -> NDArray[np.float64]:
        """Return the matrix that mirrors vectors; that of a diagonal, too, has exact zeros and ones."""
        normal = self.normal
        matrix = np.eye(2) - 2.0 * np.outer(normal, normal)
        whole = np.round(matrix)
        turn: NDArray[np.float64] = whole if np.abs(matrix - whole).max() < 1e-12 else matrix
        return turn

    @property
    def level(self) -> bool:
        """Whether the images of level lines are level."""
        return bool((self.turn == np.round(self.turn)).all())

    def beyond(self, points: Pixels) -> NDArray[np.float64]:
        """Return how far points (..., 2) lie on the side that the normal points to."""
        far: NDArray[np.float64] = points @ self.normal - self.place
        return far

    def image(self, points: Pixels) -> Pixels:
        """Return the images of points (..., 2)."""
        mirrored: Pixels = points - 2.0 * self.beyond(points)[..., None] * self.normal
        return mirrored


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
def _settle() -> Any:
    return serial(mirrors.settle, np.dtype(np.float64), "mirrors")


def find_axes(points: Points, target: Target, most: float) -> Iterator[Axis]:
    """Yield the axes at which an outline is its own image to `most` pixels, vertical and horizontal ones first."""
    shown, count = points.at[points.seen], len(points.at)
    if len(shown) < FEWEST:
        return
    known, telling = stretches(points), Telling(target.left, target.top, target.counts)
    far, tells = np.empty((2, count)), np.empty((2, count), bool)
    found = Matches(np.empty(count, np.int64), *far, *tells)
    middles = shown.mean(axis=0), 0.5 * (shown.min(axis=0) + shown.max(axis=0))
    for angle in (0.0, 0.5 * np.pi, *_directions(shown - middles[0])):
        turned = angle not in (0.0, 0.5 * np.pi)
        for middle in middles:
            axis = np.array([angle, float(Axis(angle, 0.0).normal @ middle)])
            if _settle()(known, telling, axis, turned, most, found):
                yield Axis(*axis.tolist())
                break


def stretches(points: Points) -> OutlinePoints:
    """Return points with the stretches in which they are close together."""
    x, y, nx, ny = (np.ascontiguousarray(column) for column in (*points.at.T, *points.normal.T))
    apart = np.hypot(np.diff(x), np.diff(y))
    gap = CLOSE * float(np.median(apart))
    start = np.concatenate([[0], 1 + np.flatnonzero(apart > gap), [len(x)]])
    return OutlinePoints(x, y, nx, ny, points.seen, start, gap)


def _directions(around: Pixels) -> list[float]:
    """Return the angles of the normals of axes that an outline around its middle may have."""
    distance = np.hypot(*around.T)
    unit = (around @ [1.0, 1.0j]) / np.maximum(distance, 1e-9)
    found = {k: (distance**2 * unit**k).mean() for k in HARMONICS}
    strongest = max(abs(value) for value in found.values())
    for k, value in found.items():
        if abs(value) >= STRONG * strongest:
            start = np.angle(value) / k
            return [float((start + j * np.pi / k + 0.5 * np.pi) % np.pi) for j in range(k)]
    return []
