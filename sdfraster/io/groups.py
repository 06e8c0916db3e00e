"""Elements of an SVG, and groups of them, which have the attributes that all of their elements share.

A shape can go into the group of its colour that was begun before, if it lies off all that was painted since: then the
picture stays the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

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
CELLS = 256  # along each side of what is drawn: shapes that have one in common are taken to overlap
TINY = 1e-6  # pixels
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
    corner = bounds[:, :2].min(axis=0, initial=np.inf)
    cell = max(float((bounds[:, 2:] - corner).max(initial=0.0)) / CELLS, TINY)
    places = np.floor((bounds - np.tile(corner, 2)) / cell).astype(int).clip(0, CELLS - 1).tolist()
    above = np.zeros((CELLS, CELLS), int)  # the last group that was painted in every cell
    groups: list[tuple[str, list[int]]] = []
    last: dict[str, int] = {}  # the group of a colour that was begun last
    for k, (color, (x0, y0, x1, y1)) in enumerate(zip(colors, places, strict=True)):
        covered = above[y0 : y1 + 1, x0 : x1 + 1]
        found = last.get(color, -1)
        if found < 0 or found < covered.max():
            found = last[color] = len(groups)
            groups.append((color, []))
        groups[found][1].append(k)
        np.maximum(covered, found, out=covered)
    return groups
