"""The arrays that kernels work on, by name: a tuple for what belongs together.

Sizes in the comments: N shapes, V values of a colour, E tile hits (see `bins`), T tiles, n tiles that are visited, W
workers, C channels, R values of a row of the gradient. What has no dtype there is of the dtype of the scene.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Window(NamedTuple):
    """Which tiles are wanted, and how far beyond its outline a shape reaches."""

    rho: Any  # radius of the filter
    columns: Any  # of tiles, in the picture
    top: Any  # first and
    bottom: Any  # last + 1 row of tiles


class TileHits(NamedTuple):
    """Which tiles every shape touches."""

    start: Any  # (N + 1,) int32: first hit of every shape
    tile: Any  # (E,) int32
    inside: Any  # (E,) uint8: whether the shape covers the tile completely


class TileLists(NamedTuple):
    """What is painted in every tile, in paint order."""

    start: Any  # (T + 1,) int32: first place of every tile
    shape: Any  # (E,) int32: by place, the shape
    hit: Any  # (E,) int32: by place, the hit, or `ALL_INSIDE`
    place: Any  # (E,) int32: by hit, its place
    paint_from: Any  # (T,) int32: first place that is painted
    gradient_from: Any  # (T,) int32: first place that is differentiated


class Shapes(NamedTuple):
    """The shapes of a layer."""

    geometry: Any  # `Formulas` or `Outlines`, which only the functions of the kind look into
    color: Any  # (N, V)
    opacity: Any  # (N,)
    box: Any  # (N, 4): of the outlines


class Rows(NamedTuple):
    """The gradient of every hit."""

    start: Any  # (N + 1,) int32: first hit of every shape
    place: Any  # (E,) int32: by hit, its place
    values: Any  # (E, R): by place, the gradient by geometry, opacity and colour


class Gradient(NamedTuple):
    """The gradient of a layer."""

    params: Any  # (N, P), of outlines flat, out
    color: Any  # (N, V), out
    opacity: Any  # (N,), out


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


class LayerArrays(NamedTuple):
    """What every kernel that visits tiles knows of its layer."""

    walk: Walk
    lists: TileLists
    shapes: Shapes
    rho: Any  # radius of the filter
    scratch: Scratch


class Comparison(NamedTuple):
    """What a picture is compared with."""

    target: Any  # (T, C, PIXELS), or empty
    weights: Any  # (K, PIXELS): of every pixel in the loss, in K sorts of tiles; 0 outside the image
    sort: Any  # (T,) int32: of every tile
    delta: Any  # of robust losses
    loss: Any  # (T,) float64, out: weighted sum of errors


class Canvases(NamedTuple):
    """The pictures of an adjoint."""

    below: Any  # (n, C, PIXELS), or (1, C, PIXELS) for all tiles alike
    canvas: Any  # (T, C, PIXELS), out, or empty: the picture
    gradient: Any  # (T, C, PIXELS): by the picture, in without a target; by what is below, out if not bottom
    bottom: Any  # whether this is the bottom layer
    background: Any  # (T, 3), out, if bottom: sum of the gradient by what is below


class Tile(NamedTuple):
    """One tile, as one worker sees it."""

    shape: Any  # (E,) int32 and
    hit: Any  # (E,) int32, of the lists of tiles
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


class Pixel(NamedTuple):
    """One pixel that has a gradient."""

    x: Any  # its centre
    y: Any
    d: Any  # signed distance of a shape
    winner: Any  # the nearest edge, see `outlines.arrays.Planes`; beyond them all, two that cross there; 0 for formulas
    g: Any  # gradient by d


class Formulas(NamedTuple):
    """The geometry of shapes whose distance is a formula."""

    params: Any  # (N, P)
