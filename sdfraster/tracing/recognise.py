"""Circles, ellipses, rectangles, also turned and with round corners, and lines, where they fit as well as a curve."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.compile.kernel import serial
from ..primitives import primitive
from .kernels.distances import distances_of, inside_of
from .palette import Pixels

ROUNDS = 12
MOST_POINTS = 160
CORNER = 1.5  # pixels from a corner of a rectangle to the first points that count
FEWEST = 8  # points
COUNTING = 0.95  # share of the points that count
START_MOST = 6.0  # pixels that points may be off on average before the fit
SHARP_AS_GOOD = 1.7  # times the noise, of a rectangle without round corners
AS_GOOD, WORST = 2.2, 6.0  # times the noise of points, that the rms and the largest distance may be
BETTER = 0.3  # of the squared distances from a rectangle with sharp corners, that are left of one with round ones
ROUND_END, LONG = 0.45, 4.0  # corner over width, and length over width, of a rectangle that is a line
EVEN = 0.35  # pixels over the size by which angles and radii are off to be made even


class Found(NamedTuple):
    """A shape of some kind."""

    kind: str
    params: NDArray[np.float64]


def recognise(points: Pixels, noise: float) -> Found | None:
    """Return the simplest primitive that runs through points (N, 2) of a border, if there is one."""
    if len(points) < FEWEST:
        return None
    chosen = points[np.linspace(0, len(points) - 1, min(len(points), MOST_POINTS)).astype(int)]
    for start in (_circle(chosen), *_others(points, chosen)):
        if start is None:
            continue
        found = _fitted(start, chosen, noise)
        if found is not None:
            return _rounded(found, points, chosen, noise) if _is_sharp(found) else found
    return None


def _circle(points: Pixels) -> Found | None:
    """Return the circle that Kasa's method finds."""
    rows = np.column_stack([2.0 * points, np.ones(len(points))])
    cx, cy, rest = np.linalg.lstsq(rows, (points**2).sum(axis=1), rcond=None)[0]
    square = rest + cx * cx + cy * cy
    return Found("circle", np.array([cx, cy, np.sqrt(square)])) if square > 0.25 else None


def _others(points: Pixels, chosen: Pixels) -> list[Found]:
    """Return ellipses and rectangles to start from, by the moments and the sides of a border."""
    starts = []
    after = np.roll(points, -1, axis=0)
    cross = points[:, 0] * after[:, 1] - points[:, 1] * after[:, 0]
    area = 0.5 * cross.sum()
    if abs(area) < 4.0:
        return []
    centre = ((points + after) * cross[:, None]).sum(axis=0) / (6.0 * area)
    p, q = points - centre, after - centre
    weight = (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]) / area
    moments = np.empty((2, 2))
    for a in (0, 1):
        for b in (0, 1):
            pairs = 2 * p[:, a] * p[:, b] + 2 * q[:, a] * q[:, b] + p[:, a] * q[:, b] + q[:, a] * p[:, b]
            moments[a, b] = (weight * pairs).sum() / 24.0
    values, vectors = np.linalg.eigh(moments)
    if values[0] <= 0.0:
        return []
    angle = float(np.arctan2(vectors[1, 1], vectors[0, 1]))
    radii = 2.0 * np.sqrt(values[::-1])
    starts.append(Found("ellipse", np.array([*centre, *radii, angle])))
    for turn in dict.fromkeys((0.0, _main_direction(points))):
        c, s = np.cos(turn), np.sin(turn)
        u, v = points @ [c, s], points @ [-s, c]
        w, h = np.ptp(u), np.ptp(v)
        mu, mv = u.min() + 0.5 * w, v.min() + 0.5 * h
        missing = max(w * h - abs(area), 0.0)
        corner = min(np.sqrt(missing / (4.0 - np.pi)), 0.499 * min(w, h))
        middle = mu * c - mv * s, mu * s + mv * c
        starts += [Found("rectangle", np.array([*middle, w, h, turn, radius])) for radius in (0.0, corner)]
    return starts


def _main_direction(points: Pixels) -> float:
    """Return the direction, from -45 to 45 degrees, that most of a border is parallel or perpendicular to."""
    way = np.roll(points, -4, axis=0) - points
    angle = np.arctan2(way[:, 1], way[:, 0])
    turn = 0.25 * np.angle((np.linalg.norm(way, axis=1) * np.exp(4j * angle)).sum())
    return 0.0 if abs(turn) < 0.003 else float(turn)


class _Distances:
    """Distances of points from a shape of some kind, and their derivatives, compiled."""

    def __init__(self, kind: str) -> None:
        what = primitive(kind)
        double = np.dtype(np.float64)
        self._run = serial(distances_of(what.distance, what.gradient), double, f"distances {kind}")
        self._inside = serial(inside_of(what.distance), double, f"inside {kind}")

    def __call__(self, p: NDArray[np.float64], points: Pixels) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the distances (N,) and derivatives (N, P)."""
        off, rows = np.empty(len(points)), np.empty((len(points), len(p)))
        self._run(points, tuple(p.tolist()), off, rows)
        return off, rows

    def map(self, p: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Return the distances of the middles of all pixels (H, W)."""
        out = np.empty(shape)
        self._inside(tuple(p.tolist()), out)
        return out


distances = cache(_Distances)


def _fitted(start: Found, points: Pixels, noise: float) -> Found | None:
    """Return a primitive after Gauss-Newton on the distances of the points from it, if it fits.

    The few points that are farthest off do not count: corners and places where three regions meet spoil some.
    """
    kind, p = start
    rectangle = kind == "rectangle"
    free = np.ones(len(p), bool)
    if rectangle:
        free[4] = p[4] != 0.0
        free[5] = p[5] > 1.0
        p = np.where(free | (np.arange(6) < 5), p, 0.0)
    damping, square = 1e-3, np.inf
    for _ in range(ROUNDS):
        off, rows = distances(kind)(p, points)
        counts = _beside_corners(p, points) if rectangle and not free[5] else np.ones(len(points), bool)
        counts &= np.abs(off) <= _most(np.abs(off[counts]))
        off, rows = off[counts], rows[counts][:, free]
        gain, square = square - float(off @ off), float(off @ off)
        if gain < 1e-3 * square:
            break
        if square > START_MOST**2 * len(off):
            return None
        normal = rows.T @ rows
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal) + 1e-9), rows.T @ off)
        p = p.copy()
        p[free] -= step
        if rectangle:
            p[5] = min(max(p[5], 0.0), 0.4999 * min(p[2], p[3]))
        if (p[2 : 3 if kind == "circle" else 4] < 0.3).any():
            return None
    as_good = SHARP_AS_GOOD if rectangle and not free[5] else AS_GOOD  # round corners come next
    if np.sqrt(square / len(off)) > as_good * noise or np.abs(off).max() > WORST * noise:
        return None
    found = Found(kind, _evened(kind, p))
    return _as_line(found, points, noise) or found if rectangle else found


def _is_sharp(found: Found) -> bool:
    """Return whether a primitive is a rectangle without round corners."""
    return found.kind == "rectangle" and found.params[5] == 0.0


def _rounded(found: Found, points: Pixels, chosen: Pixels, noise: float) -> Found:
    """Return a rectangle with round corners in place of one without, if all points of its border say so.

    Corners of a few pixels are too few of the points for what fits most of them.
    """
    off, _ = distances("rectangle")(found.params, points)
    farthest = float(np.abs(off).max())
    if farthest <= WORST * noise:
        return found
    p = found.params.copy()
    p[5] = min(max(farthest / (np.sqrt(2.0) - 1.0), CORNER), 0.499 * min(p[2], p[3]))
    near = points[~_beside_corners(p, points, 2.0 * p[5])]
    softer = _fitted(Found("rectangle", p), np.concatenate([chosen, near]), noise)
    if softer is None or softer.kind != "rectangle" or _is_sharp(softer):
        return found
    rest, _ = distances("rectangle")(softer.params, points)
    return softer if rest @ rest < BETTER * (off @ off) else found


def _most(off: NDArray[np.float64]) -> float:
    """Return what most of some numbers (N,) do not exceed: the quantile, without NumPy's checks, which take longer."""
    place = COUNTING * (len(off) - 1)
    first = int(place)
    low, high = np.partition(off, [first, min(first + 1, len(off) - 1)])[[first, min(first + 1, len(off) - 1)]]
    return float(low + (place - first) * (high - low))


def _as_line(found: Found, points: Pixels, noise: float) -> Found | None:
    """Return a long rectangle with round ends as a line with its width, if it fits as well."""
    cx, cy, w, h, angle, corner = found.params
    if corner < ROUND_END * min(w, h) or max(w, h) < LONG * min(w, h):
        return None
    way = angle if w > h else angle + 0.5 * np.pi
    reach = 0.5 * (max(w, h) - min(w, h)) * np.array([np.cos(way), np.sin(way)])
    line = np.array([cx - reach[0], cy - reach[1], cx + reach[0], cy + reach[1], min(w, h)])
    off, _ = distances("line")(line, points)
    counts = np.abs(off) <= _most(np.abs(off))
    return Found("line", line) if np.sqrt((off[counts] ** 2).mean()) <= AS_GOOD * noise else None


def _beside_corners(p: NDArray[np.float64], points: Pixels, corner: float = CORNER) -> NDArray[np.bool_]:
    """Return the points that are not next to a corner of a rectangle, where rows of pixels see two sides."""
    c, s = np.cos(p[4]), np.sin(p[4])
    place = points - p[:2]
    u, v = np.abs(place @ [c, s]), np.abs(place @ [-s, c])
    beside: NDArray[np.bool_] = (u < 0.5 * p[2] - corner) | (v < 0.5 * p[3] - corner)
    return beside if beside.sum() >= FEWEST else np.ones(len(points), bool)


def _evened(kind: str, p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the parameters with angles that hardly differ from none, and corners that are hardly round, at zero."""
    p = p.copy()
    if kind == "circle":
        return p
    size = 0.5 * max(p[2], p[3])
    quarter = p[4] / (0.5 * np.pi)
    if abs(quarter - round(quarter)) * 0.5 * np.pi * size < EVEN:
        if round(quarter) % 2:
            p[2], p[3] = p[3], p[2]
        p[4] = 0.0
    if kind == "rectangle" and p[5] < 0.4:
        p[5] = 0.0
    return p
