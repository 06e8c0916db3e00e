"""What a shape is painted with: a colour, or a gradient in the coordinates of the canvas."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree.ElementTree import Element

from .affine import Affine

RGB = tuple[float, float, float]


class Flat(NamedTuple):
    """One colour; `alpha` is part of the opacity of a shape."""

    color: RGB
    alpha: float


class Stop(NamedTuple):
    """A colour at a place on the line of a gradient."""

    offset: float
    color: RGB
    alpha: float
    element: Element | None = None  # which says it


class Linear(NamedTuple):
    """Colours along a line.

    Attributes
    ----------
    ends : tuple of float
        x1, y1, x2, y2 in the coordinates of the gradient.
    matrix : Affine
        From these to those of the canvas.
    stops : tuple of Stop
        At least two, their offsets from 0 to 1 in order.
    spread : {"pad", "reflect", "repeat"}
        What is beyond the ends.
    element : Element or None
        Which says it.
    """

    ends: tuple[float, float, float, float]
    matrix: Affine
    stops: tuple[Stop, ...]
    spread: str = "pad"
    element: Element | None = None


class Radial(NamedTuple):
    """Colours around a centre.

    Attributes
    ----------
    circle : tuple of float
        Centre and radius in the coordinates of the gradient.
    focus : tuple of float
        Centre, within the circle, and radius of that where the colours begin.
    matrix, stops, spread, element
        As of `Linear`.
    """

    circle: tuple[float, float, float]
    focus: tuple[float, float, float]
    matrix: Affine
    stops: tuple[Stop, ...]
    spread: str = "pad"
    element: Element | None = None


Paint = Flat | Linear | Radial
