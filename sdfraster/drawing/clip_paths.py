"""clipPath elements as regions of the canvas."""

from __future__ import annotations

from typing import NamedTuple
from xml.etree.ElementTree import Element

from .affine import Affine, scaling, translation
from .clipping import Part, Region, intersection
from .conditions import holds
from .contour import Box
from .document import local
from .limits import CHAIN
from .numbers import Measure
from .resolver import Resolver
from .shapes import SHAPES, geometry_of
from .style import Style

NOTHING = Region(())


class Clipped(NamedTuple):
    """What is clipped: its box in its own coordinates, the map from these to the canvas, and its lengths."""

    box: Box | None
    matrix: Affine
    measure: Measure


class _NotConvex(Exception):  # noqa: N818
    """A region that cannot be said; `args` are the parts that it is within."""


class ClipPaths:
    """The clip paths of a document, each of which is read once for every place where it is used.

    Parameters
    ----------
    resolver : Resolver
        Of the document.
    """

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self._known: dict[tuple[Element, Clipped], tuple[Region, bool]] = {}

    def region(self, element: Element, what: Clipped) -> tuple[Region, bool]:
        """Return the region of a clip path, and whether it is exact; else it is too large."""
        key = element, what if self.asks_for_box(element) else what._replace(box=None)
        if key not in self._known:
            try:
                self._known[key] = _region_of(element, what, self.resolver), True
            except _NotConvex as error:
                self._known[key] = error.args[0], False
        return self._known[key]

    def asks_for_box(self, element: Element) -> bool:
        """Return whether the region of a clip path may depend on the box of what is clipped."""
        return _is_boxed(element) or self.resolver.clip_path(self.resolver.style(element)) is not None


def _is_boxed(element: Element) -> bool:
    return element.get("clipPathUnits", "").strip() == "objectBoundingBox"


def _region_of(element: Element, what: Clipped, resolver: Resolver, within: tuple[Element, ...] = ()) -> Region:
    """Return the region of a clip path; where it refers to itself, that does not count.

    Raises
    ------
    _NotConvex
        If it cannot be said. `args` holds a region that is too large.
    """
    matrix, measure = what.matrix, what.measure
    style = resolver.style(element)
    matrix = matrix @ resolver.transform(element, style, measure)
    if not matrix.invertible:
        return NOTHING
    if _is_boxed(element):
        if what.box is None:
            return NOTHING
        x0, y0, x1, y1 = what.box
        matrix = matrix @ translation(x0, y0) @ scaling(x1 - x0, y1 - y0)
        if not matrix.invertible:
            return NOTHING
    parts: list[Part] = []
    for child in element:
        parts += _child(child, what._replace(matrix=matrix), resolver, (*within, element)).parts
    return _clipped(Region(tuple(parts)), element, style, what, resolver, (*within, element))


def _child(child: Element, what: Clipped, resolver: Resolver, within: tuple[Element, ...]) -> Region:
    """Return the region of a child of a clip path."""
    resolver.clips.take()
    name, shape, matrix, measure = local(child), child, what.matrix, what.measure
    style = resolver.style(child)
    if name == "text" and resolver.has_text(child):
        resolver.findings.add("text", child)
    if not holds(child) or style["display"] == "none":
        return NOTHING
    if name == "use":
        linked = resolver.document.linked(child)
        if linked is None or local(linked) not in SHAPES:
            return NOTHING
        reader = resolver.reader(measure)
        shift = translation(reader.x(child, "x"), reader.y(child, "y"))
        matrix = matrix @ resolver.transform(child, style, measure) @ shift
        shape, inner = linked, resolver.style(linked, style)
    elif name in SHAPES:
        inner = style
    else:
        return NOTHING
    if inner["visibility"] != "visible" or inner["display"] == "none":
        return NOTHING
    geometry = geometry_of(shape, resolver.reader(resolver.measured(measure, inner)))
    if geometry is None:
        return NOTHING
    own = matrix @ resolver.transform(shape, inner, measure, geometry)
    if not own.invertible:
        return NOTHING
    part = Part(tuple(contour.mapped(own) for contour in geometry.outline()), inner["clip-rule"])
    resolver.clips.take(sum(contour.curved for contour in part.contours))
    placed = Clipped(geometry.box, own, measure)
    region = _clipped(Region((part,)), shape, inner, placed, resolver, within)
    if region.parts and shape is not child:
        region = _clipped(region, child, style, placed._replace(matrix=matrix), resolver, within)
    return region


def _clipped(
    region: Region, element: Element, style: Style, what: Clipped, resolver: Resolver, within: tuple[Element, ...]
) -> Region:
    """Return what of a region is inside of the clip path of its element, too."""
    linked = resolver.clip_path(style)
    if linked is None or linked in within or len(within) > CHAIN:
        return region
    both = intersection(region, _region_of(linked, what, resolver, within), resolver.cuts)
    if both is None:
        raise _NotConvex(region)
    return both
