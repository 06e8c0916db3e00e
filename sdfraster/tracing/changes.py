"""What may be done to a curve at one of its nodes: without it, with a line for a piece, with two corners for one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .curves import Curve
from .kernels.knots import CUBIC_COST, LINE_COST
from .kernels.pieces import NONE
from .palette import Pixels

SLIGHT = 2.0  # times the tolerance, that a cubic may be off the line which is tried instead
FEWEST = 3  # pieces of a curve
SHORT = np.array(
    [1.5, 3.0, 5.0, 8.0, 12.0, 17.0, 24.0, 33.0, 45.0]
)  # pixels from a corner to each of the two that may take its place
SHARES = np.array([0.25, 0.5, 0.75])  # of the way along a piece, of a corner between its ends, and pixels beside it
ASIDE = np.array([-11.0, -6.0, -3.0, -1.5, 1.5, 3.0, 6.0, 11.0])
ALONG = 0.7  # of the way to the next control point, at most


class Change(NamedTuple):
    """A curve which differs from another one in some pieces."""

    curve: Curve
    old: list[int]  # pieces of the other
    new: list[int]  # pieces of this
    saved: float  # numbers
    starts: NDArray[np.float64]  # (S, Z): numbers that it may begin with


def without_node(curve: Curve, k: int, control: Pixels) -> Iterator[Change]:
    """Yield the curve without node k, if it has nodes to spare: the pieces beside it become one."""
    count = curve.pieces
    if count <= FEWEST:
        return
    before, after = (k - 1) % count, (k + 1) % count
    kept = np.arange(count) != k
    at = before - (before > k)  # the number of the piece before, when k is gone
    old, new = [(k - 2) % count, before, k, after], [(at - 1) % (count - 1), at, (at + 1) % (count - 1)]
    cost = sum(LINE_COST if curve.line[piece] else CUBIC_COST for piece in (before, k))
    both = curve.line[before] and curve.line[k]
    joined = curve if both else _with_cubic(curve, k, *_handles(control[before], control[k]))
    changed = joined.taken(kept)
    yield Change(changed, old, new, cost - (LINE_COST if both else CUBIC_COST), joined.z[None])


def with_line(curve: Curve, k: int, control: Pixels, tolerance: float) -> Iterator[Change]:
    """Yield the curve with a line for piece k, if that is a cubic which is nearly one."""
    if curve.line[k] or not _slight(control[k], tolerance):
        return
    around = [(k - 1) % curve.pieces, k, (k + 1) % curve.pieces]
    line, smooth, angle = curve.line.copy(), curve.smooth.copy(), curve.angle.copy()
    line[k] = True
    smooth &= ~(line & np.roll(line, 1))  # nodes between two lines are corners, smooth ones have the line's direction
    angle[around[1:]] = NONE
    changed = curve._replace(line=line, smooth=smooth, angle=angle)
    yield Change(changed, around, around, CUBIC_COST - LINE_COST, curve.z[None])


def with_two_corners(curve: Curve, k: int, control: Pixels) -> Change:
    """Return the curve with a line instead of corner k, whose ends are some pixels away."""
    count = curve.pieces
    before, after = (k - 1) % count, (k + 1) % count
    node, z, places = control[k, 0], curve.z.tolist(), []
    moves: list[NDArray[np.float64]] = []  # of the numbers that are new
    for piece, other, inner in ((before, before, control[before, 2]), (k, after, control[k, 1])):
        way = (3.0 if curve.line[piece] else 1.0) * (inner - node)
        length = max(float(np.hypot(*way)), 1e-9)
        place = []
        for axis, numbers in ((0, curve.x), (1, curve.y)):
            if numbers[other] == numbers[k]:  # a level line stays level
                place.append(int(numbers[k]))
                continue
            place.append(len(z))
            z.append(float(node[axis]))
            moves.append(np.minimum(SHORT, ALONG * length) * way[axis] / length)
        places.append(place)
    twice = np.insert(np.arange(count), k, k)
    starts = np.tile(z, (len(SHORT), 1))
    starts[:, len(curve.z) :] += np.transpose(moves)
    cut = curve.taken(twice)._replace(z=starts[0])
    cut.line[k], cut.smooth[k + 1] = True, False
    (cut.x[k], cut.y[k]), (cut.x[k + 1], cut.y[k + 1]) = places
    cut.angle[k + 1] = cut.leave[k] = cut.arrive[k] = NONE
    return Change(cut, [before, k], [(k - 1) % (count + 1), k, k + 1], -LINE_COST, starts)


def with_corner(curve: Curve, k: int, control: Pixels) -> Change:
    """Return the curve with two lines instead of piece k, and a corner between them: a bay or a tip that was missed."""
    count, after = curve.pieces, (k + 1) % curve.pieces
    first, last = control[k, 0], control[k, 3]
    way = last - first
    across = np.array([-way[1], way[0]]) / max(float(np.hypot(*way)), 1e-9)
    along, aside = (grid.ravel() for grid in np.meshgrid(SHARES, ASIDE))
    twice = np.insert(np.arange(count), k, k)
    starts = np.tile(np.append(curve.z, [0.0, 0.0]), (len(along), 1))
    starts[:, -2:] = first + along[:, None] * way + aside[:, None] * across
    cut = curve.taken(twice)._replace(z=starts[0])
    new = k + 1
    cut.line[[k, new]], cut.smooth[new] = True, False
    cut.x[new], cut.y[new] = len(curve.z), len(curve.z) + 1
    for place in (cut.angle, cut.leave, cut.arrive):
        place[new] = NONE
    cut.leave[k] = cut.arrive[k] = NONE
    saved = -LINE_COST if curve.line[k] else CUBIC_COST - 2 * LINE_COST
    new_pieces = [(new - 2) % (count + 1), k, new, (new + 1) % (count + 1)]
    return Change(cut, [(k - 1) % count, k, after], new_pieces, saved, starts)


def _handles(first: Pixels, second: Pixels) -> tuple[Pixels, Pixels]:
    """Return both handles of the cubic that would be cut into two, near enough."""
    lengths = [max(float(np.hypot(*(piece[3] - piece[0]))), 1e-6) for piece in (first, second)]
    share = min(max(lengths[0] / sum(lengths), 0.1), 0.9)
    return (first[1] - first[0]) / share, (second[3] - second[2]) / (1.0 - share)


def _slight(control: Pixels, tolerance: float) -> bool:
    """Return whether a cubic is nearly a line."""
    way = control[3] - control[0]
    off = (control[1:3] - control[0]) @ [way[1], -way[0]]
    return float(np.abs(off).max()) <= SLIGHT * tolerance * max(float(np.hypot(*way)), 1e-9)


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
