"""An SVG file as elements that know where in the text they began.

Read by expat, which knows entities: those that the file defines itself are put in, within bounds; nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element
from xml.parsers import expat

from ..errors import DataError
from ..garbage import uncollected
from . import limits
from .limits import Budget

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
LONG = ("d", "points", "style", "href", "values", "keyTimes", "keySplines", "tableValues")  # attributes that may be
IDS = ("id", f"{{{XML}}}id")
HREFS = ("href", f"{{{XLINK}}}href")


class Document:
    """The elements of a file.

    Attributes
    ----------
    source : bytes
        The text.
    root : Element
        The outermost element.
    parents : dict
        Of every element but the root.
    starts : dict
        Where in `source` the tag of an element begins.
    ids : dict
        The first element of every id.
    """

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.parents: dict[Element, Element] = {}
        self.starts: dict[Element, int] = {}
        self.ids: dict[str, Element] = {}
        self.root = _Parser(self).parse(source)

    def linked(self, element: Element) -> Element | None:
        """Return the element of this document that one refers to, if any."""
        href = next((element.get(name) for name in HREFS if name in element.attrib), None)
        return self.ids.get(href.strip()[1:]) if href and href.strip().startswith("#") else None

    def elements(self) -> Iterator[Element]:
        """Yield all elements in the order of the file."""
        yield from self.starts


def local(element: Element) -> str:
    """Return the name of an element of SVG, or nothing for that of another language."""
    return _local(element.tag)


@lru_cache(1024)
def _local(tag: str) -> str:
    return tag[len(SVG) + 2 :] if tag.startswith(f"{{{SVG}}}") else ""


class _Parser:
    """Handlers for expat that build elements."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._open: list[Element] = []
        self._last: Element | None = None  # that text follows
        self._text: list[str] = []
        self._root: Element | None = None
        self._elements = Budget("elements", limits.ELEMENTS)
        self._entities = Budget("entities", limits.ENTITIES)
        self._characters = 0

    def parse(self, source: bytes) -> Element:
        parser = self._parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters_come
        parser.EntityDeclHandler = self._entity
        self._most = len(source) + limits.EXPANDED
        try:
            parser.Parse(source, True)
        except expat.ExpatError as error:
            raise DataError(f"not an SVG file ({error})") from None
        except ValueError as error:  # an encoding that Python does not have
            raise error if isinstance(error, DataError) else DataError(f"not an SVG file ({error})") from None
        except LookupError as error:
            raise DataError(f"not an SVG file ({error})") from None
        del self._parser, parser  # whose handlers lead back to this
        if self._root is None or local(self._root) != "svg":
            raise DataError(f"not an SVG file: it must begin with <svg xmlns={SVG!r}>")
        return self._root

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._text:
            self._flush()
        self._elements.take()
        characters = sum(map(len, attributes.values()))
        self._count(len(tag) + characters)
        if characters > limits.VALUE:
            _check_lengths(attributes)
        if len(self._open) >= limits.DEPTH:
            raise DataError(f"elements are nested more than {limits.DEPTH} deep; that is too much")
        if "}" in "".join(attributes):
            attributes = {_name(name): value for name, value in attributes.items()}
        element = Element(_name(tag), attributes)
        document = self._document
        document.starts[element] = self._parser.CurrentByteIndex
        for name in IDS:
            if name in attributes:
                document.ids.setdefault(attributes[name], element)
        if self._open:
            document.parents[element] = self._open[-1]
            self._open[-1].append(element)
        else:
            self._root = element
        self._open.append(element)
        self._last = None

    def _end(self, tag: str) -> None:
        if self._text:
            self._flush()
        self._last = self._open.pop()

    def _characters_come(self, text: str) -> None:
        self._count(len(text))
        self._text.append(text)

    def _flush(self) -> None:
        """Give the text since the last tag to the element that holds or precedes it."""
        text = "".join(self._text)
        self._text.clear()
        if self._last is not None:
            self._last.tail = text
        elif self._open:
            self._open[-1].text = text

    def _entity(self, name: str, parameter: bool, value: str | None, *places: str | None) -> None:
        self._entities.take()
        if parameter or value is None:
            raise DataError(f"it defines the entity {name!r} by another file or for a DTD; neither is read")

    def _count(self, characters: int) -> None:
        self._characters += characters
        if self._characters > self._most:
            raise DataError(f"its entities add more than {limits.EXPANDED:,} characters; that is too much")


def _check_lengths(attributes: dict[str, str]) -> None:
    """Refuse attributes that are too long to be read as often as their element may be drawn."""
    for name, value in attributes.items():
        known = name not in LONG and "}" not in name and not name.startswith("data-")
        if known and len(value) > limits.VALUE:
            raise DataError(f"its attribute {name[:40]} has {len(value):,} characters; that is too much")


def _name(name: str) -> str:
    """Return a name as ElementTree has it."""
    return "{" + name if "}" in name else name


@uncollected()
def read_bytes(data: bytes) -> Document:
    """Return the document of a file.

    Raises
    ------
    DataError
        If it is no SVG, or asks for too much, see `limits`.
    """
    if len(data) > limits.BYTES:
        raise DataError(f"it has {len(data) / 2**20:.0f} MB; drawings may have {limits.BYTES // 2**20}")
    return Document(inflated(data) if data[:2] == b"\x1f\x8b" else data)


def inflated(data: bytes) -> bytes:
    """Return what a compressed file (.svgz) holds."""
    import zlib

    decoder = zlib.decompressobj(31)
    try:
        out = decoder.decompress(data, limits.BYTES)
    except zlib.error as error:
        raise DataError(f"cannot be decompressed ({error})") from None
    if decoder.unconsumed_tail:
        raise DataError(f"it holds more than {limits.BYTES // 2**20} MB; that is too much")
    return out
