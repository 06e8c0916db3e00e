"""What is common to two outlines, if one of them is convex; and forms cut by clip paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .contour import Box, Contour, Points, at, box, polyline
from .cutting import cut, inside, sides_of
from .forms import Form, enclosed
from .geometry import is_convex
from .limits import Budget

FLATTENED = 4e-3  # pixels: convex curves that cut are taken for polygons, and off by so much at most
MOST_SIDES = 512


class Part(NamedTuple):
    """What is inside some contours on the canvas."""

    contours: tuple[Contour, ...]
    fill_rule: str


Region = tuple[Part, ...]  # all that is inside of any part


def common(a: Part, b: Part, cuts: Budget) -> Part | None:
    """Return what is inside of both; None if neither is convex, or there have been too many cuts."""
    for sharp in (True, False):
        for first, second in ((a, b), (b, a)):
            polygon = _convex(second, sharp)
            if polygon is not None:
                sides = sides_of(polygon)
                if not cuts.allows(len(sides) * len(first.contours)):
                    return None
                return Part(tuple(cut(first.contours, sides)), first.fill_rule)
    return None


def intersection(a: Region, b: Region, cuts: Budget) -> Region | None:
    """Return what is inside of both regions; None if it cannot be said."""
    parts = [common(first, second, cuts) for first in a for second in b]
    if any(part is None for part in parts):
        return None
    return tuple(part for part in parts if part is not None and part.contours)


def clipped(form: Form, region: Region, cuts: Budget) -> list[Form] | None:
    """Return what of a form is inside of a region; None if it cannot be said."""
    if len(region) == 1:
        polygon = _convex(region[0], True) if _surrounds(region[0], form.box) else None
        if polygon is not None and _holds(sides_of(polygon), form.box):
            return [form]
    whole = Part(tuple(form.outline()), form.fill_rule)
    parts = intersection((whole,), region, cuts)
    if parts is None:
        return None
    return [cut_form for part in parts if (cut_form := enclosed(part.contours, part.fill_rule)) is not None]


def boxed(form: Form, region: Region) -> list[Form]:
    """Return what of a form is inside of the box around a region."""
    around = box([contour for part in region for contour in part.contours])
    if around is None:
        return []
    whole = cut(form.outline(), sides_of(_rectangle(around).nodes[:-1]))
    inner = enclosed(whole, form.fill_rule)
    return [] if inner is None else [inner]


def _surrounds(part: Part, around: Box) -> bool:
    outer = box(part.contours)
    if outer is None:
        return False
    return outer[0] <= around[0] and outer[1] <= around[1] and outer[2] >= around[2] and outer[3] >= around[3]


def _holds(sides: Sequence, around: Box) -> bool:  # type: ignore[type-arg]
    return inside([_rectangle(around)], sides)


def _rectangle(around: Box) -> Contour:
    x0, y0, x1, y1 = around
    return polyline([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], closed=True)


def _convex(part: Part, sharp: bool) -> Points | None:
    """Return the corners of a convex part; of one with curves only if it need not be `sharp`."""
    if len(part.contours) != 1:
        return None
    contour = part.contours[0].filled()
    if not contour.polygonal:
        if sharp:
            return None
        contour = flattened(contour)
    return contour.nodes[:-1] if is_convex(contour) else None


def flattened(contour: Contour) -> Contour:
    """Return a contour with straight lines for its curves."""
    points = [contour.points[:1]]
    for k, straight in enumerate(contour.straight.tolist()):
        curve = contour.curve(k)
        bend = np.abs(np.diff(curve, 2, axis=0)).max()  # of a second derivative of at most 6 bend * sqrt(2)
        count = 1 if straight else int(min(max(np.ceil((1.1 * bend / FLATTENED) ** 0.5), 1), MOST_SIDES))
        points.append(at(curve, np.arange(1, count + 1) / count))
    p = np.concatenate(points)
    return polyline(p[:-1], closed=True)
