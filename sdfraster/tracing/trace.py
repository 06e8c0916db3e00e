"""From a picture of flat art to a drawing."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..io import save, svg_text
from ..io.place import Place
from ..palette import read_palette
from ..pictures import as_picture
from ..pictures.arrays import PictureLike
from ..scene import Scene
from .blur import enlarged, find_shrinkage, shrunk
from .borders import find_borders
from .cutout import cut_shapes
from .drawing import Drawing
from .lines import agreed
from .nodes import show_nodes
from .options import TraceOptions, options_of
from .paints import repainted
from .palette import Pixels, find_cores
from .quality import find_quality
from .recolor import held, recolored
from .regions import Regions, find_regions
from .scene import scene_of
from .shapes import Plan, shapes_of
from .squares import Squares, find_squares, planes_of
from .stacking import paint_order
from .stairs import as_drawn, is_aliased
from .together import improved

MANY = 1000  # regions of a picture that is no flat art


@dataclass(frozen=True, repr=False)
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

    def __repr__(self) -> str:
        return f"TraceResult({self.scene!r}, traced in {self.seconds:.1f} s)"

    @cached_property
    def scene(self) -> Scene:
        """The drawing as a scene, to be drawn, fitted on, or saved in any format."""
        return scene_of(self.drawing)

    @property
    def svg(self) -> str:
        """The drawing as SVG text."""
        return svg_text(self.scene)

    def save(self, path: Place) -> None:
        """Write the drawing as a file; the suffix decides the format, as for `save`.

        Raises
        ------
        DataError
            If it cannot be written.
        """
        save(self.scene, path)

    def nodes(self, image: PictureLike) -> Pixels:
        """Return the picture that was traced, pale and larger (h, w, 3), with curves, nodes and handles over it."""
        return show_nodes(self.drawing, np.asarray(as_picture(image), np.float64))


def trace(
    image: PictureLike,
    *,
    detail: float | None = None,
    tolerance: float | None = None,
    min_area: float = 4.0,
    colors: int | Sequence[str | ArrayLike] | None = None,
    lines: bool = True,
    cutout: bool = False,
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
    colors : int or sequence of colours, optional
        How many colours there may be at most, or the colours that there may be: three numbers from 0 to 1, or what CSS
        understands. Every region gets the nearest of them, also one that is a gradient; opacities stay.
    lines : bool
        Whether regions that are made of lines of even width, with round ends and joins, are drawn by the middle of
        these lines and their width; otherwise by their outlines.
    cutout : bool
        Whether shapes abut exactly, as plotters need them: nothing lies beneath anything, and neighbours have the same
        curves where they meet. Renderers then leave seams.

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

    Warns
    -----
    UserWarning
        If the picture looks like a photograph, or has more than 1,000 regions, so that `fit` would serve it better.

    Examples
    --------
    >>> sr.trace("logo.png").save("logo.svg")
    """
    options = options_of(detail, tolerance, min_area, colors, lines, cutout)
    start = perf_counter()
    drawing = draw(_pixels_of(image), options)
    return TraceResult(drawing, options, perf_counter() - start)


def _pixels_of(image: PictureLike) -> Pixels:
    """Return the pixels of a picture (H, W, 4), premultiplied."""
    picture = as_picture(image)
    pixels = np.ones((*picture.shape[:2], 4))
    pixels[:, :, : picture.shape[2]] = picture
    return pixels


def draw(pixels: Pixels, options: TraceOptions) -> Drawing:
    """Return the drawing of a picture (H, W, 4), premultiplied."""
    height, width, _ = pixels.shape
    planes = planes_of(pixels)
    squares = find_squares(planes)
    shrinkage = 1 if find_quality(squares).photograph else find_shrinkage(planes)
    if shrinkage == 1:
        return _draw(pixels, squares, options)
    small = shrunk(pixels, shrinkage)
    return enlarged(_draw(small, find_squares(planes_of(small)), options), shrinkage, width, height)


def _draw(pixels: Pixels, squares: Squares, options: TraceOptions) -> Drawing:
    """Return the drawing of a picture (H, W, 4), premultiplied, with sharp edges."""
    height, width, _ = pixels.shape
    quality = find_quality(squares)
    cores = find_cores(pixels, squares, quality.levels)
    least = quality.coarse**2 * options.min_area
    regions = find_regions(pixels, cores, least, quality.levels.unknown)
    if options.colors is not None:
        pixels, cores = recolored(pixels, regions, read_palette(options.colors, "colors"))
        regions = held(find_regions(pixels, cores, least), cores)
    loops = find_borders(pixels, regions)
    coarse = quality.coarse
    if is_aliased(pixels, cores):
        loops, coarse = as_drawn(loops, regions.labels)
    ground, background = (regions.clear, None) if options.cutout else _ground(regions)
    rank = paint_order(regions, loops, ground)
    plan = Plan(pixels, regions, loops, rank, options.limits.loosened(coarse), options.lines)
    if quality.photograph or len(regions.ink) > MANY:
        warnings.warn("the picture looks like a photograph; `sdfraster fit` would serve it better", stacklevel=4)
    if options.cutout:
        return Drawing(width, height, cut_shapes(plan), background)
    order = [int(region) for region in np.argsort(rank, kind="stable") if rank[region] >= 0]
    shapes = [shape for region in order for shape in shapes_of(region, plan)]
    drawing = Drawing(width, height, agreed(shapes), background)
    if quality.exact:
        drawing = repainted(drawing, pixels)
    drawing = improved(drawing, pixels, plan.limits)
    if quality.exact:
        drawing = repainted(drawing, pixels)
    return drawing._replace(shapes=agreed(drawing.shapes))


def _ground(regions: Regions) -> tuple[NDArray[np.bool_], NDArray[np.float64] | None]:
    """Return the regions that nothing is painted for, and the colour of the background, if it has one."""
    clear = regions.clear
    if not (regions.opaque.all() and regions.flat.any()):  # where it is seen through, nothing is behind
        return clear, None
    labels = regions.labels
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    ink = np.bincount(regions.ink[rim]).argmax()
    ground = regions.ink == ink
    color = regions.models[ground][0][0]
    if not regions.flat[ground].all() or color[3] < 1.0 - 0.5 / 255.0:
        return clear, None
    return ground, color[:3]
