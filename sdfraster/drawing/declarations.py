"""Declarations of CSS: the ``style`` of an element, and what is between the braces of a rule."""

from __future__ import annotations

import re
from typing import NamedTuple

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_PART = re.compile(r"\"(?:\\.|[^\"\\])*\"?|'(?:\\.|[^'\\])*'?|\([^()]*\)?|[^;\"'(]+|.", re.DOTALL)
_IMPORTANT = re.compile(r"\s*!\s*important\s*$", re.IGNORECASE)


class Declaration(NamedTuple):
    """One declaration; `start` and `end` say where its value is in the text, if that has no comments."""

    name: str
    value: str
    important: bool
    start: int
    end: int


def declarations(text: str) -> list[Declaration]:
    """Return the declarations of a ``style``."""
    plain = _COMMENT.sub(lambda match: " " * len(match.group()), text)  # places stay
    found, start = [], 0
    for match in _PART.finditer(plain):
        if match.group() == ";":
            found.append(_declaration(plain, start, match.start()))
            start = match.end()
    found.append(_declaration(plain, start, len(plain)))
    return [item for item in found if item is not None]


def _declaration(text: str, start: int, end: int) -> Declaration | None:
    name, colon, value = text[start:end].partition(":")
    if not colon or not name.strip() or not value.strip():
        return None
    kept = _IMPORTANT.sub("", value)
    at = start + len(name) + 1
    first = at + len(kept) - len(kept.lstrip())
    return Declaration(name.strip().lower(), kept.strip(), kept != value, first, first + len(kept.strip()))
