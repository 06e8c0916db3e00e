"""Transformations of elements about their origin: ``transform``, ``transform-origin`` and ``transform-box``."""

from __future__ import annotations

import re

from .affine import IDENTITY, Affine, transformation, translation
from .contour import Box
from .numbers import Length, Measure, length

_WORDS = {"left": 0.0, "top": 0.0, "center": 50.0, "right": 100.0, "bottom": 100.0}


def map_of(text: str, origin: str, measure: Measure, box: Box | None = None) -> Affine:
    """Return the map of a transformation; IDENTITY if it is not valid.

    Parameters
    ----------
    text : str
        The transformation.
    origin : str
        What it is about, the upper left corner if nothing is said.
    measure : Measure
        Of lengths.
    box : tuple of float, optional
        x0, y0, x1, y1 of what the origin is measured from; the viewport if not given.
    """
    try:
        matrix = transformation(text, measure)
    except ValueError:
        return IDENTITY
    if matrix == IDENTITY or not origin:
        return matrix
    x0, y0, x1, y1 = box or (0.0, 0.0, measure.box.width, measure.box.height)
    try:
        horizontal, vertical = _places(origin)
    except ValueError:
        return matrix
    x, y = x0 + measure.pixels(horizontal, x1 - x0), y0 + measure.pixels(vertical, y1 - y0)
    return translation(x, y) @ matrix @ translation(-x, -y)


def _places(origin: str) -> tuple[Length, Length]:
    """Return how far right and down an origin is."""
    words = [word for word in re.split(r"[\s,]+", origin.strip().lower()) if word]
    if len(words) == 3:  # the third is its depth
        length(words.pop())
    if not 1 <= len(words) <= 2:
        raise ValueError(f"{origin!r} is no place")
    if words[0] in ("top", "bottom") or (len(words) == 2 and words[1] in ("left", "right")):
        words = words[::-1] if len(words) == 2 else ["center", words[0]]
    values = [Length(_WORDS[word], "%") if word in _WORDS else length(word) for word in words]
    return values[0], values[1] if len(values) == 2 else Length(50.0, "%")
