"""Closed curves that are walks along a part and its images."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .groups import IDENTITY, Element
from .palette import Pixels
from .sectors import SAME, Part


class Relation(NamedTuple):
    """A node or a piece, which of them is its image, and which image that is; itself, if it lies on an axis."""

    of: int
    image: int
    element: Element


class Walk(NamedTuple):
    """A closed curve of images of a part: which node or piece, and which image of it."""

    nodes: list[tuple[int, Element]]
    pieces: list[tuple[int, Element]]


def folded(part: Part) -> Walk:
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
    return Walk(nodes, crossed)


def with_own(part: Part) -> tuple[NDArray[np.bool_], Pixels]:
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


def image_of(handles: Pixels, element: Element) -> Pixels:
    """Return the handles (2, 2) of the image of a piece."""
    turn = element.matrix.T
    image: Pixels = -handles[::-1] @ turn if element.mirrors else handles @ turn
    return image


def moved(items: list[tuple[int, Element]], copy: Element, ahead: int) -> list[tuple[int, Element]]:
    """Return the image of nodes (`ahead` 0) or pieces (1) of a walk; mirrored, it is gone along the other way round."""
    if copy.mirrors:
        last = len(items) - ahead
        items = items[:last][::-1] + items[last:]
    return [(k, copy.of(element)) for k, element in items]


def relations(items: list[tuple[int, Element]], before: int, own: dict[int, Element]) -> list[Relation]:
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
