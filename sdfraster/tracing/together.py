"""All shapes of a drawing together against the picture, and then without the nodes that it can do without.

A border that is looked at alone ends where three regions meet, and a primitive only runs through its points. Here every
shape moves to what the others leave to it, and they are swept over again: Gauss-Newton on the squared error of the
whole picture, a block of its equations after the other. Shapes have few pixels in common, so two sweeps do.
"""

from __future__ import annotations

import numpy as np

from .drawing import Drawing, Shape
from .fitting import Tolerance
from .forms import form_of
from .line_symmetry import symmetrical_lines
from .lines import agreed, apart, is_line, moved, runs_of, target_around
from .lines import simplified as lines_simplified
from .pairs import paired
from .palette import Pixels
from .refine import Target, refined
from .removal import simplified
from .stack import Sheet, canvas_of, lights, merged, over, share_in, sheet_of, wanted
from .symmetry import symmetrical

ROUNDS = 2
MOST = 40  # lines that move at once
LEAST = 1.0  # square pixels of a shape: one that covers less has gone where others cover it better


def improved(drawing: Drawing, pixels: Pixels, limits: Tolerance) -> Drawing:
    """Return a drawing that is nearer to a picture (H, W, 4), with fewer nodes, symmetric.

    One with a shape of a kind whose areas are not known is left as it is.
    """
    if any(form_of(shape) is None and shape.width is None for shape in drawing.shapes):
        return drawing
    swept = _swept(_swept(drawing, pixels, limits, fewer=True), pixels, limits, fewer=False)
    return paired(_lines_symmetrical(swept, pixels, limits), pixels, limits)


def _swept(drawing: Drawing, pixels: Pixels, limits: Tolerance, *, fewer: bool) -> Drawing:
    """Return a drawing after every shape has moved, the lowest first, and lost nodes or become symmetric.

    Lines move, and lose nodes, once the others are where they should be: they were found to a small part of a pixel,
    and what is not yet right beneath them would lead them astray.
    """
    parts = parts_of(drawing.shapes)
    laid = [[sheet_of(shape, drawing) for shape in part] for part in parts]
    sheets, canvas, shapes = [merged(each) for each in laid], canvas_of(drawing), []
    for part, each, sheet, light in zip(parts, laid, sheets, lights(sheets), strict=True):
        target = wanted(sheet, light, canvas, pixels)
        if not is_line(part[0]):
            shape = refined(part[0], target, ROUNDS)[0]
            part = [simplified(shape, target, limits) if fewer else symmetrical(shape, target, limits)]
        elif not fewer:
            part = _fewer_or_symmetrical(_lines_moved(part, each, target, drawing), target, drawing, limits)
        sheet = merged([sheet_of(shape, drawing) for shape in part])
        if sheet.share.sum() < LEAST:
            continue
        shapes += part
        over(sheet, canvas)
    return drawing._replace(shapes=shapes)


def parts_of(shapes: list[Shape]) -> list[list[Shape]]:
    """Return what moves at once: lines of one colour that nothing lies between, any other shape alone.

    Of many lines only those that are near each other do.
    """
    near = [part for run in runs_of(shapes) for part in (apart(run) if len(run) > MOST else [run])]
    return [part[k : k + MOST] for part in near for k in range(0, len(part), MOST)]


def _lines_symmetrical(drawing: Drawing, pixels: Pixels, limits: Tolerance) -> Drawing:
    """Return a drawing whose lines of one colour are images of each other, all of them or those near each other."""
    if not any(map(is_line, drawing.shapes)):
        return drawing
    drawing = drawing._replace(shapes=agreed(drawing.shapes))  # of one width, as images are
    runs, shapes, canvas = runs_of(drawing.shapes), list[Shape](), canvas_of(drawing)
    sheets = [merged([sheet_of(shape, drawing) for shape in run]) for run in runs]
    for run, sheet, light in zip(runs, sheets, lights(sheets), strict=True):
        if is_line(run[0]):
            target = wanted(sheet, light, canvas, pixels)
            found = symmetrical_lines(run, target, drawing, limits)
            if found is run and len(parts := apart(run)) > 1:
                each = (symmetrical_lines(part, target_around(part, target), drawing, limits) for part in parts)
                found = [line for part in each for line in part]
            run, sheet = found, merged([sheet_of(shape, drawing) for shape in found])
        shapes += run
        over(sheet, canvas)
    return drawing._replace(shapes=shapes)


def _lines_moved(lines: list[Shape], laid: list[Sheet], target: Target, drawing: Drawing) -> list[Shape]:
    """Return lines, which cover some sheets, after they have moved to a target, if the picture is nearer then."""
    after = moved(lines, [sheet.laid for sheet in laid], target)
    now = [sheet_of(shape, drawing) for shape in after]
    return after if _error(now, target) < _error(laid, target) else lines


def _fewer_moved(lines: list[Shape], target: Target, drawing: Drawing, limits: Tolerance) -> list[Shape]:
    """Return lines without the nodes that they can do without, after they have moved again."""
    fewer = lines_simplified(lines, [sheet_of(shape, drawing).laid for shape in lines], target, limits)
    if fewer is lines:
        return lines
    return _lines_moved(fewer, [sheet_of(shape, drawing) for shape in fewer], target, drawing)


def _fewer_or_symmetrical(lines: list[Shape], target: Target, drawing: Drawing, limits: Tolerance) -> list[Shape]:
    """Return lines without the nodes that they can do without, or symmetric if only those with all nodes can be so."""
    fewer = _fewer_moved(lines, target, drawing, limits)
    if fewer is lines or symmetrical_lines(fewer, target, drawing, limits) is not fewer:
        return fewer  # which become symmetric with all others of their colour
    found = symmetrical_lines(lines, target, drawing, limits)
    return fewer if found is lines else found


def _error(laid: list[Sheet], target: Target) -> float:
    """Return the sum of the squared errors of what lines cover."""
    height, width = target.share.shape
    window = np.s_[target.top : target.top + height, target.left : target.left + width]
    return float(((target.counts * (share_in(window, laid) - target.share)) ** 2).sum())
