"""Nodes that a drawing can do without: two pieces become one, and a cubic a line, while the picture holds.

The other way round, a corner becomes two where that is worth its numbers: ends of what is a few pixels wide look like
tips, because what tells of one of their corners is spoilt by the other.

Knots are chosen where the border is measured to bend, with its measured directions. If all numbers around a place may
move, fewer often do. What a change costs is told by exact areas near it, after the numbers of the pieces beside it have
moved; those that other pieces depend on stay.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .changes import Change, with_corner, with_line, with_two_corners, without_node
from .curves import Curve, Derived, derived, layout_of
from .drawing import Shape
from .fitting import Tolerance
from .forms import form_of
from .kernels.arrays import Limited, Some
from .kernels.knots import LINE_COST
from .kernels.pieces import NONE
from .palette import Pixels
from .refine import MARGIN, Target, covered, descended, every

FRUGAL = 4.0  # times what a squared pixel of distance is worth when knots are chosen
PROMISING = 40.0  # times the error that may be added, before anything has moved
ROUNDS = 3
MOST_CUTS = 3
ROUNDING = 1e-6  # by which a pixel may be further off than before: one that is off completely may stay so
NEAR, FARTHEST = 3.0, 45.0  # pixels around a corner that tell whether it is two, and along the sides of a tip


class Trial(NamedTuple):
    """A change whose numbers have moved."""

    curve: Curve
    gain: float  # numbers saved, less what the error is worth
    window: tuple[slice, slice]
    share: NDArray[np.float64]  # what the shape covers there


def simplified(shape: Shape, target: Target, limits: Tolerance) -> Shape:
    """Return a path without the nodes that it can do without, the least missed first."""
    form = form_of(shape)
    if form is None or shape.kind != "path":
        return shape
    share = covered(form.derived(form.z), every(form), (target.top, target.left), target.share.shape)
    return shape._replace(curves=[_simplified(curve, share, target, limits) for curve in shape.curves])


def _simplified(curve: Curve, share: NDArray[np.float64], target: Target, limits: Tolerance) -> Curve:
    """Return a curve without the nodes that it can do without; update what its shape covers, ``share``."""
    cuts = [0] * curve.pieces  # how often a node, or what it is a half of, was cut

    def best_at(k: int) -> Trial | None:
        return _best(curve, k, cuts[k] < MOST_CUTS, share, target, limits)

    def gain_at(k: int) -> float:
        best = best_at(k)
        return 0.0 if best is None else best.gain

    gains = [gain_at(k) for k in range(curve.pieces)]
    while max(gains) > 0.0:
        k = int(np.argmax(gains))
        best = best_at(k)
        if best is None:
            gains[k] = 0.0
            continue
        if best.curve.pieces < curve.pieces:
            del gains[k], cuts[k]
        elif best.curve.pieces > curve.pieces:
            gains.insert(k + 1, 0.0)
            cuts[k : k + 1] = [cuts[k] + 1] * 2
        curve, share[best.window] = best.curve, best.share
        for near in {(k + step) % curve.pieces for step in (-1, 0, 1)}:
            gains[near] = gain_at(near)
    return curve


def _best(
    curve: Curve, k: int, may_cut: bool, share: NDArray[np.float64], target: Target, limits: Tolerance
) -> Trial | None:
    """Return the best change at node k that gains.

    A corner is cut a few times at most: near it and near its halves pixels count differently, so that cutting it and
    putting it together could gain in turns, for ever.
    """
    made = derived(curve)
    control = made.control
    changes = [*without_node(curve, k, control), *with_line(curve, k, control, limits.curve)]
    if may_cut and not curve.smooth[k] and _amiss(control[k - 1], control[k], share, target, limits):
        changes.append(with_two_corners(curve, k, control))
    alone = curve.line[k] or not (curve.smooth[k] or curve.smooth[(k + 1) % curve.pieces])
    if may_cut and alone and _is_off(control[k], share, target, limits):
        changes.append(with_corner(curve, k, control))
    trials = [tried(change, curve, made, share, target, limits) for change in changes]
    return max((trial for trial in trials if trial is not None), key=lambda trial: trial.gain, default=None)


def _amiss(before: Pixels, after: Pixels, share: NDArray[np.float64], target: Target, limits: Tolerance) -> bool:
    """Return whether pixels around the corner between two pieces are off by more than a node more would cost.

    A tip counts up to where it is as broad as what is looked at around a corner that is none.
    """
    node = after[0]
    ways = [inner - node for inner in (before[2], after[1])]
    ways = [way / max(float(np.hypot(*way)), 1e-9) for way in ways]
    reach = NEAR / max(float(np.hypot(*(ways[0] - ways[1]))) / 2.0, NEAR / FARTHEST)
    points = np.array([node, *(node + reach * way for way in ways)])
    return _is_off(points, share, target, limits)


def _is_off(points: Pixels, share: NDArray[np.float64], target: Target, limits: Tolerance) -> bool:
    """Return whether pixels around some points are off by more than a node more would cost."""
    around = _around(points, target)
    counts = target.counts[around]
    error = float((counts * (share[around] - target.share[around]) ** 2 * counts).sum())
    return error > LINE_COST / (FRUGAL * limits.worth) * max(float(counts.max(initial=0.0)), 1e-6) ** 2


def tried(
    change: Change, curve: Curve, made: Derived, share: NDArray[np.float64], target: Target, limits: Tolerance
) -> Trial | None:
    """Return a change after the numbers near it have moved, or None if it does not gain.

    Parameters
    ----------
    change : Change
        What to try.
    curve, made : Curve, Derived
        The curve as it is, and its pieces.
    share : ndarray, shape (H, W)
        What its shape covers.
    target : Target
        What the shape has to cover.
    limits : Tolerance
        How exactly.
    """
    changed = derived(change.curve)
    begun = np.stack([change.starts[:, place[change.new]] for place in (change.curve.x, change.curve.y)], axis=2)
    window = _window([made.control[change.old], changed.control[change.new], begun], target)
    corner, size = (target.top + window[0].start, target.left + window[1].start), target.counts[window].shape
    gone = Some(curve.line, np.array(change.old), np.full(len(curve.z), NONE))
    rest = share[window] - covered(made, gone, corner, size)
    counts, wanted = target.counts[window], target.share[window]
    before = counts * (share[window] - wanted)
    strength = max(float(counts.max(initial=0.0)), 1e-6)
    price = FRUGAL * limits.worth / strength**2
    most = float((before * before).sum()) + change.saved / price
    local = Target(corner[1], corner[0], wanted - rest, counts)
    some = Some(change.curve.line, np.array(change.new), _free(changed, change.new, len(change.curve.z)))
    limited = Limited(ROUNDS, PROMISING * most)
    found = descended(layout_of([change.curve]), some, local, limited, change.starts)
    if found.error >= most:
        return None
    after = rest + found.share
    worst = float(np.abs(counts * (after - wanted)).max(initial=0.0))
    if worst > max(limits.curve * strength, float(np.abs(before).max(initial=0.0)) + ROUNDING * strength):
        return None
    return Trial(change.curve._replace(z=found.z), (most - found.error) * price, window, after)


def _free(of: Derived, which: list[int], count: int) -> NDArray[np.int64]:
    """Return the columns of the numbers, of `count`, that some pieces depend on and no others; NONE elsewhere."""
    used = np.arange(of.columns.shape[1]) < of.used[:, None]
    everywhere = np.bincount(of.columns[used], minlength=count)
    here = np.bincount(of.columns[which][used[which]], minlength=count)
    own = (here > 0) & (here == everywhere)
    return np.where(own, np.cumsum(own) - 1, NONE)


def _window(controls: list[Pixels], target: Target) -> tuple[slice, slice]:
    """Return the part of a target that some control points are in, with some room around them."""
    return _around(np.concatenate([control.reshape(-1, 2) for control in controls]), target)


def _around(points: Pixels, target: Target) -> tuple[slice, slice]:
    """Return the part of a target that some points are in, with some room around them."""
    hull = points - [target.left, target.top]
    size = target.share.shape[::-1]
    low = np.clip(np.floor(hull.min(axis=0)).astype(int) - MARGIN, 0, size)
    high = np.clip(np.ceil(hull.max(axis=0)).astype(int) + MARGIN, low, size)
    return np.s_[low[1] : high[1], low[0] : high[0]]
