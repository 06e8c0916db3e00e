"""A curve through the points of a border: knots by dynamic programming, then all numbers together by Gauss-Newton."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.compile.kernel import serial
from .corners import Run
from .curves import Curve, derived, make_curve
from .kernels import area, equations, knots, pieces
from .kernels.arrays import Chains, Equations, Limits, OpenBorder
from .palette import Pixels

EVERY = 3.0  # pixels between places that may be knots
MANY = 1500  # of them, from which on there are fewer: a long even border would be compared with itself for minutes
FEW, PER_RADIAN = 400, 8.0  # of them along such a border, and beside these for what it turns
LINE_TOLERANCE = 0.8  # of that of cubics: a line must not hide a bend
ROUNDS = 6
DAMPING = 1e-4
POLYGON = 0.4  # pixels that a point may be off a polygon


class Tolerance(NamedTuple):
    """How exactly a curve has to follow a border, in pixels."""

    curve: float  # largest distance of a point
    worth: float  # of a squared distance, in numbers of a drawing
    level: float  # by which lines may be off and be made horizontal or vertical
    noise: float  # by which points are off the border

    def loosened(self, factor: float) -> Tolerance:
        """Return the tolerance for points that are more noisy."""
        return Tolerance(factor * self.curve, self.worth / factor**2, factor * self.level, factor * self.noise)


class Piece(NamedTuple):
    """A piece of a run."""

    first: int  # point
    last: int
    line: bool
    start: int  # which of the directions of a place it has, see `Run`
    end: int


class Fitted(NamedTuple):
    """A curve and the points that it was fitted to."""

    curve: Curve
    points: Pixels  # (N, 2)
    piece: NDArray[np.int64]  # (N,): piece of the curve that a point belongs to
    worst: float  # distance of a point from the curve
    rms: float


@cache
def _place() -> Any:
    return serial(knots.place, np.dtype(np.float64), "knots")


@cache
def _cubic() -> Any:
    return serial(knots.cubic, np.dtype(np.float64), "cubic")


@cache
def _compiled_equations() -> Any:
    return serial(pieces.equations, np.dtype(np.float64), "equations")


@cache
def solved() -> Any:
    """Return the kernel that solves damped normal equations."""
    return serial(equations.solve, np.dtype(np.float64), "solve")


def fit_curve(runs: list[Run], tolerance: Tolerance, closed: bool = True, held: bool = False) -> Fitted:
    """Fit a curve to the runs of a border; if these do not lead back to their start, a line without points does.

    Ends that are `held` stay, and so does what leads back.
    """
    nodes: list[Pixels] = []
    line: list[bool] = []
    smooth: list[bool] = []
    handles: list[Pixels] = []
    points: list[Pixels] = []
    piece: list[NDArray[np.int64]] = []
    for run in runs:
        x, y = np.ascontiguousarray(run.points[:, 0]), np.ascontiguousarray(run.points[:, 1])
        border = OpenBorder(x, y, run.smooth, run.ways)
        chain = _chain(run, border, tolerance)
        control, scratch = np.empty((4, 2)), np.empty(knots.MOST)
        for number, (i, j, straight, start, end) in enumerate(chain):
            points.append(run.points[i + 1 : j])
            piece.append(np.full(max(j - i - 1, 0), len(nodes)))
            nodes.append(run.smooth[i])
            line.append(straight)
            smooth.append(number > 0 or not run.sharp)
            if straight:
                handles.append(np.zeros((2, 2)))
            else:
                _cubic()(border, i, j, run.ways[i, start], run.ways[j, end], control, scratch)
                handles.append(np.stack([control[1] - control[0], control[3] - control[2]]))
    if not closed:
        first, last = runs[0].points[0], runs[-1].points[-1]
        nodes.append(last)
        line.append(not held)  # a line might be made level
        smooth.append(False)
        handles.append(np.tile((first - last) / 3.0, (2, 1)))
    curve = make_curve(np.array(nodes), np.array(line), np.array(smooth), np.array(handles), tolerance.level)
    if held:
        curve.z[ends_of(curve)[:4]] = np.concatenate([nodes[0], nodes[-1]])
    return polished(Fitted(curve, np.concatenate(points), np.concatenate(piece), 0.0, 0.0), held)


def ends_of(curve: Curve) -> NDArray[np.int64]:
    """Return the places in z of what is held of a curve with held ends: x and y of both, and the handles between."""
    back = curve.pieces - 1
    handles = curve.leave[back], curve.leave[back] + 1, curve.arrive[back], curve.arrive[back] + 1
    return np.array([curve.x[0], curve.y[0], curve.x[back], curve.y[back], *handles])


@cache
def _polygon() -> Any:
    return serial(area.polygon, np.dtype(np.float64), "polygon")


def fit_polygon(points: Pixels, tolerance: Tolerance) -> Curve:
    """Return the polygon that follows a closed border of few points."""
    start = int(np.linalg.norm(points - points.mean(axis=0), axis=1).argmax())  # a corner for certain
    closed = np.concatenate([np.roll(points, -start, axis=0), points[start : start + 1]])
    n = len(closed)
    cost, back = np.empty(n), np.zeros(n, np.int64)
    x, y = np.ascontiguousarray(closed[:, 0]), np.ascontiguousarray(closed[:, 1])
    _polygon()(x, y, POLYGON, tolerance.worth, cost, back)
    corners = [int(back[n - 1])]
    while corners[-1] > 0:
        corners.append(int(back[corners[-1]]))
    nodes = closed[corners[::-1]]
    if len(nodes) < 3:
        nodes = closed[np.linspace(0, n - 1, 4).astype(int)[:3]]
    lines = np.ones(len(nodes), bool)
    return make_curve(nodes, lines, ~lines, np.zeros((len(nodes), 2, 2)), tolerance.level)


def _chain(run: Run, border: OpenBorder, tolerance: Tolerance) -> list[Piece]:
    """Return the pieces of a run."""
    candidates = _places(run)
    m = len(candidates)
    cost, back, kind = np.empty((m, 4)), np.zeros((m, 4), np.int64), np.zeros((m, 4), np.int64)
    control, scratch = np.empty((4, 2)), np.empty(knots.MOST)
    limits = Limits(tolerance.curve, LINE_TOLERANCE * tolerance.curve, tolerance.worth)
    _place()(border, candidates, run.sharp, limits, Chains(cost, back, kind, np.empty(m, bool)), control, scratch)
    chain = []
    at, how = m - 1, int(cost[m - 1].argmin())
    while at > 0:
        before, how_before = int(back[at, how]), int(kind[at, how])
        start = 1 if how_before == knots.LINE else 0
        end = 2 if how == knots.BEFORE_LINE else 0
        piece = Piece(int(candidates[before]), int(candidates[at]), how == knots.LINE, start, end)
        chain.append(piece)
        at, how = before, how_before
    chain.reverse()
    if not run.sharp and len(chain) == 1:
        first, last = chain[0].first, chain[0].last
        middle = (first + last) // 2
        chain = [Piece(first, middle, False, 0, 0), Piece(middle, last, False, 0, 0)]
    return chain


def _places(run: Run) -> NDArray[np.int64]:
    """Return the points of a run that may be knots, in order: every few pixels; of long ones, most where they bend."""
    n = len(run.points)
    measure = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(run.points, axis=0), axis=1))])
    steps = max(1, min(n - 1, round(measure[-1] / EVERY)))
    if steps > MANY:
        turns = np.abs((np.diff(run.ways[:, 0]) + np.pi) % (2.0 * np.pi) - np.pi)
        measure *= FEW / measure[-1]
        measure[1:] += PER_RADIAN * np.cumsum(turns)
        steps = min(steps, round(measure[-1]))
    places = np.unique(np.searchsorted(measure, np.linspace(0.0, measure[-1], steps + 1)).clip(0, n - 1))
    if places[-1] != n - 1:
        places = np.append(places, n - 1)
    return np.array([0, n // 2, n - 1]) if not run.sharp and len(places) < 3 else places


def polished(fitted: Fitted, held: bool = False, rounds: int = ROUNDS) -> Fitted:
    """Return the fit after steps of Gauss-Newton on the squared distances, damped (Levenberg)."""
    curve, points, piece = fitted.curve, fitted.points, fitted.piece
    z, damping = curve.z, DAMPING
    if len(points) == 0:
        return fitted
    t = np.full(len(points), -1.0)
    still = ends_of(curve) if held else np.empty(0, np.int64)
    square, sums = _equations(curve, z, points, piece, t)
    factor, step = np.empty(sums.normal.shape), np.empty(len(z))
    for _ in range(rounds):
        sums.normal[still] = sums.normal[:, still] = sums.right[still] = 0.0
        for _ in range(4):
            solved()(sums.normal, sums.right, damping, factor, step)
            tried = t.copy()
            moved, sums_moved = _equations(curve, z - step, points, piece, tried)
            if moved <= square:
                break
            damping *= 10.0
        else:
            break
        gain, damping = square - moved, 0.3 * damping
        z, t = z - step, tried
        if not _reassign(curve, piece := piece.copy(), t):
            square, sums = moved, sums_moved
            if gain < 1e-3 * square:
                break
        else:
            square, sums = _equations(curve, z, points, piece, t)
    worst, rms = float(np.abs(sums.off).max()), float(np.sqrt(square / len(points)))
    return Fitted(curve._replace(z=z), points, piece, worst, rms)


def _equations(
    curve: Curve, z: NDArray[np.float64], points: Pixels, piece: NDArray[np.int64], t: NDArray[np.float64]
) -> tuple[float, Equations]:
    """Return the sum of the squared distances of points from a curve, and the normal equations; improve t."""
    sums = Equations(np.empty(len(points)), np.zeros((len(z), len(z))), np.zeros(len(z)))
    rounds = 6 if t[0] < 0.0 else 2
    square = _compiled_equations()(points, piece, t, derived(curve, z), rounds, sums, np.empty(pieces.MOST))
    return square, sums


def _reassign(curve: Curve, piece: NDArray[np.int64], t: NDArray[np.float64]) -> bool:
    """Give points beyond a smooth end of their piece to the next piece; return whether there are any."""
    after = (piece + 1) % curve.pieces
    onward = (t >= 1.0) & curve.smooth[after]
    backward = (t <= 0.0) & curve.smooth[piece] & ~onward
    piece[:] = np.where(onward, after, np.where(backward, (piece - 1) % curve.pieces, piece))
    t[onward], t[backward] = 0.01, 0.99
    return bool(onward.any() or backward.any())
