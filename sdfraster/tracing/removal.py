"""Nodes that a drawing can do without: two pieces become one, and a cubic a line, while the picture holds.

The other way round, a corner becomes two where that is worth its numbers: ends of what is a few pixels wide look like
tips, because what tells of one of their corners is spoilt by the other.

Knots are chosen where the border is measured to bend, with its measured directions. If all numbers around a place may
move, fewer often do. What a change costs is told by exact areas near it, after the numbers of the pieces beside it have
moved; those that other pieces depend on stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .curves import Curve, derived
from .drawing import Shape
from .fitting import Tolerance
from .forms import form_of
from .kernels.arrays import Derived, Some
from .kernels.knots import CUBIC_COST, LINE_COST
from .kernels.pieces import NONE
from .palette import Pixels
from .refine import MARGIN, Target, covered, descended, every, squares

FRUGAL = 4.0  # times what a squared pixel of distance is worth when knots are chosen
PROMISING = 40.0  # times the error that may be added, before anything has moved
SLIGHT = 2.0  # times the tolerance, that a cubic may be off the line which is tried instead
ROUNDS = 3
FEWEST = 3  # pieces of a curve
NEAR = 3  # pixels around a corner that tell whether it is two
SHORT = 1.5, 5.0, 15.0, 45.0  # and from there to each of them


class Change(NamedTuple):
    """A curve with fewer numbers, which differs from another one in some pieces."""

    curve: Curve
    old: list[int]  # pieces of the other
    new: list[int]  # pieces of this
    saved: float  # numbers


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
    gains = [_gain(curve, k, share, target, limits) for k in range(curve.pieces)]
    while max(gains) > 0.0:
        k = int(np.argmax(gains))
        best = _best(curve, k, share, target, limits)
        if best is None:
            gains[k] = 0.0
            continue
        if best.curve.pieces < curve.pieces:
            del gains[k]
        elif best.curve.pieces > curve.pieces:
            gains.insert(k + 1, 0.0)
        curve, share[best.window] = best.curve, best.share
        for near in {(k + step) % curve.pieces for step in (-1, 0, 1)}:
            gains[near] = _gain(curve, near, share, target, limits)
    return curve


def _gain(curve: Curve, k: int, share: NDArray[np.float64], target: Target, limits: Tolerance) -> float:
    """Return what the best change at node k gains, 0 if there is none."""
    best = _best(curve, k, share, target, limits)
    return 0.0 if best is None else best.gain


def _best(curve: Curve, k: int, share: NDArray[np.float64], target: Target, limits: Tolerance) -> Trial | None:
    """Return the best change at node k that gains."""
    made = derived(curve)
    changes = [*_changes(curve, k, made.control, limits)]
    if not curve.smooth[k] and _amiss(made.control[k, 0], share, target, limits):
        changes += [_cut(curve, k, made.control, length) for length in SHORT]
    trials = [tried(change, curve, share, target, limits) for change in changes]
    return max((trial for trial in trials if trial is not None), key=lambda trial: trial.gain, default=None)


def _changes(curve: Curve, k: int, control: Pixels, limits: Tolerance) -> Iterator[Change]:
    """Yield the curves without node k, or with a line for piece k."""
    count = curve.pieces
    before, after = (k - 1) % count, (k + 1) % count
    if count > FEWEST:
        kept = np.arange(count) != k
        at = before - (before > k)  # the number of the piece before, when k is gone
        old, new = [(k - 2) % count, before, k, after], [(at - 1) % (count - 1), at, (at + 1) % (count - 1)]
        cost = float(np.where(curve.line[[before, k]], LINE_COST, CUBIC_COST).sum())
        both = curve.line[before] and curve.line[k]
        joined = curve if both else _with_cubic(curve, k, *_handles(control[before], control[k]))
        saved = cost - (LINE_COST if both else CUBIC_COST)
        line, smooth, x, y, angle, leave, arrive = (array[kept] for array in joined[:-1])
        yield Change(Curve(line, smooth, x, y, angle, leave, arrive, joined.z), old, new, saved)
    if not curve.line[k] and _slight(control[k], limits):
        around = [before, k, after]
        yield Change(_with_line(curve, k), around, around, CUBIC_COST - LINE_COST)


def _amiss(node: Pixels, share: NDArray[np.float64], target: Target, limits: Tolerance) -> bool:
    """Return whether pixels around a node are off by more than two nodes instead of it would cost."""
    x, y = np.clip(np.floor(node - [target.left, target.top]).astype(int), 0, 1 << 30)
    around = np.s_[max(y - NEAR, 0) : y + NEAR + 1, max(x - NEAR, 0) : x + NEAR + 1]
    counts = target.counts[around]
    error = float((counts * (share[around] - target.share[around]) ** 2 * counts).sum())
    return error > LINE_COST / (FRUGAL * limits.worth) * max(float(counts.max(initial=0.0)), 1e-6) ** 2


def _cut(curve: Curve, k: int, control: Pixels, short: float) -> Change:
    """Return the curve with a line instead of corner k, whose ends are so many pixels away."""
    count = curve.pieces
    before, after = (k - 1) % count, (k + 1) % count
    node, z = control[k, 0], curve.z.tolist()
    places: list[list[int]] = []
    for other, piece in ((before, control[before, ::-1]), (after, control[k])):
        way = piece[1] - piece[0]
        length = max(float(np.hypot(*way)), 1e-9)
        moved = node + min(short, 0.7 * length) / length * way
        place = []
        for axis, numbers in ((0, curve.x), (1, curve.y)):
            if numbers[other] == numbers[k]:  # a level line stays level
                place.append(int(numbers[k]))
            else:
                place.append(len(z))
                z.append(float(moved[axis]))
        places.append(place)
    (curve_x, curve_y), (x, y) = ([array.copy() for array in (curve.x, curve.y)], places[1])
    curve_x[k], curve_y[k] = places[0]
    at = k + 1
    changed = Curve(
        np.insert(curve.line, k, True),
        np.insert(curve.smooth, at, False),
        np.insert(curve_x, at, x),
        np.insert(curve_y, at, y),
        np.insert(curve.angle, at, NONE),
        np.insert(curve.leave, k, NONE),
        np.insert(curve.arrive, k, NONE),
        np.array(z),
    )
    start = (k - 1) % (count + 1)
    return Change(changed, [before, k], [start, k, at], -LINE_COST)


def _handles(first: Pixels, second: Pixels) -> tuple[Pixels, Pixels]:
    """Return both handles of the cubic that would be cut into two, near enough."""
    lengths = [max(float(np.linalg.norm(piece[3] - piece[0])), 1e-6) for piece in (first, second)]
    share = min(max(lengths[0] / sum(lengths), 0.1), 0.9)
    return (first[1] - first[0]) / share, (second[3] - second[2]) / (1.0 - share)


def _slight(control: Pixels, limits: Tolerance) -> bool:
    """Return whether a cubic is nearly a line."""
    way = control[3] - control[0]
    off = (control[1:3] - control[0]) @ [way[1], -way[0]]
    return float(np.abs(off).max()) <= SLIGHT * limits.curve * max(float(np.hypot(*way)), 1e-9)


def _with_cubic(curve: Curve, k: int, leave: Pixels, arrive: Pixels) -> Curve:
    """Return a curve with a cubic of some handles from the node before k; node k is still there, but not used."""
    count = curve.pieces
    before = (k - 1) % count
    line, angle, places = curve.line.copy(), curve.angle.copy(), (curve.leave.copy(), curve.arrive.copy())
    line[[before, k]] = False
    z = curve.z.tolist()
    for node, handle, place in ((before, leave, places[0]), ((k + 1) % count, arrive, places[1])):
        place[before] = len(z)
        z += [float(np.hypot(*handle))] if curve.smooth[node] else handle.tolist()
        if curve.smooth[node] and angle[node] == NONE and not (line[node] or line[node - 1]):
            angle[node] = len(z)
            z.append(float(np.arctan2(handle[1], handle[0])))
    return Curve(line, curve.smooth, curve.x, curve.y, angle, *places, np.array(z))


def _with_line(curve: Curve, k: int) -> Curve:
    """Return a curve with a line for piece k; nodes between two lines are corners, smooth ones have its direction."""
    line, smooth, angle = curve.line.copy(), curve.smooth.copy(), curve.angle.copy()
    line[k] = True
    smooth &= ~(line & np.roll(line, 1))
    angle[[k, (k + 1) % curve.pieces]] = NONE
    return curve._replace(line=line, smooth=smooth, angle=angle)


def tried(change: Change, curve: Curve, share: NDArray[np.float64], target: Target, limits: Tolerance) -> Trial | None:
    """Return a change after the numbers near it have moved, or None if it does not gain.

    Parameters
    ----------
    change : Change
        What to try.
    curve : Curve
        The curve as it is.
    share : ndarray, shape (H, W)
        What its shape covers.
    target : Target
        What the shape has to cover.
    limits : Tolerance
        How exactly.
    """
    now, changed = derived(curve), derived(change.curve)
    window = _window([now.control[change.old], changed.control[change.new]], target)
    corner, size = (target.top + window[0].start, target.left + window[1].start), target.counts[window].shape
    gone = Some(curve.line, np.array(change.old), np.full(len(curve.z), NONE))
    rest = share[window] - covered(now, gone, corner, size)
    counts, wanted = target.counts[window], target.share[window]
    before = counts * (share[window] - wanted)
    strength = max(float(counts.max(initial=0.0)), 1e-6)
    price = FRUGAL * limits.worth / strength**2
    most = float((before * before).sum()) + change.saved / price
    local = Target(corner[1], corner[0], wanted - rest, counts)
    some = Some(change.curve.line, np.array(change.new), _free(changed, change.new, len(change.curve.z)))
    start, _ = squares(changed, some, local)
    if start > PROMISING * most:
        return None
    z, error = descended(partial(derived, change.curve), some, change.curve.z, local, ROUNDS)
    if error >= most:
        return None
    moved = change.curve._replace(z=z)
    after = rest + covered(derived(moved), some, corner, size)
    worst = float(np.abs(counts * (after - wanted)).max(initial=0.0))
    if worst > max(limits.curve * strength, float(np.abs(before).max(initial=0.0))):
        return None
    return Trial(moved, (most - error) * price, window, after)


def _free(of: Derived, which: list[int], count: int) -> NDArray[np.int64]:
    """Return the columns of the numbers, of `count`, that some pieces depend on and no others; NONE elsewhere."""
    depends = np.zeros((2, count), bool)
    inside = np.isin(np.arange(len(of.used)), which).astype(int)
    used = np.arange(of.columns.shape[1]) < of.used[:, None]
    depends[np.broadcast_to(inside[:, None], used.shape)[used], of.columns[used]] = True
    own = depends[1] & ~depends[0]
    return np.where(own, np.cumsum(own) - 1, NONE)


def _window(controls: list[Pixels], target: Target) -> tuple[slice, slice]:
    """Return the part of a target that some control points are in, with some room around them."""
    hull = np.concatenate([control.reshape(-1, 2) for control in controls]) - [target.left, target.top]
    size = target.share.shape[::-1]
    low = np.clip(np.floor(hull.min(axis=0)).astype(int) - MARGIN, 0, size)
    high = np.clip(np.ceil(hull.max(axis=0)).astype(int) + MARGIN, low, size)
    return np.s_[low[1] : high[1], low[0] : high[0]]
