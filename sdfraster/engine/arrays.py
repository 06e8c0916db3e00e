"""The arrays that kernels work on, by name: a tuple for what belongs together.

Sizes in the comments: N shapes, V values of a colour, E entries (see `bins`), T tiles, n tiles that are visited, W
workers, C channels. What has no dtype there is of the dtype of the scene.
"""

from __future__ import annotations

from typing import Any, NamedTuple

# Columns of the edges of outlines: both ends; on which side of the edge what is nearest to its first, or last, end is
# (see `outlines.edges.turn`); 1 / (squared length); 1 / length
X0, Y0, X1, Y1, BEFORE, AFTER, INVERSE_SQUARE, INVERSE = range(8)
CX, CY, UNIT, LENGTH = range(4)  # columns of frames: origin and unit of the colour; length of the curve


class Entries(NamedTuple):
    """Which tiles every shape touches."""

    start: Any  # (N + 1,) int32: first entry of every shape
    tile: Any  # (E,) int32
    inside: Any  # (E,) uint8: whether the shape covers the tile completely


class TileLists(NamedTuple):
    """What is painted in every tile, in paint order."""

    start: Any  # (T + 1,) int32: first place of every tile
    shape: Any  # (E,) int32: by place, the shape
    entry: Any  # (E,) int32: by place, the entry, or `ALL_INSIDE`
    place: Any  # (E,) int32: by entry, its place
    paint_from: Any  # (T,) int32: first place that is painted
    gradient_from: Any  # (T,) int32: first place that is differentiated


class Shapes(NamedTuple):
    """The shapes of a layer."""

    geometry: Any  # arrays that only the functions of the kind look into
    color: Any  # (N, V)
    opacity: Any  # (N,)
    box: Any  # (N, 4)


class Walk(NamedTuple):
    """Which tiles the workers visit: they take turns with runs of them."""

    tiles: Any  # (n,) int32
    run: Any  # tiles in a row for one worker
    columns: Any  # of tiles, in the picture


class Scratch(NamedTuple):
    """Memory of the workers."""

    stack: Any  # (W, depth, planes, PIXELS): what a composite keeps of every shape of a tile
    work: Any  # (W, planes, PIXELS); the last two planes: centres of the pixels
    pictures: Any  # (W, 2 + chunks, C, PIXELS): a tile, its gradient, and the tile before each chunk


class Comparison(NamedTuple):
    """What a picture is compared with."""

    target: Any  # (T, C, PIXELS), or empty
    weight: Any  # (T, PIXELS): of every pixel in the loss
    delta: Any  # of robust losses
    loss: Any  # (T,) float64, out: weighted sum of errors


class Canvases(NamedTuple):
    """The pictures of an adjoint."""

    below: Any  # (n, C, PIXELS), or (1, C, PIXELS) for all tiles of the bottom layer
    canvas: Any  # (T, C, PIXELS), out, or empty: the picture
    gradient: Any  # (T, C, PIXELS): by the picture, in without a target; by what is below, out if not bottom
    bottom: Any  # whether this is the bottom layer
    background: Any  # (T, 3), out, if bottom: sum of the gradient by what is below


class Tile(NamedTuple):
    """One tile, as one worker sees it."""

    shape: Any  # (E,) int32 and
    entry: Any  # (E,) int32, of the lists of tiles
    rho: Any  # radius of the filter, and
    inverse: Any  # 1 / rho
    x: Any  # (PIXELS,): centres of the pixels
    y: Any  # (PIXELS,)
    stack: Any  # (depth, planes, PIXELS)
    work: Any  # (planes, PIXELS)


class Painted(NamedTuple):
    """One shape in one tile."""

    p: Any  # what the functions of the kind need of it
    color: Any  # V values
    opacity: Any
    low: Any  # first and
    high: Any  # last + 1 pixel of the rows that it can touch, unsigned
    level: Any  # (planes, PIXELS): its part of the stack


class Outlines(NamedTuple):
    """The geometry of shapes whose outline is a list of edges: M edges, and Q pairs of an edge and an entry."""

    params: Any  # (N, P)
    frames: Any  # (N, 4)
    rule: Any  # (3,): 1 for evenodd, and how far beside an edge one looks for the inside, and from its ends
    edges: Any  # (M, 8)
    pair_start: Any  # (E + 1,) int32: first pair of every entry
    pair_edge: Any  # (Q,) int32
    base: Any  # (E, TILE): winding number at the left end of every row of pixels
    pair_rows: Any  # (Q, 4), out: gradient by the ends of the edge
    retraced: Any  # (E,) uint8: whether some of its edges may lie on each other
    near_rows: Any  # (E, 2) uint8: first and last + 1 row of pixels that are near to an edge or inside
