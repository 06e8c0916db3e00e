"""Outlines made of a part and its images, with the numbers of that part free.

A closed curve around the centre is divided by the axes that it crosses, or by the images of one of its nodes. It
crosses an axis at a node, or within a piece that becomes its own image, or is cut there. Curves beside the centre are
images of each other. So a symmetric outline is one of fewer free numbers: it cannot lose its symmetry however it moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .curves import Curve, derived, make_curve
from .groups import IDENTITY, Element, Symmetry
from .kernels.knots import CUBIC_COST, LINE_COST
from .palette import Pixels

ON = 0.5  # pixels that a node of an axis may be off it
ACROSS = 0.07  # sine of the angle by which a line may be off the normal and still cross an axis without a node
OWN = 1.5  # pixels that the ends of a piece may be off each other's image, for it to become its own image
OWN_SHARE = 0.2  # of the way between them, the same
NEAR = 1.5  # pixels from the image of a node, or of a curve's middle, to that of which it is one
GROWTH = 1.2  # times the numbers of a curve that it may have once it is made of images
ROUND = 0.3  # pixels by which the radius of a circle may differ
SAME = 1e-9  # between angles, or numbers of a matrix, that are one
LOOKED_AT = 8  # points of a piece, of which the middle of a curve is that


class Relation(NamedTuple):
    """A node or a piece, which of them is its image, and which image that is; itself, if it lies on an axis."""

    of: int
    image: int
    element: Element


class Outline(NamedTuple):
    """Curves that are images of themselves or of each other, their nodes and pieces one after the other."""

    curves: list[Curve]
    symmetry: Symmetry
    nodes: list[Relation]  # of those whose images all others are: first those that lie on axes
    pieces: list[Relation]


class _Loop(NamedTuple):
    """A curve that there is."""

    curve: Curve
    control: Pixels  # (K, 4, 2)
    points: Pixels  # (N, 2) of it


class _Crossing(NamedTuple):
    """Where a curve crosses an axis."""

    place: float  # along the curve, in pieces
    at_node: bool
    mirror: Element

    @property
    def piece(self) -> int:
        """The piece that crosses, or that begins there."""
        return int(self.place)


class _End(NamedTuple):
    """How a part meets an axis."""

    mirror: Element
    node: bool  # whether its last node lies there; else a piece crosses that is its own image
    handle: NDArray[np.float64] | None = None  # of that piece, at the part; None of a line


class _Part(NamedTuple):
    """Nodes, and the pieces between them; of one that is turned, also the piece to the image of the first node."""

    nodes: Pixels  # (N, 2)
    smooth: NDArray[np.bool_]  # (N,)
    line: NDArray[np.bool_]  # (P,)
    handles: Pixels  # (P, 2, 2)
    ends: tuple[_End, _End] | None = None


class _Walk(NamedTuple):
    """A closed curve of images of a part: which node or piece, and which image of it."""

    nodes: list[tuple[int, Element]]
    pieces: list[tuple[int, Element]]


class _Model(NamedTuple):
    """A way to make curves of a part."""

    part: _Part
    walk: _Walk
    copies: list[Element]  # images of the curve that the walk is

    @property
    def numbers(self) -> int:
        """Return how many numbers the curve that the walk is has."""
        line, _ = _with_own(self.part)
        return _numbers(line[[k for k, _ in self.walk.pieces]])


def outlines_of(curves: list[Curve], symmetry: Symmetry, level: float) -> Iterator[Outline]:
    """Yield the outlines that parts of some curves and their images make, those of the fewest numbers first.

    Parameters
    ----------
    curves : list of Curve
        The curves that there are.
    symmetry : Symmetry
        The images.
    level : float
        See `make_curve`.
    """
    left = [_loop(curve) for curve in curves]
    models: list[list[_Model]] = []
    while left:
        if symmetry.order > 1 and _winds(left[0].points - symmetry.centre):
            models.append(_around(left.pop(0), symmetry))
            continue
        orbit = _orbit(left, symmetry)
        if orbit is None:
            return
        left = [loop for loop in left if not any(loop is member for member, _ in orbit)]
        models.append([model for member, mirror in orbit for model in _beside(member, mirror, symmetry)])
    if all(models):
        models = [sorted(of, key=lambda model: model.numbers) for of in models]
        for choice in range(max(map(len, models))):
            outline = Outline([], symmetry, [], [])
            if all(_add(of[min(choice, len(of) - 1)], outline, level) for of in models):
                yield outline


def _loop(curve: Curve) -> _Loop:
    """Return a curve with its pieces and some of its points."""
    control = derived(curve).control
    t = np.arange(LOOKED_AT)[:, None] / LOOKED_AT
    s = 1.0 - t
    a, b, c, d = np.moveaxis(control[:, :, None], 1, 0)
    points = s**3 * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t**3 * d
    return _Loop(curve, control, points.reshape(-1, 2))


def _winds(points: Pixels) -> bool:
    """Return whether a closed curve through some points leads around the origin."""
    x, y = points.T
    ahead_x, ahead_y = np.roll(points, -1, axis=0).T
    turned = np.arctan2(x * ahead_y - y * ahead_x, x * ahead_x + y * ahead_y).sum()
    return bool(abs(turned) > np.pi)


def _area(points: Pixels) -> float:
    """Return the area within some points, below 0 if they lead the other way round."""
    (x, y), (ahead_x, ahead_y) = points.T, np.roll(points, -1, axis=0).T
    return 0.5 * float((x * ahead_y - y * ahead_x).sum())


def _middle(points: Pixels) -> NDArray[np.float64]:
    """Return the middle (2,) of the area within some points."""
    start: NDArray[np.float64] = points[0]
    ahead = np.roll(points, -1, axis=0) - start
    area = (points[:, 0] - start[0]) * ahead[:, 1] - (points[:, 1] - start[1]) * ahead[:, 0]
    total = float(area.sum())
    if abs(total) < 1e-9:
        return start
    middle: NDArray[np.float64] = start + (area[:, None] * (points - start + ahead)).sum(axis=0) / (3.0 * total)
    return middle


def _numbers(line: NDArray[np.bool_]) -> int:
    """Return how many numbers pieces are written with."""
    return int(np.where(line, LINE_COST, CUBIC_COST).sum())


def _around(loop: _Loop, symmetry: Symmetry) -> list[_Model]:
    """Return how a curve around the centre may be made, with fewer images if all of them would take many numbers.

    So a star may have a hole that is a circle: one of cubics that end on axes.
    """
    if (radius := _radius(loop, symmetry)) is not None:
        loop = _circle(radius if _area(loop.points) > 0.0 else -radius, symmetry)
    most = GROWTH * _numbers(loop.curve.line)
    for part in _parts_of(symmetry):
        models = [model for model in _models(loop, part) if model.numbers <= most]
        if models:
            return models
    return []


def _radius(loop: _Loop, symmetry: Symmetry) -> float | None:
    """Return the radius of a curve that is a circle about the centre."""
    far = np.hypot(*(loop.points - symmetry.centre).T)
    return float(far.mean()) if np.ptp(far) <= ROUND else None


def _circle(radius: float, symmetry: Symmetry) -> _Loop:
    """Return a circle about the centre; one of a radius below 0 leads the other way round."""
    count = 4 if symmetry.mirrored else symmetry.order * (1 + (symmetry.order < 4))
    turn = symmetry.angle + np.pi * (0.5 + 2.0 / count * np.arange(count)) * np.sign(radius)
    way = np.column_stack([np.cos(turn), np.sin(turn)])
    leave = 4.0 / 3.0 * np.tan(0.5 * np.pi / count) * radius * np.column_stack([-np.sin(turn), np.cos(turn)])
    handles = np.stack([leave, np.roll(leave, -1, axis=0)], axis=1)
    every = np.ones(count, bool)
    return _loop(make_curve(symmetry.centre + abs(radius) * way, ~every, every, handles, -1.0))


def _parts_of(symmetry: Symmetry) -> Iterator[Symmetry]:
    """Yield a symmetry and those that are part of it, that of most images first."""
    for order in range(symmetry.order, 0, -1):
        if symmetry.order % order == 0:
            if symmetry.mirrored:
                yield symmetry._replace(order=order)
            if order > 1:
                yield symmetry._replace(order=order, mirrored=False)


def _models(loop: _Loop, symmetry: Symmetry) -> list[_Model]:
    """Return all ways to make a curve around the centre."""
    if symmetry.mirrored:
        return [_Model(part, _folded(part), [IDENTITY]) for part in _between(loop, symmetry, symmetry.mirrors)]
    return [
        _Model(part, _Walk(*(2 * [[(k, turn) for turn in turns for k in range(len(part.nodes))]])), [IDENTITY])
        for part, turns in _turned(loop, symmetry)
    ]


def _orbit(left: list[_Loop], symmetry: Symmetry) -> list[tuple[_Loop, Element | None]] | None:
    """Return curves beside the centre that are images of the first of some, and the axes through them if there are.

    None if some of them are missing.
    """
    crossed = [(mirror, len(_crossings(left[0], symmetry, mirror))) for mirror in symmetry.mirrors]
    own = [mirror for mirror, count in crossed if count == 2]
    if len(own) > 1 or any(count not in (0, 2) for _, count in crossed):
        return None
    middles = np.array([_middle(loop.points) for loop in left])
    found: dict[int, Element | None] = {}
    for element in _copies(own[0] if own else None, symmetry):
        off = np.linalg.norm(middles - symmetry.image(element, middles[0]), axis=1)
        nearest = int(off.argmin())
        if off[nearest] > NEAR or nearest in found:
            return None
        found[nearest] = Element(own[0].angle + 2.0 * element.angle, True) if own else None
    return [(left[k], mirror) for k, mirror in found.items()]


def _copies(own: Element | None, symmetry: Symmetry) -> list[Element]:
    """Return the images of a curve, through which an axis may go, that are others."""
    return symmetry.turns if own is not None else symmetry.turns + symmetry.mirrors


def _beside(loop: _Loop, own: Element | None, symmetry: Symmetry) -> list[_Model]:
    """Return how a curve beside the centre, and its images, may be made; an axis may go through it."""
    copies = _copies(own, symmetry)
    if own is not None:
        return [_Model(part, _folded(part), copies) for part in _between(loop, symmetry, [own])]
    curve, control = loop.curve, loop.control
    part = _Part(control[:, 0], curve.smooth, curve.line, _handles(control))
    itself = [(k, IDENTITY) for k in range(curve.pieces)]
    return [_Model(part, _Walk(itself, itself), copies)]


def _handles(control: Pixels) -> Pixels:
    """Return the handles (K, 2, 2) of pieces (K, 4, 2)."""
    return np.stack([control[:, 1] - control[:, 0], control[:, 3] - control[:, 2]], axis=1)


def _crossings(loop: _Loop, symmetry: Symmetry, mirror: Element) -> list[_Crossing]:
    """Return where a curve crosses an axis: at nodes on it, and in pieces that cross between nodes."""
    beyond = symmetry.beyond(mirror, loop.control[:, 0])
    ahead = np.roll(beyond, -1)
    on = np.abs(beyond) <= ON
    on &= ~(np.roll(on, 1) | np.roll(on, -1))
    positive = beyond > 0.0
    at_nodes = np.flatnonzero(on & (np.roll(positive, 1) != np.roll(positive, -1)))
    between = np.flatnonzero(~on & ~np.roll(on, -1) & (positive != (ahead > 0.0)))
    found = [_Crossing(float(k), True, mirror) for k in at_nodes]
    found += [_Crossing(k + float(beyond[k] / (beyond[k] - ahead[k])), False, mirror) for k in between]
    return sorted(found)


def _between(loop: _Loop, symmetry: Symmetry, mirrors: list[Element]) -> Iterator[_Part]:
    """Yield the parts of a curve between the axes that it crosses, each twice."""
    crossings = [_crossings(loop, symmetry, mirror) for mirror in mirrors]
    if any(len(found) != 2 for found in crossings):
        return
    found = sorted(crossing for pair in crossings for crossing in pair)
    for start, stop in pairwise([*found, found[0]._replace(place=found[0].place + loop.curve.pieces)]):
        turned = np.cos(start.mirror.angle - stop.mirror.angle) - np.cos(2.0 * np.pi / len(mirrors))
        part = _part(loop, symmetry, start, stop) if abs(turned) < SAME else None  # else it skips an axis
        if part is not None:
            yield part


class _Open:
    """Pieces from an axis to an axis, on the way to a part."""

    def __init__(self, loop: _Loop, symmetry: Symmetry, start: _Crossing, stop: _Crossing) -> None:
        count = loop.curve.pieces
        which = np.arange(start.piece, stop.piece + (0 if stop.at_node else 1))
        self._symmetry = symmetry
        self.control = list(loop.control[which % count])
        self.line = loop.curve.line[which % count].tolist()
        nodes = np.append(which, which[-1] + 1) % count
        self.nodes, self.smooth = list(loop.control[nodes, 0]), loop.curve.smooth[nodes].tolist()

    def meet(self, crossing: _Crossing, at: int) -> _End:
        """Let the pieces begin (at 0) or end (at -1) at an axis."""
        mirror = crossing.mirror
        normal = mirror.normal
        control = self.control[at] if at == 0 else self.control[at][::-1]  # from the axis
        if self._is_own(control, self.line[at], crossing):
            handle = None if self.line[at] else control[2] - control[3] if at else control[3] - control[2]
            for parts in (self.control, self.line, self.nodes, self.smooth):
                del parts[at]
            return _End(mirror, False, handle)
        if not crossing.at_node:
            control = _beyond(control, self._symmetry, mirror)
            self.smooth[at] = not self.line[at]
        tip = control[0] - float(self._symmetry.beyond(mirror, control[0])) * normal
        control = np.stack([tip, control[1] + tip - control[0], control[2], control[3]])
        self.nodes[at], self.control[at] = tip, control if at == 0 else control[::-1]
        return _End(mirror, True)

    def _is_own(self, control: Pixels, line: bool, crossing: _Crossing) -> bool:
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


def _part(loop: _Loop, symmetry: Symmetry, start: _Crossing, stop: _Crossing) -> _Part | None:
    """Return the part of a curve from an axis to an axis, None if that is within a piece."""
    if start.piece == stop.piece and not start.at_node:
        return None
    way = _Open(loop, symmetry, start, stop)
    first = way.meet(start, 0)
    if not way.control:
        node = way.nodes[0]
        way.nodes[0] = node - float(symmetry.beyond(stop.mirror, node)) * stop.mirror.normal
        last = _End(stop.mirror, True)
    else:
        last = way.meet(stop, -1)
    control = np.array(way.control).reshape(-1, 4, 2)
    return _Part(np.array(way.nodes), np.array(way.smooth), np.array(way.line, bool), _handles(control), (first, last))


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


def _folded(part: _Part) -> _Walk:
    """Return the walk along a part, its image at the axis where it ends, the image of that, and so on.

    Pieces that cross the axes follow those of the part: the one at its end, and the one at its start.
    """
    assert part.ends is not None
    first, last = part.ends
    count, pieces = len(part.nodes), len(part.line)
    nodes: list[tuple[int, Element]] = []
    crossed: list[tuple[int, Element]] = []
    element = IDENTITY
    while True:
        for forth in (True, False):
            along = list(range(count) if forth else reversed(range(count)))
            start, stop = (first, last) if forth else (last, first)
            shared = start.node and len(nodes) > 0
            nodes += [(k, element) for k in along[1 if shared else 0 :]]
            crossed += [(k, element) for k in (range(pieces) if forth else reversed(range(pieces)))]
            ahead = element.of(stop.mirror)
            if not stop.node:
                crossed.append((pieces, element) if forth else (pieces + 1, ahead))
            element = ahead
        if (np.abs(element.matrix - np.eye(2)) < SAME).all():
            break
    if first.node:
        nodes.pop()
    return _Walk(nodes, crossed)


def _turned(loop: _Loop, symmetry: Symmetry) -> Iterator[tuple[_Part, list[Element]]]:
    """Yield parts of a curve around the centre from a node to its image, and the turns of it."""
    curve, nodes = loop.curve, loop.control[:, 0]
    turns = symmetry.turns if _area(loop.points) > 0.0 else [symmetry.turns[0], *symmetry.turns[:0:-1]]
    images = symmetry.image(turns[1], nodes)
    off = np.linalg.norm(images[:, None] - nodes, axis=2)
    for start, stop in enumerate(off.argmin(axis=1)):
        which = np.arange(start, start + (stop - start) % curve.pieces) % curve.pieces
        if off[start, stop] > NEAR or len(which) == 0:
            continue
        control = loop.control[which]
        control[-1, 2:] += images[start] - control[-1, 3]
        yield _Part(nodes[which], curve.smooth[which], curve.line[which], _handles(control)), turns


def _add(model: _Model, outline: Outline, level: float) -> bool:
    """Add the curves of a model to an outline; return whether they have enough nodes."""
    part, walk, copies = model
    line, handles = _with_own(part)
    if len(walk.nodes) < (3 if line.all() else 2) or len(walk.nodes) != len(walk.pieces):
        return False
    before = sum(curve.pieces for curve in outline.curves)
    nodes = [item for copy in copies for item in _moved(walk.nodes, copy, 0)]
    pieces = [item for copy in copies for item in _moved(walk.pieces, copy, 1)]
    places = outline.symmetry.image
    for start in range(0, len(nodes), len(walk.nodes)):
        some = slice(start, start + len(walk.nodes))
        at = np.array([places(element, part.nodes[k]) for k, element in nodes[some]])
        ways = np.array([_image_of(handles[k], element) for k, element in pieces[some]])
        smooth = np.array([part.smooth[k] for k, _ in nodes[some]])
        straight = np.array([line[k] for k, _ in pieces[some]])
        outline.curves.append(make_curve(at, straight, smooth, ways, level))
    first, last = part.ends if part.ends is not None else (None, None)
    on_axis = {k: end for k, end in ((len(part.nodes) - 1, last), (0, first)) if end is not None and end.node}
    across = {len(part.line) + k: end for k, end in enumerate((last, first)) if end is not None}
    outline.nodes.extend(_relations(nodes, before, {k: end.mirror for k, end in on_axis.items()}))
    outline.pieces.extend(_relations(pieces, before, {k: end.mirror for k, end in across.items()}))
    return True


def _with_own(part: _Part) -> tuple[NDArray[np.bool_], Pixels]:
    """Return which pieces of a part are lines, and their handles, those included that cross its axes."""
    if part.ends is None:
        return part.line, part.handles
    first, last = part.ends
    turn = -first.mirror.matrix, -last.mirror.matrix
    none = np.zeros(2)
    leave, arrive = (none if end.handle is None else end.handle for end in (last, first))
    own = np.array([[leave, turn[1] @ leave], [turn[0] @ arrive, arrive]])
    straight = [last.handle is None, first.handle is None]
    return np.append(part.line, straight), np.concatenate([part.handles, own])


def _image_of(handles: Pixels, element: Element) -> Pixels:
    """Return the handles (2, 2) of the image of a piece."""
    turn = element.matrix.T
    image: Pixels = -handles[::-1] @ turn if element.mirrors else handles @ turn
    return image


def _moved(items: list[tuple[int, Element]], copy: Element, ahead: int) -> list[tuple[int, Element]]:
    """Return the image of nodes (`ahead` 0) or pieces (1) of a walk; mirrored, it is gone along the other way round."""
    if copy.mirrors:
        last = len(items) - ahead
        items = items[:last][::-1] + items[last:]
    return [(k, copy.of(element)) for k, element in items]


def _relations(items: list[tuple[int, Element]], before: int, own: dict[int, Element]) -> list[Relation]:
    """Return what nodes or pieces are images of, which are counted from some on: of those that nothing moved."""
    found: dict[int, int] = {}
    for place, (k, element) in enumerate(items):
        if not element.mirrors and abs(np.sin(0.5 * element.angle)) < SAME:
            found.setdefault(k, place)
    fixed = [Relation(before + found[k], before + found[k], mirror) for k, mirror in own.items() if k in found]
    images = [
        Relation(before + found[k], before + place, element)
        for place, (k, element) in enumerate(items)
        if place != found[k]
    ]
    return fixed + images
