"""From rows of tile hits to the gradient of every shape: the second half of the adjoint, for kinds without edges."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ..model.shading import SHADINGS
from ..primitives import primitive
from .compile.kernel import Kernel
from .compile.tuples import tuple_functions
from .functions import shape_functions


class RowFunctions(NamedTuple):
    """Plain functions of one kind and rule of colours."""

    length: int
    """Values of a row: gradient by geometry, opacity and colour"""
    store: Callable[..., Any]
    """``store(total, k, params, color, gradient)`` sets the gradient of shape k, given the sum of its rows: what they
    say of the frame of its colour is carried to its geometry"""


def row_functions(kind: str, shading: str) -> RowFunctions:
    """Return the functions of a kind whose distance is a formula."""
    shape, framed = shape_functions(kind, shading), SHADINGS[shading].framed
    load_color, frame = shape.load_color, shape.frame
    frame_adjoint, shading_frame_adjoint = primitive(kind).frame_adjoint, shape.shading.frame_adjoint
    geometry = tuple_functions(shape.row)
    load, add_geometry, store_geometry = geometry.load, geometry.add, geometry.store
    store_color = tuple_functions(shape.shading.values).store
    at_opacity, at_color = shape.row, shape.row + 1

    def store(total, k, params, color, gradient):
        g_p, g_c = total[:at_opacity], total[at_color:]
        if framed:
            p = load(params, k)
            _, _, unit = frame(p)
            g_cx, g_cy, g_l = shading_frame_adjoint(load_color(color, k), g_c, unit)
            g_p = add_geometry(g_p, frame_adjoint(p, g_cx, g_cy, g_l))
        store_geometry(g_p, gradient.params, k, 0)
        gradient.opacity[k] = total[at_opacity]
        store_color(g_c, gradient.color, k, 0)

    return RowFunctions(at_color + shape.shading.values, store)


@cache
def sum_kernel(kind: str, shading: str, dtype: np.dtype[Any]) -> Kernel:
    """Compile the sum of the rows of each shape."""
    length, store = row_functions(kind, shading)
    row = tuple_functions(length)
    load, zeros, add = row.load, row.zeros, row.add

    def visit(
        worker,
        workers,
        rows,
        params,  # (N, P)
        color,  # (N, values)
        gradient,  # out
    ):
        for k in range(worker, len(params), workers):
            total = zeros(params[k, 0])
            for e in range(rows.start[k], rows.start[k + 1]):
                total = add(load(rows.values, rows.place[e]), total)
            store(total, k, params, color, gradient)

    return Kernel(visit, dtype, f"sum {kind} {shading}")
