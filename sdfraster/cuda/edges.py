"""Kinds whose outline is a list of edges, on the device: cutting it into edges, and the sum of their gradient.

The twin of `engine.edges`, with a thread for every curve, edge or point instead of one for every shape: an outline of
10,000 edges would keep a single thread busy for milliseconds. An edge finds the tiles it is near to once more, and its
pair in each by bisection, so sums are formed in the order of tiles.
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from typing import Any

import numpy as np
from numba import cuda

from ..engine.bins import tile_range
from ..engine.cpu import LayerSpec
from ..engine.edges import SLACK, TINY, edge_rows, turn
from ..engine.geometry import BESIDE
from ..engine.pairs import edge_columns
from ..engine.tiles import TILE
from ..engine.tuples import tuple_functions
from ..model.shading import CONSTANT, LINEAR, MIN_FRAME
from ..primitives import primitive
from ..primitives.curve import bernstein, cut, pieces
from ..scene import Layer
from .canvas import clear_kernel
from .geometry import THREADS, blocks
from .jit import CudaKernel, numba_type
from .memory import List, empty, zeros
from .pairs import pair_kernel
from .rows import place_of, sum_rows
from .scan import THREADS as SCAN_THREADS
from .scan import scan_kernel
from .warp import WARP, warp_sums


class Edges:
    """Shapes whose outline is a list of edges; see `geometry.Formulas`."""

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
        self._frames = empty((n, 3), dtype)
        rule = np.array([self._evenodd, *BESIDE[dtype.itemsize]], dtype)
        self._rule = empty(3, dtype)
        self._rule.copy_to_device(rule)
        self._curve_counts, self._curve_start = empty(n * self._curves, "int32"), zeros(n * self._curves + 1, "int32")
        columns = {"edges": (dtype, 8), "edge_t": (dtype, 2), "edge_curve": ("int32",), "g_edges": (dtype, 4)}
        self._edges = List(edge_slot, 16 * n * self._curves, **columns)
        self._pairs = List(pair_slot, 16 * n * self._curves, pair_edge=("int32",), pair_rows=(dtype, 4))
        self._entries = 0
        self._g_curves = empty((n * self._curves, 2 * (outline.degree + 1)), dtype)
        self._g_frames = empty((n, 3), dtype)
        self.lists = self._edges, self._pairs

    @property
    def arrays(self) -> tuple[Any, ...]:
        """The geometry that the functions of the kind look into."""
        outlines = self._params, self._frames, self._rule, self._edges.edges
        return *outlines, self._pair_start, self._pairs.pair_edge, self._base, self._pairs.pair_rows, self._retraced

    def outline(self, rho: Any, report: Any) -> None:
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
        found = self._params, self._points, self._curves, start, edges.edges, rho, *self._grid
        box_kernel(kind, dtype)(self._count, WARP, *found, self.rect, self._frames)

    def classify(self, rho: Any, entries: Any, tile_start: Any, report: Any) -> None:
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
            find(entries.room, WARP, fill, *outlines, rho, *self._grid, self._evenodd, tile_start[self._tiles :], *lists, *found)

    def start_adjoint(self, entries: Any) -> None:
        """Make ready for kernels that pull the gradient back."""
        rows = self._pairs.pair_rows
        clear_kernel()(blocks(rows.size), THREADS, rows.reshape(rows.size))

    def end_adjoint(self, rho: Any, tile_start: Any, entries: Any, rows: Any, color: Any, g: tuple[Any, ...]) -> None:
        """Add up the rows of every shape: set ``g``, its gradient by geometry, colour and opacity."""
        kind, linear, dtype, edges = *self._spec[:1], self._spec.linear, self._spec.dtype, self._edges
        tiles = self.rect, self._grid[0], tile_start, entries.tile_shape
        sum_shape = shape_sum_kernel(kind, linear, dtype)
        sum_shape(self._count, WARP, *tiles, rows, self._points, self._frames, color, self._g_frames, *g)
        pairs = entries.tile_entry, self._pair_start, self._pairs.pair_edge, self._pairs.pair_rows
        where = self._params, self._curves, self._curve_start, edges.edge_curve, edges.edges, rho, self._grid[1]
        edge_sum_kernel(kind, dtype)(blocks(edges.room), THREADS, *where, *tiles, *pairs, edges.g_edges)
        curves = self._count * self._curves
        of_curves = self._curve_start, edges.edge_t, edges.g_edges, self._g_curves
        curve_sum_kernel(kind, dtype)(blocks(curves), THREADS, *of_curves)
        points = self._params, self._points, self._curves, self._g_curves, self._frames, self._g_frames, g[0]
        point_sum_kernel(kind, linear, dtype)(blocks(self._count * self._points), THREADS, *points)


@cache
def flatten_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the cutting of every curve into edges; a thread for a curve."""
    outline: Any = primitive(kind).outline
    degree = outline.degree
    real = dtype.type

    def flatten(
        fill,  # False: only count; True: write from the starts on
        params,  # (N, P)
        curves,  # of a shape
        counts,  # (N curves,) out
        curve_start,  # (N curves + 1,)
        edges,  # (M, 8) out, see `engine.edges.flatten_kernel`; here x0, y0, x1, y1
        edge_t,  # (M, 2) out
        edge_curve,  # (M,) out: counted through all shapes
    ):
        curve = cuda.grid(1)
        if curve >= len(counts):
            return
        k, a = curve // curves, 2 * degree * (curve % curves)
        d = (a + 2 * degree) % (params.shape[1] // 2 * 2)
        x, y = params[k, a], params[k, a + 1]
        n, more = 1, 0
        if degree == 3:
            x1, y1, x2, y2 = params[k, a + 2], params[k, a + 3], params[k, a + 4], params[k, a + 5]
            n, more = pieces(x, y, x1, y1, x2, y2, params[k, d], params[k, d + 1])
        if not fill:
            counts[curve] = n + more
            return
        t = x - x
        for i in range(n + more):
            start, t = t, cut(real(i + 1), real(n), real(more))
            x1, y1 = params[k, d], params[k, d + 1]
            if i + 1 < n + more:
                w = bernstein(t)
                x1 = w[0] * params[k, a] + w[1] * params[k, a + 2] + w[2] * params[k, a + 4] + w[3] * x1
                y1 = w[0] * params[k, a + 1] + w[1] * params[k, a + 3] + w[2] * params[k, a + 5] + w[3] * y1
            m = curve_start[curve] + i
            if m < curve_start[curve + 1]:
                edges[m, 0], edges[m, 1], edges[m, 2], edges[m, 3] = x, y, x1, y1
                edge_t[m, 0], edge_t[m, 1], edge_curve[m] = start, t, curve
            x, y = x1, y1

    return CudaKernel(flatten, dtype)


@cache
def side_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile what else is kept of an edge: lengths, and the sides beyond its ends; a thread for an edge."""
    outline: Any = primitive(kind).outline
    stroked = outline.stroked

    def sides(
        curves,  # of a shape
        curve_start,  # (N curves + 1,)
        edge_curve,  # (M,)
        edges,  # (M, 8) in, out
    ):
        m = cuda.grid(1)
        if m >= curve_start[len(curve_start) - 1]:
            return
        ex, ey = edges[m, 2] - edges[m, 0], edges[m, 3] - edges[m, 1]
        edges[m, 6] = 1.0 / max(ex * ex + ey * ey, TINY)
        edges[m, 7] = sqrt(edges[m, 6])
        if not stroked:
            first = edge_curve[m] // curves * curves
            before = m - 1 if m > curve_start[first] else curve_start[first + curves] - 1
            edges[before, 5] = edges[m, 4] = turn(edges, before, m)

    return CudaKernel(sides, dtype)


@cache
def box_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the box of every shape in tiles, and the frame of its colour; a warp for a shape."""
    outline: Any = primitive(kind).outline
    stroked, number, real = outline.stroked, numba_type(dtype), dtype.type
    sums = warp_sums(2)

    def boxes(
        params,  # (N, P)
        points,
        curves,
        curve_start,  # (N curves + 1,)
        edges,  # (M, 8)
        rho,
        columns,
        rows,
        rect,  # (N, 4) out
        frames,  # (N, 3) out: origin and length
    ):
        box = cuda.shared.array((WARP, 4), number)
        mean = cuda.shared.array(2, number)
        k, lane = cuda.blockIdx.x, cuda.threadIdx.x
        first, last = curve_start[k * curves], curve_start[(k + 1) * curves]
        x0, y0, x1, y1 = params[k, 0], params[k, 1], params[k, 0], params[k, 1]
        for m in range(first + lane, last, WARP):
            x0, x1 = min(x0, edges[m, 0], edges[m, 2]), max(x1, edges[m, 0], edges[m, 2])
            y0, y1 = min(y0, edges[m, 1], edges[m, 3]), max(y1, edges[m, 1], edges[m, 3])
        box[lane, 0], box[lane, 1], box[lane, 2], box[lane, 3] = x0, y0, x1, y1
        cx, cy = rho - rho, rho - rho
        for i in range(lane, points, WARP):
            cx += params[k, 2 * i]
            cy += params[k, 2 * i + 1]
        total = sums((cx, cy))
        if lane == 0:
            mean[0], mean[1] = total[0] / real(points), total[1] / real(points)
        cuda.syncthreads()
        square = rho - rho
        for i in range(lane, points, WARP):
            dx, dy = params[k, 2 * i] - mean[0], params[k, 2 * i + 1] - mean[1]
            square += dx * dx + dy * dy
        total = sums((square, square))
        if lane == 0:
            for i in range(WARP):
                x0, y0 = min(x0, box[i, 0]), min(y0, box[i, 1])
                x1, y1 = max(x1, box[i, 2]), max(y1, box[i, 3])
            reach = rho + SLACK
            if stroked:
                reach += 0.5 * params[k, 2 * points]
            rect[k, 0], rect[k, 2] = tile_range(x0, x1, reach, real(columns))
            rect[k, 1], rect[k, 3] = tile_range(y0, y1, reach, real(rows))
            frames[k, 0], frames[k, 1], frames[k, 2] = mean[0], mean[1], sqrt(total[0] / real(points))

    return CudaKernel(boxes, dtype)


@cache
def shape_sum_kernel(kind: str, linear: bool, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the sum of the rows of each shape: colour, opacity, width, frame; a warp for a shape."""
    outline: Any = primitive(kind).outline
    stroked = outline.stroked
    shading = LINEAR if linear else CONSTANT
    shading_frame_adjoint = shading.frame_adjoint
    color_tuple = tuple_functions(shading.values)
    load_color, store_color = color_tuple.load, color_tuple.store
    own = int(stroked)
    at_color = own + 1
    total_of = sum_rows(at_color + shading.values)

    def sum_shape(
        rect,  # (N, 4)
        columns,
        tile_start,  # (T + 1,)
        tile_shape,  # (E,)
        rows,  # (E, own + 1 + values)
        points,
        frames,  # (N, 3)
        color,  # (N, values)
        g_frames,  # (N, 3) out
        g_params,  # (N, P) out: the width
        g_color,  # (N, values) out
        g_opacity,  # (N,) out
    ):
        k = cuda.blockIdx.x
        total = total_of(k, rect, columns, tile_start, tile_shape, rows)
        if cuda.threadIdx.x == 0:
            g_c = total[at_color:]
            store_color(g_c, g_color, k, 0)
            g_opacity[k] = total[own]
            if stroked:
                g_params[k, 2 * points] = total[0]
            if linear:
                unit = 1.0 / max(frames[k, 2], MIN_FRAME)
                g_frames[k, 0], g_frames[k, 1], g_frames[k, 2] = shading_frame_adjoint(load_color(color, k), g_c, unit)

    return CudaKernel(sum_shape, dtype)


@cache
def edge_sum_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the sum of the pairs of every edge; a thread for an edge."""
    outline: Any = primitive(kind).outline
    stroked, real = outline.stroked, dtype.type
    row = tuple_functions(4)
    load, zeros_of, add, store = row.load, row.zeros, row.add, row.store

    def sum_edge(
        params,  # (N, P)
        curves,
        curve_start,  # (N curves + 1,)
        edge_curve,  # (M,)
        edges,  # (M, 8)
        rho,
        tile_rows,
        rect,  # (N, 4)
        columns,
        tile_start,  # (T + 1,)
        tile_shape,  # (E,)
        tile_entry,  # (E,)
        pair_start,  # (E + 1,)
        pair_edge,  # (Q,)
        pair_rows,  # (Q, 4)
        g_edges,  # (M, 4) out: gradient by the ends
    ):
        m = cuda.grid(1)
        if m >= curve_start[len(curve_start) - 1]:
            return
        k = edge_curve[m] // curves
        reach = rho + SLACK
        if stroked:
            reach += 0.5 * params[k, params.shape[1] - 1]
        total = zeros_of(rho)
        first_row, last_row = edge_rows(edges, m, reach, real(tile_rows))
        for r in range(max(first_row, rect[k, 1]), min(last_row, rect[k, 3])):
            x0, y0, x1, y1 = edges[m, 0], edges[m, 1], edges[m, 2], edges[m, 3]
            first, last = edge_columns(x0, y0, x1, y1, real(r), reach, real(columns))
            for c in range(max(first, rect[k, 0]), min(last, rect[k, 2])):
                t = r * columns + c
                j = place_of(k, tile_start[t], tile_start[t + 1], tile_shape)
                if j >= 0 and tile_entry[j] >= 0:
                    q = place_of(m, pair_start[j], pair_start[j + 1], pair_edge)
                    if q >= 0:
                        total = add(load(pair_rows, q), total)
        store(total, g_edges, m, 0)

    return CudaKernel(sum_edge, dtype)


@cache
def curve_sum_kernel(kind: str, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the sum of the edges of every curve, carried to its control points; a thread for a curve."""
    outline: Any = primitive(kind).outline
    degree = outline.degree

    def weights(t):
        return bernstein(t) if degree == 3 else (1.0 - t, t)

    def sum_curve(
        curve_start,  # (N curves + 1,)
        edge_t,  # (M, 2)
        g_edges,  # (M, 4)
        g_curves,  # (N curves, 2 (degree + 1)) out: gradient by the control points
    ):
        curve = cuda.grid(1)
        if curve >= len(curve_start) - 1:
            return
        for i in range(2 * (degree + 1)):
            g_curves[curve, i] = 0.0
        for m in range(curve_start[curve], curve_start[curve + 1]):
            for end in range(2):
                w = weights(edge_t[m, end])
                for i in range(degree + 1):
                    g_curves[curve, 2 * i] += w[i] * g_edges[m, 2 * end]
                    g_curves[curve, 2 * i + 1] += w[i] * g_edges[m, 2 * end + 1]

    return CudaKernel(sum_curve, dtype)


@cache
def point_sum_kernel(kind: str, linear: bool, dtype: np.dtype[Any]) -> CudaKernel:
    """Compile the sum of what the curves and the frame of a shape say of its points; a thread for a point."""
    outline: Any = primitive(kind).outline
    degree, closed, real = outline.degree, outline.closed, dtype.type

    def sum_point(
        params,  # (N, P)
        points,
        curves,
        g_curves,  # (N curves, 2 (degree + 1))
        frames,  # (N, 3)
        g_frames,  # (N, 3)
        g_params,  # (N, P) out
    ):
        n = cuda.grid(1)
        k, i = n // points, n % points
        if k >= len(params):
            return
        curve, place = i // degree, i % degree
        gx, gy = params[k, 0] - params[k, 0], params[k, 0] - params[k, 0]
        if curve < curves:
            gx += g_curves[k * curves + curve, 2 * place]
            gy += g_curves[k * curves + curve, 2 * place + 1]
        if place == 0 and (closed or curve > 0):  # the end of the curve before
            before = k * curves + (curve + curves - 1) % curves
            gx += g_curves[before, 2 * degree]
            gy += g_curves[before, 2 * degree + 1]
        if linear:
            along = g_frames[k, 2] / max(frames[k, 2], MIN_FRAME)
            gx += (g_frames[k, 0] + along * (params[k, 2 * i] - frames[k, 0])) / real(points)
            gy += (g_frames[k, 1] + along * (params[k, 2 * i + 1] - frames[k, 1])) / real(points)
        g_params[k, 2 * i], g_params[k, 2 * i + 1] = gx, gy

    return CudaKernel(sum_point, dtype)
