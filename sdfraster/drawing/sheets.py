"""Style sheets: which declarations of ``<style>`` elements are for which element.

tinycss2 and cssselect2, the extra ``svg``, read them.
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from ..errors import DataError, missing
from . import limits
from .declarations import Declaration, declarations
from .document import Document, local
from .limits import Budget

_MODULES = ("tinycss2", "cssselect2")
_MEDIA = ("all", "screen")


class Sheets:
    """The declarations that rules have for elements.

    Attributes
    ----------
    imports : int
        How many other files the sheets refer to, which are not read.
    """

    def __init__(self) -> None:
        self.imports = 0
        self._of: dict[Element, list[Declaration]] = {}

    def of(self, element: Element) -> list[Declaration]:
        """Return the declarations for an element, those of more weight later."""
        return self._of.get(element, [])

    def add(self, element: Element, items: list[Declaration]) -> None:
        """Say more of an element."""
        self._of.setdefault(element, []).extend(items)


def sheets_of(document: Document) -> Sheets:
    """Return what the style sheets of a document say.

    Raises
    ------
    ModuleNotFoundError
        If there are some, and what they need is not installed.
    DataError
        If they are too large.
    """
    sheets = Sheets()
    texts = [_text(element) for element in document.elements() if local(element) == "style" and _is_css(element)]
    source = "\n".join(texts)
    if len(source) > limits.SHEETS:
        raise DataError(f"its style sheets have more than {limits.SHEETS:,} characters; that is too much")
    if source.strip():
        _match(document, source, sheets)
    return sheets


def _text(element: Element) -> str:
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _is_css(element: Element) -> bool:
    return element.get("type", "").strip().lower() in ("", "text/css") and _shown(element.get("media", ""))


def _shown(media: str) -> bool:
    """Return whether a list of media has one that pictures are; conditions are not looked at, and not met."""
    return not media.strip() or any(each.strip().lower() in _MEDIA for each in media.split(","))


def _match(document: Document, source: str, sheets: Sheets) -> None:
    try:
        import cssselect2
        import tinycss2
    except ModuleNotFoundError as error:
        raise missing("a drawing with style sheets", "tinycss2 and cssselect2", "svg", error, _MODULES) from None

    matcher = cssselect2.Matcher()
    work = _Work(document)
    try:
        _add_rules(tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True), matcher, sheets, work)
    except RecursionError:
        raise DataError("its style sheets are nested too deeply") from None
    for wrapped in cssselect2.ElementWrapper.from_xml_root(document.root).iter_subtree():
        for *_, items in matcher.match(wrapped):
            sheets.add(wrapped.etree_element, items)


class _Work:
    """Counts how much there is to compare: a selector looks through ancestors or siblings for each combinator."""

    def __init__(self, document: Document) -> None:
        self._elements = len(document.starts)
        self._depth, self._siblings = 1, 1
        depths: dict[Element, int] = {}
        for element in document.elements():
            parent = document.parents.get(element)
            depths[element] = 1 if parent is None else depths[parent] + 1
            self._depth = max(self._depth, depths[element])
            self._siblings = max(self._siblings, len(element))
        self._matches = Budget("elements to look at for its style sheets", limits.MATCHES)

    def take(self, tree: Any) -> None:
        """Take the work of a selector as it was parsed."""
        steps = 1
        while hasattr(tree, "combinator"):
            steps *= {" ": self._depth, "~": self._siblings}.get(tree.combinator, 1)
            tree = tree.left
        self._matches.take(min(steps * self._elements, limits.MATCHES + 1))


def _add_rules(rules: Any, matcher: Any, sheets: Sheets, work: _Work) -> None:
    """Give the selectors of rules to a matcher."""
    import cssselect2.parser
    import tinycss2

    for rule in rules:
        if rule.type == "at-rule":
            if rule.lower_at_keyword == "import":
                sheets.imports += 1
            if rule.lower_at_keyword == "media" and rule.content and _shown(tinycss2.serialize(rule.prelude)):
                inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                _add_rules(inner, matcher, sheets, work)
        if rule.type != "qualified-rule":
            continue
        try:
            for selector in cssselect2.parser.parse(rule.prelude):
                work.take(selector.parsed_tree)
            selectors = cssselect2.compile_selector_list(rule.prelude)
        except cssselect2.SelectorError:
            continue
        items = declarations(tinycss2.serialize(rule.content))
        for selector in selectors:
            if selector.pseudo_element is None:
                matcher.add_selector(selector, items)
