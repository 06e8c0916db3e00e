"""The functions of one kind of shape in the form the kernels of a tile want them: for one thread and its pixel.

Kinds whose outline is a list of edges have theirs in `nearest`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from numba import cuda

from ..engine.bins import ALL_INSIDE
from ..engine.compile.tuples import tuple_functions
from ..engine.functions import shape_functions
from ..engine.tiles import PIXELS, TILE
from ..model.shading import Shading
from ..primitives import primitive
from .compile.warp import WARP, warp_any, warp_sums

WARPS = PIXELS // WARP  # of a block, which is a tile
CHUNK = 16  # shapes of a tile that are held in shared memory at once
PARTIAL = CHUNK * WARPS  # rows of a block before its warps are added up


class PixelFunctions(NamedTuple):
    """Plain functions of one kind and shading; ``geometry`` is a tuple of arrays that only these look into."""

    row: int
    """Values of a row of the gradient that `slopes` returns"""
    staged: int
    """Numbers of a shape that are copied to shared memory, at least one"""
    shading: Shading
    value: Callable[..., Any]
    """``value(geometry, k, i)``: number i of these, of shape k"""
    gather: Callable[..., Any]
    """``gather(geometry, staged, slot, k, e) -> p``: what the functions below need of shape k in the tile of hit e;
    its numbers are in a slot of `staged`"""
    frame: Callable[..., Any]
    """``frame(p) -> (cx, cy, 1/l)``, zeros for a constant colour"""
    distance: Callable[..., Any]
    """``distance(p, rho, x, y) -> (d, winner)``: signed distance, at least where it is below rho, and what else it was
    that `slopes` needs"""
    slopes: Callable[..., Any]
    """``slopes(p, pixel)``: the tuple of the geometry part of a row, of this `Pixel`"""
    adjoint: Callable[..., Any]
    """``adjoint(p, pixel)``, called by all threads of a block: sets what of the gradient is not in rows"""
    strip: Any = None
    """``strip(p) -> (width, length, rest)`` of a kind that may be thinner than the filter, see `model.thin`"""
    strip_slopes: Any = None
    """``strip_slopes(p, g_width, g_length, g_rest)``: the geometry part of a row, given that by the strip"""


@cache
def pixel_functions(kind: str, shading: str) -> PixelFunctions:
    """Return the functions of a kind whose distance is a formula."""
    shape, functions = primitive(kind), shape_functions(kind, shading)
    distance, gradient = shape.distance, shape.gradient
    n = len(shape.parameters)
    zeros, axpy, load_params = tuple_functions(n).zeros, tuple_functions(n).axpy, tuple_functions(n).load

    def value(geometry, k, i):
        return geometry.params[k, i]

    def gather(geometry, staged, slot, k, e):
        return load_params(staged, slot)

    def distance_at(p, rho, x, y):
        return distance(p, x, y), x - x

    def slopes(p, pixel):
        return axpy(pixel.g, gradient(p, pixel.x, pixel.y), zeros(pixel.g))

    def adjoint(p, pixel):
        return

    thin = (None, None) if shape.strip is None else (shape.strip, shape.strip_adjoint)
    return PixelFunctions(n, n, functions.shading, value, gather, functions.frame, distance_at, slopes, adjoint, *thin)


def pixel_of(thread):
    """Return the pixel of a thread: a warp has 8 x 4 of them, which fewer shapes touch than two rows of 16."""
    warp, lane = thread // 32, thread % 32
    return (warp // 2 * 4 + lane // 8) * TILE + warp % 2 * 8 + lane % 8


def stage_function(functions: PixelFunctions) -> Callable[..., Any]:
    """Return the function that copies what a block needs of the shapes of places first..last to shared memory."""
    value = functions.value

    def stage(first, last, lists, shapes, staged):
        color, width, values = shapes.color, staged.geometry.shape[1], staged.color.shape[1]
        for i in range(cuda.threadIdx.x, (last - first) * width, PIXELS):
            k = lists.shape[first + i // width]
            staged.geometry[i // width, i % width] = value(shapes.geometry, k, i % width)
        for i in range(cuda.threadIdx.x, (last - first) * values, PIXELS):
            staged.color[i // values, i % values] = color[lists.shape[first + i // values], i % values]
        i = cuda.threadIdx.x
        if i < last - first:
            k = lists.shape[first + i]
            staged.opacity[i] = shapes.opacity[k]
            staged.numbers[i, 0], staged.numbers[i, 1] = k, lists.hit[first + i]

    return stage


def distances(functions: PixelFunctions) -> Callable[..., Any]:
    """Return the distance of a shape, of which none is computed if it covers the tile or turned out to lie outside."""
    distance = functions.distance

    def distance_of(shape, at):
        d, winner = -2.0 * at.rho, at.rho - at.rho
        if shape.e != ALL_INSIDE:
            d = -d
            if shape.e >= 0:
                d, winner = distance(shape.p, at.rho, at.x, at.y)
        return d, winner

    return distance_of


def row_functions(row: int, values: int) -> tuple[int, Callable[..., Any], Callable[..., Any]]:
    """Return the length of a row, and the functions that make a tuple of one and that add it up over a block.

    ``reduce(active, row, partial, slot)`` sets a row of every warp in ``partial`` (PARTIAL, length), 0 where no
    pixel is active.
    """
    n = row + 1 + values
    sums, store = warp_sums(n), tuple_functions(n).store

    def join(slopes, g_opacity, g_color):
        return (*slopes, g_opacity, *g_color)

    def join_no_slopes(slopes, g_opacity, g_color):
        return (g_opacity, *g_color)

    def reduce(active, row, partial, slot):
        at = slot * WARPS + cuda.threadIdx.x // WARP
        if warp_any(active):
            total = sums(row)
            if cuda.threadIdx.x % WARP == 0:
                store(total, partial, at, 0)
        elif cuda.threadIdx.x % WARP == 0:
            for q in range(n):
                partial[at, q] = 0.0

    return n, join if row > 0 else join_no_slopes, reduce


def write_rows(first, low, last, partial, rows):
    """Add up the warps' rows of places first..last, and set those below `low`, which have none, to zero."""
    n = partial.shape[1]
    for i in range(cuda.threadIdx.x, (last - first) * n, PIXELS):
        slot, q = i // n, i % n
        if first + slot < low:
            rows[first + slot, q] = 0.0
        else:
            total = partial[slot * WARPS, q]
            for warp in range(1, WARPS):
                total += partial[slot * WARPS + warp, q]
            rows[first + slot, q] = total


def clear_rows(first, last, rows):
    """Set the rows of places first..last to zero."""
    n = rows.shape[1]
    for i in range(cuda.threadIdx.x, (last - first) * n, PIXELS):
        rows[first + i // n, i % n] = 0.0
