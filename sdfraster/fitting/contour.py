"""Starting a fit from what a picture shows, so that flat graphics start almost solved.

Every region of near-constant colour becomes a path or polygon, and so does everything thin that lies over them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..primitives import primitive
from ..scene import Array, Scene
from .budget import Spent, spend
from .cover import carved, outlines
from .initial import layer
from .options import FitOptions
from .pieces import closed_curve, in_pieces
from .thin import Thing, halves
from .trace import area, outline

TOLERANCE, TOLERANCE_THIN = 0.25, 0.1  # pixels between an outline and its curve
PIECES = {1: (12, 96, 6144), 3: (4, 32, 2048)}  # by degree: fewest and most of a region, most of all shapes together
SHORTEST = 12  # pixels of the window of a thing that is cut
CUT = 2  # times as many of a region that gaps cut


class Contours(NamedTuple):
    """Shapes in paint order."""

    params: NDArray[np.float64]  # (N, P)
    colors: NDArray[np.float64]  # (N, 3)
    opacity: NDArray[np.float64]  # (N,)
    background: NDArray[np.float64]  # (C,): colour that nothing is painted on


def contours(image: Array, count: int, kind: str, background: Any = None) -> Contours:
    """Return the regions of a picture, and what is thin over them, as shapes.

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

    Warns
    -----
    UserWarning
        If there are no shapes though the picture is not of one colour, or if `count` leaves out much of it.
    """
    pixels = np.asarray(image, np.float64)
    curve = primitive(kind).outline
    degree = 1 if curve is None else curve.degree
    fewest, most, together = PIECES[degree]
    spent = spend(pixels, count, np.zeros(4) if image.shape[2] == 4 else background)
    lines = _lines(spent, most, _in_parts(spent.thin, count - len(spent.wide), together))
    lines = _largest(lines, count)
    limit = max(fewest, together // max(1, len(lines)))
    curves = [closed_curve(line.points, min(line.most or limit, limit), degree, line.tolerance) for line in lines]
    pieces = max(fewest, *map(len, curves), 0)
    params = np.array([in_pieces(curve, pieces).ravel() for curve in curves])
    paint = np.array([line.color for line in lines]).reshape(len(lines), pixels.shape[2])
    alpha = paint[:, 3] if paint.shape[1] == 4 else np.ones(len(lines))
    return Contours(
        params=params.reshape(len(lines), 2 * degree * pieces),
        colors=np.clip(paint[:, :3] / alpha[:, None], 0.0, 1.0),
        opacity=np.clip(alpha, 0.0, 1.0),
        background=spent.regions.colors[0],
    )


def contour_scene(image: Array, options: FitOptions) -> Scene:
    """Return what `contours` finds as the scene that a fit starts from."""
    height, width, channels = image.shape
    found = contours(image, options.count, options.kind, options.background)
    rng = np.random.default_rng(options.seed)
    made = layer(options.kind, found.params, found.colors, options.composite, options.color, image.dtype, rng)
    background = None if channels == 4 else found.background
    return Scene(width, height, replace(made, opacity=found.opacity), background)


class _Line(NamedTuple):
    """A closed curve that a shape is to follow."""

    points: NDArray[np.float64]  # (N, 2)
    color: NDArray[np.float64]  # (C,)
    tolerance: float  # pixels
    most: int | None  # pieces; None for as many as there are


def _lines(spent: Spent, most: int, thin: list[Thing]) -> list[_Line]:
    """Return the outlines of regions, without gaps that go through them, and of what is thin, in paint order."""
    gaps = np.zeros(spent.regions.labels.shape)
    for thing in thin:
        if thing.gap:
            gaps[thing.window] = np.maximum(gaps[thing.window], thing.cover)
    lines = []
    for region in spent.wide:
        color, through = spent.regions.colors[region.region], gaps[region.window] * (region.field > 0.0)
        cut = bool(through.any())
        rings = carved(region.field, through) if cut else [outline(region.field)]
        lines += [_line(ring, region.window, color, TOLERANCE, CUT * most if cut else most) for ring in rings]
    for thing in thin:
        if not thing.gap:
            rings = outlines(thing.cover)
            lines += [_line(ring, thing.window, thing.color, TOLERANCE_THIN, None) for ring in rings]
    return lines


def _line(ring: NDArray[np.float64], window: tuple[slice, slice], *how: Any) -> _Line:
    """Return a curve in a part of the picture as one in the picture."""
    rows, columns = window
    return _Line(ring + np.array([columns.start, rows.start]), *how)


def _largest(lines: list[_Line], count: int) -> list[_Line]:
    """Return the lines around the largest areas, in the same order."""
    order = np.argsort([-abs(area(line.points)) for line in lines], kind="stable")
    return [lines[k] for k in sorted(order[:count].tolist())]


def _in_parts(things: list[Thing], count: int, together: int) -> list[Thing]:
    """Return things cut into parts, at most `count`, so that none needs many more pieces than the others.

    All shapes get as many as the one that has most, and together no more than `together`. A pixel of ink may need one.
    """
    ink = np.array([thing.cover.sum() for thing in things])
    most = float(ink.max(initial=1.0))
    while most * np.ceil(ink / most).sum() > together and (2.0 ** np.ceil(np.log2(2.0 * ink / most))).sum() <= count:
        most *= 0.5
    parts, whole = [], list(reversed(things))
    while whole:
        thing = whole.pop()
        if thing.cover.sum() > most and max(thing.cover.shape) > SHORTEST:
            whole += reversed(halves(thing))
        else:
            parts.append(thing)
    return parts
