"""All shapes of a drawing together against the picture, and then without the nodes that it can do without.

A border that is looked at alone ends where three regions meet, and a primitive only runs through its points. Here every
shape moves to what the others leave to it, and they are swept over again: Gauss-Newton on the squared error of the
whole picture, a block of its equations after the other. Shapes have few pixels in common, so two sweeps do.
"""

from __future__ import annotations

from .drawing import Drawing
from .fitting import Tolerance
from .forms import form_of
from .pairs import paired
from .palette import Pixels
from .refine import refined
from .removal import simplified
from .stack import canvas_of, lights, over, sheet_of, wanted
from .symmetry import symmetrical

ROUNDS = 2
LEAST = 1.0  # square pixels of a shape: one that covers less has gone where others cover it better


def improved(drawing: Drawing, pixels: Pixels, limits: Tolerance) -> Drawing:
    """Return a drawing that is nearer to a picture (H, W, 4), with fewer nodes, symmetric; lines along curves stay.

    One with a shape of a kind whose areas are not known is left as it is.
    """
    if any(form_of(shape) is None and shape.width is None for shape in drawing.shapes):
        return drawing
    swept = _swept(_swept(drawing, pixels, limits, fewer=True), pixels, limits, fewer=False)
    return paired(swept, pixels, limits)


def _swept(drawing: Drawing, pixels: Pixels, limits: Tolerance, *, fewer: bool) -> Drawing:
    """Return a drawing after every shape has moved, the lowest first, and lost nodes or become symmetric."""
    sheets = [sheet_of(shape, drawing) for shape in drawing.shapes]
    above, canvas, shapes = lights(sheets), canvas_of(drawing), []
    for shape, sheet, light in zip(drawing.shapes, sheets, above, strict=True):
        target = wanted(sheet, light, canvas, pixels)
        moved = shape if form_of(shape) is None else refined(shape, target, ROUNDS)[0]
        moved = simplified(moved, target, limits) if fewer else symmetrical(moved, target, limits)
        sheet = sheet_of(moved, drawing)
        if sheet.share.sum() < LEAST:
            continue
        shapes.append(moved)
        over(sheet, canvas)
    return drawing._replace(shapes=shapes)
