"""The closed curves that shapes are to follow: outlines of the regions of a picture, and of what is thin over them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..strategy import ContourStrategy
from .budget import Selection, select
from .cover import carved, outlines
from .parts import in_parts
from .trace import Window, area, outline

NO_DIFFERENCE = 1e-12  # squared, instead of none


class Line(NamedTuple):
    """A closed curve that a shape is to follow."""

    points: NDArray[np.float64]  # (N, 2)
    color: NDArray[np.float64]  # (C,)
    tolerance: float  # pixels
    most: int  # pieces


class Lines(NamedTuple):
    """What is drawn of a picture."""

    lines: list[Line]  # in paint order
    background: NDArray[np.float64]  # (C,)
    total: int  # most pieces of all lines, if each has as many as the one that has most
    dropped: float  # share of what the picture shows beside its background that is in thin features without a line
    lost: float  # the same of everything that the lines do not show


def find_lines(
    pixels: NDArray[np.float64], count: int, most: int, total: int, background: Any, strategy: ContourStrategy
) -> Lines:
    """Return at most `count` lines that show most of a picture (H, W, C).

    Outlines of regions have at most `most` pieces each, and all lines `total` in all; thin features may get more.
    """
    selected = select(pixels, count, background, strategy)
    total += round(min(strategy.curves.thin * total, sum(feature.ink for feature in selected.thin)))
    parts = in_parts(selected.thin, count - len(selected.wide), total, strategy.thin)
    dropped = selected.dropped + sum(feature.gain for feature in selected.thin) - sum(part.gain for part in parts)
    selected = selected._replace(thin=parts)
    lines = _lines(selected, most, total, strategy)
    areas = np.array([abs(area(line.points)) for line in lines])
    order = np.argsort(-areas, kind="stable")
    color = selected.regions.colors[0]
    cut = sum(float(areas[k] * ((lines[k].color - color) ** 2).sum()) for k in order[count:])
    lost = selected.lost - selected.dropped + dropped + cut
    all_of_it = max(float(((pixels - color) ** 2).sum()), NO_DIFFERENCE)
    kept = [lines[k] for k in sorted(order[:count].tolist())]
    return Lines(kept, color, total, (dropped + cut) / all_of_it, lost / all_of_it)


def _lines(selected: Selection, most: int, total: int, strategy: ContourStrategy) -> list[Line]:
    """Return the outlines of regions, without gaps that go through them, and of what is thin, in paint order."""
    curves = strategy.curves
    gaps = np.zeros(selected.regions.labels.shape)
    for feature in selected.thin:
        if feature.gap:
            gaps[feature.window] = np.maximum(gaps[feature.window], feature.cover)
    lines = []
    for region in selected.wide:
        color, through = selected.regions.colors[region.region], gaps[region.window] * (region.field > 0.0)
        cut = bool(through.any())
        if cut:
            rings = carved(region.field, through, strategy.cover, strategy.regions)
        else:
            rings = [outline(region.field, strategy.regions)]
        pieces = curves.cut * most if cut else most
        lines += [_line(ring, region.window, color, curves.tolerance, pieces) for ring in rings]
    for feature in selected.thin:
        if not feature.gap:
            found = outlines(feature.cover, feature.ink, strategy.cover)
            rings = [ring for ring in found if abs(area(ring)) > curves.area]
            lines += [_line(ring, feature.window, feature.color, curves.thin_tolerance, total) for ring in rings]
    return lines


def _line(ring: NDArray[np.float64], window: Window, color: NDArray[np.float64], tolerance: float, most: int) -> Line:
    """Return the line along a curve in a part of the picture."""
    rows, columns = window
    return Line(ring + np.array([columns.start, rows.start]), color, tolerance, most)
