"""An SVG file as a drawing: the size of its canvas, and its things."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, isclose, isfinite
from typing import NamedTuple

from ..errors import DataError
from ..garbage import uncollected
from .affine import IDENTITY, Affine, scaling
from .contour import Box
from .document import Document
from .findings import Findings
from .forms import filled, settle
from .geometry import Rect
from .numbers import Measure, Size
from .paints import RGB, Flat
from .properties import CURRENT
from .resolver import Resolver
from .shapes import attribute
from .style import initial_style
from .things import Thing
from .viewport import view_box
from .walk import State, Walker

LARGEST = 100_000  # pixels of a side


class Drawing(NamedTuple):
    """A drawing.

    Attributes
    ----------
    width, height : int
        Of the canvas, in pixels. If it would have a part of a pixel, all of it is drawn that little larger.
    things : list of Thing
        In the order in which they are painted.
    covering : Thing or None
        What is behind all of them and covers the canvas with one colour; None if nothing does.
    findings : Findings
        What of the file is not drawn.
    document : Document
        The file.
    walker : Walker
        What drew it, which knows more of every shape.
    """

    width: int
    height: int
    things: list[Thing]
    covering: Thing | None
    findings: Findings
    document: Document
    walker: Walker

    @property
    def background(self) -> RGB | None:
        """The colour of what covers the canvas."""
        paint = None if self.covering is None else self.covering.paint
        return paint.color if isinstance(paint, Flat) else None


@uncollected()
def drawing_of(document: Document, width: int | None = None, sizes: Sequence[tuple[int, ...]] = ()) -> Drawing:
    """Return the drawing of a document.

    Parameters
    ----------
    document : Document
        The document.
    width : int, optional
        Pixels of the canvas, if it is not to be as the document says.
    sizes : sequence of (height, width)
        Of canvases; without `width`, the first that has the proportions of the document is taken, if there is one.

    Raises
    ------
    DataError
        If it has no size, or asks for too much.
    ModuleNotFoundError
        If it has style sheets, and what they need is not installed.
    """
    root, size = document.root, _size(document)
    window = Size(*(size or (100.0, 100.0)))
    resolver = Resolver(document, Measure(window))
    style = resolver.style(root)
    if size is None:
        size = _extent(_walked(resolver, window, IDENTITY).things)
    canvas = None
    if width is None:
        canvas = next(((w, h) for h, w in sizes if isclose(w * size[1] / size[0], h, abs_tol=1.0)), None)
        width = None if canvas is None else canvas[0]
    scale = 1.0 if width in (None, _rounded(size[0])) else width / size[0]
    if not size[1] * scale <= LARGEST:
        raise DataError(f"its canvas of {size[0]:g} x {size[1]:g} pixels is too narrow")
    whole = size[0] * scale, size[1] * scale
    width, height = canvas or (_rounded(whole[0]), _rounded(whole[1]))
    matrix = IDENTITY if scale == 1.0 else scaling(scale, scale)
    resolver.canvas = Box(0.0, 0.0, width, height)
    walker = _walked(resolver, window, matrix)
    things = walker.things
    settle(thing.form for thing in things)
    color = style["background-color"]
    *rgb, alpha = style["color"] if color == CURRENT else color
    if alpha > 0.0:
        things.insert(0, _backdrop(document, (rgb[0], rgb[1], rgb[2]), alpha, whole))
    covering = things.pop(0) if things and _covers(things[0], whole) else None
    return Drawing(width, height, things, covering, resolver.findings, document, walker)


def _walked(resolver: Resolver, window: Size, matrix: Affine) -> Walker:
    """Draw a document."""
    walker = Walker(resolver, window)
    walker.draw(resolver.document.root, State(initial_style(), matrix, Measure(window)))
    return walker


def _extent(things: list[Thing]) -> tuple[float, float]:
    """Return how far things go to the right and down."""
    width, height = (max((thing.form.box[k] for thing in things), default=0.0) for k in (2, 3))
    if not (0.0 < width <= LARGEST and 0.0 < height <= LARGEST):
        raise DataError("it has neither a size nor a viewBox, and nothing that is drawn")
    return width, height


def _rounded(side: float) -> int:
    """Return the number of pixels of a side, the nearest one, as renderers have it."""
    return max(1, floor(side + 0.5))


def _size(document: Document) -> tuple[float, float] | None:
    """Return the size of the canvas, or None if the file does not say it.

    A percentage, or a side that is not said, is that of the view box, or keeps its proportions.
    """
    root, view = document.root, view_box(document.root)
    said = [attribute(root, name) for name in ("width", "height")]
    sides = [None if each is None or (each.unit == "%" and view is None) else each for each in said]
    if view is None and None in sides:
        if any(each is not None and each.value <= 0.0 for each in said):
            raise DataError("its width and height must be above 0")
        if sides == [None, None]:
            return None
    box = Size(*view[2:]) if view is not None else Size(100.0, 100.0)
    measure = Measure(box)
    width, height = (
        None if each is None else measure.pixels(each, whole) for each, whole in zip(sides, box, strict=True)
    )
    if width is None and height is None:
        width, height = box
    elif width is None:
        width = height * box.width / box.height  # type: ignore[operator]
    elif height is None:
        height = width * box.height / box.width
    assert width is not None
    assert height is not None
    if not (isfinite(width) and isfinite(height) and width > 0.0 and height > 0.0):
        raise DataError(f"its width and height must be above 0, not {width:g} and {height:g}")
    if max(width, height) > LARGEST:
        raise DataError(f"its canvas of {width:g} x {height:g} pixels is too large; {LARGEST:,} is the most")
    return width, height


def _backdrop(document: Document, color: tuple[float, float, float], alpha: float, size: tuple[float, float]) -> Thing:
    """Return a rectangle of the colour behind all."""
    form = filled(Rect(0.0, 0.0, *size, 0.0, 0.0), IDENTITY, "nonzero")
    assert form is not None
    return Thing(form, Flat(color, alpha), 1.0, document.root, "fill", IDENTITY, ())


def _covers(thing: Thing, size: tuple[float, float]) -> bool:
    """Return whether a thing is a background: opaque, of one colour, and exactly as large as the file."""
    form, paint = thing.form, thing.paint
    if not (isinstance(paint, Flat) and paint.alpha * thing.opacity == 1.0 and form.kind == "rectangle"):
        return False
    *_, angle, corner = form.params[0].tolist()
    away = max(abs(a - b) for a, b in zip(form.box, (0.0, 0.0, *size), strict=True))
    return bool(angle == 0.0 and corner == 0.0 and away < 1e-6)
