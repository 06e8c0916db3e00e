"""From the elements of a document to things: what is drawn, where, and with what."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple
from xml.etree.ElementTree import Element

import numpy as np

from ..errors import DataError
from . import limits
from .affine import IDENTITY, Affine, translation
from .clip_paths import ClipPaths, Clipped
from .clipping import Part, Region
from .conditions import chosen, holds
from .contour import Box, polyline
from .document import local
from .effects import changes, masked, within
from .geometry import Geometry
from .numbers import Measure, Size
from .painting import Drawn, Painter
from .resolver import NONE, Resolver
from .shapes import SHAPES, attribute, geometry_of
from .style import Style
from .things import Thing
from .viewport import fitted, view_box

NOT_DRAWN = {"text": "text", "image": "images", "foreignObject": "foreign objects"}
GROUPS = ("g", "a")
VIEWPORT = 6  # elements that take as long as what is beyond a viewport takes to be cut


class State(NamedTuple):
    """What an element is drawn under.

    Attributes
    ----------
    style : mapping
        Properties of its parent.
    matrix : Affine
        From the coordinates of its parent to the canvas.
    measure : Measure
        Of lengths.
    path : tuple of Element
        The elements that it is part of, the outermost first.
    uses : tuple of Element
        The ``<use>`` elements among them.
    size : element or None
        The ``<use>`` that says the size of it, of a symbol or svg.
    """

    style: Style
    matrix: Affine
    measure: Measure
    path: tuple[Element, ...] = ()
    uses: tuple[Element, ...] = ()
    size: Element | None = None


class Walker:
    """Draws elements and what is in them.

    Parameters
    ----------
    resolver : Resolver
        Of the document.
    canvas : pair of float
        Width and height of the outermost element.

    Attributes
    ----------
    things : list of Thing
        What has been drawn.
    drawn : list of (Drawn, list of Thing)
        The shapes, and the things that were made of each, before they were cut.
    painter : Painter
        What makes them.
    resolver : Resolver
        Of the document.
    """

    def __init__(self, resolver: Resolver, canvas: tuple[float, float]) -> None:
        self.resolver, self._canvas = resolver, canvas
        self.painter = Painter(resolver)
        self._clip_paths = ClipPaths(resolver)
        self.things: list[Thing] = []
        self.drawn: list[tuple[Drawn, list[Thing]]] = []
        self._extents: list[tuple[Geometry, Affine]] = []  # of what has been drawn
        self._invertible = IDENTITY  # the last map that was found to be so

    def draw(self, element: Element, state: State) -> None:
        """Draw an element."""
        name = local(element)
        draw = _DRAW.get(name)
        if draw is None and name not in SHAPES:
            if name in NOT_DRAWN:
                self._note(element, state.style)
            return
        if not holds(element):
            return
        self.resolver.visits.take()
        if len(state.path) >= limits.DEPTH:
            raise DataError(f"elements are nested more than {limits.DEPTH} deep; that is too much")
        style = self.resolver.style(element, state.style)
        if style["display"] == "none":
            return
        measure = self.resolver.measured(state.measure, style)
        matrix, start, first = state.matrix, len(self.things), len(self._extents)
        if draw is None:  # a shape, which may be transformed about its own box
            self._shape(element, style, measure, state)
        elif element not in state.path:
            matrix = matrix @ self.resolver.transform(element, style, state.measure)
            if matrix.invertible:
                path = (*state.path, element)
                draw(self, element, State(style, matrix, measure, path, state.uses, state.size))
        if start < len(self.things) and changes(style):
            what = partial(self._clipped, element, first, matrix, measure)
            self.things[start:] = masked(self.things[start:], element, style, what, self._clip_paths)

    def _note(self, element: Element, outer: Style) -> None:
        """Note an element that is not drawn, if anything of it could be seen."""
        name = local(element)
        style = self.resolver.style(element, outer)
        if style["display"] == "none" or style["visibility"] != "visible" or not holds(element):
            return
        if name != "text" or self.resolver.has_text(element):
            self.resolver.findings.add(NOT_DRAWN[name], element)

    def _shape(self, element: Element, style: Style, measure: Measure, state: State) -> None:
        """Draw a shape with these properties, under what it is part of."""
        geometry = geometry_of(element, self.resolver.reader(measure))
        if geometry is None:
            return
        matrix = state.matrix
        if style["transform"] != NONE:
            matrix = matrix @ self.resolver.transform(element, style, measure, geometry)
        if matrix is not self._invertible:
            if not matrix.invertible:
                return
            self._invertible = matrix
        self._extents.append((geometry, matrix))
        drawn = Drawn(element, geometry, style, matrix, measure, state.path, state.uses)
        things = self.painter.paint(drawn)
        self.drawn.append((drawn, things))
        self.things += things

    def _group(self, element: Element, state: State) -> None:
        inner = state._replace(size=None)
        for child in element:
            self.draw(child, inner)

    def _switch(self, element: Element, state: State) -> None:
        child = chosen(element)
        if child is not None:
            self.draw(child, state._replace(size=None))

    def _use(self, element: Element, state: State) -> None:
        linked = self.resolver.document.linked(element)
        if linked is None:
            return
        reader = self.resolver.reader(state.measure)
        matrix = state.matrix @ translation(reader.x(element, "x"), reader.y(element, "y"))
        self.draw(linked, state._replace(matrix=matrix, uses=(*state.uses, element), size=element))

    def _viewport(self, element: Element, state: State) -> None:
        """Draw an svg, or a symbol where it is used."""
        if len(state.path) == 1:
            self._inside(element, *self._canvas, state)
            return
        used = state.size
        if local(element) == "symbol" and used is None:
            return
        reader = self.resolver.reader(state.measure)
        owner = {name: used if used is not None and _says(used, name) else element for name in ("width", "height")}
        width = reader.x(owner["width"], "width", state.measure.box.width)
        height = reader.y(owner["height"], "height", state.measure.box.height)
        if not (width > 0.0 and height > 0.0):
            return
        matrix = state.matrix
        if local(element) == "svg":
            matrix = matrix @ translation(reader.x(element, "x"), reader.y(element, "y"))
        start = len(self.things)
        self._inside(element, width, height, state._replace(matrix=matrix, size=None))
        if state.style["overflow"] not in ("visible", "auto") and start < len(self.things):
            self.resolver.visits.take(VIEWPORT)
            corners = matrix.points([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])
            region = Region((Part((polyline(corners, closed=True),), "nonzero"),))
            self.things[start:] = within(self.things[start:], region, element, self.resolver)

    def _inside(self, element: Element, width: float, height: float, state: State) -> None:
        """Draw what is in a viewport of this size."""
        view = view_box(element)
        box = Size(width, height) if view is None else Size(view[2], view[3])
        matrix = state.matrix @ fitted(element, width, height)
        inner = state._replace(matrix=matrix, measure=state.measure._replace(box=box))
        for child in element:
            self.draw(child, inner)

    def _clipped(self, element: Element, first: int, matrix: Affine, measure: Measure, boxed: bool) -> Clipped:
        """Return what was drawn of an element, since which there are so many extents, for its clip path."""
        if local(element) in SHAPES:
            geometry, matrix = self._extents[-1]
            return Clipped(geometry.box if boxed else None, matrix, measure)
        if not boxed:
            return Clipped(None, matrix, measure)
        self.resolver.effects.take(len(self._extents) - first)
        boxes = [(geometry.box, own) for geometry, own in self._extents[first:]]
        values = np.array([(*box, *own) for box, own in boxes if box is not None])[..., None]
        x, y = values[:, [0, 2, 2, 0], 0], values[:, [1, 1, 3, 3], 0]
        a, b, c, d, e, f = values[:, 4:].swapaxes(0, 1)
        points = matrix.inverse.points(np.stack([a * x + c * y + e, b * x + d * y + f], axis=-1)).reshape(-1, 2)
        (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return Clipped(Box(x0, y0, x1, y1), matrix, measure)


_DRAW = {"svg": Walker._viewport, "symbol": Walker._viewport, "switch": Walker._switch, "use": Walker._use}
_DRAW |= dict.fromkeys(GROUPS, Walker._group)


def _says(element: Element, name: str) -> bool:
    return attribute(element, name) is not None
