"""Strokes as forms: round ones are lines and strokes, straight ones without round ends rectangles, others outlines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import atan2, hypot
from typing import NamedTuple

import numpy as np

from .affine import Affine
from .contour import Box, Contour, Points
from .dashes import dashed, length
from .forms import TOLERANCE, Form, enclosed, simple
from .limits import Budget
from .overlap import overlap
from .stroker import Brush, corners, is_smooth, outlined, pieces


class Dashing(NamedTuple):
    """The pattern of dashes, of an even number of lengths, or none; lengths are as of the brush."""

    pattern: tuple[float, ...]
    offset: float
    path_length: float | None  # what the author calls the whole length
    budget: Budget  # of dashes and gaps

    @property
    def solid(self) -> bool:
        """Whether there are no dashes."""
        return not sum(self.pattern) > 0.0


def stroked(contours: Sequence[Contour], matrix: Affine, brush: Brush, dashing: Dashing, together: bool) -> list[Form]:
    """Return what a brush covers along contours, after a map.

    Parameters
    ----------
    contours : sequence of Contour
        In the coordinates of the brush.
    matrix : Affine
        From there to the canvas.
    brush : Brush
        Its tolerance is set here.
    dashing : Dashing
        Its dashes.
    together : bool
        Whether what is covered twice must not be painted twice, because it is not opaque.
    """
    brush = brush._replace(tolerance=TOLERANCE / max(matrix.size, 1e-12))
    parts = list(contours)
    if not dashing.solid:
        scale = length(contours) / dashing.path_length if dashing.path_length else 1.0
        pattern = [scale * value for value in dashing.pattern]
        parts = [
            dash for contour in contours for dash in dashed(contour, pattern, scale * dashing.offset, dashing.budget)
        ]
    forms = [form for part in parts if (form := _form(part, matrix, brush)) is not None]
    if together and len(forms) > 1 and overlap(form.box for form in forms):
        whole = enclosed([side.mapped(matrix) for side in outlined(parts, brush)], "nonzero")
        return [] if whole is None else [whole]
    return forms


def _form(contour: Contour, matrix: Affine, brush: Brush) -> Form | None:
    width = brush.width * matrix.size
    several = len(contour.straight) > 1 and bool((contour.points != contour.points[0]).any())
    endless = contour.closed or brush.cap == "round"
    smooth = brush.join == "round" or (not contour.polygonal and is_smooth(contour))
    if matrix.similar and several and endless and smooth:
        return _stroke(contour, matrix, width)
    every = pieces(contour)
    if matrix.similar:
        if not every:
            return _dot(contour, matrix, brush)
        if len(every) == 1 and every[0].straight and not contour.closed:
            return _line(contour, matrix, brush)
        if endless and (brush.join == "round" or not corners(every, contour.closed)):
            return _stroke(contour, matrix, width)
    return enclosed([side.mapped(matrix) for side in outlined([contour], brush)], "nonzero")


def _stroke(contour: Contour, matrix: Affine, width: float) -> Form:
    """Return what a round brush covers along a contour."""
    points = matrix.points(contour.points)
    return Form("stroke", (np.append(points.ravel(), width),), partial(_around, points, 0.5 * width))


def _dot(contour: Contour, matrix: Affine, brush: Brush) -> Form | None:
    """Return what covers a contour without length."""
    x, y = matrix.points(contour.points[0]).tolist()
    size = brush.width * matrix.size
    around = partial(_around, np.array([[x, y]]), 0.75 * size)
    if brush.cap == "round":
        return simple("circle", [x, y, 0.5 * size], around)
    if brush.cap == "square":
        return simple("rectangle", [x, y, size, size, atan2(matrix.b, matrix.a), 0.0], around)
    return None


def _line(contour: Contour, matrix: Affine, brush: Brush) -> Form:
    """Return what covers a single line."""
    (ax, ay), (bx, by) = (matrix.point(*end) for end in (contour.points[0].tolist(), contour.points[-1].tolist()))
    width = brush.width * matrix.size
    around = partial(_around, np.array([[ax, ay], [bx, by]]), 0.75 * width)
    if brush.cap == "round":
        return simple("line", [ax, ay, bx, by, width], around)
    along = hypot(bx - ax, by - ay) + (width if brush.cap == "square" else 0.0)
    angle = atan2(by - ay, bx - ax)
    return simple("rectangle", [0.5 * (ax + bx), 0.5 * (ay + by), along, width, angle, 0.0], around)


def _around(points: Points, reach: float) -> Box:
    (x0, y0), (x1, y1) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Box(x0 - reach, y0 - reach, x1 + reach, y1 + reach)
