"""Selectors that look for siblings, such as ``a ~ b``, answered for all elements of a document in one way through it.

cssselect2 goes through the siblings before each element again, which takes the square of their number. Here an element
knows what the one before it knew. What has no ``~`` is left to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

Test = Callable[[Any], bool]  # of an element as cssselect2 wraps it
SIBLINGS = "~"


def has_siblings(tree: Any) -> bool:
    """Return whether a selector, as it was parsed, has ``~`` between its parts."""
    return hasattr(tree, "combinator") and (tree.combinator == SIBLINGS or has_siblings(tree.left))


def predicate_of(tree: Any) -> Test:
    """Return what says of an element whether a selector, as it was parsed, is for it."""
    import cssselect2.compiler
    import cssselect2.parser

    if not has_siblings(tree):
        test: Test = cssselect2.compiler.CompiledSelector(cssselect2.parser.Selector(tree)).test
        return test
    right, left = predicate_of(tree.right), predicate_of(tree.left)
    return _COMBINATORS[tree.combinator](right, left)


class _After:
    """Whether an element follows a sibling that something is true of."""

    def __init__(self, right: Test, left: Test) -> None:
        self._right, self._left = right, left
        self._known: dict[Element, bool] = {}  # whether there is one before it

    def __call__(self, element: Any) -> bool:
        return bool(self._right(element)) and self._follows(element)

    def _follows(self, element: Any) -> bool:
        asked = []
        while element is not None and element.etree_element not in self._known:
            asked.append(element)
            element = element.previous
        found = element is not None and self._known[element.etree_element]
        for each in reversed(asked):
            found = found or (each.previous is not None and bool(self._left(each.previous)))
            self._known[each.etree_element] = found
        return found


_COMBINATORS: dict[str, Callable[[Test, Test], Test]] = {
    SIBLINGS: _After,
    " ": lambda right, left: lambda element: right(element) and any(map(left, element.ancestors)),
    ">": lambda right, left: lambda element: right(element) and element.parent is not None and left(element.parent),
    "+": lambda right, left: lambda element: right(element) and element.previous is not None and left(element.previous),
}
