"""Shapes over each other, with exact areas: what of the picture each of them has to show, if the others stay.

The colour of a pixel is linear in how much of it one shape covers, ``P + a Q``. So the squared error of the picture is
``|Q|^2 (a - a*)^2`` and a rest that this shape has no part in: a share a* that it should cover, and a weight. Hidden
pixels weigh nothing, pixels that two shapes have in part weigh less, and no pixel needs to be left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..engine.compile.kernel import serial
from .drawing import Drawing, Shape, controls
from .forms import form_of
from .gradients import Paint
from .kernels import sheets
from .kernels.arrays import Above as Above
from .kernels.arrays import Goal, Laid
from .lines import covered_by_line
from .palette import Pixels
from .refine import MARGIN, Target, covered, every


class Sheet(NamedTuple):
    """What a shape covers, in a window."""

    window: tuple[slice, slice]
    share: NDArray[np.float64]  # (h, w)
    color: Pixels  # (h, w, 4): premultiplied, where it covers all; (1, 1, 4) if it is the same everywhere

    @property
    def laid(self) -> Laid:
        """The same, as kernels have it."""
        rows, columns = self.window
        return Laid(columns.start, rows.start, self.share, self.color)


@cache
def _over() -> Any:
    return serial(sheets.over, np.dtype(np.float64), "over")


@cache
def _under() -> Any:
    return serial(sheets.under, np.dtype(np.float64), "under")


@cache
def _wanted() -> Any:
    return serial(sheets.wanted, np.dtype(np.float64), "wanted")


def canvas_of(drawing: Drawing) -> Pixels:
    """Return the background of a drawing (H, W, 4), premultiplied."""
    canvas = np.zeros((drawing.height, drawing.width, 4))
    if drawing.background is not None:
        canvas[:] = [*drawing.background, 1.0]
    return canvas


def sheet_of(shape: Shape, drawing: Drawing) -> Sheet:
    """Return the sheet of a shape on the canvas of a drawing."""
    form = form_of(shape)
    made = None if form is None else form.derived(form.z)
    points = np.concatenate(controls(shape)) if made is None else made.control
    margin = MARGIN + ceil(0.5 * (shape.width or 0.0))
    low = np.floor(points.min(axis=(0, 1))).astype(int) - margin
    high = np.ceil(points.max(axis=(0, 1))).astype(int) + margin
    left, top = np.clip(low, 0, [drawing.width - 1, drawing.height - 1])
    right, bottom = np.clip(high, [left + 1, top + 1], [drawing.width, drawing.height])
    corner, size = (top, left), (bottom - top, right - left)
    if form is None or made is None:
        share = covered_by_line(shape, corner, size)
    else:
        share = covered(made, every(form), corner, size)
        np.clip(share, 0.0, 1.0, out=share)
    window = np.s_[top:bottom, left:right]
    return Sheet(window, share, painted(shape.paint, window))


def merged(sheets: list[Sheet]) -> Sheet:
    """Return what shapes of one opaque paint cover together, as one sheet."""
    if len(sheets) == 1:
        return sheets[0]
    bounds = np.array([[(part.start, part.stop) for part in sheet.window] for sheet in sheets])
    (top, left), (bottom, right) = bounds[:, :, 0].min(axis=0), bounds[:, :, 1].max(axis=0)
    window = np.s_[int(top) : int(bottom), int(left) : int(right)]
    return Sheet(window, share_in(window, sheets), sheets[0].color)


def share_in(window: tuple[slice, slice], sheets: list[Sheet]) -> NDArray[np.float64]:
    """Return how much of the pixels of a window some sheets cover that lie over each other."""
    rows, columns = window
    bare = np.ones((rows.stop - rows.start, columns.stop - columns.start))
    for (down, along), share, _ in sheets:
        top, bottom = max(rows.start, down.start), min(rows.stop, down.stop)
        left, right = max(columns.start, along.start), min(columns.stop, along.stop)
        if top < bottom and left < right:
            part = share[top - down.start : bottom - down.start, left - along.start : right - along.start]
            bare[top - rows.start : bottom - rows.start, left - columns.start : right - columns.start] *= 1.0 - part
    return 1.0 - bare


def painted(paint: Paint, window: tuple[slice, slice]) -> Pixels:
    """Return the premultiplied colour of a paint in a window, see `Sheet`; one opacity, as scenes have."""
    rows, columns = window
    opacity = paint.colors[:, 3].mean()
    if paint.kind == "flat":
        even: Pixels = opacity * np.append(paint.colors[0, :3], 1.0).reshape(1, 1, 4)
        return even
    color = np.empty((rows.stop - rows.start, columns.stop - columns.start, 4))
    y, x = np.mgrid[rows, columns] + 0.5
    t = place_along(paint, x, y)
    for k, channel in enumerate(paint.colors[:, :3].T):
        color[:, :, k] = opacity * np.interp(t, paint.offsets, channel)
    color[:, :, 3] = opacity
    return color


def place_along(paint: Paint, x: Pixels, y: Pixels) -> Pixels:
    """Return where pixels are along a gradient, from 0 to 1."""
    if paint.kind == "radial":
        cx, cy, r = paint.where
        distance: Pixels = np.hypot(x - cx, y - cy) / r
        return distance
    x1, y1, x2, y2 = paint.where
    along: Pixels = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / max((x2 - x1) ** 2 + (y2 - y1) ** 2, 1e-12)
    return along


def over(sheet: Sheet, canvas: Pixels) -> None:
    """Paint a sheet on a canvas (H, W, 4)."""
    _over()(sheet.laid, canvas)


def lights(laid: list[Sheet]) -> Iterator[Above]:
    """Yield what is above each of some sheets that lie over each other, the lowest first.

    All of them at once would take the memory of five pictures for every large sheet.
    """
    windows = np.array([[s.start, s.stop] for sheet in laid for s in sheet.window]).reshape(-1, 2, 2)
    for k, sheet in enumerate(laid):
        rows, columns = sheet.window
        meet = (windows[:, :, 0] < windows[k, :, 1]) & (windows[:, :, 1] > windows[k, :, 0])
        above = Above(np.ones(sheet.share.shape), np.zeros((*sheet.share.shape, 4)))
        for other in k + 1 + np.flatnonzero(meet[k + 1 :].all(axis=1))[::-1]:
            _under()(laid[other].laid, above, columns.start, rows.start)
        yield above


def wanted(sheet: Sheet, above: Above, canvas: Pixels, pixels: Pixels) -> Target:
    """Return the shares that a shape should cover over what is on a canvas, and how much every pixel tells."""
    goal = Goal(np.empty(sheet.share.shape), np.empty(sheet.share.shape))
    _wanted()(sheet.laid, above, canvas, pixels, goal)
    rows, columns = sheet.window
    return Target(columns.start, rows.start, *goal)
