"""Axes that outlines may be mirrored at, and how well an outline lies on its own image.

A direction is tried if it is vertical or horizontal, or if a harmonic of the outline around its middle has it. Where
the axis is then follows from points and normals: the image of each point is to lie on the line through the point that
is nearest to it (Chen and Medioni 1991). What is hidden does not tell, nor does what has its image there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .palette import Pixels
from .refine import Target

STEP = 1.0  # pixels between points of an outline
FEWEST, MOST = 24, 1500  # points
HARMONICS = range(2, 9)
STRONG = 0.3  # of the strongest harmonic
ROUNDS = 6
ROUGH_ROUNDS, EVERY = 4, 4  # the first of them, which look at every fourth point only
NEAR = 3.0  # pixels from an image to the outline, at which both belong together
SAME = 0.9  # share of the points that tell and lie near the outline
HOPELESS = 0.7  # the same, once an axis has been found roughly
TELLING = 0.6  # share of all points
LEVEL = np.radians(0.3)  # by which an axis may be off and be made vertical, horizontal or diagonal


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
    step = max(STEP, float(length.sum()) / MOST)
    at, way = [], []
    for piece, count in zip(control, np.ceil(length / step).astype(int), strict=True):
        t = ((np.arange(count) + 0.5) / max(count, 1))[:, None]
        s = 1.0 - t
        a, b, c, d = piece
        at.append(s**3 * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t**3 * d)
        way.append(s * s * (b - a) + 2.0 * s * t * (c - b) + t * t * (d - c))
    points, ways = np.concatenate(at), np.concatenate(way)
    normal = np.stack([ways[:, 1], -ways[:, 0]], axis=1) / np.maximum(np.linalg.norm(ways, axis=1), 1e-12)[:, None]
    return Points(points, normal, _tells(points, target))


def _tells(points: Pixels, target: Target) -> NDArray[np.bool_]:
    """Return whether the pixels tell that points are in."""
    x, y = np.floor(points - [target.left, target.top]).astype(int).T
    height, width = target.counts.shape
    inside = (x >= 0) & (y >= 0) & (x < width) & (y < height)
    found: NDArray[np.bool_] = inside & (target.counts[y.clip(0, height - 1), x.clip(0, width - 1)] > 0.0)
    return found


def find_axes(points: Points, target: Target, most: float) -> Iterator[Axis]:
    """Yield the axes at which an outline is its own image to `most` pixels, vertical and horizontal ones first."""
    if len(points.at) < FEWEST:
        return
    tree = cKDTree(points.at)
    shown = points.at[points.seen]
    if len(shown) < FEWEST:
        return
    middles = shown.mean(axis=0), 0.5 * (shown.min(axis=0) + shown.max(axis=0))
    for angle in (0.0, 0.5 * np.pi, *_directions(shown - middles[0])):
        for middle in middles:
            turned = angle not in (0.0, 0.5 * np.pi)
            start = Axis(angle, 0.0)
            start = start._replace(place=float(start.normal @ middle))
            axis = _settled(start, points, target, tree, turned, most)
            if axis is not None:
                yield axis
                break


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


def _settled(axis: Axis, points: Points, target: Target, tree: cKDTree, turned: bool, most: float) -> Axis | None:
    """Return the axis near one at which an outline is its own image, or None if it is not."""
    whole, few = points, Points(points.at[::EVERY], points.normal[::EVERY], points.seen[::EVERY])
    for number in range(ROUNDS + 1):
        normal, points = axis.normal, few if number < ROUGH_ROUNDS else whole
        image = points.at - 2.0 * (points.at @ normal - axis.place)[:, None] * normal
        tells = points.seen & _tells(image, target)
        far, nearest = tree.query(image)
        counts = tells & (far < NEAR * max(1.0, 4.0 - number))
        if counts.sum() < TELLING * len(image):
            return None
        if number == ROUGH_ROUNDS and (far[tells] < NEAR).mean() < HOPELESS:
            return None
        out = whole.normal[nearest]
        off = ((image - whole.at[nearest]) * out).sum(axis=1)
        if number == ROUNDS:
            break
        slope = (2.0 * (out @ normal))[:, None]
        if turned:  # about the middle of what tells
            side = np.array([-normal[1], normal[0]])
            about = points.at - points.at[counts].mean(axis=0)
            spin = -2.0 * ((about @ side) * (out @ normal) + (about @ normal) * (out @ side))
            slope = np.column_stack([slope, spin])
        rows = slope[counts]
        step = np.linalg.solve(rows.T @ rows + 1e-9 * np.eye(rows.shape[1]), rows.T @ off[counts])
        middle = points.at[counts].mean(axis=0)
        place = float(normal @ middle) - axis.place + step[0]
        angle = axis.angle - (float(step[1]) if turned else 0.0)
        if turned and number == ROUNDS - 1:
            angle = _leveled(angle)
        axis = Axis(angle, 0.0)
        axis = axis._replace(place=float(axis.normal @ middle) - place)

    near = (far[tells] < NEAR) & (np.abs(off[tells]) < 4.0 * most)
    if near.mean() < SAME or float(np.sqrt(np.mean(off[tells][near] ** 2))) > most:
        return None
    return axis


def _leveled(angle: float) -> float:
    """Return an angle, or the multiple of 45 degrees that it hardly differs from."""
    eighth = 0.25 * np.pi
    whole = round(angle / eighth) * eighth
    return whole if abs(angle - whole) < LEVEL else angle
