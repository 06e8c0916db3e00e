"""Handles: the numbers by which a shape of a drawing can be moved, and how it looks and is written then.

Numbers of handles are in pixels of the canvas. At first a path moves as a whole, and then its free points do. Other
shapes have so few numbers, their attributes, that all of them move from the start. The controls of straight lines are
not free, and closed contours share their ends, so lines stay lines and what is closed stays closed.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from ..drawing.affine import Affine
from ..drawing.contour import Contour
from ..drawing.document import local
from ..drawing.geometry import Geometry, Oval, Path, Rect
from .pins import PointPins, RectPins, Window
from .writing import path_text, points_text, unlike, written

Numbers = NDArray[np.float64]
SMOOTH = 0.02  # radians by which a node may bend and still be smooth
ATTRIBUTES = {"circle": ("cx", "cy", "r"), "ellipse": ("cx", "cy", "rx", "ry"), "rect": ("x", "y", "width", "height")}


class Node(NamedTuple):
    """A smooth node: places of the points before it, of itself and after it, and which of both are free controls."""

    before: int
    at: int
    after: int
    bends: tuple[bool, bool]


class Handle:
    """The numbers of one shape.

    Parameters
    ----------
    element : Element
        The shape.
    geometry : Path, Oval or Rect
        What it is, in its own coordinates.
    matrix : Affine
        From these to the canvas, where it is drawn first.
    canvas : pair of float, optional
        Width and height, if sides that are hidden by its edges stay.
    """

    def __init__(
        self, element: Element, geometry: Geometry, matrix: Affine, canvas: tuple[float, float] | None = None
    ) -> None:
        self.element, self.size = element, matrix.size
        self._linear = np.array([[matrix.a, matrix.c], [matrix.b, matrix.d]])
        self._form = _form_of(geometry)
        self.values = self._form.values.copy()
        window = None if canvas is None else Window.of(matrix, *canvas)
        self._pins: Any = None if window is None else self._form.pins(window)

    @property
    def count(self) -> int:
        """How many numbers of its own it has."""
        return len(self.values)

    def moved(self, shift: Numbers) -> Numbers:
        """Return its own numbers after a shift (2,) in pixels."""
        return self._kept(self._form.shifted(self.values, np.linalg.solve(self._linear, shift)))

    @property
    def many(self) -> bool:
        """Whether it has any number of points, and not a few attributes."""
        return isinstance(self._form, _Points)

    @property
    def coarse_count(self) -> int:
        """How many numbers move at first."""
        return 2 if self.many else self.count

    def coarse(self, step: Numbers) -> Numbers:
        """Return its own numbers after steps in pixels of those that move at first."""
        return self.moved(step) if self.many else self.stepped(step)

    def stepped(self, step: Numbers) -> Numbers:
        """Return its own numbers after steps in pixels; smooth nodes stay smooth."""
        return self._kept(self._form.tidy(self.values + step / self.size))

    def _kept(self, values: Numbers) -> Numbers:
        return values if self._pins is None else self._pins.kept(values)

    @property
    def goes_on(self) -> bool:
        """Whether it is drawn with sides farther beyond the edges of the canvas than they are."""
        return self._pins is not None and self._pins.goes_on

    def beyond(self, values: Numbers) -> Geometry:
        """Return the shape so, with other numbers."""
        out: Geometry = self._pins.beyond(self.geometry(values))
        return out

    def geometry(self, values: Numbers) -> Geometry:
        """Return the shape with other numbers."""
        out: Geometry = self._form.geometry(values)
        return out

    def changes(self, digits: int) -> dict[str, str]:
        """Return the attributes that are not as they were."""
        old = self._form.values
        kept = [unlike(a, b, digits) for a, b in zip(self.values.tolist(), old.tolist(), strict=True)]
        return self._form.text(self.element, np.where(kept, self.values, old), digits) if any(kept) else {}


class _Points:
    """A path, polygon, polyline or line by its free points."""

    def __init__(self, path: Path) -> None:
        self.contours = path.contours
        self.places: list[NDArray[np.int64]] = []  # of every contour's points, or -1
        free: list[Numbers] = []
        self.nodes: list[Node] = []
        count = 0
        for contour in path.contours:
            places = np.full(len(contour.points), -1)
            for k in range(len(contour.points)):
                if k % 3 == 0 or not contour.straight[k // 3]:
                    places[k] = count
                    free.append(contour.points[k])
                    count += 1
            if contour.closed and contour.ends_meet:
                free.pop()
                count -= 1
                places[-1] = places[0]
            self.places.append(places)
            self.nodes += _smooth(contour, places)
        self.values = np.array(free).ravel()

    def geometry(self, values: Numbers) -> Path:
        points = values.reshape(-1, 2)
        contours = []
        for contour, places in zip(self.contours, self.places, strict=True):
            p = points[places]
            a, d = p[0:-1:3], p[3::3]
            straight = contour.straight[:, None]
            p[1::3] = np.where(straight, a + (d - a) / 3.0, p[1::3])
            p[2::3] = np.where(straight, d - (d - a) / 3.0, p[2::3])
            contours.append(contour.through(p))
        return Path(tuple(contours))

    def pins(self, window: Window) -> PointPins:
        return PointPins(Path(self.contours), self.places, self.values, window)

    def shifted(self, values: Numbers, shift: Numbers) -> Numbers:
        out: Numbers = (values.reshape(-1, 2) + shift).ravel()
        return out

    def tidy(self, values: Numbers) -> Numbers:
        """Return values with smooth nodes on the line between their neighbours."""
        p = values.reshape(-1, 2).copy()
        for before, at, after, (bends_before, bends_after) in self.nodes:
            direction = p[after] - p[before] if bends_before and bends_after else None
            if direction is None:
                direction = p[at] - p[before] if bends_after else p[after] - p[at]
            length = float(np.hypot(*direction))
            if length > 0.0:
                direction = direction / length
                if bends_before:
                    p[before] = p[at] - direction * np.hypot(*(p[at] - p[before]))
                if bends_after:
                    p[after] = p[at] + direction * np.hypot(*(p[after] - p[at]))
        out: Numbers = p.ravel()
        return out

    def text(self, element: Element, values: Numbers, digits: int) -> dict[str, str]:
        contours = self.geometry(values).contours
        if local(element) == "path":
            return {"d": path_text(contours, digits)}
        nodes = contours[0].nodes
        if local(element) == "line":
            names = ("x1", "y1", "x2", "y2")
            ends, old = nodes.ravel().tolist(), self.contours[0].nodes.ravel().tolist()
            return {
                name: written(value, digits)
                for name, value, before in zip(names, ends, old, strict=True)
                if value != before
            }
        return {"points": points_text(nodes[:-1] if contours[0].closed else nodes, digits)}


def _smooth(contour: Contour, places: NDArray[np.int64]) -> list[Node]:
    """Return the smooth nodes of a contour."""
    nodes = []
    count = len(contour.straight)
    for k in range(0 if contour.closed else 1, count):
        bends = not contour.straight[k - 1], not contour.straight[k]
        if not any(bends):
            continue
        at, before = 3 * k, (3 * k if k else 3 * count) - (1 if bends[0] else 3)
        after = at + (1 if bends[1] else 3)
        p, q = contour.points[at] - contour.points[before], contour.points[after] - contour.points[at]
        if not p.any() or not q.any():
            continue
        turn = np.arctan2(p[0] * q[1] - p[1] * q[0], p @ q)
        if abs(turn) < SMOOTH:
            nodes.append(
                Node(int(places[before]), int(places[at]), int(places[after]), (bool(bends[0]), bool(bends[1])))
            )
    return nodes


class _Attributes:
    """An oval or a rectangle by its attributes."""

    def __init__(self, geometry: Oval | Rect) -> None:
        self._geometry = geometry
        fields = ("cx", "cy", "rx", "ry") if isinstance(geometry, Oval) else ("x", "y", "width", "height")
        self.values = np.array([getattr(geometry, field) for field in fields])
        self._circle = isinstance(geometry, Oval) and geometry.rx == geometry.ry
        if self._circle:
            self.values = self.values[:3]

    def geometry(self, values: Numbers) -> Oval | Rect:
        a, b, *sides = values.tolist()
        sides = [max(side, 1e-6) for side in sides]
        if isinstance(self._geometry, Oval):
            return Oval(a, b, sides[0], sides[-1])
        width, height = sides
        rx, ry = min(self._geometry.rx, 0.5 * width), min(self._geometry.ry, 0.5 * height)
        return Rect(a, b, width, height, rx, ry)

    def pins(self, window: Window) -> RectPins | None:
        return RectPins(self._geometry, window) if isinstance(self._geometry, Rect) else None

    def shifted(self, values: Numbers, shift: Numbers) -> Numbers:
        out: Numbers = values.copy()
        out[:2] += shift
        return out

    def tidy(self, values: Numbers) -> Numbers:
        out: Numbers = values.copy()
        out[2:] = np.maximum(out[2:], 1e-6)
        return out

    def text(self, element: Element, values: Numbers, digits: int) -> dict[str, str]:
        names = ATTRIBUTES[local(element)]
        given = values.tolist() + ([values[2]] if local(element) == "ellipse" and self._circle else [])
        return {
            name: written(value, digits)
            for name, value, old in zip(names, given, self._all(), strict=False)
            if value != old
        }

    def _all(self) -> list[float]:
        return [*self.values.tolist(), *([float(self.values[2])] if self._circle else [])]


def _form_of(geometry: Geometry) -> Any:
    return _Points(geometry) if isinstance(geometry, Path) else _Attributes(geometry)
