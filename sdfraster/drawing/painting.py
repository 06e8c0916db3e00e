"""A shape with its properties as things: its fill and its stroke, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from .affine import IDENTITY, Affine
from .contour import Contour
from .document import local
from .findings import Findings
from .forms import Form, filled
from .geometry import Geometry, Oval, Path, Rect
from .gradients import GRADIENTS, Gradients, Place
from .limits import BESIDE, LARGEST, PATTERN, STROKED
from .numbers import Measure, number
from .paints import Flat, Paint
from .properties import CURRENT, Ink
from .resolver import Resolver
from .shapes import TOO_LARGE
from .stroker import ROUND, Brush
from .strokes import Dashing, stroked
from .style import Style
from .things import Thing

STROKE = 2  # elements that take as long as a stroke
GRADIENT = 2  # those that take as long as a gradient, where it is used
MARKERS = ("marker-start", "marker-mid", "marker-end")
NO_INK = Ink(None)
_CONTEXT = ("context-fill", "context-stroke")


class Drawn(NamedTuple):
    """One shape where it is drawn."""

    element: Element
    geometry: Geometry
    style: Style
    matrix: Affine
    measure: Measure
    above: tuple[Element, ...]  # what it is drawn by, the outermost first; one tuple for all children of a group
    uses: tuple[Element, ...]  # those of them that are ``<use>``

    @property
    def path(self) -> tuple[Element, ...]:
        """The elements that it is drawn by, the outermost first, and itself at the end."""
        return (*self.above, self.element)


class Painter:
    """Paints the shapes of a document."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._gradients = Gradients(resolver.document, resolver.style, partial(_transform, resolver), resolver.findings)

    @property
    def _findings(self) -> Findings:
        return self._resolver.findings

    def paint(self, drawn: Drawn) -> list[Thing]:
        """Return the things that are seen of a shape."""
        if drawn.style["visibility"] != "visible":
            return []
        self._look_for_markers(drawn)
        things: list[Thing] = []
        for part in drawn.style["paint-order"]:
            if part in _PARTS:
                things += _PARTS[part](self, drawn)
        kept = [thing for thing in things if thing.form.drawable]
        if len(kept) < len(things):
            self._findings.add(TOO_LARGE, drawn.element)
        return kept

    def _fill(self, drawn: Drawn) -> list[Thing]:
        paint = self._ink(drawn, drawn.style["fill"])
        if paint is None:
            return []
        form = filled(drawn.geometry, drawn.matrix, drawn.style["fill-rule"])
        if form is not None and form.kind == "path" and not isinstance(drawn.geometry, Path):
            self._resolver.segments.take(form.curves)  # those of paths have been taken
        return [] if form is None else [_thing(drawn, form, paint, "fill")]

    def _stroke(self, drawn: Drawn) -> list[Thing]:
        style, measure = drawn.style, drawn.measure
        if style["stroke"] == NO_INK:
            return []
        across = measure.box.diagonal
        width = measure.pixels(style["stroke-width"], across)
        if not 0.0 < width < LARGEST:
            return []
        paint = self._ink(drawn, style["stroke"])
        if paint is None:
            return []
        self._resolver.visits.take(STROKE)
        brush = Brush(width, style["stroke-linecap"], style["stroke-linejoin"], style["stroke-miterlimit"], 1.0)
        self._resolver.dashes.take(len(style["stroke-dasharray"]) // PATTERN)
        pattern = tuple(measure.pixels(item, across) for item in style["stroke-dasharray"])
        offset = measure.pixels(style["stroke-dashoffset"], across)
        dashing = Dashing(pattern, offset, _path_length(drawn.element), self._resolver.dashes)
        contours, matrix = drawn.geometry.outline(), drawn.matrix
        if not isinstance(drawn.geometry, Path):
            self._resolver.segments.take(sum(map(len, contours)))
        if style["vector-effect"] == "non-scaling-stroke":
            contours, matrix = tuple(contour.mapped(matrix) for contour in contours), IDENTITY
        curves = sum(contour.curved for contour in contours)
        if (brush.cap, brush.join) != (ROUND, ROUND) or not dashing.solid:
            self._resolver.segments.take(STROKED * (sum(map(len, contours)) - curves))
        expected, taken = BESIDE * curves, 0
        smooth = isinstance(drawn.geometry, (Oval, Rect)) and matrix.similar and dashing.solid  # but for sharp corners
        if not smooth and not _is_round(brush, contours) and not self._resolver.curves.has(expected):
            self._findings.add("caps and joins of very many curves", drawn.element)
            brush = brush._replace(cap=ROUND, join=ROUND)
        if not matrix.similar or not dashing.solid:
            self._resolver.curves.take(expected)
            taken = expected
        opaque = isinstance(paint, Flat) and paint.alpha * style["stroke-opacity"] == 1.0
        forms = stroked(contours, matrix, brush, dashing, not opaque)
        made = sum(form.curves for form in forms if form.kind == "path")
        self._resolver.curves.spend(max(made - taken, 0))
        return [_thing(drawn, form, paint, "stroke") for form in forms]

    def _ink(self, drawn: Drawn, ink: Ink) -> Paint | None:
        """Return what a shape is painted with, if anything."""
        if ink.link is not None:
            linked = self._resolver.document.ids.get(ink.link)
            if linked is not None and local(linked) in GRADIENTS:
                self._resolver.visits.take(GRADIENT)
                paint = self._gradients.paint(linked, Place(drawn.geometry.box, drawn.matrix, drawn.measure))
                if paint is not None:
                    return paint
            elif linked is not None and local(linked) == "pattern":
                self._findings.add("patterns", drawn.element)
        color: Any = ink.color
        if color in _CONTEXT:
            self._findings.add(f"{color} as a paint", drawn.element)
            return None
        if color == CURRENT:
            color = drawn.style["color"]
        return None if color is None else Flat(color[:3], color[3])

    def _look_for_markers(self, drawn: Drawn) -> None:
        style = drawn.style
        if style["marker-start"] is style["marker-mid"] is style["marker-end"] is None:  # as most have them
            return
        for name in MARKERS if isinstance(drawn.geometry, Path) else ():
            link = style[name]
            linked = self._resolver.document.ids.get(link[1:]) if link and link.startswith("#") else None
            if linked is not None and local(linked) == "marker":
                self._findings.add("markers", drawn.element)


_PARTS = {"fill": Painter._fill, "stroke": Painter._stroke}


def _is_round(brush: Brush, contours: Sequence[Contour]) -> bool:
    """Return whether a stroke is round wherever contours bend or end."""
    return brush.join == ROUND and (brush.cap == ROUND or all(contour.closed for contour in contours))


def _transform(resolver: Resolver, text: str, element: Element, measure: Measure) -> Affine:
    return resolver.map_of(text, resolver.style(element)["transform-origin"], measure)


def _thing(drawn: Drawn, form: Form, paint: Paint, part: str) -> Thing:
    opacity = drawn.style[f"{part}-opacity"]
    return Thing(form, paint, opacity, drawn.element, part, drawn.matrix, drawn.uses)


def _path_length(element: Element) -> float | None:
    """Return what the author of a path calls its length."""
    try:
        value = number(element.get("pathLength", ""))
    except ValueError:
        return None
    return value if value > 0.0 else None
