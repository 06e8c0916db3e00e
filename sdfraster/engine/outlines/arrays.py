"""The arrays of kinds whose outline is a list of edges, by name.

Sizes in the comments as in `engine.arrays`, and: V parameters of all shapes, K curves (segments of outlines), M edges,
Q pairs of an edge and a hit, S spans.
"""

from __future__ import annotations

from typing import Any, NamedTuple

# Columns of the edges of outlines: both ends; on which side of the edge what is nearest to its first, or last, end is
# (see `flatten.turn`); 1 / (squared length); 1 / length
X0, Y0, X1, Y1, BEFORE, AFTER, INVERSE_SQUARE, INVERSE = range(8)
CX, CY, UNIT, LENGTH, HALF = range(5)  # columns of frames: origin and unit of the colour; length of the curve; half
# the width of the brush
FROM, TO, SHAPE, FIRST, LAST = range(5)  # columns of curves: parameters where x of the first and of the last control
# point are; the shape; first and last + 1 curve of the contour
EVENODD, BESIDE, MARGIN = range(3)  # columns of fill rules: 1 for evenodd; how far beside an edge, and from its ends,
# one looks for the inside


class Outlines(NamedTuple):
    """The geometry of shapes whose outline is a list of edges."""

    frames: Any  # (N, 5)
    fill_rule: Any  # (3,); see the columns above
    edges: Any  # (M, 8)
    pair_start: Any  # (E + 1,) int32: first pair of every hit
    pair_edge: Any  # (Q,) int32
    base: Any  # (E, TILE): winding number at the left end of every row of pixels
    pair_rows: Any  # (Q, 4), out: gradient by the ends of the edge
    retraced: Any  # (E,) uint8: whether some of its edges may lie on each other
    near_rows: Any  # (E, 2) uint8: first and last + 1 row of pixels that are near to an edge or inside


class Curves(NamedTuple):
    """Where the parameters of shapes and of their curves are, one shape after the other."""

    first: Any  # (N + 1,) int32: first parameter of every shape
    start: Any  # (N + 1,) int32: first curve of every shape
    curve: Any  # (K, 5) int32; see the columns above


class Flattened(NamedTuple):
    """Outlines cut into edges."""

    params: Any  # (V,)
    curves: Curves
    start: Any  # (N + 1,) int32: first edge of every shape
    edges: Any  # (M, 8)
    curve: Any  # (M,) int32
    t: Any  # (M, 2): parameters of the ends on the curve
    frames: Any  # (N, 5)
    box: Any  # (N, 4): of the outlines
    span_start: Any  # (N + 1,) int32: first span of every shape
    spans: Any  # (S, 2) int32: first and last + 1 tile of every row of tiles that an edge is near to


class Pairs(NamedTuple):
    """Which edges are near which tile."""

    shape_start: Any  # (N + 1,) int32: first pair of every shape
    start: Any  # (E + 1,) int32: first pair of every hit
    edge: Any  # (Q,) int32
    base: Any  # as in `Outlines`
    retraced: Any
    near_rows: Any


class Search(NamedTuple):
    """How pairs are looked for, and memory of the workers."""

    fill: Any  # False: only count; True: write from the starts on
    evenodd: Any  # whether that is the fill rule
    near: Any  # (W, T) int32: near edges of a tile, then where to put the next; below 0: inside
    wind: Any  # (W, T TILE) int32: by how much the winding number changes from the tile on the left
    backdrops: Any  # (W, TILE) int32: winding numbers of the rows of pixels of a tile


class EdgeRows(NamedTuple):
    """The gradient of every pair, and what it adds up to."""

    start: Any  # (N + 1,) int32: first pair of every shape
    edge: Any  # (Q,) int32
    values: Any  # (Q, 4): gradient by the ends of the edge
    total: Any  # (M, 4), scratch: the same of every edge


class Edge(NamedTuple):
    """One edge; see the columns above."""

    x0: Any
    y0: Any
    x1: Any
    y1: Any
    before: Any
    after: Any
    inverse_square: Any


class Planes(NamedTuple):
    """The pixels of a tile while edges are compared."""

    x: Any  # (PIXELS,), as all
    y: Any
    d: Any  # squared distance to the nearest edge
    winner: Any  # number of this edge among the pairs of the hit, from 1; below 0 on the negative side of it
    winding: Any  # number, as far as edges were counted


class Spot(NamedTuple):
    """A pixel of known winding number, in the tile of a hit."""

    outlines: Any  # `Outlines`
    e: Any  # the hit
    x: Any
    y: Any
    winding: Any
