"""Strokes: curves, or simple shapes, that a round brush of some width goes along."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ...engine.compile.kernel import serial
from ..curves import Curve, derived
from ..fitting import Tolerance, fit_curve
from ..kernels import nearest as kernel
from ..kernels.arrays import Nearest
from ..palette import Pixels
from ..recognise import distances, recognise
from .ways import Way

ROUGH = 1.5  # times the noise of points of borders: that of the middles of cuts
SAMPLE = 0.5  # pixels between points of a curve that nearest ones are looked for from
ACROSS = 0.5  # sine of the least angle at which a stroke ends at another
STILL = 1e-3  # pixels that are no move
SIMPLE = "circle", "ellipse", "rectangle"


class Stroke(NamedTuple):
    """What a brush goes along: a curve, or the outline of a simple shape."""

    kind: str  # "stroke" or "path", which is closed; or one of `SIMPLE`
    numbers: NDArray[np.float64]  # (Z,): those of the curve, or the parameters of the shape
    free: NDArray[np.bool_]  # (Z,): those that may change
    curve: Curve | None = None

    @property
    def shown(self) -> Curve:
        """The curve, with its numbers."""
        assert self.curve is not None
        return self.curve._replace(z=self.numbers)


def make_stroke(way: Way, limits: Tolerance) -> Stroke:
    """Return the stroke along a way."""
    if way.closed:
        found = recognise(way.points, ROUGH * limits.noise)
        if found is not None and found.kind in SIMPLE:
            free = np.ones(len(found.params), bool)
            if found.kind != "circle":
                free[4:] = found.params[4:] != 0.0
            return Stroke(found.kind, found.params, free)
    limits = limits.loosened(ROUGH)._replace(worth=limits.worth)
    curve = fit_curve(way.runs, limits, way.closed).curve
    return Stroke("path" if way.closed else "stroke", curve.z, np.ones(len(curve.z), bool), curve)


def controls(stroke: Stroke) -> Pixels:
    """Return the control points (K, 4, 2) of the pieces of a stroke along a curve."""
    made = derived(stroke.shown).control
    return made if stroke.kind == "path" else made[:-1]


def samples(stroke: Stroke) -> tuple[NDArray[np.int64], NDArray[np.float64], Pixels]:
    """Return points (N, 2) of a stroke along a curve, close together, each after its piece (N,) and parameter (N,)."""
    control = controls(stroke)
    size = np.linalg.norm(np.diff(control, axis=1), axis=2).sum(axis=1)
    counts = np.maximum(np.ceil(size / SAMPLE).astype(int), 2)
    piece = np.repeat(np.arange(len(control)), counts)
    stops = np.cumsum(counts)
    t = (np.arange(len(piece)) - (stops - counts)[piece]) * (1.0 / (counts - 1))[piece]
    t[stops - 1] = 1.0
    s = 1.0 - t
    weights = np.stack([s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t], axis=1)
    return piece, t, (weights[:, :, None] * control[piece]).sum(axis=1)


@cache
def _compiled_nearest() -> Any:
    return serial(kernel.nearest, np.dtype(np.float64), "nearest")


def nearest(stroke: Stroke, places: Pixels) -> Nearest:
    """Return the nearest places of a stroke to some places (N, 2)."""
    return reached(stroke, places, np.inf)[1]


def reached(stroke: Stroke, places: Pixels, far: float) -> tuple[NDArray[np.int64], Nearest]:
    """Return which of some places (N, 2) a stroke is about so near at least, and its nearest places to these."""
    if stroke.curve is None:
        signed, rows = distances(stroke.kind)(stroke.numbers, places)
        side = np.where(signed < 0.0, -1.0, 1.0)[:, None]
        return np.arange(len(places)), Nearest(
            np.abs(signed), -side * rows[:, :2], side * rows
        )  # the centre comes first
    piece, t, points = samples(stroke)
    far += SAMPLE
    x, y = np.abs(places - 0.5 * (points.min(axis=0) + points.max(axis=0))).T
    width, height = 0.5 * np.ptp(points, axis=0) + far
    which = np.flatnonzero((x <= width) & (y <= height))  # a box around it
    off, first = cKDTree(points).query(places[which], distance_upper_bound=far)
    near = np.isfinite(off)
    which, first, count = which[near], first[near], int(near.sum())
    found = Nearest(np.empty(count), np.empty((count, 2)), np.zeros((count, len(stroke.numbers))))
    _compiled_nearest()(derived(stroke.shown), piece[first], t[first], places[which], found)
    return which, found


def touching(stroke: Stroke, end: int, others: list[Stroke], far: float) -> Stroke:
    """Return an open stroke whose start (0) or end (-1) goes on, or back, to the middle of another one, if one is near.

    Parameters
    ----------
    stroke : Stroke
        Along a curve.
    end : int
        Which end.
    others : list of Stroke
        Those that it may end at.
    far : float
        Pixels that it may go at most.
    """
    control = controls(stroke)
    place, inner = (control[0, 0], control[0, 1]) if end == 0 else (control[-1, 3], control[-1, 2])
    way = place - inner
    way = way / max(float(np.linalg.norm(way)), 1e-9)
    steps = []
    for other in others:
        near = nearest(other, place[None])
        along = float(near.normal[0] @ way)
        if abs(along) > ACROSS:
            steps.append(-float(near.distance[0]) / along)
    step = min(steps, key=abs, default=np.inf)
    if abs(step) > far:
        return stroke
    numbers = stroke.numbers.copy()
    curve = stroke.shown
    for axis, column in enumerate((curve.x, curve.y)):
        move = step * way[axis]
        if abs(move) > STILL:
            if (column == column[end]).sum() > 1:  # a level line, or one that it is aligned with, would move as well
                return stroke
            numbers[column[end]] += move
    return stroke._replace(numbers=numbers)
