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

from .curves import derived
from .drawing import Shape
from .kernels.arrays import Derived
from .kernels.pieces import MOST
from .palette import Pixels

HALF = 0.25 * np.pi  # of a corner, which is two cubics: off by 4e-6 of the radius, where one is off by 3e-4


class Form(NamedTuple):
    """An outline as a function of free numbers."""

    z: NDArray[np.float64]  # (Z,)
    line: NDArray[np.bool_]  # (K,): pieces that are straight
    derived: Callable[[NDArray[np.float64]], Derived]  # pieces and their derivatives
    shape: Callable[[NDArray[np.float64]], Shape]


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
    curves = shape.curves
    starts = np.cumsum([0, *(len(curve.z) for curve in curves)])
    parts = [slice(a, b) for a, b in pairwise(starts)]

    def pieces(z: NDArray[np.float64]) -> Derived:
        made = [derived(curve, z[part]) for curve, part in zip(curves, parts, strict=True)]
        names = ("control", "values", "used")
        control, values, used = (np.concatenate([getattr(d, name) for d in made]) for name in names)
        columns = np.concatenate([d.columns + part.start for d, part in zip(made, parts, strict=True)])
        return Derived(control, columns, values, used)

    def moved(z: NDArray[np.float64]) -> Shape:
        return shape._replace(curves=[c._replace(z=z[part]) for c, part in zip(curves, parts, strict=True)])

    z, line = (np.concatenate([getattr(curve, name) for curve in curves]) for name in ("z", "line"))
    return Form(z, line, pieces, moved)


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
    free = np.flatnonzero((start != 0.0) | (np.arange(len(start)) < 2))
    count = len(line)

    def pieces(z: NDArray[np.float64]) -> Derived:
        local = points @ z[3:]
        c, s = np.cos(z[2]), np.sin(z[2])
        turn, slope = np.array([[c, s], [-s, c]]), np.array([[-s, c], [-c, -s]])
        derivative = np.zeros((len(z), count, 4, 2))
        derivative[0, ..., 0] = derivative[1, ..., 1] = 1.0
        derivative[2] = local @ slope
        derivative[3:] = np.moveaxis(points, 3, 0) @ turn
        values, columns = np.zeros((count, MOST, 8)), np.zeros((count, MOST), np.int64)
        values[:, : len(free)] = np.swapaxes(derivative[free].reshape(len(free), count, 8), 0, 1)
        columns[:, : len(free)] = free
        return Derived(local @ turn + z[:2], columns, values, np.full(count, len(free)))

    return Form(start, line, pieces, lambda z: shape._replace(params=frame.params(z)))


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
