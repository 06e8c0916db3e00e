"""Outlines made of one half and its image, with one half's numbers free.

A closed curve that is its own image crosses the axis twice: at a node, or within a piece that becomes its own image, or
is cut there. Numbers of the image are linear in those of the half and in the place of the axis, so a tied outline is
one of fewer free numbers: it cannot lose its symmetry however it moves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .axes import Axis
from .curves import Curve, derived, make_curve
from .palette import Pixels

ON = 0.5  # pixels that a node of an axis may be off it
ACROSS = 0.07  # sine of the angle by which a line may be off the normal and still cross an axis without a node
OWN = 1.5  # pixels that the ends of a piece may be off each other's image, for it to become its own image
OWN_SHARE = 0.2  # of the way between them, the same


class Outline(NamedTuple):
    """Curves that are images of themselves or of each other, their nodes and pieces one after the other."""

    curves: list[Curve]
    node: NDArray[np.int64]  # (K,): the image of every node
    piece: NDArray[np.int64]  # (K,): and of every piece


class _Half(NamedTuple):
    """What lies on one side: nodes and the pieces between them, and from or to the axis."""

    nodes: Pixels  # (N, 2)
    smooth: NDArray[np.bool_]  # (N,)
    ends: tuple[bool, bool]  # whether the first and the last node lie on the axis
    line: NDArray[np.bool_]  # (N - 1,): pieces between nodes
    handles: Pixels  # (N - 1, 2, 2)
    own: tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]  # handle at the first node of a piece that is
    # its own image, and at the last one; None for a line


class _Piece(NamedTuple):
    """A piece on its way along a half."""

    control: Pixels  # (4, 2)
    line: bool


def outline_of(curves: list[Curve], axis: Axis, side: float, level: float) -> Outline | None:
    """Return the outline that the half of some curves on a side, 1 or -1, makes; None if they have no such half."""
    found: list[Curve] = []
    nodes: list[NDArray[np.int64]] = []
    pieces: list[NDArray[np.int64]] = []
    start, pairs = 0, 0
    for curve in curves:
        control = derived(curve).control
        beyond = side * axis.beyond(control[:, 0])
        crossing = _crossings(beyond)
        if len(crossing) not in (0, 2):
            return None
        if len(crossing) == 2:
            half = _half(curve, control, beyond, crossing, axis)
            made = None if half is None else _whole(half, axis, level)
            if made is None:
                return None
            new, node, piece = made
        else:
            there = bool(beyond.sum() > 0.0)
            pairs += 1 if there else -1
            if not there:
                continue
            new, node, piece = _pair(curve, control, axis, level)
        found += new
        nodes.append(start + node)
        pieces.append(start + piece)
        start += len(node)
    if pairs != 0 or not found:
        return None
    return Outline(found, np.concatenate(nodes), np.concatenate(pieces))


def _crossings(beyond: NDArray[np.float64]) -> list[tuple[int, bool]]:
    """Return where a curve crosses the axis: nodes on it (True), and pieces that cross between nodes."""
    on = np.abs(beyond) <= ON
    on &= ~(np.roll(on, 1) | np.roll(on, -1))
    positive = beyond > 0.0
    after, before = np.roll(positive, -1), np.roll(positive, 1)
    found = [(int(k), True) for k in np.flatnonzero(on & (before != after))]
    inside = ~on & ~np.roll(on, -1) & (positive != after)
    return sorted(found + [(int(k), False) for k in np.flatnonzero(inside)])


def _half(
    curve: Curve, control: Pixels, beyond: NDArray[np.float64], crossing: list[tuple[int, bool]], axis: Axis
) -> _Half | None:
    """Return the half of a curve that crosses the axis twice, on the side where `beyond` is above 0."""
    count = curve.pieces
    (first, at_first), (last, at_last) = crossing
    if beyond[(first + 1) % count] < 0.0:
        (first, at_first), (last, at_last) = (last, at_last), (first, at_first)
    if beyond[(first + 1) % count] < 0.0:
        return None
    inner = [(first + 1 + k) % count for k in range((last - first - (1 if at_last else 0)) % count)]
    if not inner:
        return None
    nodes, smooth = [control[k, 0] for k in inner], [bool(curve.smooth[k]) for k in inner]
    parts = [_Piece(control[k], bool(curve.line[k])) for k in inner[:-1]]
    ends, own = [False, False], []
    for place, (k, at_node) in enumerate(((first, at_first), (last, at_last))):
        back = place == 0  # the half lies behind the crossing
        at = k if back or not at_node else inner[-1]
        met = _meeting(_Piece(control[at], bool(curve.line[at])), axis, back, at_node, bool(curve.smooth[k]))
        own.append(met.handle)
        ends[place] = met.part is not None
        if met.part is not None:
            node = met.part.control[0 if back else 3]
            nodes.insert(0 if back else len(nodes), node)
            smooth.insert(0 if back else len(smooth), met.smooth)
            parts.insert(0 if back else len(parts), met.part)
    handles = np.array([[p.control[1] - p.control[0], p.control[3] - p.control[2]] for p in parts]).reshape(-1, 2, 2)
    line = np.array([p.line for p in parts], bool)
    return _Half(np.array(nodes), np.array(smooth), (ends[0], ends[1]), line, handles, (own[0], own[1]))


class _Meeting(NamedTuple):
    """How a half meets the axis."""

    part: _Piece | None  # from or to a node on the axis; None if a piece that is its own image crosses it
    smooth: bool  # the node
    handle: NDArray[np.float64] | None  # of that piece, at the half; None of a line


def _meeting(piece: _Piece, axis: Axis, back: bool, at_node: bool, smooth: bool) -> _Meeting:
    """Return how a piece meets the axis: at its start, if what lies beyond is `back`, or at its end."""
    control = piece.control if back else piece.control[::-1]  # from the axis
    near, far = control[0], control[3]
    way = far - near
    if piece.line:
        off = abs(float(way @ [-axis.normal[1], axis.normal[0]]))
        if off <= ACROSS * float(np.hypot(*way)):
            return _Meeting(None, False, None)
    elif not at_node:
        off = float(np.linalg.norm(axis.image(near) - far))
        if off <= max(OWN, OWN_SHARE * float(np.hypot(*way))):
            return _Meeting(None, False, (far - control[2]) if back else (control[2] - far))
    if not at_node:
        control = _beyond(control, axis)
        smooth = not piece.line
    tip = control[0] - axis.beyond(control[0]) * axis.normal
    control = np.stack([tip, control[1] + tip - control[0], control[2], control[3]])
    return _Meeting(_Piece(control if back else control[::-1], piece.line), smooth, None)


def _beyond(control: Pixels, axis: Axis) -> Pixels:
    """Return what of a cubic that crosses an axis is beyond, by de Casteljau."""
    ends = axis.beyond(control[[0, 3]])
    low, high = 0.0, 1.0
    for _ in range(30):
        t = 0.5 * (low + high)
        a, b, c, d = axis.beyond(control)
        value = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t**3 * d
        low, high = (t, high) if (value > 0.0) == (ends[0] > 0.0) else (low, t)
    rows, rest = [control[3]], control
    for _ in range(3):
        rest = rest[:-1] + t * (rest[1:] - rest[:-1])
        rows.append(rest[-1])
    return np.array(rows[::-1])


def _whole(half: _Half, axis: Axis, level: float) -> tuple[list[Curve], NDArray[np.int64], NDArray[np.int64]] | None:
    """Return the curve that a half and its image are, and the images of nodes and pieces."""
    n, turn = len(half.nodes), axis.turn
    inner = np.arange(int(half.ends[0]), n - int(half.ends[1]))[::-1]
    nodes = np.concatenate([half.nodes, axis.image(half.nodes[inner])])
    smooth = np.concatenate([half.smooth, half.smooth[inner]])
    line, handles = [half.line], [half.handles]
    piece = list(range(n - 1))
    count = len(nodes)
    node = np.empty(count, np.int64)
    node[:n] = np.arange(n)
    node[inner], node[n:] = n + np.arange(len(inner)), inner
    back = -(half.handles @ turn)[::-1, ::-1]
    images = list(range(n - 2, -1, -1))
    if not half.ends[1]:
        line.append(np.array([half.own[1] is None]))
        leave = np.zeros(2) if half.own[1] is None else half.own[1]
        handles.append(np.array([[leave, -turn @ leave]]))
        piece.append(n - 1)
    shift = len(piece)
    line.append(half.line[::-1])
    handles.append(back)
    order = np.array([*piece, *images])
    order[: n - 1] = shift + np.arange(n - 2, -1, -1)
    if not half.ends[0]:
        line.append(np.array([half.own[0] is None]))
        arrive = np.zeros(2) if half.own[0] is None else half.own[0]
        handles.append(np.array([[-turn @ arrive, arrive]]))
        order = np.append(order, count - 1)
    straight = np.concatenate(line)
    if count < 3 or len(straight) != count:
        return None
    curve = make_curve(nodes, straight, smooth, np.concatenate(handles), level)
    return [curve], node, order


def _pair(
    curve: Curve, control: Pixels, axis: Axis, level: float
) -> tuple[list[Curve], NDArray[np.int64], NDArray[np.int64]]:
    """Return a curve and its image, and the images of nodes and pieces."""
    count = curve.pieces
    handles = np.stack([control[:, 1] - control[:, 0], control[:, 3] - control[:, 2]], axis=1)
    one = make_curve(control[:, 0], curve.line, curve.smooth, handles, level)
    back = np.arange(count)[::-1]
    other = make_curve(
        axis.image(control[back, 0]),
        np.roll(curve.line[back], -1),
        curve.smooth[back],
        np.roll(-(handles @ axis.turn)[back][:, ::-1], -1, axis=0),
        level,
    )
    node = np.concatenate([count + back, back])
    piece = np.concatenate([count + (back - 1) % count, (back - 1) % count])
    return [one, other], node, piece
