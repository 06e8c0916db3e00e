"""Declarations of CSS: the ``style`` of an element, and what is between the braces of a rule."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_PART = re.compile(r"\"(?:\\.|[^\"\\])*\"?|'(?:\\.|[^'\\])*'?|\([^()]*\)?|[^;\"'(]+|.", re.DOTALL)
_QUOTES = re.compile(r"[\"'(]")


class Declaration(NamedTuple):
    """One declaration; `start` and `end` say where its value is in the text, if that has no comments."""

    name: str
    value: str
    important: bool
    start: int
    end: int


def declarations(text: str) -> list[Declaration]:
    """Return the declarations of a ``style``."""
    plain = _COMMENT.sub(lambda match: " " * len(match.group()), text) if "/*" in text else text  # places stay
    found, start = [], 0
    for end in _ends(plain):
        found.append(_declaration(plain, start, end))
        start = end + 1
    return [item for item in found if item is not None]


def _ends(text: str) -> list[int]:
    """Return where declarations end: at semicolons that are not in strings or parentheses, and where the text does."""
    if _QUOTES.search(text) is None:
        return [after - 1 for after in accumulate(len(part) + 1 for part in text.split(";"))]
    return [match.start() for match in _PART.finditer(text) if match.group() == ";"] + [len(text)]


def _declaration(text: str, start: int, end: int) -> Declaration | None:
    name, colon, value = text[start:end].partition(":")
    kept, important = value.strip(), False
    if not colon or not kept or not name.strip():
        return None
    first = start + len(name) + 1 + len(value) - len(value.lstrip())
    if "!" in kept:
        before, _, last = kept.rpartition("!")
        if last.strip().lower() == "important":
            kept, important = before.rstrip(), True
    return Declaration(name.strip().lower(), kept, important, first, first + len(kept))
