"""The derivative of the values of the expanded scene by those of a scene with meshes, as a sparse matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ...mesh import Mesh
from ...model.mesh import gather_colors_adjoint
from ...scene import Array
from ...vector import LayerView
from ..expand import Expansion, compiled, wide

CORNERS = 3


def expansion_jacobian(expansion: Expansion) -> Any:
    """Return the derivative (expanded values, values) at what `Expansion.forward` has taken."""
    own, expanded = expansion.own_layout, expansion.layout
    numbers: NDArray[Any] = np.arange(own.size)
    places: NDArray[Any] = np.arange(expanded.size)
    (layers, background), (expanded_layers, expanded_background) = own.views(numbers), expanded.views(places)
    parts = []
    for n, (layer, to, of) in enumerate(zip(own.template.layers, expanded_layers, layers, strict=True)):
        parts.append(_same(to.opacity, of.opacity))
        if not isinstance(layer, Mesh):
            parts += [_same(to.params, of.params), _same(to.color, of.color)]
            continue
        parts.append(_same(to.params, of.params[layer.faces]))
        if layer.vertex_color is None:
            parts.append(_same(to.color, of.color))
        else:
            params = expanded.views(expansion.x)[0][n].params
            parts.append(_colors(layer, to, of, params, own.views(expansion.held)[0][n].color))
    if background is not None:
        parts.append(_same(expanded_background, background))
    i, j, data = (np.concatenate(each) for each in zip(*parts, strict=True))
    return sparse.csr_matrix((data, (i, j)), shape=(len(places), len(numbers)))


Part = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]  # rows, columns and values of a part of a sparse matrix


def _same(to: Any, of: Any) -> Part:
    """Return the part of values that are copied."""
    return to.ravel(), of.ravel(), np.ones(to.size)


def _colors(mesh: Mesh, to: LayerView, of: LayerView, params: Array, color: Array) -> Part:
    """Return the part of linear colours that come from those of vertices: one row of all faces at a time."""
    rows, columns, values = [], [], []
    count, size = len(mesh), 3 * CORNERS
    of_corners, of_colors = of.params[mesh.faces].reshape(count, -1), of.color[mesh.faces].reshape(count, -1)
    for k, to_colors in enumerate(to.color.reshape(count, size).T):
        g_color = np.zeros((count, size))
        g_color[:, k] = 1.0
        g_params, g_corner_color = np.zeros((count, 2 * CORNERS)), np.empty((count, size))
        arrays = wide(params), mesh.faces, wide(color), g_color, g_params, g_corner_color
        compiled(gather_colors_adjoint)(*arrays)
        for g, places in ((g_params, of_corners), (g_corner_color, of_colors)):
            rows.append(np.repeat(to_colors, g.shape[1]))
            columns.append(places.ravel())
            values.append(g.ravel())
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(values)
