"""Shapes that are their own image, mirrored or turned, where the picture holds.

All parts of a shape that should be images of each other follow the outline, each with its own nodes and its own noise.
If the pixels allow it, the shape becomes one of these parts and its images, and moves again with the numbers of that
part only.
"""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .axes import find_symmetries, points_of
from .drawing import Shape
from .fitting import Tolerance
from .forms import Form, form_of
from .groups import Symmetry
from .kernels.knots import CUBIC_COST, LINE_COST
from .kernels.trials import FRUGAL
from .orbits import Outline, outlines_of
from .refine import Target, covered, every
from .ties import descended, tie_of

AS_GOOD, SLACK = 1.15, 0.05  # times the error, and squared pixels, that a shape may have which is its own image
ROUNDS = 6
# Times the error, and times the tolerance, by which one may be off that takes hardly more numbers and no pixel of which
# is off by more than the tolerance: its free numbers are few, and do not follow what renderers round.
TWICE, CLOSE = 2.0, 0.2
GROWTH = 1.1  # times the numbers, the same; and the error of the worst pixel, if it was larger
STEP = 0.01  # pixels: of what is written, so that the centre is, and images of numbers that are
MOST = 3  # parts of which all others may be images, that are tried


class Judged(NamedTuple):
    """How well a shape covers what it should, and what it takes; weights of pixels are 1 at most."""

    square: float  # error, the sum over all pixels
    worst: float  # of a pixel
    numbers: int  # that it is written with

    @classmethod
    def of(cls, share: NDArray[np.float64], target: Target, numbers: int) -> Judged:
        """Return how well some shares (H, W) are those of a target."""
        off = target.counts * (share - target.share) / max(float(target.counts.max(initial=0.0)), 1e-6)
        return cls(float((off * off).sum()), float(np.abs(off).max(initial=0.0)), numbers)


def numbers_of(line: list[NDArray[np.bool_]]) -> int:
    """Return how many numbers curves are written with, of which some pieces are straight."""
    return sum(int(np.where(straight, LINE_COST, CUBIC_COST).sum()) for straight in line)


class Bar(NamedTuple):
    """When what is its own image takes the place of what is not."""

    now: Judged
    usual: float  # squared error of any outline
    price: float  # of a squared error, in numbers
    tolerance: float  # pixels

    def cost(self, made: Judged) -> float:
        """Return what a shape costs, in numbers."""
        return made.numbers + self.price * made.square

    def passes(self, made: Judged, free: int, symmetry: Symmetry) -> bool:
        """Return whether it does, of so many free numbers."""
        now = self.now
        if made.square <= AS_GOOD * now.square + SLACK and free + self.price * made.square <= self.cost(now):
            return True
        if not symmetry.likely or made.numbers > GROWTH * now.numbers:
            return False
        worst = max(GROWTH * now.worst, self.tolerance)
        return made.worst <= worst and made.square <= min(self.usual, TWICE * now.square)


def bar_of(now: Judged, length: float, limits: Tolerance) -> Bar:
    """Return the bar for a shape of a length in pixels."""
    return Bar(now, length * (CLOSE * limits.curve) ** 2, FRUGAL * limits.worth, limits.curve)


class _Symmetric(NamedTuple):
    """A shape that is its own image."""

    shape: Shape
    judged: Judged
    free: int  # numbers


def symmetrical(shape: Shape, target: Target, limits: Tolerance) -> Shape:
    """Return a path that is its own image if that is as good and worth more, else the shape as it is."""
    form = form_of(shape)
    if form is None or shape.kind != "path":
        return shape
    control = form.derived(form.z).control
    points = points_of(control, target)
    length = float(points.seen.mean() * np.linalg.norm(np.diff(control, axis=1), axis=2).sum())
    bar = bar_of(_judged(form, target), length, limits)
    for symmetry in find_symmetries(points, target, limits.curve):
        outlines = outlines_of(shape.curves, symmetry, limits.level if symmetry.level else -1.0)
        made = (_symmetric(shape, outline, target) for outline in islice(outlines, MOST))
        best = min((one for one in made if one is not None), key=lambda one: bar.cost(one.judged), default=None)
        if best is not None and bar.passes(best.judged, best.free, symmetry):
            return best.shape
    return shape


def _judged(form: Form, target: Target) -> Judged:
    """Return how well a form covers what it should."""
    share = covered(form.derived(form.z), every(form), (target.top, target.left), target.share.shape)
    return Judged.of(share, target, numbers_of([form.line]))


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
    return _Symmetric(moved, _judged(form, target), len(w) - (1 if symmetry.order == 1 else 0))
