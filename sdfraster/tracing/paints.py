"""Gradients against the picture: their line or circle, stops and colours move together.

A gradient was found from the pixels of the inside, some of them, by the direction in which they differ least, and its
stops lie where mean colours bend. Here all of its numbers take steps of Gauss-Newton on the squared error of the
picture that a shape is part of, beneath what is above it, edges and all. Flat colours stay: those of the smooth places
of a picture are exact to what the file holds.

Shapes of scenes have one opacity. Of gradients that fade it is the mean, and colours stay: they would stand in for it,
up to black.

In JPEGs colours of neighbours leak into least squares. Flat ones are off by 1 to 5/255 then in six logos of quality 75,
those of smooth places by 1/255; and gradients get worse, too. So there they stay.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .drawing import Drawing
from .gradients import Paint
from .palette import Pixels
from .stack import Above, Sheet, canvas_of, lights, over, painted, place_along, sheet_of

ROUNDS = 6
MOST = 4000  # pixels that tell
LEAST = 0.02  # of a pixel that shows the paint
STIFF = 1e-6  # weight of staying, beside the diagonal, for what nothing tells: a gradient's line may slide sideways
NARROW = 1e-3  # between two stops


class Seen(NamedTuple):
    """Pixels that show a paint."""

    x: NDArray[np.float64]  # (N,)
    y: NDArray[np.float64]  # (N,)
    weight: NDArray[np.float64]  # (N,): how much of it they show
    color: Pixels  # (N, 3): the part of them that it should be


def repainted(drawing: Drawing, pixels: Pixels) -> Drawing:
    """Return a drawing after its gradients have moved to what a picture (H, W, 4) shows, the lowest first."""
    if all(shape.paint.kind == "flat" for shape in drawing.shapes):
        return drawing
    sheets, canvas, shapes = [sheet_of(shape, drawing) for shape in drawing.shapes], canvas_of(drawing), []
    for shape, sheet, above in zip(drawing.shapes, sheets, lights(sheets), strict=True):
        if shape.paint.kind != "flat" and not shape.paint.fading:
            shape = shape._replace(paint=_best(shape.paint, _seen(shape.paint, sheet, above, canvas, pixels)))
        shapes.append(shape)
        over(sheet._replace(color=painted(shape.paint, sheet.window)), canvas)
    return drawing._replace(shapes=shapes)


def _best(paint: Paint, seen: Seen) -> Paint:
    """Return a gradient after some steps, as it is written, or as it was if they do not help."""
    best, least = paint, _error(paint, seen)
    for _ in range(ROUNDS):
        paint = _moved(paint, seen)
        written = paint._replace(colors=np.round(np.clip(paint.colors, 0.0, 1.0) * 255.0) / 255.0)
        error = _error(written, seen)
        if error < least:
            best, least = written, error
    return best


def _seen(paint: Paint, sheet: Sheet, above: Above, canvas: Pixels, pixels: Pixels) -> Seen:
    """Return the pixels that show a paint, some of them if there are many."""
    opacity = paint.colors[:, 3].mean()
    weight = above.through * sheet.share * opacity
    rest = above.through[..., None] * (1.0 - sheet.share * opacity)[..., None] * canvas[sheet.window] + above.light
    y, x = np.nonzero(weight > LEAST)
    some = np.linspace(0, max(len(x) - 1, 0), min(len(x), MOST)).astype(int)
    y, x = y[some], x[some]
    rows, columns = sheet.window
    color = (pixels[sheet.window] - rest)[y, x, :3]
    return Seen(x + columns.start + 0.5, y + rows.start + 0.5, weight[y, x], color)


def _error(paint: Paint, seen: Seen) -> float:
    """Return the squared error of the pixels that show a paint."""
    t = place_along(paint, seen.x, seen.y)
    shown = np.stack([np.interp(t, paint.offsets, channel) for channel in paint.colors[:, :3].T], axis=1)
    return float(((seen.color - seen.weight[:, None] * shown) ** 2).sum())


def _moved(paint: Paint, seen: Seen) -> Paint:
    """Return a gradient after a step."""
    normal, right = _equations(paint, seen)
    step = np.linalg.solve(normal + np.diag(STIFF * np.diag(normal) + 1e-12), right)
    ends, count = len(paint.where), len(paint.offsets)
    first, *inner, last = paint.offsets
    moved = [first, *(inner + step[ends : ends + count - 2]), last]
    offsets = np.maximum.accumulate(np.clip(moved, first, last))
    colors = paint.colors.copy()
    colors[:, :3] += step[ends + count - 2 :].reshape(3, count).T
    return paint._replace(where=paint.where + step[:ends], offsets=offsets, colors=colors)


def _equations(paint: Paint, seen: Seen) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the normal equations by the line or circle of a gradient, its inner stops, and their reds, greens, blues.

    Only the last ones differ from channel to channel, so the rows of each channel are made one after the other.
    """
    offsets, colors = paint.offsets, paint.colors[:, :3]
    count, each = len(offsets), np.arange(len(seen.x))
    t = place_along(paint, seen.x, seen.y)
    k = np.clip(np.searchsorted(offsets, t, side="right") - 1, 0, count - 2)
    wide = np.maximum(np.diff(offsets)[k], NARROW)
    share = np.clip((t - offsets[k]) / wide, 0.0, 1.0)
    stops, bends = np.zeros((2, len(t), count))  # by the colours of stops; by their places, as if t moved
    stops[each, k], stops[each, k + 1] = seen.weight * (1.0 - share), seen.weight * share
    bends[each, k], bends[each, k + 1] = share - 1.0, -share
    between = (t > offsets[0]) & (t < offsets[-1])
    steep = np.where(between, seen.weight / wide, 0.0)[:, None] * np.diff(colors, axis=0)[k]  # by t
    moves = np.concatenate([_slopes_along(paint, seen.x, seen.y), bends[:, 1:-1]], axis=1)
    rest = seen.color - stops @ colors
    common = moves.shape[1]
    normal, right = np.zeros((common + 3 * count,) * 2), np.zeros(common + 3 * count)
    for channel in range(3):
        rows = np.concatenate([steep[:, channel, None] * moves, stops], axis=1)
        own = np.r_[:common, common + channel * count : common + (channel + 1) * count]
        normal[np.ix_(own, own)] += np.einsum("ni,nj->ij", rows, rows)  # threads of BLAS take longer to meet
        right[own] += rows.T @ rest[:, channel]
    return normal, right


def _slopes_along(paint: Paint, x: Pixels, y: Pixels) -> Pixels:
    """Return the derivative of where pixels are along a gradient by the numbers of its line or circle (N, 4 or 3)."""
    t = place_along(paint, x, y)
    if paint.kind == "radial":
        cx, cy, r = paint.where
        distance = np.maximum(t * r, 1e-9)
        return np.stack([(cx - x) / (distance * r), (cy - y) / (distance * r), -t / r], axis=1)
    x1, y1, x2, y2 = paint.where
    ux, uy = x2 - x1, y2 - y1
    length = max(ux * ux + uy * uy, 1e-12)
    ends = (x - x1) - 2.0 * ux * t, (y - y1) - 2.0 * uy * t
    slopes: Pixels = np.stack([-ux - ends[0], -uy - ends[1], *ends], axis=1) / length
    return slopes
