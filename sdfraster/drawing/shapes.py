"""The shapes of SVG: how the attributes of each element say its geometry, in its own coordinates."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree.ElementTree import Element

from .contour import lines
from .document import local
from .findings import Findings
from .geometry import Geometry, Oval, Path, Rect
from .limits import LARGEST, TEXT, Budget
from .numbers import Length, Measure, length, numbers, plain_number, unknown_unit
from .path_data import contours_of

FAULTY = "path data after an error"
NEGATIVE = "negative lengths"
TOO_LARGE = f"coordinates of more than {LARGEST:g}"


class Reader:
    """What lengths are measured with, how many segments there may still be, and where to note what is not read."""

    def __init__(self, measure: Measure, budget: Budget, findings: Findings) -> None:
        self.measure, self.budget, self.findings = measure, budget, findings
        self.width, self.height = measure.box
        self.diagonal = measure.box.diagonal

    def x(self, element: Element, name: str, default: float = 0.0) -> float:
        """Return an attribute that is a horizontal length, or what it is if it is missing or not valid."""
        return self._pixels(element, name, default, self.width)

    def y(self, element: Element, name: str, default: float = 0.0) -> float:
        """Return an attribute that is a vertical length."""
        return self._pixels(element, name, default, self.height)

    def size(self, element: Element, name: str, whole: float) -> float:
        """Return an attribute that is a size, 0 if it is missing or negative, which is an error."""
        value = self._pixels(element, name, 0.0, whole)
        if value < 0.0:
            self.findings.add(NEGATIVE, element)
            return 0.0
        return value

    def _pixels(self, element: Element, name: str, default: float, whole: float) -> float:
        text = element.get(name)
        if text is None:
            return default
        plain = plain_number(text)
        if plain is not None:
            return plain
        value = attribute(element, name)
        if value is None and (unit := unknown_unit(text)):
            self.findings.add(f"lengths in {unit}", element)
        return default if value is None else self.measure.pixels(value, whole)


def attribute(element: Element, name: str) -> Length | None:
    """Return an attribute that is a length, or None if it is missing or not valid."""
    try:
        return length(element.attrib[name])
    except (KeyError, ValueError):
        return None


def _path(element: Element, reader: Reader) -> Geometry | None:
    data = element.get("d", "")
    reader.budget.take(len(data) // TEXT)
    contours, whole = contours_of(data, reader.budget)
    if not whole:
        reader.findings.add(FAULTY, element)
    return Path(tuple(contours)) if contours else None


def _rect(element: Element, reader: Reader) -> Geometry | None:
    width, height = reader.size(element, "width", reader.width), reader.size(element, "height", reader.height)
    if not (width > 0.0 and height > 0.0):
        return None
    rx, ry = reader.x(element, "rx", -1.0), reader.y(element, "ry", -1.0)
    rx, ry = (ry if rx < 0.0 else rx), (rx if ry < 0.0 else ry)
    rx, ry = min(max(rx, 0.0), 0.5 * width), min(max(ry, 0.0), 0.5 * height)
    return Rect(reader.x(element, "x"), reader.y(element, "y"), width, height, rx, ry)


def _circle(element: Element, reader: Reader) -> Geometry | None:
    r = reader.size(element, "r", reader.diagonal)
    return Oval(reader.x(element, "cx"), reader.y(element, "cy"), r, r) if r > 0.0 else None


def _ellipse(element: Element, reader: Reader) -> Geometry | None:
    rx, ry = reader.x(element, "rx", -1.0), reader.y(element, "ry", -1.0)
    rx, ry = (ry if rx < 0.0 else rx), (rx if ry < 0.0 else ry)
    if not (rx > 0.0 and ry > 0.0):
        return None
    return Oval(reader.x(element, "cx"), reader.y(element, "cy"), rx, ry)


def _line(element: Element, reader: Reader) -> Geometry | None:
    reader.budget.take()
    ends = [complex(reader.x(element, x), reader.y(element, y)) for x, y in (("x1", "y1"), ("x2", "y2"))]
    return Path((lines(ends),))


def _points(element: Element, reader: Reader, closed: bool) -> Geometry | None:
    text = element.get("points", "")
    reader.budget.take(len(text) // TEXT)
    values = numbers(text)
    points = list(map(complex, values[::2], values[1::2]))
    reader.budget.take(len(points))
    return Path((lines(points, closed),)) if len(points) > 1 else None


def geometry_of(element: Element, reader: Reader) -> Geometry | None:
    """Return the geometry of a shape, or None if it has none, or one that is too large to draw."""
    geometry = SHAPES[local(element)](element, reader)
    if geometry is None:
        return None
    if not geometry.within(LARGEST):
        reader.findings.add(TOO_LARGE, element)
        return None
    return geometry


SHAPES: dict[str, Callable[[Element, Reader], Geometry | None]] = {
    "path": _path,
    "rect": _rect,
    "circle": _circle,
    "ellipse": _ellipse,
    "line": _line,
    "polyline": lambda element, reader: _points(element, reader, closed=False),
    "polygon": lambda element, reader: _points(element, reader, closed=True),
}
