"""Where the shapes of a layer are, on the device: their boxes in tiles, and the sum of what tiles say of them.

The twin of `engine.shapes`: shapes with a formula for their distance, and shapes whose outline is a list of edges.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.arrays import Formulas, Gradient
from ..engine.composites.kernels import LayerSpec
from ..engine.outlines.arrays import HALF, Curves, Outlines
from ..engine.outlines.curves import curves_of, points_of
from ..engine.shapes import LOOK
from ..engine.tiles import TILE
from ..layer import Layer
from ..primitives import primitive
from .arrays import EdgeRows, Flattened, Pairs, Places, TileLists, View
from .bins import rect_kernel
from .canvas import clear_kernel
from .compile.kernel import SIMULATED
from .compile.memory import List, empty, on_device, zeros
from .compile.scan import THREADS as SCAN_THREADS
from .compile.scan import scan_kernel
from .compile.warp import WARP
from .outlines.edge_sums import curve_sum_kernel, edge_sum_kernel, point_sum_kernel, shape_sum_kernel
from .outlines.flatten import box_kernel, flatten_kernel, side_kernel
from .outlines.pairs import pair_kernel
from .rows import sum_kernel

THREADS = 32 if SIMULATED else 128


def blocks(items: int) -> int:
    """Return how many blocks of `THREADS` threads it takes."""
    return -(-items // THREADS)


class FormulaShapes:
    """Shapes whose distance is a formula of their parameters.

    Attributes
    ----------
    rect : device array, shape (N, 4)
        First column and row of tiles that a shape can touch, and last + 1.
    lists : tuple of List
        None.
    """

    def __init__(self, layer: Layer, spec: LayerSpec, params: Any) -> None:
        self._spec, self._params, self._count = spec, params, len(layer)
        self.rect = zeros((len(layer), 4), "int32")
        self.lists: tuple[List, ...] = ()

    @property
    def arrays(self) -> Formulas:
        """The geometry that the functions of the kind look into."""
        return Formulas(self._params)

    def outline(self, view: View, report: Any) -> None:
        """Find the boxes."""
        if self._count:
            find = rect_kernel(self._spec.kind, self._spec.dtype)
            find(blocks(self._count), THREADS, self._params, view, self.rect)

    def classify(self, view: View, lists: TileLists, report: Any) -> None:
        """Find out which hits are inside (known already)."""

    def start_adjoint(self) -> None:
        """Make ready for kernels that pull the gradient back."""

    def end_adjoint(self, view: View, lists: TileLists, rows: Any, color: Any, gradient: Gradient) -> None:
        """Set the gradient by adding up the rows of every shape."""
        add_rows = sum_kernel(self._spec.kind, self._spec.shading, self._spec.dtype)
        add_rows(self._count, WARP, places(self.rect, view, lists), rows, self._params, color, gradient)


class OutlineShapes:
    """Shapes whose outline is a list of edges; see `FormulaShapes`."""

    def __init__(self, layer: Layer, spec: LayerSpec, params: Any, edge_slot: int, pair_slot: int) -> None:
        n, dtype = len(layer), spec.dtype
        outline: Any = primitive(layer.kind).outline
        curves = curves_of(layer)
        self._spec, self._params, self._count = spec, params.reshape(params.size), n
        self._curves = Curves(*map(on_device, curves))
        points = points_of(curves, outline)
        self._points, self._point_count = on_device(points), len(points)
        self._curve_count = count = len(curves.curve)
        self._evenodd = layer.fill_rule == "evenodd"
        self.rect = zeros((n, 4), "int32")
        self._frames = empty((n, HALF + 1), dtype)
        fill_rule = np.array([self._evenodd, *LOOK[dtype.itemsize]], dtype)
        self._fill_rule = empty(3, dtype)
        self._fill_rule.copy_to_device(fill_rule)
        self._curve_counts, self._curve_start = empty(count, "int32"), zeros(count + 1, "int32")
        columns = {"edges": (dtype, 8), "t": (dtype, 2), "curve": ("int32",), "g_edges": (dtype, 4)}
        self._edges = List(edge_slot, 16 * count, **columns)
        self._pairs = List(pair_slot, 16 * count, pair_edge=("int32",), pair_rows=(dtype, 4))
        self._hits = 0
        self._g_curves = empty((count, 2 * (outline.degree + 1)), dtype)
        self._g_frames = empty((n, 4), dtype)
        self._no_rows = empty((0, 2), "uint8")
        self.lists: tuple[List, ...] = (self._edges, self._pairs)

    @property
    def arrays(self) -> Outlines:
        """The geometry that the functions of the kind look into."""
        return Outlines(
            frames=self._frames,
            fill_rule=self._fill_rule,
            edges=self._edges.edges,
            pair_start=self._pair_start,
            pair_edge=self._pairs.pair_edge,
            base=self._base,
            pair_rows=self._pairs.pair_rows,
            retraced=self._retraced,
            near_rows=self._no_rows,
        )

    @property
    def _flat(self) -> Flattened:
        edges = self._edges
        return Flattened(self._params, self._curves, self._curve_start, edges.edges, edges.t, edges.curve)

    def outline(self, view: View, report: Any) -> None:
        """Flatten every outline and find its box."""
        kind, dtype, edges, flat = self._spec.kind, self._spec.dtype, self._edges, self._flat
        curves = blocks(self._curve_count)
        for fill in (False, True):
            if fill:
                scan_kernel()(1, SCAN_THREADS, self._curve_counts, flat.start, edges.room, report, edges.slot)
            flatten_kernel(kind, dtype)(curves, THREADS, fill, flat, self._curve_counts)
        side_kernel(kind, dtype)(blocks(edges.room), THREADS, flat)
        box_kernel(kind, dtype)(self._count, WARP, flat, view, self.rect, self._frames)

    def classify(self, view: View, lists: TileLists, report: Any) -> None:
        """Find the pairs of every hit, and which are inside."""
        room = len(lists.shape)
        if self._hits != room:
            self._hits = room
            self._pair_counts, self._pair_start = empty(room, "int32"), zeros(room + 1, "int32")
            self._base = empty((room, TILE), self._spec.dtype)
            self._retraced = empty(room, "uint8")
        find, edges = pair_kernel(self._spec.kind, self._spec.dtype), self._pairs
        pairs = Pairs(self._pair_counts, self._pair_start, edges.pair_edge, self._base, self._retraced)
        for fill in (False, True):
            if fill:
                scan_kernel()(1, SCAN_THREADS, pairs.counts, pairs.start, edges.room, report, edges.slot)
            find(room, WARP, fill, self._flat, self._frames, view, self._evenodd, lists, pairs)

    def start_adjoint(self) -> None:
        """Make ready for kernels that pull the gradient back."""
        rows = self._pairs.pair_rows
        clear_kernel()(blocks(rows.size), THREADS, rows.reshape(rows.size))

    def end_adjoint(self, view: View, lists: TileLists, rows: Any, color: Any, gradient: Gradient) -> None:
        """Set the gradient by adding up the rows of every shape, and those of its edges."""
        kind, shading, dtype, edges = self._spec.kind, self._spec.shading, self._spec.dtype, self._edges
        flat, found, frames = self._flat, places(self.rect, view, lists), (self._frames, self._g_frames)
        g = gradient._replace(params=gradient.params.reshape(gradient.params.size))
        sum_shape = shape_sum_kernel(kind, shading, dtype)
        sum_shape(self._count, WARP, found, rows, self._curves.first, self._frames, color, self._g_frames, g)
        pairs = EdgeRows(self._pair_start, self._pairs.pair_edge, self._pairs.pair_rows)
        sum_edge = edge_sum_kernel(kind, dtype)
        sum_edge(blocks(edges.room), THREADS, flat, view, found, pairs, *frames, edges.g_edges)
        curves, points = blocks(self._curve_count), blocks(self._point_count)
        curve_sum_kernel(kind, dtype)(curves, THREADS, flat, edges.g_edges, self._g_curves)
        sum_point = point_sum_kernel(kind, shading, dtype)
        sum_point(points, THREADS, flat, self._points, self._g_curves, *frames, g.params)


def places(rect: Any, view: View, lists: TileLists) -> Places:
    """Return where to look for the hits of a shape."""
    return Places(rect, view.columns, lists.start, lists.shape, lists.hit)
