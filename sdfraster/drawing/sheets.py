"""Style sheets: which declarations of ``<style>`` elements are for which element.

tinycss2 and cssselect2, the extra ``svg``, read them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

from ..errors import DataError, missing
from . import limits
from .declarations import Declaration, declarations
from .document import Document, local
from .limits import Budget
from .siblings import SIBLINGS, has_siblings, predicate_of

COMPILED = 100  # elements that are looked at in the time in which a selector is compiled
_NONE: list[Declaration] = []
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
        return self._of.get(element, _NONE) if self._of else _NONE

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
    """Counts how much there is to compare.

    A selector is tried on the elements that have its id, class or name. For each it looks through ancestors for a
    combinator, through siblings for a pseudo-class that counts them, and through all for ``:has()``. All elements are
    looked at once for each ``~``, see `siblings`; but those before each, if that is within a pseudo-class.
    """

    def __init__(self, document: Document) -> None:
        self._elements = len(document.starts)
        self._depth, self._siblings = 1, 1
        self._having: Counter[tuple[str, str]] = Counter()  # elements of each id, class and name
        depths: dict[Element, int] = {}
        for element in document.elements():
            parent = document.parents.get(element)
            depths[element] = 1 if parent is None else depths[parent] + 1
            self._depth = max(self._depth, depths[element])
            self._siblings = max(self._siblings, len(element))
            self._having["id", element.get("id", "")] += 1
            self._having["name", element.tag.rpartition("}")[2].lower()] += 1
            self._having.update(("class", name) for name in set(element.get("class", "").split()))
        self.matches = Budget("elements to look at for its style sheets", limits.MATCHES)

    def take(self, selector: Any, tree: Any, items: int) -> None:
        """Take the work of a selector, and of so many declarations for each element that it may be for."""
        tried = self._elements
        if selector.id is not None:
            tried = self._having["id", selector.id]
        elif selector.class_name is not None:
            tried = self._having["class", selector.class_name]
        elif selector.local_name is not None:
            tried = self._having["name", selector.lower_local_name]
        each, siblings = self._steps(tree, 1), 0
        while hasattr(tree, "combinator"):
            siblings += self._steps(tree.left, 1) if tree.combinator == SIBLINGS else 0
            tree = tree.left
        self.matches.take(min(tried * (each + items) + self._elements * siblings, limits.MATCHES + 1))

    def _steps(self, tree: Any, siblings: int) -> int:
        """Return how many elements are looked at for one that a selector, as it was parsed, is tried on.

        Of these `siblings` are looked at for each ``~``.
        """
        steps = 1
        while hasattr(tree, "combinator"):
            steps = steps * {" ": self._depth, SIBLINGS: siblings}.get(tree.combinator, 1) + self._inner(tree.right)
            tree = tree.left
        return steps + self._inner(tree)

    def _inner(self, compound: Any) -> int:
        """Return how many are looked at for the pseudo-classes of a compound selector."""
        steps = 0
        for simple in compound.simple_selectors:
            name, arguments = getattr(simple, "name", ""), getattr(simple, "arguments", None) or ()
            chosen = any(getattr(each, "value", "") == "of" for each in arguments)  # as in :nth-child(2 of .a)
            if isinstance(name, str) and (name.endswith("-of-type") or (name.startswith("nth-") and chosen)):
                steps += self._siblings  # of other places each element knows its own
            for inner in getattr(simple, "selector_list", ()):
                relative = getattr(inner, "selector", inner)  # of :has()
                own = self._steps(relative.parsed_tree, self._siblings)
                steps += own * (1 if relative is inner else self._elements)
        return steps


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
            trees = []
            for selector in cssselect2.parser.parse(rule.prelude):
                work.matches.take(COMPILED)
                trees.append(selector.parsed_tree)
            selectors = cssselect2.compile_selector_list(rule.prelude)
        except cssselect2.SelectorError:
            continue
        items = declarations(tinycss2.serialize(rule.content))
        for selector, tree in zip(selectors, trees, strict=True):
            if selector.pseudo_element is None:
                work.take(selector, tree, len(items))
                if has_siblings(tree):
                    selector.test = predicate_of(tree)
                matcher.add_selector(selector, items)
