"""Where the parameters of outlines are: uniform layers, and those whose shapes differ, as one flat array."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...layer import Layer
from ...primitives import Outline, primitive
from .arrays import FIRST, FROM, LAST, SHAPE, TO, Curves

# Columns of points: the parameter that is their x; the shape; the curve that they are control points of, but for its
# last one; the curve that ends there. -1 for none.
AT, OF_SHAPE, ON, ENDS = range(4)


def curves_of(layer: Layer) -> Curves:
    """Return where the curves of the shapes of a layer are in its flat parameters."""
    outline = primitive(layer.kind).outline
    assert outline is not None
    sizes = layer.sizes
    if layer.contours is None:
        contours, points = np.arange(len(layer)), sizes // 2  # of every contour, its shape and number of points
    else:
        contours = np.repeat(np.arange(len(layer)), [len(each) for each in layer.contours])
        points = np.array([count for each in layer.contours for count in each], np.intp)
    first = starts(sizes)
    segments = (points if outline.closed else points - 1) // outline.degree
    begin = starts(segments)
    ring = np.repeat(np.arange(len(points)), segments)  # of every curve, its contour
    number = np.arange(begin[-1]) - begin[ring]
    before = starts(points)[:-1]  # points of all contours before
    width = 1 if outline.stroked else 0
    at = 2 * before[ring] + width * contours[ring]
    curve = np.zeros((begin[-1], 5), np.int32)
    curve[:, FROM] = at + 2 * outline.degree * number
    curve[:, TO] = at + 2 * ((outline.degree * (number + 1)) % points[ring])
    curve[:, SHAPE], curve[:, FIRST], curve[:, LAST] = contours[ring], begin[ring], begin[ring + 1]
    start = np.searchsorted(contours[ring], np.arange(len(layer) + 1))
    return Curves(first.astype(np.int32), start.astype(np.int32), curve)


def points_of(curves: Curves, outline: Outline) -> NDArray[np.int32]:
    """Return the points of all shapes (n, 4); see the columns above."""
    count = np.diff(curves.first) // 2
    shape = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(shape)) - starts(count)[shape]
    points = np.full((len(shape), 4), -1, np.int32)
    points[:, AT], points[:, OF_SHAPE] = curves.first[shape] + 2 * number, shape
    of_place = np.full(int(curves.first[-1]), -1)  # of the parameter that is its x, which point
    of_place[points[:, AT]] = np.arange(len(points))
    every = np.arange(len(curves.curve))
    for k in range(outline.degree):
        points[of_place[curves.curve[:, FROM] + 2 * k], ON] = every
    points[of_place[curves.curve[:, TO]], ENDS] = every
    return points


def starts(counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return where each of some runs begins that follow each other, and where the last one ends."""
    return np.concatenate([np.zeros(1, np.intp), np.cumsum(counts)])
