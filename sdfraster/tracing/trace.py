"""From a picture of flat art to a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..io.atomic import write_atomic
from ..io.place import Place
from ..pictures import as_picture
from ..primitives import primitive
from .borders import Loop, find_borders
from .corners import find_runs
from .curves import Curve
from .drawing import Drawing, Shape, svg_text
from .fitting import Tolerance, fit_curve
from .gradients import find_gradient, flat_paint
from .nodes import show_nodes
from .options import TOLERANCE, TraceOptions, tolerance_of
from .outlines import Outline, find_outline
from .palette import Pixels, find_cores
from .recognise import Found, distances, recognise
from .regions import Regions, find_regions
from .stacking import paint_order

NOISE = 0.037  # pixels: how far points are off when a renderer takes 16 levels of coverage
ROUGH = 2.0  # times the noise
COARSE = 2.0  # times the noise of points of small and thin shapes
CLEARLY = 0.8  # pixels from the outline of a primitive, at which a pixel is in or out


@dataclass(frozen=True)
class TraceResult:
    """A drawing of a picture.

    Attributes
    ----------
    drawing : Drawing
        Shapes in paint order.
    options : TraceOptions
        What was asked for.
    seconds : float
        How long it took.
    """

    drawing: Drawing
    options: TraceOptions
    seconds: float

    @property
    def svg(self) -> str:
        """The drawing as SVG text."""
        return svg_text(self.drawing)

    def save(self, path: Place) -> None:
        """Write the drawing as an SVG file.

        Raises
        ------
        DataError
            If it cannot be written.
        """
        write_atomic(path, self.svg.encode())

    def nodes(self, image: Any) -> Pixels:
        """Return the picture that was traced, pale and larger (h, w, 3), with curves, nodes and handles over it."""
        return show_nodes(self.drawing, np.asarray(as_picture(image), np.float64))


def trace(
    image: Any, *, detail: float | None = None, tolerance: float | None = None, min_area: float = 4.0
) -> TraceResult:
    """Draw flat art, such as a logo or an icon, as a designer would: few nodes, true corners, exact colours.

    Parameters
    ----------
    image : path, ``"sample:NAME"``, binary stream, PIL image or array
        The picture, with transparency or without.
    detail : float, optional
        From 0, the fewest nodes, to 1; 0.5 if neither this nor `tolerance` is given.
    tolerance : float, optional
        Largest distance in pixels of a curve from the border that it follows, instead of `detail`.
    min_area : float
        Square pixels of the smallest shape that is drawn.

    Returns
    -------
    TraceResult
        With the SVG text, ``svg``.

    Raises
    ------
    DataError
        If the picture cannot be read.
    ValueError
        If an option is out of range; the message names it.

    Examples
    --------
    >>> sr.trace("logo.png").save("logo.svg")
    """
    if detail is not None and tolerance is not None:
        raise ValueError("detail and tolerance say the same thing; give one of them")
    if detail is not None:
        tolerance = tolerance_of(detail)
    options = TraceOptions(TOLERANCE if tolerance is None else tolerance, min_area)
    start = perf_counter()
    picture: Pixels = np.asarray(as_picture(image), np.float64)
    drawing = draw(picture, options)
    return TraceResult(drawing, options, perf_counter() - start)


def draw(picture: Pixels, options: TraceOptions) -> Drawing:
    """Return the drawing of a picture (H, W, 3), or (H, W, 4) premultiplied."""
    height, width, channels = picture.shape
    pixels = picture if channels == 4 else np.concatenate([picture, np.ones((height, width, 1))], axis=2)
    regions = find_regions(pixels, find_cores(pixels), options.min_area)
    loops = find_borders(pixels, regions)
    ground, background = _ground(regions)
    rank = paint_order(regions, loops, ground)
    shapes = [
        shape
        for region in np.argsort(rank, kind="stable")
        if rank[region] >= 0
        for shape in _shapes(int(region), pixels, regions, loops, rank, options.limits)
    ]
    return Drawing(width, height, shapes, background)


def _ground(regions: Regions) -> tuple[NDArray[np.bool_], NDArray[np.float64] | None]:
    """Return the regions that nothing is painted for, and the colour of the background, if it has one."""
    clear = regions.clear
    if clear.any() or not regions.flat.any():
        return clear, None
    labels = regions.labels
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    ink = np.bincount(regions.ink[rim]).argmax()
    ground = regions.ink == ink
    color = regions.models[ground][0][0]
    if not regions.flat[ground].all() or color[3] < 1.0 - 0.5 / 255.0:
        return clear, None
    return ground, color[:3]


def _shapes(
    region: int, pixels: Pixels, regions: Regions, loops: list[Loop], rank: NDArray[np.int64], limits: Tolerance
) -> list[Shape]:
    """Return the shapes that paint a region: one."""
    hidden = rank > rank[region]
    beneath = hidden[regions.labels]
    inside = regions.labels == region
    mine = [loop for loop in loops if loop.region == region]
    outlines = [found for loop in mine if (found := find_outline(loop, hidden, beneath)) is not None]
    if regions.flat[region]:
        paint = flat_paint(regions.models[region, 0])
    else:
        paint = find_gradient(pixels, inside & regions.pure)
    if len(outlines) == 1:
        simple = recognise(outlines[0].points[outlines[0].seen], NOISE)
        if simple is not None and (outlines[0].whole or _fits(simple, inside, beneath)):
            return [Shape(simple.kind, simple.params, [], paint)]
    curves = [_curve(outline, limits) for outline in outlines]
    return [Shape("path", None, curves, paint)]


def _curve(outline: Outline, limits: Tolerance) -> Curve:
    """Return the curve that follows an outline."""
    if outline.exact:
        return fit_curve(find_runs(outline.points, outline.fixed, ROUGH * NOISE), limits).curve
    coarse = limits._replace(curve=COARSE * limits.curve, worth=limits.worth / COARSE**2)
    return fit_curve(find_runs(outline.points, outline.fixed, COARSE * ROUGH * NOISE), coarse).curve


def _fits(found: Found, inside: NDArray[np.bool_], beneath: NDArray[np.bool_]) -> bool:
    """Return whether a primitive covers a region (H, W), and beyond it only what is beneath others."""
    x0, y0, x1, y1 = primitive(found.kind).bounds(tuple(found.params.tolist()))
    if x0 < -1.0 or y0 < -1.0 or x1 > inside.shape[1] + 1.0 or y1 > inside.shape[0] + 1.0:
        return False
    distance = distances(found.kind).map(found.params, inside.shape)
    return not bool((distance[~(inside | beneath)] < -CLEARLY).any() or (distance[inside] > CLEARLY).any())
