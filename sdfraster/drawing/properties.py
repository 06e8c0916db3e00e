"""The properties of SVG that are read: what their values are, whether children inherit them, and where they begin.

A value that is not valid is as if it were not there, as in CSS.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from ..css import rgba
from .numbers import Length, length, lengths, number, ratio

Color = tuple[float, float, float, float]
CURRENT = "currentcolor"
_URL = re.compile(r"url\((?:\s*\"([^\"]*)\"\s*|\s*'([^']*)'\s*|([^)]*))\)\s*(.*)", re.IGNORECASE | re.DOTALL)


class Ink(NamedTuple):
    """What something is painted with: a colour, None for nothing, or what a link leads to.

    Attributes
    ----------
    color : tuple of float, str or None
        A colour, `CURRENT`, ``"context-fill"`` or ``"context-stroke"``, or None; of a link, what is to be painted if
        it leads nowhere.
    link : str or None
        An id.
    """

    color: Color | str | None
    link: str | None = None


class Property(NamedTuple):
    """One property: how a value is read, what it is if nothing is said, and whether children inherit it."""

    read: Callable[[str], Any]
    initial: str
    inherited: bool = True


def _word(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        plain = text.strip().lower()
        if plain not in words:
            raise ValueError(f"{text!r} is none of {', '.join(words)}")
        return plain

    return read


def _any(text: str) -> str:
    return text.strip()


def _small(text: str) -> str:
    return text.strip().lower()


def _color(text: str) -> Color | str:
    plain = text.strip()
    return CURRENT if plain.lower() == CURRENT else rgba(plain)


def _ink(text: str) -> Ink:
    plain = text.strip()
    if plain.startswith("#"):  # which most are
        return Ink(rgba(plain))
    url = _URL.fullmatch(plain)
    if url:
        link = next(part for part in url.groups()[:3] if part is not None).strip()
        if not link.startswith("#"):
            raise ValueError(f"{text!r} is a link to another file")
        return Ink(_ink(url.group(4)).color if url.group(4) else None, link[1:])
    words = ("none", "context-fill", "context-stroke")
    if plain.lower() in words:
        return Ink(None if plain.lower() == "none" else plain.lower())
    return Ink(_color(plain))


def _link(text: str) -> str | None:
    """Return the id of a link, None of nothing, or the text of something else."""
    plain = text.strip()
    if plain.lower() == "none":
        return None
    url = _URL.fullmatch(plain)
    if url:
        link = next(part for part in url.groups()[:3] if part is not None).strip()
        if link.startswith("#"):
            return link
    return plain


def _share(text: str) -> float:
    return min(max(ratio(text), 0.0), 1.0)


def _miter(text: str) -> float:
    value = number(text)
    if value < 1.0:
        raise ValueError(f"{text!r} is less than 1")
    return value


def _dashes(text: str) -> tuple[Length, ...]:
    if text.strip().lower() == "none":
        return ()
    values = tuple(lengths(text))
    if not values or any(value.value < 0.0 for value in values):
        raise ValueError(f"{text!r} is no list of lengths")
    return values if len(values) % 2 == 0 else 2 * values


_SIZES = {
    "xx-small": 0.6,
    "x-small": 0.75,
    "small": 8.0 / 9.0,
    "medium": 1.0,
    "large": 1.2,
    "x-large": 1.5,
    "xx-large": 2.0,
    "xxx-large": 3.0,
}


def _font_size(text: str) -> Length:
    plain = text.strip().lower()
    if plain in _SIZES:
        return Length(16.0 * _SIZES[plain])
    if plain in ("larger", "smaller"):
        return Length(1.2 if plain == "larger" else 1.0 / 1.2, "em")
    value = length(plain)
    if value.value < 0.0:
        raise ValueError(f"{text!r} is negative")
    return value


def _order(text: str) -> tuple[str, ...]:
    """Return fill, stroke and markers in the order in which they are painted."""
    usual = ("fill", "stroke", "markers")
    words = tuple(text.strip().lower().split())
    if words == ("normal",):
        return usual
    if not words or len(set(words)) < len(words) or not set(words) <= set(usual):
        raise ValueError(f"{text!r} is no order of {', '.join(usual)}")
    return words + tuple(word for word in usual if word not in words)


PROPERTIES: dict[str, Property] = {
    "color": Property(_color, "black"),
    "fill": Property(_ink, "black"),
    "fill-opacity": Property(_share, "1"),
    "fill-rule": Property(_word("nonzero", "evenodd"), "nonzero"),
    "clip-rule": Property(_word("nonzero", "evenodd"), "nonzero"),
    "stroke": Property(_ink, "none"),
    "stroke-opacity": Property(_share, "1"),
    "stroke-width": Property(length, "1"),
    "stroke-linecap": Property(_word("butt", "round", "square"), "butt"),
    "stroke-linejoin": Property(_word("miter", "miter-clip", "round", "bevel"), "miter"),
    "stroke-miterlimit": Property(_miter, "4"),
    "stroke-dasharray": Property(_dashes, "none"),
    "stroke-dashoffset": Property(length, "0"),
    "paint-order": Property(_order, "normal"),
    "visibility": Property(_word("visible", "hidden", "collapse"), "visible"),
    "font-size": Property(_font_size, "medium"),
    "marker-start": Property(_link, "none"),
    "marker-mid": Property(_link, "none"),
    "marker-end": Property(_link, "none"),
    "display": Property(_small, "inline", inherited=False),
    "opacity": Property(_share, "1", inherited=False),
    "overflow": Property(_word("visible", "hidden", "scroll", "auto"), "", inherited=False),
    "clip-path": Property(_link, "none", inherited=False),
    "mask": Property(_link, "none", inherited=False),
    "filter": Property(_link, "none", inherited=False),
    "mix-blend-mode": Property(_any, "normal", inherited=False),
    "transform": Property(_any, "none", inherited=False),
    "transform-origin": Property(_any, "", inherited=False),
    "transform-box": Property(_any, "view-box", inherited=False),
    "vector-effect": Property(_any, "none", inherited=False),
    "stop-color": Property(_color, "black", inherited=False),
    "stop-opacity": Property(_share, "1", inherited=False),
    "background-color": Property(_color, "transparent", inherited=False),
}
SHORTHANDS = {"marker": ("marker-start", "marker-mid", "marker-end")}


def initial(name: str) -> Any:
    """Return the value of a property where nothing says one."""
    own = PROPERTIES[name]
    return own.read(own.initial) if own.initial else ""
