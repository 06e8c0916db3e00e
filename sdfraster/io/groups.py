"""Elements of an SVG, and groups of them, which have the attributes that all of their elements share.

A shape can go into the group of its colour that was begun before, if it lies off all that was painted since: then the
picture stays the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

INHERITED = (
    "fill",
    "fill-opacity",
    "fill-rule",
    "stroke",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-opacity",
    "stroke-width",
)
BACK = 200  # groups that are looked through for one of the same colour
Box = tuple[float, float, float, float]


class Element(NamedTuple):
    """An element without contents."""

    tag: str
    attributes: dict[str, str]

    def __str__(self) -> str:
        return f"<{self.tag}{_text(self.attributes)}/>"


def group(elements: Sequence[Element], attributes: dict[str, str] | None = None) -> list[str]:
    """Return the lines of a group; of one without attributes, where its elements share none, those of the elements."""
    shared = _shared([element.attributes for element in elements]) if attributes or len(elements) > 1 else {}
    whole = {**(attributes or {}), **shared}
    lines = [
        str(Element(tag, {key: value for key, value in own.items() if key not in shared})) for tag, own in elements
    ]
    return [f"<g{_text(whole)}>", *lines, "</g>"] if whole else lines


def _shared(every: list[dict[str, str]]) -> dict[str, str]:
    """Return what can be said once."""
    return {
        key: value
        for key, value in every[0].items()
        if key in INHERITED and all(each.get(key) == value for each in every)
    }


def _text(attributes: dict[str, str]) -> str:
    return "".join(f' {key}="{value}"' for key, value in attributes.items())


def by_color(colors: Sequence[str], boxes: Iterable[Box]) -> list[tuple[str, list[int]]]:
    """Return groups of shapes of one colour, in which all can be painted one after the other.

    Parameters
    ----------
    colors : sequence of str
        Of the shapes, in the order in which they are painted.
    boxes : iterable of (x0, y0, x1, y1)
        Around all that is seen of them.
    """
    bounds = np.array(list(boxes)).reshape(-1, 4)
    groups: list[tuple[str, list[int]]] = []
    for k, color in enumerate(colors):
        found = None
        for at in range(len(groups) - 1, max(-1, len(groups) - 1 - BACK), -1):
            if groups[at][0] == color:
                found = groups[at]
                break
            if _overlap(bounds[k], bounds[groups[at][1]]):
                break
        if found is None:
            found = (color, [])
            groups.append(found)
        found[1].append(k)
    return groups


def _overlap(box: NDArray[np.float64], others: NDArray[np.float64]) -> bool:
    apart = (others[:, :2] > box[2:]).any(axis=1) | (others[:, 2:] < box[:2]).any(axis=1)
    return not bool(apart.all())
