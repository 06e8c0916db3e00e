"""The outline of what a brush covers along contours: joins and caps as in SVG 2, 13.5, to be filled by nonzero.

Both sides of a curve are drawn, forward and back. Where it turns, the outer side gets the join, and the inner one goes
through the corner itself, so that all of it winds around what is covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import atan2
from typing import NamedTuple

import numpy as np

from .arcs import unit_arc
from .contour import Contour
from .offsets import SLOW, Curve, as_lines, cross, dot, is_narrow, offset, tangents, unit, without_cusps

SMOOTH = 1e-6  # sine of a turn that needs no join
ROUND = "round"


class Brush(NamedTuple):
    """What a stroke looks like; lengths are in the coordinates of the contours."""

    width: float
    cap: str
    join: str
    miter_limit: float
    tolerance: float


class Piece(NamedTuple):
    """A curve without cusps, its directions at both ends, and whether it is straight."""

    curve: Curve
    first: complex
    last: complex
    straight: bool
    cut: bool = False  # whether it begins at a cusp, within a curve

    def back(self, cut: bool) -> Piece:
        """Return it the other way."""
        return Piece(self.curve[::-1], -self.last, -self.first, self.straight, cut)


def outlined(contours: Iterable[Contour], brush: Brush) -> list[Contour]:
    """Return what a brush covers, as closed contours to be filled by nonzero."""
    return [side for contour in contours for side in _outline(contour, brush)]


def pieces(contour: Contour) -> list[Piece]:
    """Return the curves of a contour that have some length, cut at their cusps."""
    found: list[Piece] = []
    points = contour.numbers()
    for k, straight in enumerate(contour.lines):
        a, b, c, d = points[3 * k : 3 * k + 4]
        if a == b == c == d:
            continue
        if straight:
            along = unit(d - a)
            found.append(Piece((a, b, c, d), along, along, True))
            continue
        line = is_narrow((a, b, c, d))
        parts = as_lines((a, b, c, d)) if line else without_cusps((a, b, c, d))
        found += [Piece(part, *tangents(part), line, i > 0) for i, part in enumerate(parts)]
    return found


def corners(every: Sequence[Piece], closed: bool) -> bool:
    """Return whether curves meet at an angle anywhere."""
    around = [every[-1], *every] if closed else every
    return any(_turns(a.last, b.first) for a, b in pairwise(around))


def is_smooth(contour: Contour) -> bool:
    """Return whether it is plain that a contour turns back nowhere and has no corners: all at once, in little time."""
    points = np.ascontiguousarray(contour.points).view(np.complex128).ravel()
    legs = np.diff(points).reshape(-1, 3).T  # of all control polygons
    along = np.abs(legs)
    on = (legs[[0, 2]] * legs[1].conj()).real
    if (np.minimum(on.min(axis=0), along[1] ** 2) <= SLOW * along[1] * along.max(axis=0)).any():
        return False
    first, last = legs[0, 1:], legs[2, :-1]
    if contour.closed:
        first, last = legs[0], np.concatenate([legs[2, -1:], last])
    turn = first * last.conj()
    return bool((turn.real > 0.0).all() and (np.abs(turn.imag) <= SMOOTH * np.abs(turn)).all())


def _turns(before: complex, after: complex) -> bool:
    return abs(cross(before, after)) > SMOOTH or dot(before, after) < 0.0


def _outline(contour: Contour, brush: Brush) -> list[Contour]:
    every = pieces(contour)
    if not every:
        return _dot(complex(*contour.points[0]), brush)
    cuts = [piece.cut for piece in every[1:]] + [every[0].cut]
    back = [piece.back(cut) for piece, cut in zip(every, cuts, strict=True)][::-1]
    forth, return_ = (_side(way, contour.closed, brush) for way in (every, back))
    if contour.closed:
        return [forth.contour(), return_.contour()]
    forth.curves(return_)
    return [forth.contour()]


def _side(way: list[Piece], closed: bool, brush: Brush) -> _Outline:
    """Return what is beside curves, and the cap at their end if they do not return to their beginning."""
    pen = _Outline()
    if closed:
        _join(pen, way[-1].last, way[0], brush)
    _beside(pen, way[0], brush)
    for before, piece in pairwise(way):
        _join(pen, before.last, piece, brush)
        _beside(pen, piece, brush)
    if not closed:
        _cap(pen, way[-1].curve[3], way[-1].last, brush)
    return pen


class _Outline:
    """Collects curves."""

    def __init__(self) -> None:
        self.knots: list[complex] = []  # as of `Contour.of`
        self.straight = bytearray()

    def line(self, to: complex) -> None:
        """Go straight, from where it is."""
        if not self.knots:
            self.knots.append(to)
        elif self.knots[-1] != to:
            self.knots.append(to)
            self.straight.append(1)

    def curve(self, curve: Curve) -> None:
        """Go straight to a curve and along it."""
        self.line(curve[0])
        self.knots += curve[1:]
        self.straight.append(0)

    def curves(self, other: _Outline) -> None:
        """Go straight to where another begins, and along that."""
        self.line(other.knots[0])
        self.knots += other.knots[1:]
        self.straight += other.straight

    def arc(self, centre: complex, r: float, start: complex, turn: float) -> None:
        """Go around a centre from a direction on."""
        p = [centre + r * point for point in unit_arc(atan2(start.imag, start.real), turn, r)]
        for k in range(0, len(p) - 1, 3):
            self.curve((p[k], p[k + 1], p[k + 2], p[k + 3]))

    def contour(self) -> Contour:
        """Return it, closed."""
        self.line(self.knots[0])
        return Contour.of(self.knots, self.straight, True)


def _beside(pen: _Outline, piece: Piece, brush: Brush) -> None:
    r = 0.5 * brush.width
    if piece.straight:
        pen.line(piece.curve[0] + 1j * r * piece.first)
        pen.line(piece.curve[3] + 1j * r * piece.first)
        return
    for curve in offset(piece.curve, r, brush.tolerance):
        pen.curve(curve)


def _join(pen: _Outline, before: complex, piece: Piece, brush: Brush) -> None:
    """Go on to a piece from where another one, with direction `before`, has ended."""
    centre, after, r = piece.curve[0], piece.first, 0.5 * brush.width
    if not _turns(before, after):
        return
    turn = atan2(cross(before, after), dot(before, after))
    to = centre + 1j * r * after
    if not pen.knots:
        pen.line(centre + 1j * r * before)
    if turn > 0.0 and not piece.cut:  # towards this side
        pen.line(centre)
    elif brush.join == ROUND or piece.cut:
        pen.arc(centre, r, 1j * before, turn if turn < 0.0 else turn - 2.0 * np.pi)
    elif brush.join.startswith("miter"):
        _miter(pen, (centre, before, after), brush)
    pen.line(to)


def _miter(pen: _Outline, corner: tuple[complex, complex, complex], brush: Brush) -> None:
    """Go to the tip of a miter, or along where it is cut off."""
    centre, before, after = corner
    r = 0.5 * brush.width
    cosine = 0.5 * (1.0 + dot(before, after))  # square of that of half the turn
    if cosine > 0.0 and brush.miter_limit * brush.miter_limit * cosine >= 1.0:
        pen.line(centre + 1j * r * (before + after) / (2.0 * cosine))
    elif brush.join == "miter-clip":
        half, sine = cosine**0.5, (1.0 - cosine) ** 0.5
        if brush.miter_limit < half:
            return
        along = r * (brush.miter_limit - half) / sine  # of both sides until they are cut
        pen.line(centre + 1j * r * before + along * before)
        pen.line(centre + 1j * r * after - along * after)


def _cap(pen: _Outline, end: complex, direction: complex, brush: Brush) -> None:
    """Go around the end of a stroke."""
    r = 0.5 * brush.width
    if brush.cap == ROUND:
        pen.arc(end, r, 1j * direction, -np.pi)
    elif brush.cap == "square":
        pen.line(end + r * direction * (1.0 + 1j))
        pen.line(end + r * direction * (1.0 - 1j))


def _dot(centre: complex, brush: Brush) -> list[Contour]:
    """Return what covers a contour without length."""
    if brush.cap == "butt":
        return []
    pen = _Outline()
    pen.line(centre + 0.5j * brush.width)
    for direction in (1.0, -1.0):
        _cap(pen, centre, complex(direction), brush)
    return [pen.contour()]
