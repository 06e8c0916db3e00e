"""Outlines of shapes as cubic pieces that follow from free numbers: of paths, and of primitives in their own frame.

A primitive is a rectangle with round corners about a centre, turned by an angle: where the corners begin, and how round
they are, is linear in its lengths. A circle is all corners. So what it is stays: a circle is one whatever the numbers
are, and what is level remains level.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .curves import Derived, Layout, layout_of, placed
from .drawing import Shape
from .palette import Pixels

HALF = 0.25 * np.pi  # of a corner, which is two cubics: off by 4e-6 of the radius, where one is off by 3e-4


class Form(NamedTuple):
    """A layout, and what shape it is whatever its numbers are."""

    layout: Layout
    shape: Callable[[NDArray[np.float64]], Shape]

    @property
    def z(self) -> NDArray[np.float64]:
        """The free numbers (Z,)."""
        return self.layout.z

    @property
    def line(self) -> NDArray[np.bool_]:
        """Pieces that are straight (K,)."""
        return self.layout.line

    def derived(self, z: NDArray[np.float64]) -> Derived:
        """Return the pieces, and their derivatives, of some numbers."""
        return placed(self.layout._replace(z=z))


def form_of(shape: Shape) -> Form | None:
    """Return the form of a shape, or None of one that has none, such as lines along curves."""
    if shape.width is not None:
        return None
    if shape.kind == "path":
        return _path(shape)
    frame = FRAMES.get(shape.kind)
    return None if frame is None else _primitive(shape, frame)


def _path(shape: Shape) -> Form:
    """Return the form of a path: the numbers of all its curves, one after the other."""
    starts = np.cumsum([0, *(len(curve.z) for curve in shape.curves)])
    parts = [slice(a, b) for a, b in pairwise(starts)]

    def moved(z: NDArray[np.float64]) -> Shape:
        return shape._replace(curves=[c._replace(z=z[part]) for c, part in zip(shape.curves, parts, strict=True)])

    return Form(layout_of(shape.curves), moved)


class _Frame(NamedTuple):
    """A kind of primitive in its own frame; what is linear in its lengths is a tuple of their weights."""

    reach: tuple[tuple[float, ...], tuple[float, ...]]  # from the centre to the centres of corners, across and down
    radii: tuple[tuple[float, ...], tuple[float, ...]]  # of the corners
    numbers: Callable[[NDArray[np.float64]], NDArray[np.float64]]  # centre, angle and lengths of parameters
    params: Callable[[NDArray[np.float64]], NDArray[np.float64]]  # and back


def _line_numbers(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return centre, angle, length and width of a line."""
    way = p[2:4] - p[:2]
    return np.array([*(p[:2] + 0.5 * way), np.arctan2(way[1], way[0]), np.hypot(*way), p[4]])


def _line_params(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ends and the width of a line."""
    reach = 0.5 * z[3] * np.array([np.cos(z[2]), np.sin(z[2])])
    return np.array([*(z[:2] - reach), *(z[:2] + reach), z[4]])


def _rectangle_params(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the parameters of a rectangle, with a corner that it has room for."""
    return np.array([z[0], z[1], z[3], z[4], z[2], min(max(z[5], 0.0), 0.5 * z[3], 0.5 * z[4])])


FRAMES = {
    "circle": _Frame(
        ((0.0,), (0.0,)), ((1.0,), (1.0,)), lambda p: np.array([p[0], p[1], 0.0, p[2]]), lambda z: z[[0, 1, 3]]
    ),
    "ellipse": _Frame(
        ((0.0, 0.0), (0.0, 0.0)), ((1.0, 0.0), (0.0, 1.0)), lambda p: p[[0, 1, 4, 2, 3]], lambda z: z[[0, 1, 3, 4, 2]]
    ),
    "rectangle": _Frame(
        ((0.5, 0.0, -1.0), (0.0, 0.5, -1.0)),
        ((0.0, 0.0, 1.0), (0.0, 0.0, 1.0)),
        lambda p: p[[0, 1, 4, 2, 3, 5]],
        _rectangle_params,
    ),
    "line": _Frame(((0.5, 0.0), (0.0, 0.0)), ((0.0, 0.5), (0.0, 0.5)), _line_numbers, _line_params),
}


def _primitive(shape: Shape, frame: _Frame) -> Form:
    """Return the form of a primitive; an angle or a length that is 0 stays so."""
    points, line = _contour(frame)
    start = frame.numbers(np.asarray(shape.params))
    moving = np.flatnonzero((start != 0.0) | (np.arange(len(start)) < 2))
    no, none = np.zeros(len(line), bool), np.zeros(len(line), np.int64)
    layout = Layout(none, none, line, no, none, none, none, none, none, points, moving, start)

    def moved(z: NDArray[np.float64]) -> Shape:
        return shape._replace(params=frame.params(np.append(z[:3], np.abs(z[3:]))))

    return Form(layout, moved)


def _contour(frame: _Frame) -> tuple[Pixels, NDArray[np.bool_]]:
    """Return the control points (K, 4, 2, L) of corners and the lines between them, by lengths, clockwise."""
    reach, radii = np.array(frame.reach), np.array(frame.radii)
    found: list[Pixels] = []
    handle = 4.0 / 3.0 * np.tan(0.25 * HALF)
    for k, sides in enumerate(((1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0))):
        for turn in (2 * k * HALF, (2 * k + 1) * HALF):
            (c, s), (d, e) = ((np.cos(a), np.sin(a)) for a in (turn, turn + HALF))
            arc = np.array([[c, s], [c - handle * s, s + handle * c], [d + handle * e, e - handle * d], [d, e]])
            found.append(np.array(sides)[:, None] * reach + arc[..., None] * radii)
    arcs = np.array(found)
    ends, starts = arcs[1::2, 3], np.roll(arcs[::2, 0], -1, axis=0)
    share = np.arange(4)[:, None, None] / 3.0
    lines = ends[:, None] * (1.0 - share) + starts[:, None] * share
    straight = np.repeat([False, True], [len(arcs), len(lines)])
    return np.concatenate([arcs, lines]), straight
