"""What is common to two outlines, if one of them is convex; and forms cut by clip paths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from .contour import Box, Contour, Points, at, box, polyline
from .cutting import WHOLE, Around, Sides, beyond, cut, sides_of
from .forms import Form, enclosed
from .geometry import is_convex
from .limits import Budget

FLATTENED = 4e-3  # pixels: convex curves that cut are taken for polygons, and off by so much at most
MOST_SIDES = 2048  # of such a polygon, if it has not more curves
BOXED = 4  # lines that are cut in the time that it takes besides to cut an outline by a box, which `WHOLE` is else
FEW_SIDES = 8  # with all of which a box is compared
TESTED = 400  # boxes of parts that are compared with one in the time in which a line is cut


@dataclass(frozen=True, eq=False)
class Part:
    """What is inside some contours on the canvas."""

    contours: tuple[Contour, ...]
    fill_rule: str

    @cached_property
    def polygon(self) -> Points | None:
        """Its corners (n, 2), if it is a convex polygon."""
        return None if self._only is None else _corners(self._only)

    @cached_property
    def near_polygon(self) -> Points | None:
        """Those of the convex polygon that it nearly is, if it is one of curves."""
        only = self._only
        if only is None or only.polygonal or not is_convex(polyline(only.nodes[:-1], closed=True)):
            return None
        return _corners(flattened(only))

    @cached_property
    def sides(self) -> Sides | None:
        """The half planes that it is common to, if it is a convex polygon."""
        return None if self.polygon is None else sides_of(self.polygon)

    @cached_property
    def near_sides(self) -> Sides | None:
        """Those of the convex polygon that it nearly is."""
        return None if self.near_polygon is None else sides_of(self.near_polygon)

    @cached_property
    def around(self) -> Around | None:
        """What knows of points whether they are inside of the polygon that it is, or nearly is."""
        polygon = self.near_polygon if self.polygon is None else self.polygon
        return None if polygon is None else Around(polygon)

    @cached_property
    def _only(self) -> Contour | None:
        """Its contour, if there is only one."""
        return self.contours[0].filled() if len(self.contours) == 1 else None


@dataclass(frozen=True, eq=False)
class Region:
    """All that is inside of any of some parts."""

    parts: tuple[Part, ...]

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """The boxes (n, 4) around the parts."""
        return np.array([box(part.contours) for part in self.parts]).reshape(-1, 4)

    @cached_property
    def box(self) -> Box | None:
        """The box around all of it."""
        return box([contour for part in self.parts for contour in part.contours])

    @cached_property
    def is_box(self) -> bool:
        """Whether it is the box around it."""
        sides = self.parts[0].sides if len(self.parts) == 1 else None
        return sides is not None and len(sides) == 4 and bool((sides[:, :2] == 0.0).any(axis=1).all())

    @cached_property
    def box_sides(self) -> Sides:
        """The half planes that the box around all of it is common to."""
        if self.is_box and self.parts[0].sides is not None:
            return self.parts[0].sides
        assert self.box is not None
        x0, y0, x1, y1 = self.box
        return sides_of(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]))

    def near(self, around: NDArray[np.float64]) -> list[Part]:
        """Return the parts whose boxes meet another one (4,)."""
        return [self.parts[k] for k in np.flatnonzero(~_apart(self.boxes, around)).tolist()]

    def misses(self, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which of some boxes (n, 4) are known to be beside it."""
        if self.box is None:
            return np.ones(len(boxes), bool)
        apart = _apart(boxes, np.array(self.box))
        around = None if len(self.parts) > 1 or self.is_box else self.parts[0].around
        return apart if around is None else apart | around.misses(boxes, FLATTENED)

    def holds(self, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which of some boxes (n, 4) are known to be inside of it; of a convex region, all that are."""
        only = self.parts[0] if len(self.parts) == 1 else None
        if only is not None and only.sides is not None and len(only.sides) <= FEW_SIDES:
            return np.asarray(~beyond(boxes, only.sides).any(axis=1))
        around = None if only is None else only.around
        if around is None:
            return np.zeros(len(boxes), bool)
        corners = boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2)
        return np.asarray(around.holds(corners).reshape(-1, 4).all(axis=1))


def common(a: Part, b: Part, cuts: Budget) -> Part | None:
    """Return what is inside of both; None if neither is convex, or there have been too many cuts."""
    for name in ("sides", "near_sides"):
        for first, second in ((a, b), (b, a)):
            sides = getattr(second, name)
            if sides is not None:
                contours = cut(first.contours, sides, cuts)
                return None if contours is None else Part(tuple(contours), first.fill_rule)
    return None


def intersection(a: Region, b: Region, cuts: Budget) -> Region | None:
    """Return what is inside of both regions; None if it cannot be said."""
    parts: list[Part] = []
    for first, around in zip(a.parts, a.boxes, strict=True):
        if not cuts.allows(WHOLE + len(b.parts) // TESTED):
            return None
        for second in b.near(around):
            both = common(first, second, cuts)
            if both is None:
                return None
            if both.contours:
                parts.append(both)
    return Region(tuple(parts))


def clipped(form: Form, region: Region, cuts: Budget) -> list[Form] | None:
    """Return what of a form is inside of a region; None if it cannot be said."""
    if region.is_box:
        return _in_box(form, region, cuts)
    whole = Region((Part(tuple(form.outline()), form.fill_rule),))
    inner = intersection(whole, region, cuts)
    if inner is None:
        return None
    return [cut_form for part in inner.parts if (cut_form := enclosed(part.contours, part.fill_rule)) is not None]


def boxed(form: Form, region: Region, cuts: Budget) -> list[Form]:
    """Return what of a form, whose box meets that of a region, is inside of the box around the region.

    Raises
    ------
    DataError
        If there have been too many cuts.
    """
    outer, inner = region.box, form.box
    assert outer is not None
    if outer.x0 <= inner.x0 and outer.y0 <= inner.y0 and outer.x1 >= inner.x1 and outer.y1 >= inner.y1:
        return [form]
    forms = _in_box(form, region, cuts)
    if forms is None:
        raise DataError("clip paths cut too many of its outlines")
    return forms


def _in_box(form: Form, region: Region, cuts: Budget) -> list[Form] | None:
    """Return what of a form is inside of the box around a region; None if there have been too many cuts."""
    contours = cut(form.outline(), region.box_sides, cuts) if cuts.allows(BOXED) else None
    if contours is None:
        return None
    left = enclosed(contours, form.fill_rule)
    return [] if left is None else [left]


def _apart(boxes: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which of some boxes (n, 4) do not meet another one (4,)."""
    return np.asarray(
        (boxes[:, 0] > other[2]) | (boxes[:, 1] > other[3]) | (boxes[:, 2] < other[0]) | (boxes[:, 3] < other[1])
    )


def _corners(contour: Contour) -> Points | None:
    """Return the corners of a closed contour, if it is a convex polygon."""
    return contour.nodes[:-1] if is_convex(contour) else None


def flattened(contour: Contour) -> Contour:
    """Return a contour with straight lines for its curves."""
    most = max(MOST_SIDES // len(contour.straight), 1)
    p = contour.points
    curves = np.stack([p[0:-1:3], p[1::3], p[2::3], p[3::3]], axis=1)
    bend = np.abs(np.diff(curves, 2, axis=1)).max(axis=(1, 2))  # of a second derivative of at most 6 bend * sqrt(2)
    counts = np.ceil((1.1 * bend / FLATTENED) ** 0.5).clip(1, most)
    counts = np.where(contour.straight, 1, counts).astype(int)
    points = [at(curve, np.arange(count) / count) for curve, count in zip(curves, counts.tolist(), strict=True)]
    return polyline(np.concatenate(points), closed=True)
