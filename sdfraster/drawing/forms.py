"""Forms: what a shape is on the canvas, as a kind of `primitives` with its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from itertools import accumulate, chain, islice, pairwise
from math import cos, sin

import numpy as np
from numpy.typing import NDArray

from .affine import IDENTITY, Affine
from .contour import Box, Contour, as_numbers, box, polyline, smaller
from .geometry import Geometry, Oval, Rect
from .limits import LARGEST
from .stroker import Brush, outlined

FLAT = 1e-6  # pixels: what is thinner has no inside
FAR = 6.0 * FLAT
AT_ONCE = 1000  # forms whose parameters are found together: of more, the arrays would leave the caches
TOLERANCE = 1e-3  # pixels, by which outlines of strokes may be off


class Form:
    """One shape of a layer, without paint; no dataclass, since a frozen one takes three times as long to make.

    Parameters
    ----------
    kind : str
        Name of a primitive.
    params : tuple of ndarray
        Its parameters in pixels; of a path or polygon those of each contour.
    around : callable
        Returns the box around it: asked when that is wanted, since of most shapes it never is.
    fill_rule : {"nonzero", "evenodd"}
        What is inside its contours.
    """

    def __init__(
        self,
        kind: str,
        params: tuple[NDArray[np.float64], ...],
        around: Callable[[], Box | None],
        fill_rule: str = "nonzero",
    ) -> None:
        self.kind, self._params, self._around, self.fill_rule = kind, params, around, fill_rule

    @property
    def params(self) -> tuple[NDArray[np.float64], ...]:
        """Its parameters."""
        return self._params

    @cached_property
    def box(self) -> Box:
        """The box x0, y0, x1, y1 around it."""
        found = self._around()
        assert found is not None
        return found

    @property
    def curves(self) -> int:
        """How many curves are around a path."""
        return sum(map(len, self.params)) // 6

    def outline(self) -> list[Contour]:
        """Return it as contours."""
        return _OUTLINES[self.kind](self.params)

    @property
    def brushed(self) -> int:
        """How many curves its outline is beside: of a stroke all, of other kinds none."""
        return len(self.params[0]) // 6 if self.kind == "stroke" else 0

    @property
    def drawable(self) -> bool:
        """Whether its numbers are ones that can be drawn."""
        return all(smaller(values, LARGEST) for values in self.params)


class Enclosed(Form):
    """What is inside small contours after a map, a polygon or a path: found for many forms at once, by `settle`.

    Parameters
    ----------
    contours : sequence of Contour
        Closed, and all of them of `few` numbers.
    matrix : Affine
        From their coordinates to the canvas.
    fill_rule : {"nonzero", "evenodd"}
        What is inside.
    """

    def __init__(self, contours: Sequence[Contour], matrix: Affine, fill_rule: str) -> None:
        self.kind = "path" if False in [contour.polygonal for contour in contours] else "polygon"
        self.contours, self.matrix, self.fill_rule = contours, matrix, fill_rule
        self.settled: tuple[NDArray[np.float64], ...] | None = None

    @property
    def params(self) -> tuple[NDArray[np.float64], ...]:
        """Its parameters."""
        if self.settled is None:
            settle([self])
        assert self.settled is not None
        return self.settled

    @cached_property
    def box(self) -> Box:
        """The box x0, y0, x1, y1 around it."""
        found = box([contour.mapped(self.matrix) for contour in self.contours])
        assert found is not None
        return found

    @property
    def curves(self) -> int:
        """How many curves are around it."""
        return sum(map(len, self.contours))

    @property
    def drawable(self) -> bool:
        """Whether its numbers are ones that can be drawn."""
        reach = sum([contour.reach for contour in self.contours])
        if self.matrix is not IDENTITY:
            a, b, c, d, e, f = map(abs, self.matrix)
            reach = (a + b + c + d) * reach + e + f
        return reach < LARGEST or super().drawable

    def points(self) -> list[Sequence[complex]]:
        """Return what its parameters are of, for each contour, before the map."""
        if self.kind == "polygon":
            return [(contour.few or ())[:-1] for contour in self.contours]
        return [contour.numbers()[:-1] for contour in self.contours]


def settle(forms: Iterable[Form]) -> None:
    """Find the parameters of forms that do not have them yet, of very many at once."""
    waiting = [form for form in forms if isinstance(form, Enclosed) and form.settled is None]
    for first in range(0, len(waiting), AT_ONCE):
        _settle(waiting[first : first + AT_ONCE])


def _settle(waiting: list[Enclosed]) -> None:
    every = [points for form in waiting for points in form.points()]
    counts = list(map(len, every))
    values = np.fromiter(chain.from_iterable(every), np.complex128, sum(counts)).view(np.float64)
    if any(form.matrix is not IDENTITY for form in waiting):
        maps = np.fromiter((number for form in waiting for _ in form.contours for number in form.matrix), np.float64)
        a, b, c, d, e, f = np.repeat(maps.reshape(-1, 6), counts, axis=0).T
        x, y = values.reshape(-1, 2).T
        values = np.stack([a * x + c * y + e, b * x + d * y + f], axis=1).ravel()
    ends = [0, *accumulate(2 * count for count in counts)]
    parts = (values[first:last] for first, last in pairwise(ends))
    for form in waiting:
        form.settled = tuple(islice(parts, len(form.contours)))


def hulls(forms: Sequence[Form]) -> NDArray[np.float64]:
    """Return boxes (n, 4) that hold forms: of paths those around their control points, for all of them at once."""
    settle(forms)
    found = np.empty((len(forms), 4))
    outlines = [form.kind in ("path", "polygon") for form in forms]
    found[~np.array(outlines, bool)] = np.array(
        [form.box for form, outline in zip(forms, outlines, strict=True) if not outline]
    ).reshape(-1, 4)
    every = [form.params for form, outline in zip(forms, outlines, strict=True) if outline]
    if every:
        counts = [sum(map(len, contours)) // 2 for contours in every]
        starts = np.cumsum([0, *counts[:-1]])
        points = np.concatenate([contour for contours in every for contour in contours]).reshape(-1, 2)
        found[outlines, :2] = np.minimum.reduceat(points, starts)
        found[outlines, 2:] = np.maximum.reduceat(points, starts)
    return found


def simple(kind: str, values: Sequence[float], around: Callable[[], Box | None]) -> Form:
    """Return a form of a kind with few parameters."""
    return Form(kind, (np.array(values, np.float64),), around)


def filled(geometry: Geometry, matrix: Affine, fill_rule: str) -> Form | None:
    """Return what is inside a shape after a map, or None if nothing is."""
    kind = geometry.kind(matrix)
    if kind is None:
        return enclosed(geometry.outline(), fill_rule, matrix)
    return simple(*kind, partial(geometry.box_after, matrix))


def enclosed(contours: Sequence[Contour], fill_rule: str, matrix: Affine = IDENTITY) -> Form | None:
    """Return what is inside contours after a map to the canvas: a polygon, or a path; None if nothing is."""
    small = None not in [contour.few for contour in contours]
    if not small:
        contours, matrix = [contour.mapped(matrix) for contour in contours], IDENTITY
    kept = [contour.filled(matrix) for contour in contours if not _flat(contour, matrix)]
    if not kept:
        return None
    if small:
        return Enclosed(kept, matrix, fill_rule)
    if all(contour.polygonal for contour in kept):
        return Form("polygon", tuple(contour.nodes[:-1].ravel() for contour in kept), partial(box, kept), fill_rule)
    return Form("path", tuple(contour.points[:-1].ravel() for contour in kept), partial(box, kept), fill_rule)


def _flat(contour: Contour, matrix: Affine) -> bool:
    """Return whether a contour has no inside after a map, because it lies on a line."""
    some = contour.some()
    if len(some) < 3:
        return True
    ab, ac = some[1] - some[0], some[2] - some[0]
    twice = abs(ab.real * ac.imag - ab.imag * ac.real)  # of a triangle that it goes through
    reach = max(abs(ab.real), abs(ab.imag), abs(ac.real), abs(ac.imag))
    if matrix is not IDENTITY:
        a, b, c, d, *_ = matrix
        twice, reach = twice * abs(a * d - b * c), reach * max(abs(a) + abs(c), abs(b) + abs(d))
    if twice > FAR * reach:
        return False
    p = contour.mapped(matrix).points
    if len(p) < 4 or not np.isfinite(p).all():
        return len(p) < 4
    away = p - p[0]
    far = away[np.argmax((away * away).sum(axis=1))]
    length = float(np.hypot(*far))
    if length <= FLAT:
        return True
    return bool(np.abs(away @ np.array([-far[1], far[0]]) / length).max() <= FLAT)


def _closed(points: NDArray[np.float64], straight: bool) -> Contour:
    p = points.reshape(-1, 2)
    whole = np.concatenate([p, p[:1]])
    is_line = np.ones(len(p), bool) if straight else straight_curves(whole)
    if straight:
        knots = whole
    else:
        knots = whole[np.append(True, np.repeat(~is_line, 3) | (np.arange(len(p)) % 3 == 2))]
    return Contour.of(as_numbers(knots), is_line.tobytes(), True)


def straight_curves(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which curves of points (3 n + 1, 2) have their control points at thirds of a line."""
    a, b, c, d = points[0:-1:3], points[1::3], points[2::3], points[3::3]
    third = (d - a) / 3.0
    reach = 1e-9 * (1.0 + np.abs(points).max())
    return np.asarray((np.abs(b - a - third) <= reach).all(axis=1) & (np.abs(d - c - third) <= reach).all(axis=1))


def _round_brush(width: float) -> Brush:
    return Brush(width, "round", "round", 4.0, TOLERANCE)


def _circle(params: tuple[NDArray[np.float64], ...]) -> list[Contour]:
    x, y, r = params[0].tolist()
    return list(Oval(x, y, r, r).outline())


def _ellipse(params: tuple[NDArray[np.float64], ...]) -> list[Contour]:
    x, y, a, b, angle = params[0].tolist()
    return [contour.mapped(_turned(x, y, angle)) for contour in Oval(0.0, 0.0, a, b).outline()]


def _rectangle(params: tuple[NDArray[np.float64], ...]) -> list[Contour]:
    x, y, w, h, angle, corner = params[0].tolist()
    corner = min(corner, 0.5 * w, 0.5 * h)
    rect = Rect(-0.5 * w, -0.5 * h, w, h, corner, corner)
    return [contour.mapped(_turned(x, y, angle)) for contour in rect.outline()]


def _line(params: tuple[NDArray[np.float64], ...]) -> list[Contour]:
    *ends, width = params[0].tolist()
    return outlined([polyline([ends[:2], ends[2:]])], _round_brush(width))


def _stroke(params: tuple[NDArray[np.float64], ...]) -> list[Contour]:
    points = params[0][:-1].reshape(-1, 2)
    contour = Contour(points, straight_curves(points), False)
    return outlined([contour.as_closed(contour.ends_meet)], _round_brush(float(params[0][-1])))


def _turned(x: float, y: float, angle: float) -> Affine:
    c, s = cos(angle), sin(angle)
    return Affine(c, s, -s, c, x, y) if angle else IDENTITY._replace(e=x, f=y)


_OUTLINES: dict[str, Callable[[tuple[NDArray[np.float64], ...]], list[Contour]]] = {
    "circle": _circle,
    "ellipse": _ellipse,
    "rectangle": _rectangle,
    "line": _line,
    "stroke": _stroke,
    "polygon": lambda params: [_closed(points, True) for points in params],
    "path": lambda params: [_closed(points, False) for points in params],
}
