"""Viewports: what the coordinates of svg and symbol elements are (SVG 2, chapter 8)."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree.ElementTree import Element

from .affine import IDENTITY, Affine, scaling, translation
from .numbers import numbers

_PLACES = {"min": 0.0, "mid": 0.5, "max": 1.0}


class ViewBox(NamedTuple):
    """What is seen in a viewport."""

    x: float
    y: float
    width: float
    height: float


def view_box(element: Element) -> ViewBox | None:
    """Return the view box of an element, or None if it has no valid one."""
    values = numbers(element.get("viewBox", ""))
    if len(values) != 4 or not (values[2] > 0.0 and values[3] > 0.0):
        return None
    return ViewBox(*values)


def fitted(element: Element, width: float, height: float) -> Affine:
    """Return the map from the view box of an element, if it has one, to a box of this size at the origin."""
    box = view_box(element)
    if box is None:
        return IDENTITY
    x, y, w, h = box
    words = element.get("preserveAspectRatio", "").split()
    words = [word for word in words if word != "defer"]
    place = words[0] if words and _valid(words[0]) else "xMidYMid"
    if place == "none":
        return scaling(width / w, height / h) @ translation(-x, -y)
    slices = len(words) > 1 and words[1] == "slice"
    scale = (max if slices else min)(width / w, height / h)
    share_x, share_y = _PLACES[place[1:4].lower()], _PLACES[place[5:8].lower()]
    left, top = share_x * (width - scale * w), share_y * (height - scale * h)
    return translation(left, top) @ scaling(scale, scale) @ translation(-x, -y)


def _valid(place: str) -> bool:
    return place == "none" or (
        len(place) == 8
        and place[0] == "x"
        and place[4] == "Y"
        and place[1:4].lower() in _PLACES
        and place[5:8].lower() in _PLACES
    )


def crops(element: Element) -> bool:
    """Return whether a view box is cut at the edges of its viewport because it is larger."""
    return "slice" in element.get("preserveAspectRatio", "").split()
