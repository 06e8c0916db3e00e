"""Colours that can be changed: each where the file says it, which may be for many shapes."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree.ElementTree import Element

from ..drawing.document import Document
from ..drawing.painting import Drawn
from ..drawing.paints import Flat, Linear, Paint, Radial
from ..drawing.properties import CURRENT, Ink
from ..drawing.resolver import Resolver
from .edit import Editor


class Owner(NamedTuple):
    """Where a colour is said."""

    element: Element
    name: str


def owner_of(drawn: Drawn, name: str, resolver: Resolver) -> Owner | None:
    """Return where the plain colour of a shape is said, if it can be changed there."""
    if drawn.style[name].link is not None or drawn.style[name] == Ink(CURRENT):
        return None
    for element in reversed(drawn.path):
        said = resolver.cascade.said(element).get(name)
        if said is None:
            continue
        if said.strip().lower() == "inherit":
            continue
        return None if resolver.cascade.in_sheets(element, name) else Owner(element, name)
    return None


def stops_of(paint: Paint, document: Document, resolver: Resolver) -> list[Owner | None]:
    """Return where the colours of a gradient are said."""
    if isinstance(paint, Flat):
        return []
    return [_stop(stop.element, resolver) for stop in paint.stops]


def _stop(element: Element | None, resolver: Resolver) -> Owner | None:
    name = "stop-color"
    if element is None or name not in resolver.cascade.said(element) or resolver.cascade.in_sheets(element, name):
        return None
    return None if resolver.style(element)[name] == CURRENT else Owner(element, name)


def places_of(paint: Linear | Radial) -> tuple[str, ...]:
    """Return the attributes that say where a gradient is."""
    return ("x1", "y1", "x2", "y2") if isinstance(paint, Linear) else ("cx", "cy", "r")


def can_change(owner: Owner, editor: Editor) -> bool:
    """Return whether a colour can be changed where it is said."""
    return editor.editable(owner.element)
