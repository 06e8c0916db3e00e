"""The geometry of one layer: which entries it has, what kernels look into to measure it, and the end of its adjoint.

There are two sorts: kinds whose distance is a formula of their parameters, and kinds whose outline is a list of edges.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..primitives import primitive
from ..scene import Array, Layer
from ..vector import LayerView
from .arrays import Entries, Outlines
from .bins import add_up, entry_kernel
from .composites.kernels import LayerSpec, sum_kernel
from .outlines.edges import edge_sum_kernel, flatten_kernel
from .outlines.pairs import pair_kernel
from .tiles import TILE

SHAPES_PER_WORKER = 32  # waking a worker costs more than the few shapes it would take
SUMS_PER_WORKER = 8192  # which are less work
EDGES_PER_WORKER = 2048
BESIDE = {4: (5e-4, 0.1), 8: (1e-7, 2e-4)}  # pixels beside an edge that rounding cannot bridge, and along it


class Formulas:
    """Shapes whose distance is a formula of their parameters.

    Attributes
    ----------
    entries : Entries
        After `bin`; arrays may be longer.
    arrays : tuple of ndarray
        The geometry that the functions of the kind look into.
    box : ndarray, shape (N, 4)
        Boxes of the outlines.
    """

    def __init__(self, layer: Layer, spec: LayerSpec, x: LayerView, columns: int, workers: int) -> None:
        n = len(layer)
        self._spec, self._params, self._columns = spec, x.params, columns
        self._workers = min(workers, 1 + n // SHAPES_PER_WORKER)
        self._adders = min(workers, 1 + n // SUMS_PER_WORKER)
        self.box = np.zeros((n, 4), spec.dtype)
        self.entries = no_entries(n)
        self.arrays = (x.params,)

    def bin(self, rho: Any, rows: tuple[int, int]) -> int:
        """Find the entries of every shape in some rows of tiles (first, last + 1) and return their number."""
        search = entry_kernel(self._spec.kind, self._spec.dtype)
        entries = 0
        for fill in (False, True):
            if fill:
                entries = add_up(self.entries.start)
                self.entries = with_room(self.entries, entries)
            search(self._workers, fill, self._params, rho, (self._columns, *rows), self.box, self.entries)
        return entries

    def start_adjoint(self) -> None:
        """Make ready for kernels that pull the gradient back."""

    def end_adjoint(self, entry_place: NDArray[np.int32], rows: Array, color: Array, g: tuple[Array, ...]) -> None:
        """Add up the rows of every shape: set ``g``, its gradient by geometry, colour and opacity."""
        add_rows = sum_kernel(self._spec.kind, self._spec.shading, self._spec.dtype)
        add_rows(self._adders, self.entries.start, entry_place, rows, self._params, color, *g)


class Edges:
    """Shapes whose outline is a list of edges; see `Formulas` and the module `edges`."""

    def __init__(self, layer: Layer, spec: LayerSpec, x: LayerView, columns: int, workers: int) -> None:
        n, dtype = len(layer), spec.dtype
        self._spec, self._params, self._columns = spec, x.params, columns
        self._most_workers, self._workers = workers, 1
        self._evenodd = layer.fill_rule == "evenodd"
        self._edge_start = np.zeros(n + 1, np.int32)
        self._span_start = np.zeros(n + 1, np.int32)
        self._spans = np.zeros((0, 2), np.int32)
        self._edge_curve = np.zeros(0, np.int32)
        self._edge_t = np.zeros((0, 2), dtype)
        self._edges = np.zeros((0, 8), dtype)
        self._g_edges = np.zeros((0, 4), dtype)
        self._frames = np.zeros((n, 4), dtype)
        self._rule = np.array([self._evenodd, *BESIDE[dtype.itemsize]], dtype)
        outline: Any = primitive(layer.kind).outline
        self._stroked = outline.stroked
        self._near = np.zeros((workers, 0), np.int32)
        self._wind = np.zeros((workers, 0), np.int32)
        self._backdrops = np.zeros((workers, TILE), np.int32)
        self._shape_pairs = np.zeros(n + 1, np.int32)
        self._pair_start = np.zeros(1, np.int32)
        self._pair_edge = np.zeros(0, np.int32)
        self._pair_rows = np.zeros((0, 4), dtype)
        self._base = np.zeros((0, TILE), dtype)
        self._retraced = np.zeros(0, np.uint8)
        self._near_rows = np.zeros((0, 2), np.uint8)
        self.box = np.zeros((n, 4), dtype)
        self.entries = no_entries(n)

    @property
    def arrays(self) -> Outlines:
        """The geometry that the functions of the kind look into."""
        return Outlines(
            params=self._params,
            frames=self._frames,
            rule=self._rule,
            edges=self._edges,
            pair_start=self._pair_start,
            pair_edge=self._pair_edge,
            base=self._base,
            pair_rows=self._pair_rows,
            retraced=self._retraced,
            near_rows=self._near_rows,
        )

    def bin(self, rho: Any, rows: tuple[int, int]) -> int:
        """Flatten every outline, find the entries and pairs of every shape there, return the number of entries."""
        flatten = flatten_kernel(self._spec.kind, self._spec.dtype)
        search = pair_kernel(self._spec.kind, self._spec.dtype)
        edges = entries = 0
        for fill in (False, True):
            if fill:
                edges = add_up(self._edge_start)
                self._make_room_for_edges(edges)
            starts = self._edge_start, self._span_start
            flattened = self._edges, self._edge_curve, self._edge_t, self._frames, self.box
            flatten(self._workers if fill else 1, fill, self._params, rho, rows[1], *starts, *flattened)
        spans = add_up(self._span_start)
        if spans > len(self._spans):
            self._spans = np.zeros((roomy(spans), 2), np.int32)
        self._workers = min(self._most_workers, 1 + edges // EDGES_PER_WORKER)
        self._make_room_for_tiles(self._columns * (rows[1] - rows[0]))
        shapes = self._params, self._edge_start, self._edges, self._span_start, self._spans, self.box
        for fill in (False, True):
            if fill:
                entries = add_up(self.entries.start)
                self._make_room(entries, add_up(self._shape_pairs))
            found = self.entries.start, self._shape_pairs, self.entries.tile, self.entries.inside
            pairs = self._pair_start, self._pair_edge, self._base, self._retraced, self._near_rows
            grid = rho, self._columns, *rows, self._evenodd, self._near, self._wind, self._backdrops
            search(self._workers, fill, *shapes, *grid, *found, *pairs)
        return entries

    def start_adjoint(self) -> None:
        """Make ready for kernels that pull the gradient back."""
        if len(self._pair_rows) != len(self._pair_edge):
            self._pair_rows = np.zeros((len(self._pair_edge), 4), self._edges.dtype)
        self._pair_rows[: self._shape_pairs[-1]] = 0.0

    def end_adjoint(self, entry_place: NDArray[np.int32], rows: Array, color: Array, g: tuple[Array, ...]) -> None:
        """Add up the rows of every shape: set ``g``, its gradient by geometry, colour and opacity."""
        if len(self._g_edges) != len(self._edges):
            self._g_edges = np.zeros((len(self._edges), 4), self._edges.dtype)
        add_rows = edge_sum_kernel(self._spec.kind, self._spec.shading, self._spec.dtype)
        outlines = self._params, self._frames, self._edges, self._edge_start, self._edge_curve, self._edge_t
        pairs = self._shape_pairs, self._pair_edge, self._pair_rows, self._g_edges
        add_rows(self._workers, self.entries.start, entry_place, rows, *outlines, *pairs, color, *g)

    def _make_room_for_tiles(self, tiles: int) -> None:
        if tiles > self._near.shape[1]:
            self._near = np.zeros((self._most_workers, tiles), np.int32)
            self._wind = np.zeros((self._most_workers, 0 if self._stroked else tiles * TILE), np.int32)

    def _make_room_for_edges(self, edges: int) -> None:
        if edges > len(self._edges):
            self._edges = np.zeros((roomy(edges), 8), self._edges.dtype)
            self._edge_curve = np.zeros(roomy(edges), np.int32)
            self._edge_t = np.zeros((roomy(edges), 2), self._edges.dtype)

    def _make_room(self, entries: int, pairs: int) -> None:
        if entries > len(self.entries.tile):
            self.entries = with_room(self.entries, entries)
            self._pair_start = np.zeros(roomy(entries) + 1, np.int32)
            self._base = np.zeros((roomy(entries), TILE), self._edges.dtype)
            self._retraced = np.zeros(roomy(entries), np.uint8)
            self._near_rows = np.zeros((roomy(entries), 2), np.uint8)
        if pairs > len(self._pair_edge):
            self._pair_edge = np.zeros(roomy(pairs), np.int32)


def no_entries(count: int) -> Entries:
    """Return arrays for so many shapes, and for no entries."""
    return Entries(np.zeros(count + 1, np.int32), np.zeros(0, np.int32), np.zeros(0, np.uint8))


def with_room(entries: Entries, count: int) -> Entries:
    """Return arrays for so many entries: the same ones, if they are long enough."""
    if count <= len(entries.tile):
        return entries
    return entries._replace(tile=np.zeros(roomy(count), np.int32), inside=np.zeros(roomy(count), np.uint8))


def roomy(size: int) -> int:
    """Return the length of a list that shall not have to grow again soon."""
    return size + size // 4


def layer_geometry(layer: Layer, spec: LayerSpec, x: LayerView, columns: int, workers: int) -> Formulas | Edges:
    """Return the geometry of a layer on so many columns of tiles."""
    sort = Edges if spec.outlined else Formulas
    return sort(layer, spec, x, columns, workers)
