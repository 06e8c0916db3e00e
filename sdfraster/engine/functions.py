"""The functions of one kind of shape in the form kernels want them: over the pixels of a tile.

This is all a kernel knows of geometry. Kinds whose outline is a list of edges have theirs in `nearest`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ..model.shading import MIN_FRAME, SHADINGS, Shading
from ..primitives import primitive
from .arrays import Painted
from .bins import ALL_INSIDE
from .compile.rounding import round_down, round_up
from .compile.tuples import tuple_functions
from .tiles import PIXELS, TILE

SIDE = float(TILE)
CHEAP = 3  # parameters up to which it takes longer to ask whether pixels have a gradient than to pull it back
EIGHT = np.uint64(8)  # pixels
NONE, ALL = np.uint64(0), np.uint64(PIXELS)  # unsigned: see `composites.kernels`


class ShapeFunctions(NamedTuple):
    """Plain functions of one kind and shading."""

    row: int
    """Values of a row of the gradient that `adjoint` sets"""
    planes: int
    """Planes of the stack for geometry: the first, and those at the end, of which `distances` sets the last ones"""
    shading: Shading
    gather: Callable[..., Any]
    """``gather(geometry, k, e) -> p``: what the functions below need of shape k in the tile of hit e"""
    load_color: Callable[..., Any]
    """``load_color(color, k) -> values``, color (N, values)"""
    frame: Callable[..., Any]
    """``frame(p) -> (cx, cy, 1/l)``, zeros for a constant colour"""
    pixels: Callable[..., Any]
    """``pixels(p, box, k, tile) -> (low, high)``: first and last + 1 pixel, unsigned, of the rows that shape k can
    touch in a `Tile`"""
    distances: Callable[..., Any]
    """``distances(shape, tile, scratch)`` sets ``shape.level[0]``, the signed distances of the pixels low..high of a
    `Painted`, at least where they are below rho, and what else `adjoint` needs; ``scratch`` is a plane to work in"""
    adjoint: Callable[..., Any]
    """``adjoint(shape, tile, g_d, scratch, rows, j)`` sets the geometry part of row j of the gradient"""
    strip: Any = None
    """``strip(p) -> (width, length, rest)`` of a kind that may be thinner than the filter, see `model.thin`. It has
    one more plane, after the first of those at the end"""
    add_strip: Any = None
    """``add_strip(p, g, rows, j)`` adds to the geometry part of row j that by the strip"""


class TileFunctions(NamedTuple):
    """Plain functions of one composite, built for one kind. ``tile`` is a `Tile`, ``shapes`` are `Shapes`."""

    stack_planes: Callable[[int], int]
    work_planes: int
    chunk: int
    """Most places of a list that are painted at once before the adjoint; the stack need not be deeper."""
    paint: Callable[..., Any]
    """``paint(start, end, tile, shapes, canvas)`` paints the places start..end of a list on a canvas (C, PIXELS)"""
    adjoint: Any
    """``adjoint(start, stop, end, tile, shapes, canvases, rows)``, after `paint`, turns the gradient by the canvas into
    that by what is below, and sets the rows (geometry, opacity, color) of places stop..end; ``canvases`` are both"""
    leave_one_out: Any
    """``leave_one_out(start, end, tile, shapes, below, error, growth)``, after `paint` with a stack for all
    places start..end, sets by how much the squared residual of the tile grows without the shape of each; ``error`` is
    (residual (C, PIXELS), weight (PIXELS,)). None, like ``adjoint``, of what only draws"""


def is_zero(g_d, start):
    """Return whether eight pixels have no gradient: most have none."""
    total = g_d[start] - g_d[start]
    for i in range(start, start + EIGHT):
        total += abs(g_d[i])
    return total == 0.0


def pixels_of_box(p, box, k, tile):
    """Return first and last + 1 pixel of the rows of a tile that are near the box of shape k."""
    rho, top = tile.rho, tile.y[0] - 0.5
    low = min(max(round_up(box[k, 1] - rho - top - 0.5), 0.0), SIDE)
    high = min(max(round_down(box[k, 3] + rho - top - 0.5) + 1.0, low), SIDE)
    return np.uint64(low * SIDE), np.uint64(high * SIDE)


def shape_in_tile(functions: ShapeFunctions) -> Callable[..., Any]:
    """Return ``shape_at(tile, shapes, j, level)``: the shape at place j, with `level` for its part of the stack."""
    gather, load_color, pixels = functions.gather, functions.load_color, functions.pixels

    def shape_at(tile, shapes, j, level):
        k, e = tile.shape[j], tile.hit[j]
        p, color = gather(shapes.geometry, k, e), load_color(shapes.color, k)
        low, high = NONE, ALL
        if e != ALL_INSIDE:
            low, high = pixels(p, shapes.box, k, tile)
        return Painted(p, color, shapes.opacity[k], low, high, level)

    return shape_at


def by_radius(functions: ShapeFunctions) -> ShapeFunctions:
    """Return functions of a kind whose rows have, in place of the geometry, rho times the gradient by rho.

    Coverage is a function of lengths: the distance, the filter radius rho, and what a strip is given by. It stays the
    same if all of them grow by one factor. So, by Euler's theorem on homogeneous functions, rho times its derivative by
    rho is minus the sum of the other lengths times the derivatives by these.
    """
    strip = functions.strip

    def adjoint(shape, tile, g_d, scratch, rows, j):
        d = shape.level[0]
        total = tile.rho - tile.rho
        for i in range(shape.low, shape.high):
            total -= g_d[i] * d[i]
        rows[j, 0] = total

    def add_strip(p, g, rows, j):
        width, length, rest = strip(p)
        rows[j, 0] -= g[0] * width + g[1] * length + g[2] * rest

    return functions._replace(row=1, adjoint=adjoint, add_strip=None if strip is None else add_strip)


@cache
def shape_functions(kind: str, shading: str) -> ShapeFunctions:
    """Return the functions of one kind with one rule of colours; its geometry is `Formulas`."""
    shape = primitive(kind)
    shader = SHADINGS[shading]
    distance, gradient, frame_of = shape.distance, shape.gradient, shape.frame
    strip = shape.strip
    strip_adjoint: Any = shape.strip_adjoint  # which is called only if there is a strip
    load_params, zeros, add, axpy, _, store, _ = tuple_functions(len(shape.parameters))

    def gather(geometry, k, e):
        return load_params(geometry.params, k)

    def frame(p):
        cx, cy, length = frame_of(p)
        return cx, cy, 1.0 / max(length, MIN_FRAME)

    def no_frame(p):
        return p[0], p[0], p[0]  # never read: a constant colour is the same everywhere

    def distances(shape, tile, scratch):
        p, d, x, y = shape.p, shape.level[0], tile.x, tile.y
        for i in range(shape.low, shape.high):
            d[i] = distance(p, x[i], y[i])

    def adjoint(shape, tile, g_d, scratch, rows, j):
        p, x, y = shape.p, tile.x, tile.y
        total = zeros(p[0])
        for i in range(shape.low, shape.high):
            total = axpy(g_d[i], gradient(p, x[i], y[i]), total)
        store(total, rows, j, 0)

    def adjoint_where_needed(shape, tile, g_d, scratch, rows, j):
        p, x, y = shape.p, tile.x, tile.y
        total = zeros(p[0])
        for block in range(shape.low // EIGHT, shape.high // EIGHT):
            start = block * EIGHT
            if is_zero(g_d, start):
                continue
            for i in range(start, start + EIGHT):
                total = axpy(g_d[i], gradient(p, x[i], y[i]), total)
        store(total, rows, j, 0)

    def add_strip(p, g, rows, j):
        store(add(strip_adjoint(p, g[0], g[1], g[2]), load_params(rows, j)), rows, j, 0)

    n = len(shape.parameters)
    load_color = tuple_functions(shader.values).load
    shape_frame = frame if shader.framed else no_frame
    shape_adjoint = adjoint if n <= CHEAP else adjoint_where_needed
    planes, thin = (1, (None, None)) if strip is None else (2, (strip, add_strip))
    functions = gather, load_color, shape_frame, pixels_of_box, distances, shape_adjoint
    return ShapeFunctions(n, planes, shader, *functions, *thin)
