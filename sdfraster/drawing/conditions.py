"""Which elements are for this reader: the conditions of SVG 2, 5.9, and which child of a switch is drawn."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .document import local

LANGUAGE = "en"
_DRAWN = ("svg", "g", "a", "use", "switch", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text")
_DRAWN_TOO = ("image", "foreignObject")


def holds(element: Element) -> bool:
    """Return whether the conditions of an element are met: no extensions, and English."""
    attributes = element.attrib
    if "systemLanguage" not in attributes and "requiredExtensions" not in attributes:
        return True
    if element.get("requiredExtensions", "").strip():
        return False
    languages = element.get("systemLanguage")
    if languages is None:
        return True
    return any(each.strip().lower().split("-")[0] == LANGUAGE for each in languages.split(","))


def chosen(switch: Element) -> Element | None:
    """Return the first child of a switch whose conditions are met."""
    return next((child for child in switch if local(child) in _DRAWN + _DRAWN_TOO and holds(child)), None)
