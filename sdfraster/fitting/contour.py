"""Starting a fit from the regions of near-constant colour in a picture, so that flat graphics start almost solved.

Every region becomes one path or polygon, painted large below small. What lies in the hole of a region is painted over
it; only a hole that is transparent stays one. A region reaches a little under its neighbours that are painted later, or
the background would show through along their common outline, which both cover only in part.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_fill_holes, find_objects

from ..primitives import primitive
from ..scene import Array, Scene
from .initial import layer
from .options import FitOptions
from .pieces import closed_curve, in_pieces
from .regions import find_regions
from .trace import EVERYWHERE, membership, outline

UNDER = 3  # pixels by which a region reaches under later ones
INVISIBLE = 0.1  # alpha below which a region is not painted
MARGIN = UNDER + 3  # pixels around a region that are looked at
TOLERANCE = 0.25  # pixels between an outline and its curve
PIECES = {1: (12, 96, 6144), 3: (4, 32, 2048)}  # by degree: fewest and most of a shape, most of all shapes together


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
    transparent = image.shape[2] == 4
    pixels = np.asarray(image, np.float64)
    labels, pure, colors = find_regions(image, count, np.zeros(4) if transparent else background)
    empty = np.arange(len(colors)) == 0
    alpha = np.ones(len(colors))
    if transparent:
        alpha = colors[:, 3]
        empty |= alpha < INVISIBLE
    shapes = _shapes(labels, empty)
    lines = [_outline(pixels, shape, pure) for shape in shapes]
    curve = primitive(kind).outline
    degree = 1 if curve is None else curve.degree
    fewest, most, together = PIECES[degree]
    most = min(most, max(fewest, together // max(1, len(lines))))
    curves = [closed_curve(line, most, degree, TOLERANCE) for line in lines]
    pieces = max(fewest, *map(len, curves), 0)
    params = np.array([in_pieces(curve, pieces).ravel() for curve in curves])
    painted = [shape.region for shape in shapes]
    return Contours(
        params=params.reshape(len(shapes), 2 * degree * pieces),
        colors=np.clip(colors[painted, :3] / alpha[painted, None], 0.0, 1.0),
        opacity=np.clip(alpha[painted], 0.0, 1.0),
        background=colors[0],
    )


def contour_scene(image: Array, options: FitOptions) -> Scene:
    """Return the regions of a picture as the scene that a fit starts from."""
    height, width, channels = image.shape
    found = contours(image, options.count, options.kind, options.background)
    rng = np.random.default_rng(options.seed)
    made = layer(options.kind, found.params, found.colors, options.composite, options.color, image.dtype, rng)
    background = None if channels == 4 else found.background
    return Scene(width, height, replace(made, opacity=found.opacity), background)


class _Shape(NamedTuple):
    """A region as it is painted."""

    region: int
    window: tuple[slice, slice]  # part of the picture that is looked at
    mask: NDArray[np.bool_]  # pixels in the window: the region without holes, and a little of what is painted later
    area: int


def _shapes(labels: NDArray[np.int32], empty: NDArray[np.bool_]) -> list[_Shape]:
    """Return the regions that are not empty, the largest first."""
    filled = []
    for k, box in enumerate(find_objects(labels)):  # which starts at label 1
        if box is None or empty[k + 1]:
            continue
        rows, columns = box
        window = (
            slice(max(0, rows.start - MARGIN), rows.stop + MARGIN),
            slice(max(0, columns.start - MARGIN), columns.stop + MARGIN),
        )
        mask = binary_fill_holes(labels[window] == k + 1) & ~empty[labels[window]]
        filled.append(_Shape(k + 1, window, mask, int(mask.sum())))
    filled.sort(key=lambda shape: (-shape.area, shape.region))
    place = np.full(len(empty), -1)
    place[[shape.region for shape in filled]] = np.arange(len(filled))
    shapes = []
    for shape in filled:
        later = place[labels[shape.window]] > place[shape.region]
        grown = shape.mask
        for _ in range(UNDER):
            grown = grown | (binary_dilation(grown, EVERYWHERE) & later)
        shapes.append(shape._replace(mask=grown))
    return shapes


def _outline(pixels: NDArray[np.float64], shape: _Shape, pure: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the outline of a shape in the picture."""
    rows, columns = shape.window
    field = membership(pixels[shape.window], shape.mask, pure[shape.window])
    return outline(field) + np.array([columns.start, rows.start])
