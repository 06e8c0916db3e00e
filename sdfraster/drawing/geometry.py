"""Geometry of shapes and paths: what they are in their own coordinates, and what kind they become on the canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import atan2, hypot, pi
from typing import Any, NamedTuple

import numpy as np

from .affine import Affine
from .arcs import ellipse
from .contour import Box, Contour, box, lines

ROUNDED = 6e-3  # user units by which the radii of a corner differ, if that of half a side was written with two digits
BENT = 1e-12  # share of the square of the longest side that the cross product of two is if they are not in line


@dataclass(frozen=True)
class Path:
    """Any outline."""

    contours: tuple[Contour, ...]

    @cached_property
    def box(self) -> Box | None:
        """The smallest box around it."""
        return box(self.contours)

    def within(self, limit: float) -> bool:
        """Return whether its numbers are smaller than a limit."""
        return False not in [contour.within(limit) for contour in self.contours]

    def outline(self) -> tuple[Contour, ...]:
        """Return it as contours."""
        return self.contours

    def box_after(self, matrix: Affine) -> Box | None:
        """Return the smallest box around it after a map."""
        return box([contour.mapped(matrix) for contour in self.contours])

    def kind(self, matrix: Affine) -> tuple[str, list[float]] | None:
        """Return a kind with few parameters that it is after a map: none."""
        return None


class Oval(NamedTuple):
    """A circle or an ellipse."""

    cx: float
    cy: float
    rx: float
    ry: float

    @property
    def box(self) -> Box:
        """The smallest box around it."""
        return Box(self.cx - self.rx, self.cy - self.ry, self.cx + self.rx, self.cy + self.ry)

    def within(self, limit: float) -> bool:
        """Return whether its numbers are smaller than a limit."""
        x0, y0, x1, y1 = self.box
        return -limit < x0 and -limit < y0 and x1 < limit and y1 < limit

    def outline(self) -> tuple[Contour, ...]:
        """Return it as contours."""
        centre = complex(self.cx, self.cy)
        points = [centre + p for p in ellipse(0.0, 2.0 * pi, complex(self.rx, self.ry))]
        points[-1] = points[0]
        return (Contour.of(points, (len(points) // 3) * b"\0", True),)

    def box_after(self, matrix: Affine) -> Box:
        """Return the smallest box around it after a map."""
        x, y = matrix.point(self.cx, self.cy)
        hx, hy = hypot(matrix.a * self.rx, matrix.c * self.ry), hypot(matrix.b * self.rx, matrix.d * self.ry)
        return Box(x - hx, y - hy, x + hx, y + hy)

    def kind(self, matrix: Affine) -> tuple[str, list[float]] | None:
        """Return the circle or ellipse that it is after a map: by the singular values of that."""
        x, y = matrix.point(self.cx, self.cy)
        if self.rx == self.ry and matrix.similar:
            return "circle", [x, y, self.rx * matrix.size]
        if matrix.upright:
            return "ellipse", [x, y, abs(matrix.a * self.rx), abs(matrix.d * self.ry), 0.0]
        if matrix.similar:  # angles as they are written
            return "ellipse", [x, y, self.rx * matrix.size, self.ry * matrix.size, atan2(matrix.b, matrix.a)]
        m = np.array([[matrix.a * self.rx, matrix.c * self.ry], [matrix.b * self.rx, matrix.d * self.ry]])
        u, (a, b), _ = np.linalg.svd(m)
        return "ellipse", [x, y, float(a), float(b), atan2(u[1, 0], u[0, 0])]


class Rect(NamedTuple):
    """A rectangle with round corners."""

    x: float
    y: float
    width: float
    height: float
    rx: float
    ry: float

    @property
    def box(self) -> Box:
        """The smallest box around it."""
        return Box(self.x, self.y, self.x + self.width, self.y + self.height)

    def within(self, limit: float) -> bool:
        """Return whether its numbers are smaller than a limit."""
        x0, y0, x1, y1 = self.box
        return -limit < x0 and -limit < y0 and x1 < limit and y1 < limit

    def outline(self) -> tuple[Contour, ...]:
        """Return it as contours, clockwise from the end of the upper left corner (SVG 2, 10.2)."""
        x0, y0, x1, y1 = self.x, self.y, self.x + self.width, self.y + self.height
        rx, ry = self.rx, self.ry
        if not (rx > 0.0 and ry > 0.0):
            return (lines([complex(x0, y0), complex(x1, y0), complex(x1, y1), complex(x0, y1)], closed=True),)
        left, top, right, bottom = x0 + rx, y0 + ry, x1 - rx, y1 - ry
        centres = complex(right, top), complex(right, bottom), complex(left, bottom), complex(left, top)
        knots, straight = [complex(x0 + rx, y0)], bytearray()
        for centre, turns in zip(centres, (-0.5, 0.0, 0.5, 1.0), strict=True):
            turn = [centre + p for p in ellipse(turns * pi, 0.5 * pi, complex(rx, ry))]
            if knots[-1] != turn[0]:
                knots.append(turn[0])
                straight.append(1)
            knots += turn[1:]
            straight += (len(turn) // 3) * b"\0"
        knots[-1] = knots[0]
        return (Contour.of(knots, straight, True),)

    def box_after(self, matrix: Affine) -> Box:
        """Return the smallest box around it after a map, as if its corners were sharp."""
        x, y = matrix.point(self.x + 0.5 * self.width, self.y + 0.5 * self.height)
        hx = 0.5 * (abs(matrix.a) * self.width + abs(matrix.c) * self.height)
        hy = 0.5 * (abs(matrix.b) * self.width + abs(matrix.d) * self.height)
        return Box(x - hx, y - hy, x + hx, y + hy)

    def kind(self, matrix: Affine) -> tuple[str, list[float]] | None:
        """Return the rectangle that it is after a map that keeps right angles, and its corners circular."""
        along, across = hypot(matrix.a, matrix.b), hypot(matrix.c, matrix.d)
        square = abs(matrix.a * matrix.c + matrix.b * matrix.d) <= 1e-6 * along * across
        sharp = self.rx == 0.0 or self.ry == 0.0
        rx, ry = (0.0, 0.0) if sharp else (self.rx * along, self.ry * across)
        corner = max(rx, ry)
        even = abs(along - across) <= 1e-6 * along
        circular = abs(rx - ry) <= 1e-6 * corner or (even and abs(rx - ry) <= ROUNDED * along)
        if not square or not circular:
            return None
        x, y = matrix.point(self.x + 0.5 * self.width, self.y + 0.5 * self.height)
        angle = 0.0 if matrix.upright else atan2(matrix.b, matrix.a)
        return "rectangle", [x, y, self.width * along, self.height * across, angle, corner]


Geometry = Path | Oval | Rect


def is_convex(contour: Contour) -> bool:
    """Return whether a closed polygon is convex, in either direction; one of no area is not."""
    if not contour.polygonal:
        return False
    if contour.few is not None and len(contour) <= 4 and _bends_one_way(contour.few[:-1]):
        return True
    p = contour.filled().nodes[:-1]
    p = p[np.any(p != rolled(p), axis=1)]
    if len(p) < 3:
        return False
    edge = rolled(p) - p
    after = rolled(edge)
    cross = edge[:, 0] * after[:, 1] - edge[:, 1] * after[:, 0]
    dot = (edge * after).sum(axis=1)
    scale = float(np.abs(edge).max()) ** 2
    bent = np.abs(cross) > BENT * scale
    if not bent.any() or (~bent & (dot < 0.0)).any() or not (cross[bent] > 0.0).all() | (cross[bent] < 0.0).all():
        return False
    turn = np.arctan2(cross, dot).sum()
    return bool(abs(abs(turn) - 2.0 * pi) < 0.1)


def _bends_one_way(corners: Sequence[complex]) -> bool:
    """Return whether a polygon bends at all corners, and to one side: of up to four it is convex then."""
    edges = [b - a for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)]
    bends = [a.real * b.imag - a.imag * b.real for a, b in zip(edges, [*edges[1:], edges[0]], strict=True)]
    least = BENT * max(max(abs(edge.real), abs(edge.imag)) for edge in edges) ** 2
    return min(bends) > least or max(bends) < -least


def rolled(points: Any, by: int = 1) -> Any:
    """Return points with the first ones at the end: as `numpy.roll`, in a fifth of the time."""
    return np.concatenate([points[by:], points[:by]])


def area(points: Any) -> float:
    """Return the area of a polygon, positive if its angles grow."""
    p = np.asarray(points, np.float64)
    q = rolled(p)
    return 0.5 * float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum())
