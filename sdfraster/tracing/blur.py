"""Blurred and upscaled pictures: traced from a smaller copy, whose edges are narrow.

In a wide edge there are smooth places, which look like gradients. A copy that is smaller by a whole factor, every pixel
the mean of a square, loses little of such a picture: it is near what that was upscaled from, or could have been.
"""

from __future__ import annotations

from math import ceil

import numpy as np
from numpy.typing import NDArray

from ..primitives import primitive
from .curves import Curve
from .drawing import Drawing, Shape
from .kernels.pieces import NONE
from .palette import CLEAN, Pixels
from .squares import Plane

LONGEST = 12  # pixels of an edge
CONTRAST = 0.15  # of an edge that tells
FEWEST = 50  # edges that tell
LOW = 25.0  # percentile of all widths: rows cross slanting edges and corners, where they are wider
# Pixels. Measured: 1.0 to 1.3 in clean pictures, to 2.2 in JPEGs of quality 75, 1.7 to 3.2 in those enlarged twice or
# blurred with a sigma of 1, which do as well without a copy, 2.8 to 5.4 if enlarged 3 or 4 times
# (one with few edges 7.8), 4.8 to 5.8 with a sigma of 2.
SHARP = 2.9


def find_shrinkage(planes: Plane) -> int:
    """Return by how much a picture (C, H, W) can be smaller, 1 if it is sharp."""
    widths = np.concatenate([_widths(planes), _widths(np.ascontiguousarray(np.swapaxes(planes, 1, 2)))])
    return 1 if len(widths) < FEWEST else max(1, ceil(float(np.percentile(widths, LOW)) / SHARP))


def _widths(planes: Plane) -> NDArray[np.float64]:
    """Return the widths of the edges that rows cross: the whole step over the largest one between two pixels."""
    size = np.zeros((planes.shape[1], planes.shape[2] - 1), planes.dtype)
    for plane in planes:
        np.maximum(size, np.abs(np.diff(plane, axis=1)), out=size)
    inside = np.pad((size > CLEAN.smooth).astype(np.int8), ((0, 0), (1, 1)))
    change = np.diff(inside, axis=1)
    (rows, first), (_, last) = np.nonzero(change == 1), np.nonzero(change == -1)  # last: the pixel after the last step
    whole = (last - first <= LONGEST) & (first > 0) & (last < size.shape[1])
    rows, first, last = rows[whole], first[whole], last[whole]
    if len(rows) == 0:
        return np.empty(0)
    step = np.abs(planes[:, rows, last] - planes[:, rows, first]).max(axis=0)
    ends = np.stack([rows * size.shape[1] + first, rows * size.shape[1] + last], axis=1)
    largest = np.maximum.reduceat(size.ravel(), ends.ravel())[::2]
    widths: NDArray[np.float64] = (step / largest)[step > CONTRAST]
    return widths


def shrunk(pixels: Pixels, factor: int) -> Pixels:
    """Return a picture (H, W, 4) of which every pixel is the mean of a square; the last ones go on as the rim does."""
    height, width, channels = pixels.shape
    padded = np.pad(pixels, ((0, -height % factor), (0, -width % factor), (0, 0)), mode="edge")
    small: Pixels = padded.reshape(-(-height // factor), factor, -1, factor, channels).mean(axis=(1, 3))
    return small


def enlarged(drawing: Drawing, factor: int, width: int, height: int) -> Drawing:
    """Return a drawing with all lengths multiplied by a factor, on a canvas of some size."""
    return drawing._replace(width=width, height=height, shapes=[_shape(shape, factor) for shape in drawing.shapes])


def _shape(shape: Shape, factor: int) -> Shape:
    """Return a shape with all lengths multiplied by a factor."""
    params = shape.params
    if params is not None:
        params = params * [factor if each.role.scales else 1 for each in primitive(shape.kind).parameters]
    paint = shape.paint._replace(where=factor * shape.paint.where)
    width = None if shape.width is None else factor * shape.width
    return Shape(shape.kind, params, [_curve(curve, factor) for curve in shape.curves], paint, width)


def _curve(curve: Curve, factor: int) -> Curve:
    """Return a curve with all its numbers but angles multiplied by a factor."""
    z = factor * curve.z
    angles = curve.angle[curve.angle != NONE]
    z[angles] = curve.z[angles]
    return curve._replace(z=z)
