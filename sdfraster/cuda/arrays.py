"""The arrays on the device that kernels work on, by name; the twin of `engine.arrays`, whose sizes these are.

Launching a kernel with such a tuple passes its arrays one by one, as if they were listed.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class View(NamedTuple):
    """The filter, and the picture in tiles."""

    radius: Any  # (1,): of the filter; in memory, because launches that are replayed have the same arguments
    columns: Any  # of tiles
    rows: Any


class Cells(NamedTuple):
    """Which shapes touch cells of `CELL` x `CELL` tiles: a list for every cell and segment of `SEGMENT` shapes."""

    columns: Any  # of cells
    segments: Any
    counts: Any  # (cells * segments,) int32
    start: Any  # (cells * segments + 1,) int32
    shape: Any  # int32


class TileLists(NamedTuple):
    """What is painted in every tile, in paint order. A hit is the place it has in the list of its tile."""

    start: Any  # (T + 1,) int32: first place of every tile
    shape: Any  # (E,) int32
    hit: Any  # (E,) int32: the place, `ALL_INSIDE`, or `DROPPED`
    tile: Any  # (E,) int32
    paint_from: Any  # (T,) int32: first place that is painted
    gradient_from: Any  # (T,) int32: first place that is differentiated


class Places(NamedTuple):
    """Where to look for the hits of a shape: in the lists of the tiles in its box."""

    rect: Any  # (N, 4) int32: first column and row of tiles, last + 1
    columns: Any  # of tiles
    start: Any  # as in `TileLists`
    shape: Any
    hit: Any


class Shapes(NamedTuple):
    """The shapes of a layer."""

    geometry: Any  # `Formulas` or `Outlines` of the engine
    color: Any  # (N, V)
    opacity: Any  # (N,)


class Comparison(NamedTuple):
    """What a picture is compared with, for one term of a loss."""

    target: Any  # (T, C, PIXELS)
    weight: Any  # (T, PIXELS)
    factor: Any  # of the term
    delta: Any  # of robust losses


class Staged(NamedTuple):
    """What a block holds of the shapes of a tile, a chunk at a time, in shared memory."""

    geometry: Any  # (CHUNK, P), or a part of that
    color: Any  # (CHUNK, V)
    opacity: Any  # (CHUNK,)
    numbers: Any  # (CHUNK, 2) int32: shape and hit


class Thread(NamedTuple):
    """Where a thread is: at a pixel of a tile."""

    rho: Any  # radius of the filter
    t: Any  # the tile
    i: Any  # its pixel
    x: Any  # the centre
    y: Any


class Painted(NamedTuple):
    """One shape in one tile."""

    p: Any  # what the functions of the kind need of it
    color: Any  # V values
    opacity: Any
    e: Any  # the hit


class Near(NamedTuple):
    """What a pixel sees of a shape."""

    d: Any  # signed distance
    winner: Any  # see `engine.outlines.arrays.Planes`
    coverage: Any
    slope: Any  # of the coverage, by d


class Seen(NamedTuple):
    """The gradient of a shape by what a pixel sees of it."""

    coverage: Any
    opacity: Any
    color: Any  # V values


class Flattened(NamedTuple):
    """Outlines cut into edges."""

    params: Any  # (V,)
    curves: Any  # `Curves` of the engine
    start: Any  # (K + 1,) int32: first edge of every curve
    edges: Any  # (M, 8)
    t: Any  # (M, 2): parameters of the ends on the curve
    curve: Any  # (M,) int32


class Pairs(NamedTuple):
    """Which edges are near which tile."""

    counts: Any  # (E,) int32
    start: Any  # (E + 1,) int32: first pair of every hit
    edge: Any  # (Q,) int32
    base: Any  # (E, TILE): winding number at the left of every row of pixels, of edges that are not near
    retraced: Any  # (E,) uint8: whether some of its edges may lie on each other


class EdgeRows(NamedTuple):
    """The gradient of every pair."""

    start: Any  # (E + 1,) int32: first pair of every hit
    edge: Any  # (Q,) int32
    values: Any  # (Q, 4): gradient by the ends of the edge


class SparseRows(NamedTuple):
    """A sparse matrix, row after row."""

    start: Any  # (n + 1,): where the values of a row begin
    column: Any
    weight: Any
