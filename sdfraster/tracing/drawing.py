"""What a trace draws: shapes and lines in paint order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..primitives import closed
from .curves import Curve, derived
from .gradients import Paint
from .palette import Pixels


class Shape(NamedTuple):
    """A shape: contours of a path, or the parameters of a primitive; filled, or a line along them."""

    kind: str  # "path", that of a primitive, or "stroke": a curve whose last piece, from its end to its start, is none
    params: NDArray[np.float64] | None
    curves: list[Curve]
    paint: Paint
    width: float | None = None  # of the round brush that goes along, if it is not filled


def controls(shape: Shape) -> list[Pixels]:
    """Return the control points (K, 4, 2) of every curve of a shape, or of the line around a primitive."""
    if shape.kind == "line" and shape.params is not None:
        a, b = shape.params[:4].reshape(2, 2)
        return [np.linspace(a, b, 4)[None]]
    if shape.params is not None:
        return [] if shape.width is None else [around(shape.kind, *shape.params.tolist())]
    last = -1 if shape.kind == "stroke" else None
    return [derived(curve).control[:last] for curve in shape.curves]


def around(kind: str, cx: float, cy: float, *rest: float) -> Pixels:
    """Return the outline of a circle, ellipse or rectangle as cubics."""
    if kind == "rectangle":
        w, h, angle, corner = rest
        points = closed.rectangle(-0.5 * w, -0.5 * h, w, h, corner)
    else:
        rx, ry, angle = (*rest, *rest, 0.0) if kind == "circle" else rest
        points = closed.ellipse(0.0, 0.0, rx, ry)
    c, s = np.cos(angle), np.sin(angle)
    way = np.reshape(points, (-1, 2)) @ [[c, s], [-s, c]] + [cx, cy]
    return np.stack([way[:-1:3], way[1::3], way[2::3], way[3::3]], axis=1)


class Drawing(NamedTuple):
    """Shapes in paint order."""

    width: int
    height: int
    shapes: list[Shape]
    background: NDArray[np.float64] | None  # RGB
