"""What the properties of an element are: attributes, then style sheets, then its style; then what it inherits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from xml.etree.ElementTree import Element

from ..errors import DataError
from . import limits
from .declarations import Declaration, declarations
from .document import Document, local
from .limits import Budget
from .numbers import FONT, Length, Measure
from .properties import CURRENT, PROPERTIES, SHORTHANDS, initial
from .sheets import Sheets, sheets_of

Style = Mapping[str, Any]
_MEASURED = ("stroke-width", "stroke-dashoffset", "stroke-dasharray")  # which may be in units of the font
_DEPENDENT = frozenset(("color", "font-size", *_MEASURED))  # on others, or on the parent


class _Wide:
    """A value that any property may have."""

    def __init__(self, word: str) -> None:
        self.word = word


_INVALID = _Wide("")
_WIDE = {word: _Wide(word) for word in ("inherit", "initial", "unset", "revert", "revert-layer")}
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
        self._inline: dict[str, list[Declaration]] = {}  # of every text of a style
        self._outer: Style = _INITIAL
        self._base: dict[str, Any] = dict(_INITIAL)  # of the children of that: what they are if nothing is said of them
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
        attributes, said = element.attrib, dict[str, str]()
        for name, text in attributes.items():
            if name in _ATTRIBUTES and _read(name, text) is not _INVALID:
                said[name] = text
        if "transform" in said and local(element) in ("linearGradient", "radialGradient", "pattern"):
            del said["transform"]
        items = self._sheets.of(element)
        if "style" in attributes:
            items = items + self._declared(attributes["style"])
        if items:
            for item in sorted(items, key=_importance):  # which keeps the order of those that are alike
                said.update(_expanded(item.name, item.value))
        return said

    def _declared(self, style: str) -> list[Declaration]:
        """Return the declarations of a ``style``, which many elements may have in common."""
        self._declarations.take(style.count(";"))
        known = self._inline.get(style)
        if known is None:
            known = self._inline[style] = declarations(style)
        return known

    def style(self, element: Element, parent: Style, measure: Measure) -> Style:
        """Return the properties of an element whose parent has others.

        Lengths in units of the font are in pixels then.
        """
        said = self._said.get(element)
        if said is None:
            said = self._said[element] = self._specified(element)
        if parent is not self._outer:
            self._outer, self._base = parent, {**parent, **_OWN}
        if not said:
            return self._base
        style = self._base.copy()
        for name, text in said.items():
            value = _read(name, text)
            style[name] = _wide(name, value, parent) if isinstance(value, _Wide) else value
        if _DEPENDENT.isdisjoint(said):
            return style
        if "color" in said and style["color"] == CURRENT:
            style["color"] = parent["color"]
        size = said.get("font-size")
        if size is not None and isinstance(style["font-size"], Length):
            outer = parent["font-size"]
            font = outer.value if isinstance(outer, Length) else 16.0
            at = measure._replace(font=font)
            style["font-size"] = Length(at.pixels(style["font-size"], font))
        for name in _MEASURED:
            if name in said:
                style[name] = _without_fonts(style[name], measure._replace(font=style["font-size"].value))
        return style


_INITIAL = initial_style()
_OWN = {name: _INITIAL[name] for name, item in PROPERTIES.items() if not item.inherited}


def _importance(item: Declaration) -> bool:
    return item.important


@lru_cache(4096)
def _expanded(name: str, text: str) -> dict[str, str]:
    """Return the properties that a declaration is of, each with its text, if that is valid."""
    if len(text) > limits.VALUE:
        raise DataError(f"its property {name[:40]} has {len(text):,} characters; that is too much")
    names = SHORTHANDS.get(name, (name,))
    return {each: text for each in names if each in PROPERTIES and _read(each, text) is not _INVALID}


@lru_cache(4096)
def _read(name: str, text: str) -> Any:
    """Return the value of a property; one of `_WIDE` for a word that any may have, `_INVALID` if it is not valid."""
    word = _WIDE.get(text.strip().lower())
    if word is not None:
        return word
    try:
        return PROPERTIES[name].read(text)
    except (ValueError, OverflowError):
        return _INVALID


def _wide(name: str, value: _Wide, parent: Style) -> Any:
    """Return the value of a property for a word that any may have."""
    inherits = value.word == "inherit" or (value.word != "initial" and PROPERTIES[name].inherited)
    return parent[name] if inherits else _INITIAL[name]


def _without_fonts(value: Any, measure: Measure) -> Any:
    if isinstance(value, Length):
        return Length(measure.pixels(value, 0.0)) if value.unit in FONT else value
    return tuple(_without_fonts(item, measure) for item in value)
