"""Nodes that lines can do without: two pieces become one, and a cubic a line, while the picture holds.

As for outlines (`removal`): the numbers of what is new move until it covers what it should, those that other pieces
depend on stay, and the change is kept if it saves more numbers than its error is worth.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ..curves import derived
from ..drawing import Shape
from ..fitting import Tolerance
from ..kernels.arrays import Laid
from ..kernels.knots import CUBIC_COST, LINE_COST
from ..kernels.trials import FRUGAL, ROUNDING
from ..palette import Pixels
from ..refine import Target
from .bends import along_pieces
from .graph import NONE
from .moves import BAND, Lines, Seen, fitted_over, lines_of, seen_near, state_of
from .strokes import Stroke, along, controls, samples, shape_of, stroke_of

ROUNDS = 3
NEAR = 2.0  # times the tolerance, that what is new may be off what it replaces, before it moves
FEWEST = 2  # pieces of a closed line
STEPS, FINE = 8, 65  # points of a piece, and of a cubic that they may be near to
TRIES = 3  # times that places of points are looked for on a cubic that is fitted to them
TINY = 1e-6  # pixels


class Draft(NamedTuple):
    """A stroke with fewer numbers."""

    stroke: Stroke
    piece: int  # which is new
    old: NDArray[np.int64]  # the pieces, of those that were there, that it replaces, and their neighbours
    saved: float  # numbers


def simplified(shapes: list[Shape], drawn: list[Laid], target: Target, limits: Tolerance) -> list[Shape]:
    """Return lines of one colour without the nodes that they can do without; see `moves.moved`."""
    if not any(len(controls(stroke)) > 1 for stroke in map(stroke_of, shapes) if stroke.curve is not None):
        return shapes
    lines, result = lines_of(shapes), list(shapes)
    seen = seen_near(lines, drawn, target)
    near = state_of(lines, seen).near
    for k, (stroke, shape) in enumerate(zip(lines.strokes, shapes, strict=True)):
        if stroke.curve is None:
            continue
        bare, here = np.ones(len(seen.places)), np.zeros(len(seen.places), bool)
        for which, covered, _, _ in near[:k] + near[k + 1 :]:
            bare[which] *= 1.0 - covered
        here[near[k].which] = True
        mine = seen._replace(bare=bare, around=seen.around[k : k + 1])
        alone = Lines([stroke], lines.widths[lines.group[k : k + 1]], np.zeros(1, np.int64))
        fewer = _simplified(alone, mine.only(here), limits)
        if fewer is not alone:
            near[k] = state_of(fewer, mine).near[0]
            result[k] = shape_of(fewer.strokes[0], shape.paint, float(fewer.widths[0]))
    return result if any(a is not b for a, b in zip(result, shapes, strict=True)) else shapes


def _simplified(line: Lines, seen: Seen, limits: Tolerance) -> Lines:
    """Return a line without the nodes that it can do without, what gains most first."""
    near = _nearest_pieces(line, seen)
    gains = [_best(line, k, seen, near, limits)[1] for k in range(len(controls(line.strokes[0])))]
    while max(gains) > 0.0:
        k = int(np.argmax(gains))
        found, gains[k] = _best(line, k, seen, near, limits)
        if found is None:
            continue
        if len(controls(found.strokes[0])) < len(gains):
            del gains[k]
        line, near = found, _nearest_pieces(found, seen)
        for j in {(k + step) % len(gains) for step in (-2, -1, 0, 1)}:
            gains[j] = _best(line, j, seen, near, limits)[1]
    return line


def _best(line: Lines, k: int, seen: Seen, near: NDArray[np.int64], limits: Tolerance) -> tuple[Lines | None, float]:
    """Return a line after the best change at piece k, and what that gains; None and 0 if nothing does.

    Of every pixel it is known which piece is `near`.
    """
    best: tuple[Lines | None, float] = None, 0.0
    for draft in _drafts(line.strokes[0], k, limits):
        local = seen.only(np.isin(near, draft.old))
        before = state_of(line, local)
        stroke = draft.stroke._replace(free=_free(draft))
        found, after = fitted_over(line._replace(strokes=[stroke]), local, ROUNDS, held=True)
        gain = draft.saved - FRUGAL * limits.worth * (after.square - before.square)
        worst = max(limits.curve, float(np.abs(before.off).max(initial=0.0)) + ROUNDING)
        if gain > best[1] and np.abs(after.off).max(initial=0.0) <= worst:
            best = found._replace(strokes=[along(found.strokes[0].shown, stroke.kind)]), gain
    return best


def _nearest_pieces(line: Lines, seen: Seen) -> NDArray[np.int64]:
    """Return which piece of a line is nearest to every pixel, NONE if none is near."""
    piece, _, points = samples(line.strokes[0])
    far, nearest = cKDTree(points).query(seen.places, distance_upper_bound=0.5 * float(line.widths[0]) + BAND)
    return np.where(np.isfinite(far), np.append(piece, NONE)[nearest], NONE)


def _free(draft: Draft) -> NDArray[np.bool_]:
    """Return which numbers of a draft only its new piece and the neighbours of that depend on."""
    made, count = derived(draft.stroke.shown), len(controls(draft.stroke))
    free, here = np.ones(len(draft.stroke.numbers), bool), {(draft.piece + step) % count for step in (-1, 0, 1)}
    for k in set(range(count)) - here:
        free[made.columns[k, : made.used[k]]] = False
    return free


def _drafts(stroke: Stroke, k: int, limits: Tolerance) -> list[Draft]:
    """Return what may be done at piece k of a stroke: a line instead, or the node before it left out."""
    curve, control = stroke.shown, controls(stroke)
    count, closed = len(control), stroke.kind == "path"
    line, smooth = curve.line[:count], curve.smooth[:count]

    def draft(control: Pixels, line: NDArray[np.bool_], smooth: NDArray[np.bool_], piece: int, first: int) -> Draft:
        old = np.arange(first - 1, k + 2)
        old = old % count if closed else old[old >= 0]
        saved = _size(curve.line[:count]) - _size(line)
        return Draft(along_pieces(control, line, smooth, closed, limits.level), piece, old, saved)

    drafts = []
    if not line[k] and _off_line(control[k][None]) <= NEAR * limits.curve:
        drafts.append(draft(control, line | (np.arange(count) == k), smooth, k, k))
    if count <= FEWEST * closed or (k == 0 and not closed):
        return drafts
    pair, piece = control[[k - 1, k]], (k - 1) % (count - 1)
    others = np.arange(count) != k
    for straight in (True, False):
        one, off = (_chord(pair), _off_line(pair)) if straight else _cubic(pair)
        if off <= NEAR * limits.curve and not (not straight and line[[k - 1, k]].all()):
            control, kind = control.copy(), line.copy()
            control[k - 1], kind[k - 1] = one, straight
            drafts.append(draft(control[others], kind[others], smooth[others], piece, k - 1))
    return drafts


def _size(line: NDArray[np.bool_]) -> float:
    """Return the numbers that pieces are written with."""
    return float(np.where(line, LINE_COST, CUBIC_COST).sum())


def _points(control: Pixels) -> Pixels:
    """Return points (N, 2) along pieces (K, 4, 2)."""
    return (_bernstein(np.linspace(0.0, 1.0, STEPS)) @ control).reshape(-1, 2)


def _bernstein(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights (N, 4) of control points."""
    s = 1.0 - t
    return np.stack([s**3, 3.0 * s * s * t, 3.0 * s * t * t, t**3], axis=1)


def _chord(control: Pixels) -> Pixels:
    """Return the line (4, 2) from the start of some pieces to their end."""
    return np.linspace(control[0, 0], control[-1, 3], 4)


def _off_line(control: Pixels) -> float:
    """Return how far pieces (K, 4, 2) are off the line from their start to their end; all, if they go back."""
    start, way = control[0, 0], control[-1, 3] - control[0, 0]
    length = float(np.hypot(*way))
    if length < TINY:
        return np.inf
    points = _points(control) - start
    along = points @ way / length
    return (
        np.inf
        if along.min() < -TINY or along.max() > length + TINY
        else float(np.abs(points @ [-way[1], way[0]]).max()) / length
    )


def _cubic(pair: Pixels) -> tuple[Pixels, float]:
    """Return the cubic (4, 2) that is nearest to two pieces (2, 4, 2), with their directions at the ends; and how far.

    Both halves of a cubic have handles where they meet that tell where it was divided.
    """
    points, (start, end) = _points(pair), (pair[0, 0], pair[1, 3])
    first, last, before, after = (
        pair[0, 1] - start,
        pair[1, 2] - end,
        pair[0, 3] - pair[0, 2],
        pair[1, 1] - pair[1, 0],
    )
    sizes = np.maximum(np.linalg.norm([first, last, before, after], axis=1), TINY)
    ways, share = np.stack([first, last]) / sizes[:2, None], sizes[2] / (sizes[2] + sizes[3])
    steps = np.linspace(0.0, 1.0, STEPS)
    t, dense = np.concatenate([share * steps, share + (1.0 - share) * steps]), _bernstein(np.linspace(0.0, 1.0, FINE))
    for _ in range(TRIES):
        b = _bernstein(t)
        rows = np.stack([np.outer(b[:, 1], ways[0]).ravel(), np.outer(b[:, 2], ways[1]).ravel()], axis=1)
        rest = points - np.outer(b[:, 0] + b[:, 1], start) - np.outer(b[:, 2] + b[:, 3], end)
        reach = np.linalg.lstsq(rows, rest.ravel(), rcond=None)[0]
        one = np.stack([start, start + reach[0] * ways[0], end + reach[1] * ways[1], end])
        far, nearest = cKDTree(dense @ one).query(points)
        t = nearest / (FINE - 1.0)
    return one, float(far.max()) if reach.min() > 0.0 else np.inf
