"""Shapes that are their own image, mirrored or turned, where the picture holds.

All parts of a shape that should be images of each other follow the outline, each with its own nodes and its own noise.
If the pixels allow it, the shape becomes one of these parts and its images, and moves again with the numbers of that
part only.
"""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

import numpy as np

from .axes import find_symmetries, points_of
from .curves import Curve
from .drawing import Shape
from .fitting import Tolerance
from .forms import Form, form_of
from .kernels.knots import CUBIC_COST, LINE_COST
from .kernels.trials import FRUGAL
from .orbits import Outline, outlines_of
from .refine import Target, covered, every
from .ties import descended, tie_of

AS_GOOD, SLACK = 1.15, 0.05  # times the error, and squared pixels, that a shape may have which is its own image
ROUNDS = 6
# Times the error, times the tolerance, and share of a pixel, by which one may be off that takes no more numbers: its
# free numbers are few, and do not follow what renderers round.
TWICE, CLOSE, WORST = 2.0, 0.2, 0.2
STEP = 0.01  # pixels: of what is written, so that the centre is, and images of numbers that are
MOST = 3  # parts of which all others may be images, that are tried


class _Off(NamedTuple):
    """By how much a shape misses what it should cover; weights of pixels are 1 at most."""

    square: float  # the sum over all pixels
    worst: float  # of a pixel


class _Symmetric(NamedTuple):
    """A shape that is its own image."""

    shape: Shape
    off: _Off
    free: int  # numbers

    def cost(self, price: float) -> float:
        """Return what it costs, in numbers that are written, if a squared error has a price."""
        return _numbers(self.shape.curves) + price * self.off.square


def symmetrical(shape: Shape, target: Target, limits: Tolerance) -> Shape:
    """Return a path that is its own image if that is as good and worth more, else the shape as it is."""
    form = form_of(shape)
    if form is None or shape.kind != "path":
        return shape
    control = form.derived(form.z).control
    points, off = points_of(control, target), _off(form, target)
    length = float(points.seen.mean() * np.linalg.norm(np.diff(control, axis=1), axis=2).sum())
    usual = _Off(min(length * (CLOSE * limits.curve) ** 2, TWICE * off.square), max(off.worst, WORST))
    price = FRUGAL * limits.worth
    now = _Symmetric(shape, off, 0).cost(price)
    for symmetry in find_symmetries(points, target, limits.curve):
        outlines = outlines_of(shape.curves, symmetry, limits.level if symmetry.level else -1.0)
        made = (_symmetric(shape, outline, target) for outline in islice(outlines, MOST))
        best = min((one for one in made if one is not None), key=lambda one: one.cost(price), default=None)
        if best is None:
            continue
        as_good = best.off.square <= AS_GOOD * off.square + SLACK and best.free + price * best.off.square <= now
        close = best.off.square <= usual.square and best.off.worst <= usual.worst
        if as_good or (close and _numbers(best.shape.curves) <= _numbers(shape.curves)):
            return best.shape
    return shape


def _off(form: Form, target: Target) -> _Off:
    """Return by how much a form misses what it should cover."""
    share = covered(form.derived(form.z), every(form), (target.top, target.left), target.share.shape)
    off = target.counts * (share - target.share) / max(float(target.counts.max(initial=0.0)), 1e-6)
    return _Off(float((off * off).sum()), float(np.abs(off).max(initial=0.0)))


def _symmetric(shape: Shape, outline: Outline, target: Target) -> _Symmetric | None:
    """Return a shape with an outline of parts that are images of each other, after it has moved."""
    tie, symmetry = tie_of(outline), outline.symmetry
    if tie is None:
        return None
    whole = form_of(shape._replace(curves=outline.curves))
    assert whole is not None  # as it is a path
    w = descended(whole, tie, target, ROUNDS)
    if symmetry.level:
        w[:2] = np.round(w[:2] / STEP) * STEP
    moved = whole.shape(tie.numbers(w))
    form = form_of(moved)
    assert form is not None
    return _Symmetric(moved, _off(form, target), len(w) - (1 if symmetry.order == 1 else 0))


def _numbers(curves: list[Curve]) -> int:
    """Return how many numbers curves are written with."""
    lines, pieces = sum(int(curve.line.sum()) for curve in curves), sum(curve.pieces for curve in curves)
    return int(LINE_COST * lines + CUBIC_COST * (pieces - lines))
