"""Starting a fit from what a picture shows, so that flat graphics start almost solved.

Every region of near-constant colour becomes a path or polygon, and so does everything thinner that lies over them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..primitives import primitive
from ..scene import Array, Scene
from .cover import carved, outlines
from .initial import layer
from .merging import merge, worth
from .options import FitOptions
from .pieces import closed_curve, in_pieces
from .regions import Regions, find_regions
from .thin import Ink, find_thin
from .trace import outline
from .wide import Wide, drawn, painted

TOLERANCE = 0.25  # pixels between the outline of a region and its curve
TOLERANCE_THIN = 0.1
PIECES = {1: (12, 96, 6144), 3: (4, 32, 2048)}  # by degree: fewest and most of a region, most of all shapes together


class Contours(NamedTuple):
    """Shapes in paint order."""

    params: NDArray[np.float64]  # (N, P)
    colors: NDArray[np.float64]  # (N, 3)
    opacity: NDArray[np.float64]  # (N,)
    background: NDArray[np.float64]  # (C,): colour that nothing is painted on


def contours(image: Array, count: int, kind: str, background: Any = None) -> Contours:
    """Return the regions of a picture as shapes.

    Parameters
    ----------
    image : ndarray, shape (H, W, 3) or (H, W, 4)
        The picture; if it has an alpha channel, premultiplied, and what is transparent is not painted.
    count : int
        Largest number of shapes; a picture of few colours may have fewer.
    kind : {"path", "polygon"}
        Kind of the shapes; all get the same number of points, as many as the outlines want.
    background : array_like of 3 numbers, optional
        Colour of the background; by default the one that most of the border of the picture has.
    """
    pixels = np.asarray(image, np.float64)
    regions, wide, thin = _found(pixels, count, np.zeros(4) if image.shape[2] == 4 else background)
    lines = _lines(pixels.shape, regions, wide, thin)[:count]
    curve = primitive(kind).outline
    degree = 1 if curve is None else curve.degree
    fewest, most, together = PIECES[degree]
    limit = max(fewest, together // max(1, len(lines)))
    curves = [
        closed_curve(line.points, min(line.most * most, limit), degree, line.tolerance) for line in lines
    ]
    pieces = max(fewest, *map(len, curves), 0)
    params = np.array([in_pieces(curve, pieces).ravel() for curve in curves])
    paint = np.array([line.color for line in lines]).reshape(len(lines), pixels.shape[2])
    alpha = paint[:, 3] if paint.shape[1] == 4 else np.ones(len(lines))
    return Contours(
        params=params.reshape(len(lines), 2 * degree * pieces),
        colors=np.clip(paint[:, :3] / alpha[:, None], 0.0, 1.0),
        opacity=np.clip(alpha, 0.0, 1.0),
        background=regions.colors[0],
    )


def contour_scene(image: Array, options: FitOptions) -> Scene:
    """Return the regions of a picture as the scene that a fit starts from."""
    height, width, channels = image.shape
    found = contours(image, options.count, options.kind, options.background)
    rng = np.random.default_rng(options.seed)
    made = layer(options.kind, found.params, found.colors, options.composite, options.color, image.dtype, rng)
    background = None if channels == 4 else found.background
    return Scene(width, height, replace(made, opacity=found.opacity), background)


class _Line(NamedTuple):
    """A closed curve, and how it is to be drawn."""

    points: NDArray[np.float64]  # (N, 2)
    color: NDArray[np.float64]  # (C,)
    tolerance: float  # pixels
    most: int  # factor on the number of its pieces


def _found(pixels: NDArray[np.float64], count: int, background: Any) -> tuple[Regions, list[Wide], list[Ink]]:
    """Return at most `count` regions and thin things, those that matter most."""
    regions = find_regions(pixels, count, background)
    wide = painted(pixels, regions)
    thin = find_thin(pixels, drawn(pixels, regions, wide), regions.colors[regions.labels])
    if len(wide) + len(thin) <= count:
        return regions, wide, thin
    least = worth(regions.labels, regions.colors)[[shape.region for shape in wide]]
    gains = np.concatenate([least, [thing.gain for thing in thin]])
    kept = int((np.argsort(-gains, kind="stable")[:count] < len(wide)).sum())
    if kept < len(wide):
        labels, colors = merge(regions.labels, pixels, regions.pure, kept, regions.colors[0])
        regions = Regions(labels, regions.pure, colors)
        wide = painted(pixels, regions)
    return regions, wide, thin[: count - len(wide)]


def _lines(shape: tuple[int, ...], regions: Regions, wide: list[Wide], thin: list[Ink]) -> list[_Line]:
    """Return the outlines of regions, without gaps that go through, and of what is thin, in paint order."""
    gaps = np.zeros(shape[:2])
    for thing in thin:
        if thing.removes:
            gaps[thing.window] = np.maximum(gaps[thing.window], thing.cover)
    lines = []
    for region in wide:
        color, through = regions.colors[region.region], gaps[region.window] * (region.field > 0.0)
        cut = bool(through.any())
        rings = carved(region.field, through) if cut else [outline(region.field)]
        lines += [_Line(ring + _corner(region.window), color, TOLERANCE, 2 if cut else 1) for ring in rings]
    for thing in thin:
        if not thing.removes:
            corner = _corner(thing.window)
            lines += [_Line(ring + corner, thing.color, TOLERANCE_THIN, 64) for ring in outlines(thing.cover)]
    return lines


def _corner(window: tuple[slice, slice]) -> NDArray[np.float64]:
    """Return the corner (x, y) of a part of the picture."""
    rows, columns = window
    return np.array([columns.start, rows.start])
