"""Values of attributes changed in the text of a file; every other byte stays."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from ..drawing.declarations import declarations
from ..drawing.document import Document, local

_ATTRIBUTE = re.compile(rb"([^\s=/>\"'<]+)\s*=\s*(\"[^\"]*\"|'[^']*')")
_NAME = re.compile(rb"<[^\s/>]+")


class Editor:
    """Collects changes of a document.

    Parameters
    ----------
    document : Document
        Which is changed.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._changes: list[tuple[int, int, bytes]] = []
        self._styles: dict[Element, list[str]] = {}  # of elements that have none

    def editable(self, element: Element) -> bool:
        """Return whether the tag of an element is in the text itself, and not in an entity."""
        match = _NAME.match(self._document.source, self._document.starts[element])
        if match is None:
            return False
        name = match.group()[1:].decode("utf-8", "replace").split(":")[-1]
        return name == (local(element) or name)

    def set(self, element: Element, name: str, value: str) -> None:
        """Set an attribute; one that is not there is added."""
        place = self._places(element).get(name)
        if place is None:
            match = _NAME.match(self._document.source, self._document.starts[element])
            assert match is not None
            self._changes.append((match.end(), match.end(), f' {name}="{value}"'.encode()))
        else:
            self._changes.append((*place, value.encode()))

    def set_property(self, element: Element, name: str, value: str, in_style: bool = False) -> None:
        """Set a property where an element says it, else as an attribute; or in its style, if that is asked for."""
        places = self._places(element)
        start, end = places.get("style", (0, 0))
        raw = self._document.source[start:end]
        text = raw.decode("utf-8", "replace")
        said = [item for item in declarations(text) if item.name == name]
        if said and b"&" not in raw:
            first = start + len(text[: said[-1].start].encode())
            last = start + len(text[: said[-1].end].encode())
            self._changes.append((first, last, value.encode()))
        elif (said or in_style or b"&" in raw) and "style" in places:  # the last one counts
            self._changes.append((end, end, f";{name}:{value}".encode()))
        elif in_style:
            self._styles.setdefault(element, []).append(f"{name}:{value}")
        else:
            self.set(element, name, value)

    def _places(self, element: Element) -> dict[str, tuple[int, int]]:
        """Return where the values of the attributes of an element are."""
        source, at = self._document.source, self._document.starts[element]
        match = _NAME.match(source, at)
        assert match is not None
        found: dict[str, tuple[int, int]] = {}
        at = match.end()
        while True:
            while at < len(source) and source[at : at + 1].isspace():
                at += 1
            attribute = _ATTRIBUTE.match(source, at)
            if attribute is None:
                return found
            name = attribute.group(1).decode("utf-8", "replace")
            found[name] = attribute.start(2) + 1, attribute.end(2) - 1
            at = attribute.end()

    def result(self) -> bytes:
        """Return the text with all changes."""
        for element, items in self._styles.items():
            self.set(element, "style", ";".join(items))
        self._styles.clear()
        source = self._document.source
        out, at = [], 0
        for start, end, value in sorted(self._changes):
            out += [source[at:start], value]
            at = end
        return b"".join([*out, source[at:]])
