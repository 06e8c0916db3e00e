"""Outlines made of a part and its images, with the numbers of that part free.

A closed curve around the centre is divided by the axes that it crosses, or by the images of one of its nodes. It
crosses an axis at a node, or within a piece that becomes its own image, or is cut there. Curves beside the centre are
images of each other. So a symmetric outline is one of fewer free numbers: it cannot lose its symmetry however it moves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .curves import Curve, make_curve
from .groups import IDENTITY, Element, Symmetry
from .kernels.knots import CUBIC_COST, LINE_COST
from .sectors import NEAR, Closed, Part, area, between, closed, crossings, handles_of, middle, turned, winds
from .walks import Relation, Walk, folded, image_of, moved, relations, with_own

GROWTH = 1.2  # times the numbers of a curve that it may have once it is made of images
ROUND = 0.3  # pixels by which the radius of a circle may differ


class Outline(NamedTuple):
    """Curves that are images of themselves or of each other, their nodes and pieces one after the other."""

    curves: list[Curve]
    symmetry: Symmetry
    nodes: list[Relation]  # of those whose images all others are: first those that lie on axes
    pieces: list[Relation]


class _Model(NamedTuple):
    """A way to make curves of a part."""

    part: Part
    walk: Walk
    copies: list[Element]  # images of the curve that the walk is

    @property
    def numbers(self) -> int:
        """Return how many numbers the curve that the walk is has."""
        line, _ = with_own(self.part)
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
    left = [closed(curve) for curve in curves]
    models: list[list[_Model]] = []
    while left:
        if symmetry.order > 1 and winds(left[0].points - symmetry.centre):
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


def _numbers(line: NDArray[np.bool_]) -> int:
    """Return how many numbers pieces are written with."""
    return int(np.where(line, LINE_COST, CUBIC_COST).sum())


def _around(loop: Closed, symmetry: Symmetry) -> list[_Model]:
    """Return how a curve around the centre may be made, with fewer images if all of them would take many numbers.

    So a star may have a hole that is a circle: one of cubics that end on axes.
    """
    if (radius := _radius(loop, symmetry)) is not None:
        loop = _circle(radius if area(loop.points) > 0.0 else -radius, symmetry)
    most = GROWTH * _numbers(loop.curve.line)
    for part in _parts_of(symmetry):
        models = [model for model in _models(loop, part) if model.numbers <= most]
        if models:
            return models
    return []


def _radius(loop: Closed, symmetry: Symmetry) -> float | None:
    """Return the radius of a curve that is a circle about the centre."""
    far = np.hypot(*(loop.points - symmetry.centre).T)
    return float(far.mean()) if np.ptp(far) <= ROUND else None


def _circle(radius: float, symmetry: Symmetry) -> Closed:
    """Return a circle about the centre; one of a radius below 0 leads the other way round."""
    count = 4 if symmetry.mirrored else symmetry.order * (1 + (symmetry.order < 4))
    turn = symmetry.angle + np.pi * (0.5 + 2.0 / count * np.arange(count)) * np.sign(radius)
    way = np.column_stack([np.cos(turn), np.sin(turn)])
    leave = 4.0 / 3.0 * np.tan(0.5 * np.pi / count) * radius * np.column_stack([-np.sin(turn), np.cos(turn)])
    handles = np.stack([leave, np.roll(leave, -1, axis=0)], axis=1)
    every = np.ones(count, bool)
    return closed(make_curve(symmetry.centre + abs(radius) * way, ~every, every, handles, -1.0))


def _parts_of(symmetry: Symmetry) -> Iterator[Symmetry]:
    """Yield a symmetry and those that are part of it, that of most images first."""
    for order in range(symmetry.order, 0, -1):
        if symmetry.order % order == 0:
            if symmetry.mirrored:
                yield symmetry._replace(order=order)
            if order > 1:
                yield symmetry._replace(order=order, mirrored=False)


def _models(loop: Closed, symmetry: Symmetry) -> list[_Model]:
    """Return all ways to make a curve around the centre."""
    if symmetry.mirrored:
        return [_Model(part, folded(part), [IDENTITY]) for part in between(loop, symmetry, symmetry.mirrors)]
    return [
        _Model(part, Walk(*(2 * [[(k, turn) for turn in turns for k in range(len(part.nodes))]])), [IDENTITY])
        for part, turns in turned(loop, symmetry)
    ]


def _orbit(left: list[Closed], symmetry: Symmetry) -> list[tuple[Closed, Element | None]] | None:
    """Return curves beside the centre that are images of the first of some, and the axes through them if there are.

    None if some of them are missing.
    """
    crossed = [(mirror, len(crossings(left[0], symmetry, mirror))) for mirror in symmetry.mirrors]
    own = [mirror for mirror, count in crossed if count == 2]
    if len(own) > 1 or any(count not in (0, 2) for _, count in crossed):
        return None
    middles = np.array([middle(loop.points) for loop in left])
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


def _beside(loop: Closed, own: Element | None, symmetry: Symmetry) -> list[_Model]:
    """Return how a curve beside the centre, and its images, may be made; an axis may go through it."""
    copies = _copies(own, symmetry)
    if own is not None:
        return [_Model(part, folded(part), copies) for part in between(loop, symmetry, [own])]
    curve, control = loop.curve, loop.control
    part = Part(control[:, 0], curve.smooth, curve.line, handles_of(control))
    itself = [(k, IDENTITY) for k in range(curve.pieces)]
    return [_Model(part, Walk(itself, itself), copies)]


def _add(model: _Model, outline: Outline, level: float) -> bool:
    """Add the curves of a model to an outline; return whether they have enough nodes."""
    part, walk, copies = model
    line, handles = with_own(part)
    if len(walk.nodes) < (3 if line.all() else 2) or len(walk.nodes) != len(walk.pieces):
        return False
    before = sum(curve.pieces for curve in outline.curves)
    nodes = [item for copy in copies for item in moved(walk.nodes, copy, 0)]
    pieces = [item for copy in copies for item in moved(walk.pieces, copy, 1)]
    places = outline.symmetry.image
    for start in range(0, len(nodes), len(walk.nodes)):
        some = slice(start, start + len(walk.nodes))
        at = np.array([places(element, part.nodes[k]) for k, element in nodes[some]])
        ways = np.array([image_of(handles[k], element) for k, element in pieces[some]])
        smooth = np.array([part.smooth[k] for k, _ in nodes[some]])
        straight = np.array([line[k] for k, _ in pieces[some]])
        outline.curves.append(make_curve(at, straight, smooth, ways, level))
    first, last = part.ends if part.ends is not None else (None, None)
    on_axis = {k: end for k, end in ((len(part.nodes) - 1, last), (0, first)) if end is not None and end.node}
    across = {len(part.line) + k: end for k, end in enumerate((last, first)) if end is not None}
    outline.nodes.extend(relations(nodes, before, {k: end.mirror for k, end in on_axis.items()}))
    outline.pieces.extend(relations(pieces, before, {k: end.mirror for k, end in across.items()}))
    return True
