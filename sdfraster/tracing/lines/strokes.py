"""Strokes: curves, or simple shapes, that a round brush of some width goes along."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ...engine.compile.kernel import serial
from ...primitives import primitive
from ..curves import Curve, derived, make_curve
from ..drawing import Shape, around
from ..fitting import Tolerance, fit_curve
from ..gradients import Paint
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
            return _simple(found.kind, found.params)
    limits = limits.loosened(ROUGH)._replace(worth=limits.worth)
    return along(fit_curve(way.runs, limits, way.closed).curve, "path" if way.closed else "stroke")


def _simple(kind: str, params: NDArray[np.float64]) -> Stroke:
    """Return the stroke around a simple shape; what is level or sharp stays so."""
    free = np.ones(len(params), bool)
    if kind != "circle":
        free[4:] = params[4:] != 0.0
    return Stroke(kind, params, free)


def straight(ends: Pixels, level: float) -> Stroke:
    """Return the straight stroke between two points (2, 2), which is level if it is so to within some pixels."""
    line = np.ones(2, bool)
    return along(make_curve(ends, line, ~line, np.zeros((2, 2, 2)), level), "stroke")


def along(curve: Curve, kind: str) -> Stroke:
    """Return the stroke along a curve."""
    return Stroke(kind, curve.z, np.ones(len(curve.z), bool), curve)


def is_line(shape: Shape) -> bool:
    """Return whether a shape is a line."""
    return shape.kind == "line" or shape.width is not None


def width_of(shape: Shape) -> float:
    """Return the width of a line, NaN of other shapes."""
    if shape.kind == "line" and shape.params is not None:
        return float(shape.params[4])
    return np.nan if shape.width is None else shape.width


def stroke_of(shape: Shape) -> Stroke:
    """Return the stroke of a line of a drawing."""
    if shape.kind == "line" and shape.params is not None:
        return straight(shape.params[:4].reshape(2, 2), 0.0)
    return along(shape.curves[0], shape.kind) if shape.params is None else _simple(shape.kind, shape.params)


def shape_of(stroke: Stroke, paint: Paint, width: float) -> Shape:
    """Return a stroke as a line of a drawing."""
    if stroke.curve is None:
        return Shape(stroke.kind, stroke.numbers, [], paint, width)
    curve = stroke.shown
    if is_straight(stroke):
        (ax, bx), (ay, by) = curve.z[curve.x], curve.z[curve.y]
        return Shape("line", np.array([ax, ay, bx, by, width]), [], paint)
    return Shape(stroke.kind, None, [curve], paint, width)


def is_straight(stroke: Stroke) -> bool:
    """Return whether a stroke is a single straight line."""
    return stroke.kind == "stroke" and len(controls(stroke)) == 1 and bool(stroke.shown.line.all())


def controls(stroke: Stroke) -> Pixels:
    """Return the control points (K, 4, 2) of the pieces of a stroke."""
    if stroke.curve is None:
        return around(stroke.kind, *stroke.numbers.tolist())
    made = derived(stroke.shown).control
    return made if stroke.kind == "path" else made[:-1]


def samples(stroke: Stroke) -> tuple[NDArray[np.int64], NDArray[np.float64], Pixels]:
    """Return points (N, 2) of a stroke, close together, each after its piece (N,) and parameter (N,)."""
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
        return _reached_around(stroke, places, far)
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


def _reached_around(stroke: Stroke, places: Pixels, far: float) -> tuple[NDArray[np.int64], Nearest]:
    """Return the same of a stroke around a simple shape."""
    x0, y0, x1, y1 = primitive(stroke.kind).bounds(tuple(stroke.numbers.tolist()))
    x, y = places.T
    which = np.flatnonzero((x >= x0 - far) & (x <= x1 + far) & (y >= y0 - far) & (y <= y1 + far))
    signed, rows = distances(stroke.kind)(stroke.numbers, places[which])
    near = np.abs(signed) <= far
    which, signed, rows = which[near], signed[near], rows[near]
    side = np.where(signed < 0.0, -1.0, 1.0)[:, None]
    return which, Nearest(np.abs(signed), -side * rows[:, :2], side * rows)  # the centre comes first


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


def with_numbers(strokes: list[Stroke], x: NDArray[np.float64]) -> list[Stroke]:
    """Return strokes with other numbers; corners of rectangles are not less than sharp."""
    bounds = np.cumsum([0, *(len(s.numbers) for s in strokes)])
    moved = [s._replace(numbers=x[a:b]) for s, a, b in zip(strokes, bounds[:-1], bounds[1:], strict=True)]
    return [
        s._replace(numbers=np.append(s.numbers[:5], max(s.numbers[5], 0.0))) if s.kind == "rectangle" else s
        for s in moved
    ]
