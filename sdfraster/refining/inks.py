"""Colours that can be changed: each where the file says it, which may be for many shapes."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree.ElementTree import Element

from ..drawing.document import Document
from ..drawing.painting import Drawn
from ..drawing.paints import Flat, Linear, Paint, Radial, Stop
from ..drawing.properties import CURRENT, Ink
from ..drawing.resolver import Resolver


class Owner(NamedTuple):
    """Where a colour is said, or will be."""

    element: Element
    name: str
    in_style: bool = False
    """Whether it must be in the style of the element, since a style sheet says another one."""


def owner_of(drawn: Drawn, name: str, resolver: Resolver) -> Owner | None:
    """Return where the plain colour of a shape can be said for it alone, and for the other places that it is used in.

    That is where it is said now, if no style sheet does it and no other shape inherits it. Otherwise the shape gets a
    colour of its own. What is ``currentColor`` stays so; and what a sheet says with ``!important``.
    """
    if drawn.style[name].link is not None or drawn.style[name] == Ink(CURRENT):
        return None
    own = drawn.uses[0] if drawn.uses else drawn.element
    for element in reversed(drawn.path):
        said = resolver.cascade.said(element).get(name)
        if said is not None and said.strip().lower() != "inherit":
            if resolver.cascade.in_sheets(element, name, important=True):
                return None
            return Owner(element, name, resolver.cascade.in_sheets(element, name))
        if element is own:
            return Owner(own, name, resolver.cascade.in_sheets(own, name))
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


def alpha_of(stop: Stop, resolver: Resolver) -> float:
    """Return the alpha that the colour of a stop has itself, without its ``stop-opacity``."""
    color = CURRENT if stop.element is None else resolver.style(stop.element)["stop-color"]
    return 1.0 if color == CURRENT else float(color[3])


def places_of(paint: Linear | Radial) -> tuple[str, ...]:
    """Return the attributes that say where a gradient is."""
    return ("x1", "y1", "x2", "y2") if isinstance(paint, Linear) else ("cx", "cy", "r")
