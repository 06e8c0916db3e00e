"""Shapes that are their own mirror image, where the picture holds.

Both halves of a shape follow the same outline, each with its own nodes and its own noise. If the pixels allow it, the
shape becomes one half and its image, whichever half is better, and moves again with the numbers of that half only.
"""

from __future__ import annotations

from typing import NamedTuple

from .axes import Axis, find_axes, points_of
from .curves import Curve
from .drawing import Shape
from .fitting import Tolerance
from .forms import form_of
from .kernels.knots import CUBIC_COST, LINE_COST
from .kernels.trials import FRUGAL
from .mirror import outline_of
from .refine import Target, every, squares
from .ties import descended, tie_of

AS_GOOD, SLACK = 1.15, 0.05  # times the error, and squared pixels, that a shape may have which is its own image
ROUNDS = 6
STEP = 0.01  # pixels: of what is written, so that the axis is, and images of numbers that are


class Mirrored(NamedTuple):
    """A shape that is its own image."""

    shape: Shape
    error: float  # squared, of all pixels
    free: int  # numbers


def symmetrical(shape: Shape, target: Target, limits: Tolerance) -> Shape:
    """Return a path that is its own mirror image if that is as good and worth more, else the shape as it is."""
    form = form_of(shape)
    if form is None or shape.kind != "path":
        return shape
    made = form.derived(form.z)
    error, _ = squares(form.layout, every(form), target)
    price = FRUGAL * limits.worth / max(float(target.counts.max()), 1e-6) ** 2  # of the error, in numbers
    for axis in find_axes(points_of(made.control, target), target, limits.curve):
        halves = (_mirrored(shape, axis, side, target, limits) for side in (1.0, -1.0))
        found = [half for half in halves if half is not None and half.error <= AS_GOOD * error + SLACK]
        best = min(found, key=lambda half: _numbers(half.shape.curves) + price * half.error, default=None)
        if best is not None and best.free + price * best.error <= _numbers(shape.curves) + price * error:
            return best.shape
    return shape


def _mirrored(shape: Shape, axis: Axis, side: float, target: Target, limits: Tolerance) -> Mirrored | None:
    """Return the shape that the half on a side, 1 or -1, and its image make, after it has moved."""
    outline = outline_of(shape.curves, axis, side, limits.level if axis.level else -1.0)
    tie = None if outline is None else tie_of(outline, axis)
    if outline is None or tie is None:
        return None
    whole = form_of(shape._replace(curves=outline.curves))
    assert whole is not None  # as it is a path
    w, error = descended(whole, tie, target, ROUNDS)
    if axis.level:
        w[0] = round(w[0] / STEP) * STEP
    return Mirrored(whole.shape(tie.numbers(w)), error, len(w))


def _numbers(curves: list[Curve]) -> int:
    """Return how many numbers curves are written with."""
    lines, pieces = sum(int(curve.line.sum()) for curve in curves), sum(curve.pieces for curve in curves)
    return int(LINE_COST * lines + CUBIC_COST * (pieces - lines))
