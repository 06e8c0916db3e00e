"""The closed curves that shapes are to follow: outlines of the regions of a picture, and of what is thin over them."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .budget import Spent, spend
from .cover import carved, outlines
from .parts import in_parts
from .trace import Window, area, outline

TOLERANCE, TOLERANCE_THIN = 0.25, 0.1  # pixels between an outline and its curve
CUT = 2  # times as many pieces for a region that gaps cut
MORE = 3  # times more pieces than without thin things, which may need one for each pixel
SPECK = 0.25  # square pixels of a line that is none
UNIFORM = 0.02  # difference of a channel that nobody misses
TINY = 1e-12  # instead of no difference
MUCH, TOO_MUCH = 0.1, 0.3  # shares of a picture that are worth a warning, if thin things or anything is left out


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
    together: int  # most pieces of all lines, if each has as many as the one that has most


def find_lines(pixels: NDArray[np.float64], count: int, most: int, together: int, background: Any) -> Lines:
    """Return at most `count` lines that show most of a picture (H, W, C), and warn if they leave out much.

    Outlines of regions have at most so many pieces each, all lines so many together; those of thin things may have
    more.
    """
    spent = spend(pixels, count, background)
    together += round(min(MORE * together, sum(thing.ink for thing in spent.thin)))
    parts = in_parts(spent.thin, count - len(spent.wide), together)
    dropped = spent.dropped + sum(thing.gain for thing in spent.thin) - sum(part.gain for part in parts)
    spent = spent._replace(thin=parts)
    lines = _lines(spent, most, together)
    areas = np.array([abs(area(line.points)) for line in lines])
    order = np.argsort(-areas, kind="stable")
    color = spent.regions.colors[0]
    cut = sum(float(areas[k] * ((lines[k].color - color) ** 2).sum()) for k in order[count:])
    _warn(pixels - color, count, len(lines), dropped + cut, spent.lost - spent.dropped + dropped + cut)
    return Lines([lines[k] for k in sorted(order[:count].tolist())], color, together)


def _lines(spent: Spent, most: int, together: int) -> list[Line]:
    """Return the outlines of regions, without gaps that go through them, and of what is thin, in paint order."""
    gaps = np.zeros(spent.regions.labels.shape)
    for thing in spent.thin:
        if thing.gap:
            gaps[thing.window] = np.maximum(gaps[thing.window], thing.cover)
    lines = []
    for region in spent.wide:
        color, through = spent.regions.colors[region.region], gaps[region.window] * (region.field > 0.0)
        cut = bool(through.any())
        rings = carved(region.field, through) if cut else [outline(region.field)]
        lines += [_line(ring, region.window, color, TOLERANCE, CUT * most if cut else most) for ring in rings]
    for thing in spent.thin:
        if not thing.gap:
            rings = [ring for ring in outlines(thing.cover, thing.ink) if abs(area(ring)) > SPECK]
            lines += [_line(ring, thing.window, thing.color, TOLERANCE_THIN, together) for ring in rings]
    return lines


def _line(ring: NDArray[np.float64], window: Window, color: NDArray[np.float64], tolerance: float, most: int) -> Line:
    """Return the line along a curve in a part of the picture."""
    rows, columns = window
    return Line(ring + np.array([columns.start, rows.start]), color, tolerance, most)


def _warn(beside: NDArray[np.float64], count: int, found: int, dropped: float, lost: float) -> None:
    """Warn if there are no lines in a picture that is not uniform, or too few.

    `beside` is the picture less its background, `dropped` the squared error because of thin things that are left out,
    `lost` that of everything.
    """
    if found == 0:
        if np.abs(beside).max(initial=0.0) > UNIFORM:
            warnings.warn(
                "no contours were found in a picture that is not of one colour, so only a background is drawn; "
                "init 'random' or 'error' finds shapes in every picture",
                stacklevel=3,
            )
        return
    all_of_it = max(float((beside**2).sum()), TINY)
    if found >= count and (dropped > MUCH * all_of_it or lost > TOO_MUCH * all_of_it):
        share = min(1.0, max(dropped, lost) / all_of_it)
        warnings.warn(
            f"{count} shapes leave out {share:.0%} of what the picture shows beside its background; "
            "a larger count keeps more",
            stacklevel=3,
        )
