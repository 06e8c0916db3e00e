"""Where the shapes of a layer are, on the device: their boxes in tiles, and the sum of what tiles say of them.

The twin of `engine.geometry`: shapes with a formula for their distance, and shapes whose outline is a list of edges.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.arrays import Outlines
from ..engine.composites.kernels import LayerSpec
from ..engine.geometry import BESIDE
from ..engine.tiles import TILE
from ..primitives import primitive
from ..scene import Layer
from .bins import rect_kernel
from .canvas import clear_kernel
from .compile.kernel import SIMULATED
from .compile.memory import List, empty, zeros
from .compile.scan import THREADS as SCAN_THREADS
from .compile.scan import scan_kernel
from .compile.warp import WARP
from .outlines.edge_sums import curve_sum_kernel, edge_sum_kernel, point_sum_kernel, shape_sum_kernel
from .outlines.edges import box_kernel, flatten_kernel, side_kernel
from .outlines.pairs import pair_kernel
from .rows import sum_kernel

THREADS = 32 if SIMULATED else 128


def blocks(items: int) -> int:
    """Return how many blocks of `THREADS` threads it takes."""
    return -(-items // THREADS)


class Formulas:
    """Shapes whose distance is a formula of their parameters.

    Attributes
    ----------
    rect : device array, shape (N, 4)
        First column and row of tiles that a shape can touch, and last + 1.
    lists : tuple of List
        None.
    """

    def __init__(self, layer: Layer, spec: LayerSpec, params: Any, grid: tuple[int, int]) -> None:
        self._spec, self._params, self._grid, self._count = spec, params, grid, len(layer)
        self.rect = zeros((len(layer), 4), "int32")
        self.lists: tuple[List, ...] = ()

    @property
    def arrays(self) -> tuple[Any, ...]:
        """The geometry that the functions of the kind look into."""
        return (self._params,)

    def outline(self, radius: Any, report: Any) -> None:
        """Find the boxes."""
        if self._count:
            find = rect_kernel(self._spec.kind, self._spec.dtype)
            find(blocks(self._count), THREADS, self._params, radius, *self._grid, self.rect)

    def classify(self, radius: Any, entries: Any, tile_start: Any, report: Any) -> None:
        """Find out which entries are inside (known already)."""

    def start_adjoint(self, entries: Any) -> None:
        """Make ready for kernels that pull the gradient back."""

    def end_adjoint(
        self, radius: Any, tile_start: Any, entries: Any, rows: Any, color: Any, g: tuple[Any, ...]
    ) -> None:
        """Add up the rows of every shape: set ``g``, its gradient by geometry, colour and opacity."""
        add_rows = sum_kernel(self._spec.kind, self._spec.shading, self._spec.dtype)
        tiles = self.rect, self._grid[0], tile_start, entries.tile_shape
        add_rows(self._count, WARP, *tiles, rows, self._params, color, *g)


class Edges:
    """Shapes whose outline is a list of edges; see `Formulas`."""

    def __init__(
        self, layer: Layer, spec: LayerSpec, params: Any, grid: tuple[int, int], edge_slot: int, pair_slot: int
    ) -> None:
        n, dtype = len(layer), spec.dtype
        outline: Any = primitive(layer.kind).outline
        points = outline.points(layer.params.shape[1])
        self._spec, self._params, self._grid, self._count = spec, params, grid, n
        self._curves = (points if outline.closed else points - 1) // outline.degree
        self._points = points
        self._tiles = grid[0] * grid[1]
        self._evenodd = layer.fill_rule == "evenodd"
        self.rect = zeros((n, 4), "int32")
        self._frames = empty((n, 4), dtype)
        rule = np.array([self._evenodd, *BESIDE[dtype.itemsize]], dtype)
        self._rule = empty(3, dtype)
        self._rule.copy_to_device(rule)
        self._curve_counts, self._curve_start = empty(n * self._curves, "int32"), zeros(n * self._curves + 1, "int32")
        columns = {"edges": (dtype, 8), "edge_t": (dtype, 2), "edge_curve": ("int32",), "g_edges": (dtype, 4)}
        self._edges = List(edge_slot, 16 * n * self._curves, **columns)
        self._pairs = List(pair_slot, 16 * n * self._curves, pair_edge=("int32",), pair_rows=(dtype, 4))
        self._entries = 0
        self._g_curves = empty((n * self._curves, 2 * (outline.degree + 1)), dtype)
        self._g_frames = empty((n, 4), dtype)
        self._no_rows = empty((0, 2), "uint8")
        self.lists: tuple[List, ...] = (self._edges, self._pairs)

    @property
    def arrays(self) -> Outlines:
        """The geometry that the functions of the kind look into."""
        return Outlines(
            params=self._params,
            frames=self._frames,
            rule=self._rule,
            edges=self._edges.edges,
            pair_start=self._pair_start,
            pair_edge=self._pairs.pair_edge,
            base=self._base,
            pair_rows=self._pairs.pair_rows,
            retraced=self._retraced,
            near_rows=self._no_rows,
        )

    def outline(self, radius: Any, report: Any) -> None:
        """Flatten every outline and find its box."""
        kind, dtype, edges = self._spec.kind, self._spec.dtype, self._edges
        curves = self._count * self._curves
        start, written = self._curve_start, (edges.edges, edges.edge_t, edges.edge_curve)
        for fill in (False, True):
            if fill:
                scan_kernel()(1, SCAN_THREADS, self._curve_counts, start, edges.room, report, edges.slot)
            flatten_kernel(kind, dtype)(
                blocks(curves), THREADS, fill, self._params, self._curves, self._curve_counts, start, *written
            )
        side_kernel(kind, dtype)(blocks(edges.room), THREADS, self._curves, start, edges.edge_curve, edges.edges)
        found = self._params, self._points, self._curves, start, edges.edges, radius, *self._grid
        box_kernel(kind, dtype)(self._count, WARP, *found, self.rect, self._frames)

    def classify(self, radius: Any, entries: Any, tile_start: Any, report: Any) -> None:
        """Find the pairs of every entry, and which are inside."""
        if self._entries != entries.room:
            self._entries = entries.room
            self._pair_counts, self._pair_start = empty(entries.room, "int32"), zeros(entries.room + 1, "int32")
            self._base = empty((entries.room, TILE), self._spec.dtype)
            self._retraced = empty(entries.room, "uint8")
        find, pairs = pair_kernel(self._spec.kind, self._spec.dtype), self._pairs
        lists = entries.tile_shape, entries.entry_tile, entries.tile_entry
        for fill in (False, True):
            if fill:
                starts = self._pair_counts, self._pair_start
                scan_kernel()(1, SCAN_THREADS, *starts, pairs.room, report, pairs.slot)
            outlines = self._params, self._curves, self._curve_start, self._edges.edges
            found = self._pair_counts, self._pair_start, pairs.pair_edge, self._base, self._retraced
            find(
                entries.room,
                WARP,
                fill,
                *outlines,
                radius,
                *self._grid,
                self._evenodd,
                tile_start[self._tiles :],
                *lists,
                *found,
            )

    def start_adjoint(self, entries: Any) -> None:
        """Make ready for kernels that pull the gradient back."""
        rows = self._pairs.pair_rows
        clear_kernel()(blocks(rows.size), THREADS, rows.reshape(rows.size))

    def end_adjoint(
        self, radius: Any, tile_start: Any, entries: Any, rows: Any, color: Any, g: tuple[Any, ...]
    ) -> None:
        """Add up the rows of every shape: set ``g``, its gradient by geometry, colour and opacity."""
        kind, shading, dtype, edges = *self._spec[:1], self._spec.shading, self._spec.dtype, self._edges
        tiles = self.rect, self._grid[0], tile_start, entries.tile_shape
        sum_shape = shape_sum_kernel(kind, shading, dtype)
        sum_shape(self._count, WARP, *tiles, rows, self._points, self._frames, color, self._g_frames, *g)
        pairs = entries.tile_entry, self._pair_start, self._pairs.pair_edge, self._pairs.pair_rows
        where = self._params, self._curves, self._curve_start, edges.edge_curve, edges.edges, radius, self._grid[1]
        edge_sum_kernel(kind, dtype)(blocks(edges.room), THREADS, *where, *tiles, *pairs, self._g_frames, edges.g_edges)
        curves = self._count * self._curves
        of_curves = self._curve_start, edges.edge_t, edges.g_edges, self._g_curves
        curve_sum_kernel(kind, dtype)(blocks(curves), THREADS, *of_curves)
        points = self._params, self._points, self._curves, self._g_curves, self._frames, self._g_frames, g[0]
        point_sum_kernel(kind, shading, dtype)(blocks(self._count * self._points), THREADS, *points)
