"""linearGradient and radialGradient elements as paints (SVG 2, 14.2)."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ..errors import DataError
from .affine import Affine, scaling, translation
from .contour import Box
from .document import Document, local
from .findings import Findings
from .limits import CHAIN, STOPS
from .numbers import Length, Measure, Size, length, ratio
from .paints import Flat, Linear, Paint, Radial, Stop
from .properties import CURRENT
from .style import Style
from .thinning import TOO_MANY, thinned

GRADIENTS = ("linearGradient", "radialGradient")
UNIT = Size(1.0, 1.0)
_SAME = 1e-9


class Place(NamedTuple):
    """Where a gradient is used: what is painted with it, and in which coordinates."""

    box: Box | None  # of the shape, x0, y0, x1, y1
    matrix: Affine  # to the canvas
    measure: Measure


class Gradients:
    """The gradients of a document.

    Parameters
    ----------
    document : Document
        Where they are.
    style_of : callable
        ``style_of(element)``: the properties of an element where it stands.
    transform_of : callable
        ``transform_of(text, element, measure)``: its map, IDENTITY if it is not valid.
    findings : Findings
        Where gradients of too many stops are noted.
    """

    def __init__(
        self,
        document: Document,
        style_of: Callable[[Element], Style],
        transform_of: Callable[[str, Element, Measure], Affine],
        findings: Findings,
    ) -> None:
        self._document, self._style_of, self._transform_of = document, style_of, transform_of
        self._findings = findings
        self._chains: dict[Element, list[Element]] = {}
        self._known: dict[Element, tuple[Stop, ...]] = {}

    def paint(self, element: Element, place: Place) -> Paint | None:
        """Return the paint of a gradient, or None if it paints nothing."""
        chain = self._chain(element)
        stops = self._stops(chain)
        if not stops:
            return None
        if len(stops) == 1:
            return Flat(stops[0].color, stops[0].alpha)
        boxed = _first(chain, "gradientUnits") != "userSpaceOnUse"
        matrix, measure = place.matrix, place.measure
        if boxed:
            if place.box is None or place.box[2] <= place.box[0] or place.box[3] <= place.box[1]:
                return None
            x0, y0, x1, y1 = place.box
            matrix = matrix @ translation(x0, y0) @ scaling(x1 - x0, y1 - y0)
            measure = Measure(UNIT, measure.font)
        owner = _owner(chain, "gradientTransform")
        if owner is not None:
            matrix = matrix @ self._transform_of(owner.attrib["gradientTransform"], owner, measure)
        if not matrix.invertible:
            return None
        spread = _first(chain, "spreadMethod")
        spread = spread if spread in ("reflect", "repeat") else "pad"
        if local(element) == "linearGradient":
            return _linear(chain, measure, matrix, stops, spread)
        return _radial(chain, measure, matrix, stops, spread)

    def _chain(self, element: Element) -> list[Element]:
        """Return a gradient and those that it refers to, each by the one before."""
        known = self._chains.get(element)
        if known is not None:
            return known
        chain = self._chains[element] = [element]
        while len(chain) < CHAIN:
            linked = self._document.linked(chain[-1])
            if linked is None or local(linked) not in GRADIENTS or linked in chain:
                break
            chain.append(linked)
        return chain

    def _stops(self, chain: list[Element]) -> tuple[Stop, ...]:
        """Return the stops of the first gradient that has some, with offsets that do not fall; as many as are drawn."""
        known = self._known.get(chain[0])
        if known is not None:
            return known
        for gradient in chain:
            children = [child for child in gradient if local(child) == "stop"]
            if children:
                break
        if len(children) > STOPS:
            raise DataError(f"a gradient has {len(children):,} stops; {STOPS} are the most")
        stops: list[Stop] = []
        for child in children:
            at = max(_offset(child.get("offset", "0")), stops[-1].offset if stops else 0.0)
            style = self._style_of(child)
            color = style["stop-color"]
            *rgb, alpha = style["color"] if color == CURRENT else color
            stops.append(Stop(at, (rgb[0], rgb[1], rgb[2]), alpha * style["stop-opacity"], child))
        kept, seen = thinned(_plain(stops))
        if seen:
            self._findings.add(TOO_MANY, chain[0])
        self._known[chain[0]] = kept
        return kept


def _plain(stops: list[Stop]) -> tuple[Stop, ...]:
    """Return stops without those that nothing is seen of: between others at the same place."""
    kept = []
    for k, stop in enumerate(stops):
        between_same = 0 < k < len(stops) - 1 and stops[k - 1].offset == stop.offset == stops[k + 1].offset
        if not between_same:
            kept.append(stop)
    if len({(stop.color, stop.alpha) for stop in kept}) == 1:
        return tuple(kept[:1])
    return tuple(kept)


def _offset(text: str) -> float:
    try:
        return min(max(ratio(text), 0.0), 1.0)
    except ValueError:
        return 0.0


def _owner(chain: list[Element], name: str) -> Element | None:
    return next((each for each in chain if name in each.attrib), None)


def _first(chain: list[Element], name: str) -> str:
    owner = _owner(chain, name)
    return "" if owner is None else owner.attrib[name].strip()


def _value(chain: list[Element], name: str, default: Length, at: tuple[Measure, float]) -> float:
    measure, whole = at
    for each in chain:
        if name in each.attrib:
            try:
                return measure.pixels(length(each.attrib[name]), whole)
            except ValueError:
                break
    return measure.pixels(default, whole)


def _linear(
    chain: list[Element], measure: Measure, matrix: Affine, stops: tuple[Stop, ...], spread: str
) -> Paint | None:
    chain = [each for each in chain if local(each) == "linearGradient"]
    wide, high = (measure, measure.box.width), (measure, measure.box.height)
    zero, all_ = Length(0.0, "%"), Length(100.0, "%")
    x1, y1 = _value(chain, "x1", zero, wide), _value(chain, "y1", zero, high)
    x2, y2 = _value(chain, "x2", all_, wide), _value(chain, "y2", zero, high)
    if hypot(x2 - x1, y2 - y1) * matrix.size < _SAME:
        return Flat(stops[-1].color, stops[-1].alpha)
    return Linear((x1, y1, x2, y2), matrix, stops, spread, chain[0])


def _radial(
    chain: list[Element], measure: Measure, matrix: Affine, stops: tuple[Stop, ...], spread: str
) -> Paint | None:
    chain = [each for each in chain if local(each) == "radialGradient"]
    wide, high = (measure, measure.box.width), (measure, measure.box.height)
    across = (measure, measure.box.diagonal)
    half = Length(50.0, "%")
    cx, cy, r = _value(chain, "cx", half, wide), _value(chain, "cy", half, high), _value(chain, "r", half, across)
    fx = _value(chain, "fx", Length(cx), wide)
    fy = _value(chain, "fy", Length(cy), high)
    fr = max(_value(chain, "fr", Length(0.0), across), 0.0)
    if r * matrix.size < _SAME:
        return Flat(stops[-1].color, stops[-1].alpha)
    if fr > 0.0 and hypot(fx - cx, fy - cy) * matrix.size < _SAME:
        stops, r, fr = _from_inside(stops, fr, r), max(r, fr), 0.0
    return Radial((cx, cy, r), (fx, fy, fr), matrix, stops, spread, chain[0])


def _from_inside(stops: tuple[Stop, ...], first: float, last: float) -> tuple[Stop, ...]:
    """Return the stops, from the centre to the larger one of two circles around it, of a gradient between them."""
    largest = max(first, last)
    moved = [stop._replace(offset=(first + (last - first) * stop.offset) / largest) for stop in stops]
    if last < first:
        moved.reverse()
    return (moved[0]._replace(offset=0.0), *moved)
