"""What the rest of the reader asks of a document: styles, maps, links, and how much there may still be."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from . import limits
from .affine import IDENTITY, Affine
from .contour import Box
from .document import Document, local
from .findings import Findings
from .geometry import Geometry
from .limits import Budget
from .meshes import Meshes
from .numbers import Measure
from .origin import map_of
from .shapes import Reader
from .style import Cascade, Style, initial_style

NONE = "none"  # no transformation


class Resolver:
    """Answers for one document.

    Attributes
    ----------
    document : Document
        The document.
    findings : Findings
        What of it cannot be drawn.
    segments : Budget
        Of all outlines.
    visits : Budget
        Of elements.
    curves : Budget
        In outlines of strokes.
    dashes : Budget
        Of all strokes.
    clips : Budget
        Of shapes in clip paths, and of curves of these.
    effects : Budget
        Of groups on their shapes.
    cuts, box_cuts : Budget
        Of outlines by clip paths, and by the boxes around these.
    cascade : Cascade
        What the document says of its elements.
    measure : Measure
        Of the outermost element.
    meshes : Meshes
        Of the document.
    canvas : Box or None
        What is seen of everything, in pixels, once that is known.
    """

    def __init__(self, document: Document, measure: Measure) -> None:
        self.document, self.measure = document, measure
        self.canvas: Box | None = None
        self.findings = Findings()
        self.segments = Budget("segments of outlines", limits.SEGMENTS)
        self.visits = Budget("elements to draw", limits.VISITS)
        self.curves = Budget("curves in outlines of strokes", limits.CURVES)
        self.dashes = Budget("dashes and gaps", limits.DASHES)
        self.clips = Budget("shapes and curves in clip paths", limits.CLIPS)
        self.effects = Budget("effects of groups on their shapes", limits.EFFECTS)
        self._reader = Reader(measure, self.segments, self.findings)
        self._functions = Budget("functions of transformations", limits.FUNCTIONS)
        self.cuts, self.box_cuts = (Budget("cuts by clip paths", most) for most in (limits.CUTS, limits.CUTS // 2))
        self.cascade, self.meshes = Cascade(document), Meshes(document)
        self._styles: dict[Element, Style] = {}
        self._texts: dict[Element, bool] = {}
        self._outside = initial_style()
        if self.cascade.imports:
            self.findings.add("style sheets of other files", document.root)

    def style(self, element: Element, parent: Style | None = None) -> Style:
        """Return the properties of an element under a parent; if none is given, where it stands."""
        if parent is not None:
            return self.cascade.style(element, parent, self.measure)
        found = self._styles.get(element)
        if found is None:
            above = self.document.parents.get(element)
            outer = self._outside if above is None else self.style(above)
            found = self._styles[element] = self.cascade.style(element, outer, self.measure)
        return found

    def transform(self, element: Element, style: Style, measure: Measure, shape: Geometry | None = None) -> Affine:
        """Return the map of an element; its origin may be measured from the box of its shape."""
        if style["transform"] == NONE:
            return IDENTITY
        around = shape.box if shape and style["transform-box"] in ("fill-box", "content-box") else None
        return self.map_of(style["transform"], style["transform-origin"], measure, around)

    def map_of(self, text: str, origin: str, measure: Measure, around: Box | None = None) -> Affine:
        """Return the map of a transformation, see `origin`."""
        self._functions.take(text.count("("))
        return map_of(text, origin, measure, around)

    def measured(self, measure: Measure, style: Style) -> Measure:
        """Return what lengths of an element with these properties are measured with."""
        font = style["font-size"].value
        return measure if font == measure.font else measure._replace(font=font)

    def reader(self, measure: Measure) -> Reader:
        """Return what reads the geometry of elements."""
        if self._reader.measure is not measure:
            self._reader = Reader(measure, self.segments, self.findings)
        return self._reader

    def clip_path(self, style: Style) -> Element | None:
        """Return the clip path that a style refers to, if there is one."""
        link = style["clip-path"]
        linked = self.document.ids.get(link[1:]) if link and link.startswith("#") else None
        return linked if linked is not None and local(linked) == "clipPath" else None

    def has_text(self, element: Element) -> bool:
        """Return whether there are any letters in an element, or it takes some from another one."""
        known = self._texts.get(element)
        if known is None:
            inner = list(element.iter())
            known = self._texts[element] = any(
                (each.text or "").strip() or local(each) == "tref" for each in inner
            ) or any((each.tail or "").strip() for each in inner[1:])
        return known
