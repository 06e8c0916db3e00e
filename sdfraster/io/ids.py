"""Ids of an SVG file, in which drawings differ.

Drawings in one HTML page share one space of ids: if the gradients of two are called g0, the second one has the colours
of the first. So ids begin with letters that a hash of the drawing chooses. The same drawing always has the same text,
and five hundred drawings in one page all have different ids, but for a chance of 4 in 10,000.
"""

from __future__ import annotations

import hashlib
import re
from string import ascii_lowercase

MARK = "\0"  # stands for the prefix as long as not all of the text is known
LETTERS = 6
VALID = re.compile(r"([A-Za-z][A-Za-z0-9._-]*)?", re.ASCII)


def check_prefix(prefix: str | None) -> None:
    """Raise ValueError unless ids can begin so."""
    if prefix is not None and not (isinstance(prefix, str) and VALID.fullmatch(prefix)):
        raise ValueError(f"id_prefix must be a letter and then letters, digits, '.', '_' or '-', not {prefix!r}")


def named(text: str, prefix: str | None) -> str:
    """Return the text with its ids beginning with the prefix, or with letters made of the text itself."""
    return text.replace(MARK, _letters(text) if prefix is None else prefix)


def _letters(text: str) -> str:
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    return "".join(ascii_lowercase[number // 26**k % 26] for k in range(LETTERS))
