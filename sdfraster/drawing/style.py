"""What the properties of an element are: attributes, then style sheets, then its style; then what it inherits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from xml.etree.ElementTree import Element

from ..errors import DataError
from . import limits
from .declarations import Declaration, declarations
from .document import Document, local
from .limits import Budget
from .numbers import FONT, Length, Measure
from .properties import CURRENT, PROPERTIES, SHORTHANDS, initial, read
from .sheets import Sheets, sheets_of

Style = Mapping[str, Any]
_WIDE = ("inherit", "initial", "unset", "revert", "revert-layer")
_ATTRIBUTES = frozenset(PROPERTIES) - {"transform-box", "mix-blend-mode", "background-color"}


def initial_style() -> Style:
    """Return the properties outside of the outermost element."""
    return MappingProxyType({name: initial(name) for name in PROPERTIES})


class Cascade:
    """Finds what a document says of its elements.

    Parameters
    ----------
    document : Document
        Whose style sheets are read.

    Raises
    ------
    ModuleNotFoundError
        If there are some, and what they need is not installed.
    """

    def __init__(self, document: Document) -> None:
        self._sheets: Sheets = sheets_of(document)
        self._declarations = Budget("declarations in styles", limits.DECLARATIONS)
        self._said: dict[Element, dict[str, str]] = {}
        self.imports = self._sheets.imports

    def in_sheets(self, element: Element, name: str, important: bool = False) -> bool:
        """Return whether style sheets say a property of an element, or say it to be important."""
        return any(item.name == name and item.important >= important for item in self._sheets.of(element))

    def said(self, element: Element) -> Mapping[str, str]:
        """Return what is said of an element: its properties as texts, the valid ones of most weight."""
        found = self._said.get(element)
        if found is None:
            found = self._said[element] = self._specified(element)
        return found

    def _specified(self, element: Element) -> dict[str, str]:
        said = {name: text for name, text in element.attrib.items() if name in _ATTRIBUTES and _valid(name, text)}
        if local(element) in ("linearGradient", "radialGradient", "pattern"):
            said.pop("transform", None)
        normal: list[Declaration] = []
        important: list[Declaration] = []
        for item in self._sheets.of(element):
            (important if item.important else normal).append(item)
        style = element.attrib.get("style", "")
        self._declarations.take(style.count(";"))
        own = declarations(style) if style else []
        normal += [item for item in own if not item.important]
        important += [item for item in own if item.important]
        for item in normal + important:
            said.update(_expanded(item))
        return said

    def style(self, element: Element, parent: Style, measure: Measure) -> Style:
        """Return the properties of an element whose parent has others.

        Lengths in units of the font are in pixels then.
        """
        said = self.said(element)
        style = {**parent, **_OWN}
        for name, text in said.items():
            style[name] = _value(name, text, parent)
        if style["color"] == CURRENT:
            style["color"] = parent["color"]
        size = said.get("font-size")
        if size is not None and isinstance(style["font-size"], Length):
            outer = parent["font-size"]
            font = outer.value if isinstance(outer, Length) else 16.0
            at = measure._replace(font=font)
            style["font-size"] = Length(at.pixels(style["font-size"], font))
        font = style["font-size"].value
        for name in ("stroke-width", "stroke-dashoffset", "stroke-dasharray"):
            if name in said:
                style[name] = _without_fonts(style[name], measure._replace(font=font))
        return style


_INITIAL = initial_style()
_OWN = {name: _INITIAL[name] for name, item in PROPERTIES.items() if not item.inherited}


def _expanded(item: Declaration) -> dict[str, str]:
    if len(item.value) > limits.VALUE:
        raise DataError(f"its property {item.name[:40]} has {len(item.value):,} characters; that is too much")
    names = SHORTHANDS.get(item.name, (item.name,))
    return {name: item.value for name in names if name in PROPERTIES and _valid(name, item.value)}


def _valid(name: str, text: str) -> bool:
    if text.strip().lower() in _WIDE:
        return True
    try:
        read(name, text)
    except (ValueError, OverflowError):
        return False
    return True


def _value(name: str, text: str, parent: Style) -> Any:
    word = text.strip().lower()
    if word not in _WIDE:
        return read(name, text)
    inherits = word == "inherit" or (word != "initial" and PROPERTIES[name].inherited)
    return parent[name] if inherits else _INITIAL[name]


def _without_fonts(value: Any, measure: Measure) -> Any:
    if isinstance(value, Length):
        return Length(measure.pixels(value, 0.0)) if value.unit in FONT else value
    return tuple(_without_fonts(item, measure) for item in value)
