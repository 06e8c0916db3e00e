"""All strokes of a region, and their widths, against the shares of its pixels.

A pixel sees of a line what half-planes on both sides of it leave: exactly so where the line is straight. Of several
strokes it sees the one whose edge is nearest, so that crossings, joins and round ends need no care.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, distance_transform_edt
from scipy.sparse import csr_matrix

from ..drawing import Shape
from ..palette import EVERYWHERE, Pixels
from ..refine import Target
from .descent import Steps, descended
from .graph import NONE
from .strokes import Stroke, nearest, reached, samples, stroke_of, with_numbers

ROUNDS = 16
WRONG = 0.25  # share by which a pixel is off that strokes must yet reach
HALF, MISSED = 0.5, 2.5  # share by which a pixel is missed, and pixels from the rim to the middle of what is missed
SPLIT = 4  # parts of the side of a pixel that is looked at more closely
FULL = 0.99  # share of a pixel that is no edge
NEAR = 2.0  # pixels from an edge, at most a pixel wrong, in which coverage may be neither 0 nor 1
LEVEL = 1e-3  # least slope of an edge: formulas divide by it


class Fit(NamedTuple):
    """Strokes after they have moved."""

    strokes: list[Stroke]
    widths: NDArray[np.float64]  # (G,)
    error: NDArray[np.float64]  # (H, W): share of every pixel less what is shown


class _Seen(NamedTuple):
    """Pixels that tell."""

    places: Pixels  # (N, 2): their middles
    share: NDArray[np.float64]  # (N,)


class _State(NamedTuple):
    """Strokes on the way."""

    off: NDArray[np.float64]  # (N,)
    slope: NDArray[np.float64]  # (N,): derivative of what is covered by the depth in the nearest stroke
    stroke: NDArray[np.int64]  # (N,): that one, NONE if all are too far
    near: list[
        tuple[NDArray[np.int64], NDArray[np.float64]]
    ]  # of every stroke: pixels, and their distances' derivative
    square: float  # the sum of the squared differences


def fitted(strokes: list[Stroke], widths: NDArray[np.float64], group: NDArray[np.int64], target: Target) -> Fit | None:
    """Return strokes after Gauss-Newton on the differences of what they cover from a target.

    None if these are so large that no line that moves could mend them, as at flat ends of broad lines.

    Parameters
    ----------
    strokes : list of Stroke
        To start from.
    widths : ndarray, shape (G,)
        Their widths.
    group : ndarray, shape (S,)
        Which of them each stroke has.
    target : Target
        What they should cover.
    """
    edge = binary_dilation(target.share < FULL, EVERYWHERE) & binary_dilation(target.share > 1.0 - FULL, EVERYWHERE)
    error = np.abs(missed(strokes, widths, group, target))
    if deepest(error > HALF) > MISSED:
        return None
    wrong = error > WRONG
    seen = _seen(target, (edge | binary_dilation(wrong, EVERYWHERE)) & (target.counts > 0.0))
    x = np.concatenate([*(s.numbers for s in strokes), widths])
    many = len(x) - len(widths)

    def state(x: NDArray[np.float64]) -> _State:
        return _state(with_numbers(strokes, x), x[many:], group, seen)

    def rows(state: _State) -> Any:
        return _rows(state, strokes, group, len(x))

    x, _ = descended(x, Steps(state, rows, ROUNDS))
    strokes = with_numbers(strokes, x)
    return Fit(strokes, x[many:], _looked_at(strokes, x[many:], group, target))


def deepest(spots: NDArray[np.bool_]) -> float:
    """Return the largest distance of a pixel in spots (H, W) from what is around them."""
    y, x = np.nonzero(spots)
    if len(x) == 0:
        return 0.0
    box = spots[y.min() : y.max() + 1, x.min() : x.max() + 1]
    return float(distance_transform_edt(np.pad(box, 1)).max())


def covered_by_line(shape: Shape, corner: tuple[int, int], size: tuple[int, int]) -> NDArray[np.float64]:
    """Return what a line along a curve, or around a primitive, covers of the pixels (H, W) of a window.

    `corner` is the first row and the first column of the window.
    """
    target = Target(corner[1], corner[0], np.zeros(size), np.ones(size))
    return missed([stroke_of(shape)], np.array([shape.width]), np.zeros(1, np.int64), target)


def _state(strokes: list[Stroke], widths: NDArray[np.float64], group: NDArray[np.int64], seen: _Seen) -> _State:
    """Return the differences of some pixels, and what tells how they change."""
    count = len(seen.places)
    best, normal, owner = np.full(count, NEAR), np.zeros((count, 2)), np.full(count, NONE)
    nears = []
    for k, stroke in enumerate(strokes):
        half = 0.5 * widths[group[k]]
        which, near = reached(stroke, seen.places, half + NEAR)
        closer = near.distance - half < best[which]
        which = which[closer]
        best[which], normal[which], owner[which] = near.distance[closer] - half, near.normal[closer], k
        nears.append((which, near.rows[closer]))
    covered, slope = half_plane(-best, normal)
    off = covered - seen.share
    return _State(off, slope, owner, nears, float((off * off).sum()))


def _rows(state: _State, strokes: list[Stroke], group: NDArray[np.int64], count: int) -> Any:
    """Return the derivative (N, Z), sparse, of the differences by all numbers of the strokes and the widths."""
    start, first = 0, sum(len(stroke.numbers) for stroke in strokes)
    values, pixels, columns = [], [], []
    for k, (stroke, (which, rows)) in enumerate(zip(strokes, state.near, strict=True)):
        mine = (state.stroke[which] == k) & (state.slope[which] != 0.0)
        which, rows = which[mine], rows[mine] * stroke.free
        row, column = np.nonzero(rows)
        values += [-state.slope[which[row]] * rows[row, column], 0.5 * state.slope[which]]
        pixels += [which[row], which]
        columns += [start + column, np.full(len(which), first + group[k])]
        start += len(stroke.numbers)
    where = np.concatenate(pixels), np.concatenate(columns)
    return csr_matrix((np.concatenate(values), where), shape=(len(state.off), count))


def half_plane(depth: NDArray[np.float64], normal: Pixels) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what a half-plane covers of pixels whose middles are so deep in it, and the derivative by that."""
    a, b = np.maximum(np.abs(normal), LEVEL).T
    covered, slope = np.zeros(len(depth)), np.zeros(len(depth))
    for sign, at in ((1, a + b), (-1, a - b), (-1, b - a), (1, -a - b)):
        ramp = np.maximum(depth + 0.5 * at, 0.0)
        covered += sign * 0.5 * ramp * ramp / (a * b)
        slope += sign * ramp / (a * b)
    return np.clip(covered, 0.0, 1.0), slope


def missed(
    strokes: list[Stroke], widths: NDArray[np.float64], group: NDArray[np.int64], target: Target
) -> NDArray[np.float64]:
    """Return what strokes cover of every pixel (H, W) of a window, less what they should; see `fitted`."""
    depth = depth_of(strokes, widths, group, target)
    error = (depth > 0.0) - target.share
    edge = np.abs(depth) < NEAR
    error[edge] = _state(strokes, widths, group, _seen(target, edge)).off
    return np.where(target.counts > 0.0, error, 0.0)


def _looked_at(
    strokes: list[Stroke], widths: NDArray[np.float64], group: NDArray[np.int64], target: Target
) -> NDArray[np.float64]:
    """Return the same, more closely where it is off: in the notch between two lines a pixel sees both their edges."""
    error = missed(strokes, widths, group, target)
    y, x = np.nonzero(np.abs(error) > WRONG)
    if len(x) == 0:
        return error
    fine, left, top = (np.arange(SPLIT) + 0.5) / SPLIT, x[:, None, None] + target.left, y[:, None, None] + target.top
    places = np.stack(np.broadcast_arrays(left + fine, top + fine[:, None]), axis=-1).reshape(-1, 2)
    inside = np.zeros(len(places), bool)
    for k, stroke in enumerate(strokes):
        inside |= nearest(stroke, places).distance < 0.5 * widths[group[k]]
    error[y, x] = inside.reshape(len(x), -1).mean(axis=1) - target.share[y, x]
    return error


def depth_of(
    strokes: list[Stroke], widths: NDArray[np.float64], group: NDArray[np.int64], target: Target
) -> NDArray[np.float64]:
    """Return how deep the pixels (H, W) of a window are in strokes, within a pixel."""
    height, width = target.share.shape
    depth = np.full((height, width), -np.inf)
    frame = int(np.ceil(0.5 * widths.max()))  # strokes that are farther from the window are nowhere in it
    off = np.ones((len(widths), height + 2 * frame, width + 2 * frame), bool)  # where no middle of a stroke goes
    for k, stroke in enumerate(strokes):
        column, row = np.floor(samples(stroke)[2] - (target.left, target.top)).astype(int).T + frame
        there = (column >= 0) & (column < width + 2 * frame) & (row >= 0) & (row < height + 2 * frame)
        off[group[k], row[there], column[there]] = False
    for k, free in enumerate(off):
        if not free.all():
            distance = distance_transform_edt(free)[frame : frame + height, frame : frame + width]
            depth = np.maximum(depth, 0.5 * widths[k] - distance)
    return depth


def _seen(target: Target, which: NDArray[np.bool_]) -> _Seen:
    """Return some pixels (H, W) of a target."""
    y, x = np.nonzero(which)
    return _Seen(np.stack([x + target.left + 0.5, y + target.top + 0.5], axis=1), target.share[which])
