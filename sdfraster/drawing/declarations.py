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
    if not colon or not name.strip() or not value.strip():
        return None
    before, _, last = value.rpartition("!")
    important = last.strip().lower() == "important" and value != last
    kept = before.rstrip() if important else value
    at = start + len(name) + 1
    first = at + len(kept) - len(kept.lstrip())
    return Declaration(name.strip().lower(), kept.strip(), important, first, first + len(kept.strip()))
