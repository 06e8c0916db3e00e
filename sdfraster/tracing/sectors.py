"""Parts of a closed curve from an axis to the next one, or from a node to its image.

A curve crosses an axis at a node, or within a piece that becomes its own image, or is cut there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .curves import Curve, derived
from .groups import Element, Symmetry
from .palette import Pixels

ON = 0.5  # pixels that a node of an axis may be off it
ACROSS = 0.07  # sine of the angle by which a line may be off the normal and still cross an axis without a node
OWN = 1.5  # pixels that the ends of a piece may be off each other's image, for it to become its own image
OWN_SHARE = 0.2  # of the way between them, the same
NEAR = 1.5  # pixels from the image of a node, or of a curve's middle, to that of which it is one
SAME = 1e-9  # between angles, or numbers of a matrix, that are one
LOOKED_AT = 8  # points of a piece, of which the middle of a curve is that


class Closed(NamedTuple):
    """A curve that there is."""

    curve: Curve
    control: Pixels  # (K, 4, 2)
    points: Pixels  # (N, 2) of it


class Crossing(NamedTuple):
    """Where a curve crosses an axis."""

    place: float  # along the curve, in pieces
    at_node: bool
    mirror: Element

    @property
    def piece(self) -> int:
        """The piece that crosses, or that begins there."""
        return int(self.place)


class End(NamedTuple):
    """How a part meets an axis."""

    mirror: Element
    node: bool  # whether its last node lies there; else a piece crosses that is its own image
    handle: NDArray[np.float64] | None = None  # of that piece, at the part; None of a line


class Part(NamedTuple):
    """Nodes, and the pieces between them; of one that is turned, also the piece to the image of the first node."""

    nodes: Pixels  # (N, 2)
    smooth: NDArray[np.bool_]  # (N,)
    line: NDArray[np.bool_]  # (P,)
    handles: Pixels  # (P, 2, 2)
    ends: tuple[End, End] | None = None


def closed(curve: Curve) -> Closed:
    """Return a curve with its pieces and some of its points."""
    control = derived(curve).control
    t = np.arange(LOOKED_AT)[:, None] / LOOKED_AT
    s = 1.0 - t
    a, b, c, d = np.moveaxis(control[:, :, None], 1, 0)
    points = s**3 * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t**3 * d
    return Closed(curve, control, points.reshape(-1, 2))


def winds(points: Pixels) -> bool:
    """Return whether a closed curve through some points leads around the origin."""
    x, y = points.T
    ahead_x, ahead_y = np.roll(points, -1, axis=0).T
    turned = np.arctan2(x * ahead_y - y * ahead_x, x * ahead_x + y * ahead_y).sum()
    return bool(abs(turned) > np.pi)


def area(points: Pixels) -> float:
    """Return the area within some points, below 0 if they lead the other way round."""
    (x, y), (ahead_x, ahead_y) = points.T, np.roll(points, -1, axis=0).T
    return 0.5 * float((x * ahead_y - y * ahead_x).sum())


def middle(points: Pixels) -> NDArray[np.float64]:
    """Return the middle (2,) of the area within some points."""
    start: NDArray[np.float64] = points[0]
    ahead = np.roll(points, -1, axis=0) - start
    area = (points[:, 0] - start[0]) * ahead[:, 1] - (points[:, 1] - start[1]) * ahead[:, 0]
    total = float(area.sum())
    if abs(total) < 1e-9:
        return start
    middle: NDArray[np.float64] = start + (area[:, None] * (points - start + ahead)).sum(axis=0) / (3.0 * total)
    return middle


def handles_of(control: Pixels) -> Pixels:
    """Return the handles (K, 2, 2) of pieces (K, 4, 2)."""
    return np.stack([control[:, 1] - control[:, 0], control[:, 3] - control[:, 2]], axis=1)


def crossings(loop: Closed, symmetry: Symmetry, mirror: Element) -> list[Crossing]:
    """Return where a curve crosses an axis: at nodes on it, and in pieces that cross between nodes."""
    beyond = symmetry.beyond(mirror, loop.control[:, 0])
    ahead = np.roll(beyond, -1)
    on = np.abs(beyond) <= ON
    on &= ~(np.roll(on, 1) | np.roll(on, -1))
    positive = beyond > 0.0
    at_nodes = np.flatnonzero(on & (np.roll(positive, 1) != np.roll(positive, -1)))
    between = np.flatnonzero(~on & ~np.roll(on, -1) & (positive != (ahead > 0.0)))
    found = [Crossing(float(k), True, mirror) for k in at_nodes]
    found += [Crossing(k + float(beyond[k] / (beyond[k] - ahead[k])), False, mirror) for k in between]
    return sorted(found)


def between(loop: Closed, symmetry: Symmetry, mirrors: list[Element]) -> Iterator[Part]:
    """Yield the parts of a curve between the axes that it crosses, each twice."""
    pairs = [crossings(loop, symmetry, mirror) for mirror in mirrors]
    if any(len(pair) != 2 for pair in pairs):
        return
    found = sorted(crossing for pair in pairs for crossing in pair)
    for start, stop in pairwise([*found, found[0]._replace(place=found[0].place + loop.curve.pieces)]):
        off = np.cos(start.mirror.angle - stop.mirror.angle) - np.cos(2.0 * np.pi / len(mirrors))
        part = _part(loop, symmetry, start, stop) if abs(off) < SAME else None  # else it skips an axis
        if part is not None:
            yield part


class _Open:
    """Pieces from an axis to an axis, on the way to a part."""

    def __init__(self, loop: Closed, symmetry: Symmetry, start: Crossing, stop: Crossing) -> None:
        count = loop.curve.pieces
        which = np.arange(start.piece, stop.piece + (0 if stop.at_node else 1))
        self._symmetry = symmetry
        self.control = list(loop.control[which % count])
        self.line = loop.curve.line[which % count].tolist()
        nodes = np.append(which, which[-1] + 1) % count
        self.nodes, self.smooth = list(loop.control[nodes, 0]), loop.curve.smooth[nodes].tolist()

    def meet(self, crossing: Crossing, at: int) -> End:
        """Let the pieces begin (at 0) or end (at -1) at an axis."""
        mirror = crossing.mirror
        normal = mirror.normal
        control = self.control[at] if at == 0 else self.control[at][::-1]  # from the axis
        if self._is_own(control, self.line[at], crossing):
            handle = None if self.line[at] else control[2] - control[3] if at else control[3] - control[2]
            for parts in (self.control, self.line, self.nodes, self.smooth):
                del parts[at]
            return End(mirror, False, handle)
        if not crossing.at_node:
            control = _beyond(control, self._symmetry, mirror)
            self.smooth[at] = not self.line[at]
        tip = control[0] - float(self._symmetry.beyond(mirror, control[0])) * normal
        control = np.stack([tip, control[1] + tip - control[0], control[2], control[3]])
        self.nodes[at], self.control[at] = tip, control if at == 0 else control[::-1]
        return End(mirror, True)

    def _is_own(self, control: Pixels, line: bool, crossing: Crossing) -> bool:
        """Return whether a piece across an axis, from there, may be its own image."""
        way = control[3] - control[0]
        far = float(np.hypot(*way))
        normal = crossing.mirror.normal
        if line:
            return abs(float(way @ [-normal[1], normal[0]])) <= ACROSS * far
        if crossing.at_node:
            return False
        image = self._symmetry.image(crossing.mirror, control[0])
        return float(np.linalg.norm(image - control[3])) <= max(OWN, OWN_SHARE * far)


def _part(loop: Closed, symmetry: Symmetry, start: Crossing, stop: Crossing) -> Part | None:
    """Return the part of a curve from an axis to an axis, None if that is within a piece, or at one node."""
    if start.piece == stop.piece and (stop.at_node or not start.at_node):
        return None
    way = _Open(loop, symmetry, start, stop)
    first = way.meet(start, 0)
    if not way.control:
        node = way.nodes[0]
        way.nodes[0] = node - float(symmetry.beyond(stop.mirror, node)) * stop.mirror.normal
        last = End(stop.mirror, True)
    else:
        last = way.meet(stop, -1)
    control = np.array(way.control).reshape(-1, 4, 2)
    return Part(np.array(way.nodes), np.array(way.smooth), np.array(way.line, bool), handles_of(control), (first, last))


def _beyond(control: Pixels, symmetry: Symmetry, mirror: Element) -> Pixels:
    """Return what of a cubic that crosses an axis is beyond, by de Casteljau."""
    ends = symmetry.beyond(mirror, control[[0, 3]])
    low, high = 0.0, 1.0
    for _ in range(30):
        t = 0.5 * (low + high)
        a, b, c, d = symmetry.beyond(mirror, control)
        value = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t**3 * d
        low, high = (t, high) if (value > 0.0) == (ends[0] > 0.0) else (low, t)
    rows, rest = [control[3]], control
    for _ in range(3):
        rest = rest[:-1] + t * (rest[1:] - rest[:-1])
        rows.append(rest[-1])
    return np.array(rows[::-1])


def turned(loop: Closed, symmetry: Symmetry) -> Iterator[tuple[Part, list[Element]]]:
    """Yield parts of a curve around the centre from a node to its image, and the turns of it."""
    curve, nodes = loop.curve, loop.control[:, 0]
    turns = symmetry.turns if area(loop.points) > 0.0 else [symmetry.turns[0], *symmetry.turns[:0:-1]]
    images = symmetry.image(turns[1], nodes)
    off = np.linalg.norm(images[:, None] - nodes, axis=2)
    for start, stop in enumerate(off.argmin(axis=1)):
        which = np.arange(start, start + (stop - start) % curve.pieces) % curve.pieces
        if off[start, stop] > NEAR or len(which) == 0:
            continue
        control = loop.control[which]
        control[-1, 2:] += images[start] - control[-1, 3]
        yield Part(nodes[which], curve.smooth[which], curve.line[which], handles_of(control)), turns
