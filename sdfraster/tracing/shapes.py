"""The shape that paints a region: a primitive if one fits, else a path."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..primitives import primitive
from .borders import Loop
from .brush import may_be_brushed
from .corners import Run, find_runs
from .curves import Curve
from .drawing import Drawing, Shape
from .fitting import Tolerance, fit_curve, fit_polygon
from .gradients import Paint, find_gradient, flat_paint
from .lines import find_lines
from .outlines import Outline, find_outline
from .palette import Pixels
from .recognise import Found, distances, recognise
from .refine import Target, find_target, missed, refined
from .regions import Regions
from .stack import sheet_of

ROUGH = 2.0  # times the noise, in which corners are found
COARSE = 2.0  # times the noise of points of small and thin shapes
TINY, THIN = 80, 240  # points of a border that may become a polygon; of one that no rows of pixels tell of
WRONG, OFTEN = 4.0, 600  # sum of squared errors of a shape that is wrong, and points of a border that is then a polygon
ALMOST, GAP = 0.08, 0.4  # squared error a pixel of the rim of a primitive that is right, and the largest of any
HALF, SPOTS = 0.5, 4  # of a pixel that lines should cover, and pixels where nothing told of them that may be wrong
CLEARLY = 1.0  # pixels from the outline of a primitive, at which a pixel is in or out
DEEP = 0.5  # of the depth of a thin one, at which a pixel is in


class Plan(NamedTuple):
    """What is known of a picture before its shapes are drawn."""

    pixels: Pixels  # (H, W, 4)
    regions: Regions
    loops: list[Loop]
    rank: NDArray[np.int64]  # (R,): place in the paint order, -1 for what nothing paints
    limits: Tolerance
    lines: bool


def shapes_of(region: int, plan: Plan) -> list[Shape]:
    """Return the shape, or the lines, that paint a region."""
    pixels, regions, loops, rank, limits, lines = plan
    hidden = (rank > rank[region]) & regions.opaque
    beneath = hidden[regions.labels]
    inside = regions.labels == region
    mine = [loop for loop in loops if loop.region == region]
    outlines = [outline for loop in mine if (outline := find_outline(loop, hidden, beneath)) is not None]
    paint = paint_of(region, plan)
    target = find_target(region, pixels, regions, mine, hidden)
    runs = [runs_along(outline, limits) for outline in outlines]
    brushed = lines and not mine[0].square and may_be_brushed(outlines, runs, target)
    if brushed and (found := find_lines(target, paint, limits)) and paints(found, target, inside, beneath):
        return found
    simple = recognise(outlines[0].sure, limits.noise) if len(outlines) == 1 else None
    if simple is None or not covers(simple, inside, beneath):
        return [path_along(outlines, runs, target, paint, limits)[0]]
    primitive = Shape(simple.kind, simple.params, [], paint)
    error = missed(primitive, target)
    if is_right(error, outlines[0]):
        return [primitive]
    path, cost = path_along(outlines, runs, target, paint, limits)
    return [path if cost < len(simple.params) + limits.worth * float((error**2).sum()) else primitive]


def is_right(error: NDArray[np.float64], outline: Outline) -> bool:
    """Return whether a primitive along an outline is so good, by its errors in all pixels, that no other is tried."""
    return float((error**2).sum()) < ALMOST * len(outline.sure) and float(np.abs(error).max()) < GAP


def path_along(
    outlines: list[Outline], runs: list[list[Run]], target: Target, paint: Paint, limits: Tolerance
) -> tuple[Shape, float]:
    """Return the path along some outlines, of which small ones may be polygons, and what it costs."""
    curves = [fit_curve(way, noisy(limits, outline)).curve for way, outline in zip(runs, outlines, strict=True)]
    shape, error = refined(Shape("path", None, curves, paint), target)
    cost = price(shape.curves, error, limits)
    tiny = [is_tiny(outline, error) for outline in outlines]
    if any(tiny):
        curves = [
            fit_polygon(outline.points, limits) if small else curve
            for outline, small, curve in zip(outlines, tiny, curves, strict=True)
        ]
        sharp, rest = refined(shape._replace(curves=curves), target)
        if (less := price(sharp.curves, rest, limits)) < cost:
            return sharp, less
    return shape, cost


def paint_of(region: int, plan: Plan) -> Paint:
    """Return the colour, or gradient, of a region."""
    pixels, regions = plan.pixels, plan.regions
    inside = regions.labels == region
    if regions.flat[region]:
        return flat_paint(regions.models[region, 0])
    pure = inside & regions.pure
    return find_gradient(pixels, pure) if pure.any() else flat_paint(pixels[inside].mean(axis=0))


def is_tiny(outline: Outline, error: float = 0.0) -> bool:
    """Return whether an outline may be drawn as a polygon; also a longer one if its curve is off by whole pixels."""
    longest = OFTEN if error > WRONG else TINY if outline.exact else THIN
    return outline.whole and len(outline.points) < longest


def paints(lines: list[Shape], target: Target, inside: NDArray[np.bool_], beneath: NDArray[np.bool_]) -> bool:
    """Return whether lines cover a region (H, W), and beyond it only what is beneath others.

    Pixels that told where the lines are have been looked at.
    """
    covered = np.zeros(inside.shape)
    canvas = Drawing(inside.shape[1], inside.shape[0], [], None)
    for line in lines:
        window, share, _ = sheet_of(line, canvas)
        covered[window] = np.maximum(covered[window], share)
    wrong = np.where(inside, covered < HALF, covered > HALF) & ~beneath
    height, width = target.share.shape
    wrong[target.top : target.top + height, target.left : target.left + width] &= target.counts == 0.0
    return int(wrong.sum()) <= SPOTS


def price(curves: list[Curve], error: float, limits: Tolerance) -> float:
    """Return what curves cost: their numbers, and how far they are off."""
    return sum(float(np.where(c.line, 2, 6).sum()) for c in curves) + limits.worth * error


def curve_along(outline: Outline, limits: Tolerance) -> Curve:
    """Return the curve that follows an outline."""
    return fit_curve(runs_along(outline, limits), noisy(limits, outline)).curve


def runs_along(outline: Outline, limits: Tolerance) -> list[Run]:
    """Return the points of an outline from corner to corner."""
    return find_runs(outline.points, outline.fixed, ROUGH * noisy(limits, outline).noise)


def noisy(limits: Tolerance, outline: Outline) -> Tolerance:
    """Return the tolerance for the points of an outline."""
    return limits if outline.exact else limits.loosened(COARSE)


def covers(found: Found, inside: NDArray[np.bool_], beneath: NDArray[np.bool_]) -> bool:
    """Return whether a primitive covers a region (H, W), and beyond it only what is beneath others."""
    x0, y0, x1, y1 = primitive(found.kind).bounds(tuple(found.params.tolist()))
    if x0 < -1.0 or y0 < -1.0 or x1 > inside.shape[1] + 1.0 or y1 > inside.shape[0] + 1.0:
        return False
    distance = distances(found.kind).map(found.params, inside.shape)
    deep = min(CLEARLY, DEEP * -float(distance.min()))  # of a thin one, nothing is clearly in
    return not bool((distance[~(inside | beneath)] < -deep).any() or (distance[inside] > CLEARLY).any())
