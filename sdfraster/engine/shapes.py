"""The shapes of one layer: which tiles they hit, what kernels look into to measure them, and their gradient.

There are two sorts: kinds whose distance is a formula of their parameters, and kinds whose outline is a list of edges.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..layer import Layer
from ..primitives import primitive
from ..shapes import Array
from ..vector import LayerView
from .arrays import Formulas, Gradient, Rows, TileHits, Window
from .bins import add_up, hit_kernel
from .composites.kernels import LayerSpec
from .jacobian.arrays import EdgePoints
from .memory import zeros, zeros_together
from .outlines.arrays import HALF, Curves, EdgeRows, Flattened, Outlines, Pairs, Search
from .outlines.curves import curves_of
from .outlines.edge_sums import edge_sum_kernel
from .outlines.flatten import flatten_kernel
from .outlines.pairs import pair_kernel
from .rows import sum_kernel
from .tiles import TILE

SHAPES_PER_WORKER = 32  # waking a worker costs more than the few shapes it would take
SUMS_PER_WORKER = 8192  # which are less work
EDGES_PER_WORKER = 2048
LOOK = {4: (5e-4, 0.1), 8: (1e-7, 2e-4)}  # pixels beside an edge that rounding cannot bridge, and along it, by bytes


class FormulaShapes:
    """Shapes whose distance is a formula of their parameters.

    Attributes
    ----------
    hits : TileHits
        After `bin`; arrays may be longer.
    arrays : Formulas
        The geometry that the functions of the kind look into.
    edge_points : EdgePoints
        None.
    box : ndarray, shape (N, 4)
        Boxes of the outlines.
    """

    def __init__(self, layer: Layer, spec: LayerSpec, x: LayerView, columns: int, workers: int) -> None:
        n = len(layer)
        self._spec, self._params, self._columns = spec, x.params, columns
        self._workers = min(workers, 1 + n // SHAPES_PER_WORKER)
        self._adders = min(workers, 1 + n // SUMS_PER_WORKER)
        self.box = np.zeros((n, 4), spec.dtype)
        self.hits = no_hits(n)
        self.arrays = Formulas(x.params)
        none = np.zeros(0, np.int32)
        curves = Curves(none, none, np.zeros((0, 5), np.int32))
        self.edge_points = EdgePoints(np.zeros(0, spec.dtype), curves, none, none, np.zeros((0, 2), spec.dtype))

    def bin(self, rho: np.floating[Any], tile_rows: tuple[int, int]) -> int:
        """Find the hits of every shape in some rows of tiles (first, last + 1) and return their number."""
        search = hit_kernel(self._spec.kind, self._spec.dtype)
        window = Window(rho, self._columns, *tile_rows)
        hits = 0
        for fill in (False, True):
            if fill:
                hits = add_up(self.hits.start)
                self.hits = with_room(self.hits, hits)
            search(self._workers, fill, self._params, window, self.box, self.hits)
        return hits

    def start_adjoint(self) -> None:
        """Make ready for kernels that pull the gradient back."""

    def end_adjoint(self, place: NDArray[np.int32], values: Array, color: Array, gradient: Gradient) -> None:
        """Set the gradient by adding up the rows of every shape, whose `values` stand at the places of its hits."""
        add_rows = sum_kernel(self._spec.kind, self._spec.shading, self._spec.dtype)
        rows = Rows(self.hits.start, place, values)
        add_rows(self._adders, rows, self._params, color, gradient)


class OutlineShapes:
    """Shapes whose outline is a list of edges; see `FormulaShapes` and the module `outlines.flatten`."""

    def __init__(self, layer: Layer, spec: LayerSpec, x: LayerView, columns: int, workers: int) -> None:
        n, dtype = len(layer), spec.dtype
        self._spec, self._columns = spec, columns
        self._most_workers, self._workers = workers, 1
        self._evenodd = layer.fill_rule == "evenodd"
        self._fill_rule = np.array([self._evenodd, *LOOK[dtype.itemsize]], dtype)
        outline: Any = primitive(layer.kind).outline
        self._stroked = outline.stroked
        self.box = np.zeros((n, 4), dtype)
        self._flat = Flattened(
            params=x.params.reshape(-1),
            curves=curves_of(layer),
            start=np.zeros(n + 1, np.int32),
            edges=np.zeros((0, 8), dtype),
            curve=np.zeros(0, np.int32),
            t=np.zeros((0, 2), dtype),
            frames=np.zeros((n, HALF + 1), dtype),
            box=self.box,
            span_start=np.zeros(n + 1, np.int32),
            spans=np.zeros((0, 2), np.int32),
        )
        self._pairs = Pairs(
            shape_start=np.zeros(n + 1, np.int32),
            start=np.zeros(1, np.int32),
            edge=np.zeros(0, np.int32),
            base=np.zeros((0, TILE), dtype),
            retraced=np.zeros(0, np.uint8),
            near_rows=np.zeros((0, 2), np.uint8),
        )
        self._near = np.zeros((workers, 0), np.int32)
        self._wind = np.zeros((workers, 0), np.int32)
        self._backdrops = np.zeros((workers, TILE), np.int32)
        self._pair_rows = np.zeros((0, 4), dtype)
        self._g_edges = np.zeros((0, 4), dtype)
        self.hits = no_hits(n)

    @property
    def arrays(self) -> Outlines:
        """The geometry that the functions of the kind look into."""
        flat, pairs = self._flat, self._pairs
        return Outlines(
            frames=flat.frames,
            fill_rule=self._fill_rule,
            edges=flat.edges,
            pair_start=pairs.start,
            pair_edge=pairs.edge,
            base=pairs.base,
            pair_rows=self._pair_rows,
            retraced=pairs.retraced,
            near_rows=pairs.near_rows,
        )

    @property
    def edge_points(self) -> EdgePoints:
        """Which points edges follow."""
        flat = self._flat
        return EdgePoints(flat.params, flat.curves, flat.start, flat.curve, flat.t)

    def bin(self, rho: np.floating[Any], tile_rows: tuple[int, int]) -> int:
        """Flatten every outline, find the hits and pairs of every shape there, return the number of hits."""
        flatten = flatten_kernel(self._spec.kind, self._spec.dtype)
        find_pairs = pair_kernel(self._spec.kind, self._spec.dtype)
        window = Window(rho, self._columns, *tile_rows)
        edges = hits = 0
        for fill in (False, True):
            if fill:
                edges = add_up(self._flat.start)
                self._make_room_for_edges(edges)
            flatten(self._workers if fill else 1, fill, window, self._flat)
        spans = add_up(self._flat.span_start)
        if spans > len(self._flat.spans):
            self._flat = self._flat._replace(spans=zeros((roomy(spans), 2), np.int32))
        self._workers = min(self._most_workers, 1 + edges // EDGES_PER_WORKER)
        self._make_room_for_tiles(self._columns * (tile_rows[1] - tile_rows[0]))
        for fill in (False, True):
            if fill:
                hits = add_up(self.hits.start)
                self._make_room(hits, add_up(self._pairs.shape_start))
            search = Search(fill, self._evenodd, self._near, self._wind, self._backdrops)
            find_pairs(self._workers, window, self._flat, self.hits, self._pairs, search)
        return hits

    def start_adjoint(self) -> None:
        """Make ready for kernels that pull the gradient back."""
        if len(self._pair_rows) != len(self._pairs.edge):
            self._pair_rows = zeros((len(self._pairs.edge), 4), self._spec.dtype)
        self._pair_rows[: self._pairs.shape_start[-1]] = 0.0

    def end_adjoint(self, place: NDArray[np.int32], values: Array, color: Array, gradient: Gradient) -> None:
        """Set the gradient by adding up the rows of every shape, whose `values` stand at the places of its hits."""
        if len(self._g_edges) != len(self._flat.edges):
            self._g_edges = zeros((len(self._flat.edges), 4), self._spec.dtype)
        add_rows = edge_sum_kernel(self._spec.kind, self._spec.shading, self._spec.dtype)
        rows = Rows(self.hits.start, place, values)
        pairs = EdgeRows(self._pairs.shape_start, self._pairs.edge, self._pair_rows, self._g_edges)
        flat = gradient._replace(params=gradient.params.reshape(-1))
        add_rows(self._workers, rows, pairs, self._flat, color, flat)

    def _make_room_for_tiles(self, tiles: int) -> None:
        if tiles > self._near.shape[1]:
            workers, rows = self._most_workers, 0 if self._stroked else tiles * TILE
            self._near, self._wind = zeros_together(((workers, tiles), np.int32), ((workers, rows), np.int32))

    def _make_room_for_edges(self, edges: int) -> None:
        if edges > len(self._flat.edges):
            dtype, room = self._spec.dtype, roomy(edges)
            lists = zeros_together(((room, 8), dtype), ((room,), np.int32), ((room, 2), dtype))
            self._flat = self._flat._replace(edges=lists[0], curve=lists[1], t=lists[2])

    def _make_room(self, hits: int, pairs: int) -> None:
        if hits > len(self.hits.tile):
            room = roomy(hits)
            self.hits = with_room(self.hits, hits)
            start, base, retraced, near_rows = zeros_together(
                ((room + 1,), np.int32),
                ((room, TILE), self._spec.dtype),
                ((room,), np.uint8),
                ((room, 2), np.uint8),
            )
            self._pairs = self._pairs._replace(start=start, base=base, retraced=retraced, near_rows=near_rows)
        if pairs > len(self._pairs.edge):
            self._pairs = self._pairs._replace(edge=zeros((roomy(pairs),), np.int32))


def no_hits(count: int) -> TileHits:
    """Return arrays for so many shapes, and for no hits."""
    return TileHits(np.zeros(count + 1, np.int32), np.zeros(0, np.int32), np.zeros(0, np.uint8))


def with_room(hits: TileHits, count: int) -> TileHits:
    """Return arrays for so many hits: the same ones, if they are long enough."""
    if count <= len(hits.tile):
        return hits
    room = (roomy(count),)
    tile, inside = zeros_together((room, np.int32), (room, np.uint8))
    return hits._replace(tile=tile, inside=inside)


def roomy(size: int) -> int:
    """Return the length of a list that shall not have to grow again soon."""
    return size + size // 4


def shapes_of(layer: Layer, spec: LayerSpec, x: LayerView, columns: int, workers: int) -> FormulaShapes | OutlineShapes:
    """Return the shapes of a layer on so many columns of tiles."""
    sort = OutlineShapes if spec.outlined else FormulaShapes
    return sort(layer, spec, x, columns, workers)
