"""What painting and its adjoint share, whatever the composite: a block for a tile, a thread for a pixel.

A block goes through the shapes of its tile a chunk at a time, which it holds in shared memory.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numba
from numba import cuda

from ...engine.arrays import Pixel
from ...engine.compile.tuples import tuple_functions
from ...engine.composites.kernels import LayerSpec
from ...engine.tiles import TILE
from ...errors import DeviceError
from ...model.coverage import FILTERS
from ..arrays import Near, Painted, Staged, Thread
from ..compile.kernel import numba_type
from ..functions import CHUNK, PARTIAL, distances, pixel_of, row_functions, stage_function
from .cover import cover_functions
from .select import functions_of

SHARED = 48 * 1024  # bytes that the threads of a block can share in every GPU
BYTES_OF_NUMBERS = 8  # of a shape: two int32


class BlockFunctions(NamedTuple):
    """Plain functions of one kind, rule of colours and filter."""

    hold: Callable[..., Any]
    """``hold() -> staged``: memory that a block shares, for a chunk of shapes"""
    locate: Callable[..., Any]
    """``locate(view) -> at``: where this `Thread` is"""
    fetch: Callable[..., Any]
    """``fetch(first, last, lists, shapes, staged)``, called by all threads: copy what is needed of some places"""
    shape_at: Callable[..., Any]
    """``shape_at(shapes, staged, slot)``: one of them as `Painted`"""
    distance: Callable[..., Any]
    """``distance(shape, at) -> (d, winner)``: as that of the kind, and beyond the filter for what covers the tile"""
    coverage: Callable[..., Any]
    """``coverage(p, d, rho)``"""
    local: Callable[..., Any]
    """``local(shape, at) -> (u, v)``: the pixel in the frame of the shape's colour"""
    shade: Callable[..., Any]
    """``shade(values, u, v)``: the colour of the pixel"""


class AdjointFunctions(NamedTuple):
    """Plain functions of the adjoint."""

    length: int
    """Values of a row of the gradient"""
    near: Callable[..., Any]
    """``near(shape, at, d, winner)``: the same with coverage, as `Near`"""
    shade_adjoint: Callable[..., Any]
    """``shade_adjoint(values, u, v, g)``: the gradient by the values of a colour, given that by the colour"""
    reduce: Callable[..., Any]
    """``reduce(shape, at, near, g, partial, slot)``, called by all threads, adds up the rows of a shape over every
    warp, given the gradient by what the pixel sees of it, a `Seen`"""


def block_functions(spec: LayerSpec) -> BlockFunctions:
    """Return the functions for the shapes of a layer."""
    functions = functions_of(spec)
    coverage = cover_functions(functions, FILTERS[spec.filter]).coverage
    real, number = numba_type(spec.dtype), spec.dtype.type
    width, values = functions.staged, functions.shading.values
    gather, frame, load_color = functions.gather, functions.frame, tuple_functions(values).load
    stage = stage_function(functions)

    def hold():
        geometry = cuda.shared.array((CHUNK, width), real)
        color = cuda.shared.array((CHUNK, values), real)
        opacity = cuda.shared.array(CHUNK, real)
        numbers = cuda.shared.array((CHUNK, 2), numba.int32)
        return Staged(geometry, color, opacity, numbers)

    def locate(view):
        t, i = cuda.blockIdx.x, pixel_of(cuda.threadIdx.x)
        x = number(t % view.columns * TILE + i % TILE) + 0.5
        y = number(t // view.columns * TILE + i // TILE) + 0.5
        return Thread(view.radius[0], t, i, x, y)

    def fetch(first, last, lists, shapes, staged):
        cuda.syncthreads()
        stage(first, last, lists, shapes, staged)
        cuda.syncthreads()

    def shape_at(shapes, staged, slot):
        k, e = staged.numbers[slot, 0], staged.numbers[slot, 1]
        p = gather(shapes.geometry, staged.geometry, slot, k, e)
        return Painted(p, load_color(staged.color, slot), staged.opacity[slot], e)

    def local(shape, at):
        cx, cy, unit = frame(shape.p)
        return (at.x - cx) * unit, (at.y - cy) * unit

    shade = functions.shading.shade
    return BlockFunctions(hold, locate, fetch, shape_at, distances(functions), coverage, local, shade)


def adjoint_functions(spec: LayerSpec) -> AdjointFunctions:
    """Return the functions for the gradient of the shapes of a layer."""
    functions = functions_of(spec)
    coverage, slope, slopes = cover_functions(functions, FILTERS[spec.filter])
    shading, adjoint = functions.shading, functions.adjoint
    length, join, add_up = row_functions(functions.row, shading.values)
    staged = CHUNK * (functions.staged + shading.values + 1)
    shared = spec.dtype.itemsize * (PARTIAL * length + staged) + CHUNK * BYTES_OF_NUMBERS
    if shared > SHARED:
        raise DeviceError(
            f"no GPU can share the {shared} bytes among threads that the gradient of {spec.kind}s with {spec.shading} "
            f"colours takes in {spec.dtype}, {SHARED} are the most; use float32, fewer stops, or device='cpu'"
        )

    def near(shape, at, d, winner):
        return Near(d, winner, coverage(shape.p, d, at.rho), slope(shape.p, d, at.rho))

    def reduce(shape, at, near, g, partial, slot):
        pixel = Pixel(at.x, at.y, near.d, near.winner, g.coverage * near.slope)
        row = join(slopes(shape.p, at.rho, pixel, g.coverage), g.opacity, g.color)
        add_up(near.coverage != 0.0 or near.slope != 0.0, row, partial, slot)
        if shape.e >= 0:
            adjoint(shape.p, pixel)

    return AdjointFunctions(length, near, shading.shade_adjoint, reduce)
