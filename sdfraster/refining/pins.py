"""What the edge of the canvas hides: sides on it or beyond it, which the picture says nothing of, and which stay.

A filter sees some pixels beyond such a side, above all a wide one. So what has it is drawn as if it went on.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..drawing.affine import Affine
from ..drawing.findings import Findings
from ..drawing.geometry import Path, Rect
from ..drawing.paints import Flat
from ..drawing.scenes import layers_of, shapes_of
from ..drawing.things import Thing
from ..model.coverage import SVG_RADIUS
from ..rendering import render
from ..scene import Scene

BLEED = 6.0  # pixels by which it goes on; more than the radius of any filter
ON_EDGE = 0.5  # pixels from the edge
OPAQUE = 0.999

Numbers = NDArray[np.float64]


class Window(NamedTuple):
    """The canvas in the coordinates of a shape.

    Attributes
    ----------
    low, high : ndarray, shape (2,)
        Its sides.
    pixel : ndarray, shape (2,)
        The size of a pixel.
    """

    low: Numbers
    high: Numbers
    pixel: Numbers

    @classmethod
    def of(cls, matrix: Affine, width: float, height: float) -> Window | None:
        """Return that of a shape with this matrix, or None if it stands askew."""
        if not matrix.upright:
            return None
        corners = matrix.inverse.points([[0.0, 0.0], [width, height]])
        pixel = 1.0 / np.abs([matrix.a, matrix.d])
        return cls(corners.min(axis=0), corners.max(axis=0), pixel)

    def hides_low(self, values: Any) -> NDArray[np.bool_]:
        """Return which coordinates (..., 2) are at the lower sides, or beyond."""
        out: NDArray[np.bool_] = np.asarray(values) <= self.low + ON_EDGE * self.pixel
        return out

    def hides_high(self, values: Any) -> NDArray[np.bool_]:
        """Return which coordinates (..., 2) are at the upper sides, or beyond."""
        out: NDArray[np.bool_] = np.asarray(values) >= self.high - ON_EDGE * self.pixel
        return out


class RectPins:
    """The hidden sides of a rectangle."""

    def __init__(self, rect: Rect, window: Window) -> None:
        self._low, self._high = np.array([rect.x, rect.y]), np.array([rect.x + rect.width, rect.y + rect.height])
        self._at_low, self._at_high = window.hides_low(self._low), window.hides_high(self._high)
        self._bleed = BLEED * window.pixel
        self.goes_on = bool((self._at_low | self._at_high).any()) and not (rect.rx and rect.ry)

    def kept(self, values: Numbers) -> Numbers:
        """Return numbers (4,) with the hidden sides where they were."""
        low = np.where(self._at_low, self._low, values[:2])
        high = np.where(self._at_high, self._high, values[:2] + values[2:])
        return np.concatenate([low, np.maximum(high - low, 1e-6)])

    def beyond(self, rect: Rect) -> Rect:
        """Return the rectangle with its hidden sides farther away."""
        low, high = self._bleed * self._at_low, self._bleed * self._at_high
        (x, y), (w, h) = (low * -1.0 + [rect.x, rect.y]).tolist(), (low + high + [rect.width, rect.height]).tolist()
        return rect._replace(x=x, y=y, width=w, height=h)


class PointPins:
    """The hidden straight sides of a path, which run along an edge of the canvas or beyond it.

    Parameters
    ----------
    path : Path
        The path.
    places : list of ndarray
        Of every contour's points among the free ones, or -1.
    values : ndarray, shape (2 n,)
        The free points.
    window : Window
        The canvas.
    """

    goes_on = False  # its other sides would turn

    def __init__(self, path: Path, places: list[NDArray[np.int64]], values: Numbers, window: Window) -> None:
        self._values = values.copy()
        held = np.zeros((len(values) // 2, 2), bool)
        for contour, place in zip(path.contours, places, strict=True):
            nodes, at = contour.nodes, place[::3]
            for hidden in (window.hides_low(nodes), window.hides_high(nodes)):
                along = hidden[:-1] & hidden[1:] & contour.straight[:, None]
                for ends in (at[:-1], at[1:]):
                    np.logical_or.at(held, ends, along)
        self._held = held.ravel()

    def kept(self, values: Numbers) -> Numbers:
        """Return numbers with the hidden sides where they were."""
        out: Numbers = np.where(self._held, self._values, values)
        return out


def covers(thing: Thing, width: int, height: int) -> bool:
    """Return whether a thing is all over a canvas, but for less than a pixel at its rim."""
    x0, y0, x1, y1 = thing.form.box
    if max(x0, y0) > 1.0 or x1 < width - 1.0 or y1 < height - 1.0:
        return False
    layers = layers_of(shapes_of([thing._replace(paint=Flat((0.0, 0.0, 0.0), 1.0), opacity=1.0)], Findings()))
    alpha = render(Scene(width, height, layers, None), SVG_RADIUS["box"], "box")[1:-1, 1:-1, 3]
    return bool(alpha.size and alpha.min() > OPAQUE)


def beyond(width: int, height: int) -> Affine:
    """Return the map under which what covers a canvas covers all that a filter sees."""
    factor = 1.0 + 2.0 * BLEED / min(width, height)
    x, y = 0.5 * width, 0.5 * height
    return Affine(factor, 0.0, 0.0, factor, x - factor * x, y - factor * y)
