"""Lines of a whole drawing, which have few widths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..drawing import Shape, controls
from ..palette import Pixels
from ..recognise import ROUND_END
from .strokes import width_of

AGREE, ALIKE = 0.15, 0.3  # pixels between widths that are one, and from those to one of what may be a line


def agreed(shapes: Sequence[Shape]) -> list[Shape]:
    """Return shapes in which lines of nearly one width have one, and what is short, or a disc, is a line too.

    What is short, straight and round at its ends could be a rectangle with round corners, but for its neighbours. So
    could a disc that is twice as wide as these: it is what a brush leaves that goes round in a small ring.
    """
    drawn = np.array([width for shape in shapes if not np.isnan(width := width_of(shape))])
    shapes = [_as_ring(_as_line(shape, drawn), drawn) for shape in shapes]
    widths = np.array([width_of(shape) for shape in shapes])
    lengths = np.array([sum(map(_length, controls(shape))) for shape in shapes])
    left = ~np.isnan(widths)
    while left.any():
        middle = np.sort(widths[left])[left.sum() // 2]
        near = left & (np.abs(widths - middle) <= AGREE)
        widths[near] = np.average(widths[near], weights=lengths[near])
        left &= ~near
    return [_widened(shape, float(width)) for shape, width in zip(shapes, widths, strict=True)]


def _length(control: Pixels) -> float:
    """Return the length of some cubics (K, 4, 2), about."""
    return float(np.linalg.norm(np.diff(control, axis=1), axis=2).sum())


def _widened(shape: Shape, width: float) -> Shape:
    """Return a line with another width."""
    if shape.kind == "line" and shape.params is not None:
        return shape._replace(params=np.append(shape.params[:4], width))
    return shape if shape.width is None else shape._replace(width=width)


def _as_line(shape: Shape, drawn: NDArray[np.float64]) -> Shape:
    """Return a rectangle with round ends as a line, if there are others of its width."""
    if shape.kind != "rectangle" or shape.params is None or shape.width is not None or len(drawn) == 0:
        return shape
    cx, cy, w, h, angle, corner = shape.params.tolist()
    width = min(w, h)
    if corner < ROUND_END * width or np.abs(drawn - width).min() > ALIKE:
        return shape
    way = angle if w > h else angle + 0.5 * np.pi
    dx, dy = 0.5 * abs(w - h) * np.array([np.cos(way), np.sin(way)])
    return shape._replace(kind="line", params=np.array([cx - dx, cy - dy, cx + dx, cy + dy, width]))


def _as_ring(shape: Shape, drawn: NDArray[np.float64]) -> Shape:
    """Return a disc as a ring without a hole, if there are lines half as wide."""
    if shape.kind != "circle" or shape.params is None or shape.width is not None or len(drawn) == 0:
        return shape
    cx, cy, radius = shape.params.tolist()
    if np.abs(drawn - radius).min() > ALIKE:
        return shape
    width = float(drawn[np.abs(drawn - radius).argmin()])
    return shape._replace(params=np.array([cx, cy, radius - 0.5 * width]), width=width)
