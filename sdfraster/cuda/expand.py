"""From a scene with meshes to the layers of triangles that the kernels know, and back; the twin of `engine.expand`.

A face gathers its corners; a vertex adds up what its faces say of it, in their order, from a list made once. Colours of
vertices are worked with in float64, as on the CPU. Without a mesh both vectors are one and nothing is copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numba import cuda

from ..engine.expand import expanded_scene
from ..layer import Layer
from ..mesh import Mesh
from ..model.mesh import gather_color, gather_color_adjoint
from ..scene import Scene
from ..vector import Layout
from .compile.kernel import CudaKernel
from .compile.memory import empty, zeros
from .shapes import THREADS, blocks

WIDE = np.dtype(np.float64)


class CudaExpansion:
    """The expanded scene and its vectors on the device.

    Parameters
    ----------
    layout : Layout
        That of the scene's own vectors.
    scene : Scene
        The scene, with at least one layer.
    x, g : device array, shape (layout.size,)
        Values of the scene, and the gradient by them, which `adjoint` sets.

    Attributes
    ----------
    background, g_background : device array, shape (3,), or None
        Values of the background, and the gradient by them.
    """

    def __init__(self, layout: Layout, scene: Scene, x: Any, g: Any) -> None:
        self._scene = expanded_scene(scene)
        plain = not any(isinstance(layer, Mesh) for layer in scene.layers)
        inner = Layout(self._scene)
        self._x = x if plain else zeros(inner.size, scene.dtype)
        self._g = g if plain else zeros(inner.size, scene.dtype)
        views, g_views = _views(inner, self._x), _views(inner, self._g)
        self._views = list(zip(views, g_views, strict=True))
        self.background = self.g_background = None
        if scene.background is not None:
            self.background, self.g_background = x[x.size - 3 :], g[g.size - 3 :]
        self._meshes, self._copies = [], []
        if not plain:
            for n, (mesh, given, g_given) in enumerate(
                zip(scene.layers, _views(layout, x), _views(layout, g), strict=True)
            ):
                if isinstance(mesh, Mesh):
                    self._meshes.append(_MeshOnDevice(mesh, given, g_given, *self._views[n]))
                    self._copies.append((given[2], self._views[n][0][2], g_given[2], self._views[n][1][2]))
                else:
                    self._copies.extend(zip(given, views[n], g_given, g_views[n], strict=True))

    def layers(self) -> Iterator[tuple[Layer, Any, Any]]:
        """Return every layer with its values and gradient on the device: parameters, colours in rows, opacities."""
        for layer, (x, g) in zip(self._scene.layers, self._views, strict=True):
            values = layer.rule.values
            yield layer, *((v[0], v[1].reshape(v[1].size // values, values), v[2]) for v in (x, g))

    def forward(self) -> None:
        """Set the values of the expanded scene."""
        for own, inner, _, _ in self._copies:
            copy(own, inner)
        for mesh in self._meshes:
            mesh.forward()

    def adjoint(self) -> None:
        """Set the gradient by the vector of the scene."""
        for _, _, g_own, g_inner in self._copies:
            copy(g_inner, g_own)
        for mesh in self._meshes:
            mesh.adjoint()


class _MeshOnDevice:
    """A mesh, and the kernels between it and its triangles."""

    def __init__(self, mesh: Mesh, x: Any, g: Any, inner: Any, g_inner: Any) -> None:
        self._x, self._g, self._inner, self._g_inner = x, g, inner, g_inner
        self._count, self._vertices = len(mesh), len(mesh.vertices)
        self._faces = cuda.to_device(mesh.faces) if self._count else empty((0, 3), "int32")
        order = np.argsort(mesh.faces.ravel(), kind="stable").astype(np.int32)  # corners, vertex after vertex
        counts = np.bincount(mesh.faces.ravel(), minlength=self._vertices)
        self._corners = cuda.to_device(order) if self._count else empty(0, "int32")
        self._start = cuda.to_device(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32))
        self._by_vertex = mesh.color is None
        n = self._count
        self._params, self._g_params = empty((n, 6), WIDE), empty((n, 6), WIDE)
        if self._by_vertex:
            self._colors, self._g_colors = empty((self._vertices, 3), WIDE), empty((n, 9), WIDE)

    def forward(self) -> None:
        """Gather corners and colours of the faces."""
        faces = blocks(self._count), THREADS
        corners_kernel()(*faces, self._faces, self._x[0], self._params, self._inner[0])
        if self._by_vertex:
            copy(self._x[1], self._colors)
            inner = self._inner[1].reshape(self._count, 9)
            colors_kernel()(*faces, self._params, self._faces, self._colors, inner)
        else:
            copy(self._x[1], self._inner[1])

    def adjoint(self) -> None:
        """Add up the gradient of the faces, vertex by vertex."""
        vertices = blocks(self._vertices), THREADS
        copy(self._g_inner[0], self._g_params)
        if self._by_vertex:
            given = self._params, self._faces, self._colors, self._g_inner[1].reshape(self._count, 9)
            colors_adjoint_kernel()(blocks(self._count), THREADS, *given, self._g_params, self._g_colors)
            vertices_kernel(3)(*vertices, self._start, self._corners, self._g_colors, self._g[1])
        else:
            copy(self._g_inner[1], self._g[1])
        vertices_kernel(2)(*vertices, self._start, self._corners, self._g_params, self._g[0])


def _views(layout: Layout, vector: Any) -> list[tuple[Any, ...]]:
    """Return the parts of a device vector, layer after layer."""
    start, layers = 0, []
    for layer in layout.template.layers:
        parts = []
        for array in layer.values:
            stop = start + array.size
            parts.append(vector[start:stop].reshape(array.shape) if array.size else empty(array.shape, vector.dtype))
            start = stop
        layers.append(tuple(parts))
    return layers


def copy(source: Any, target: Any) -> None:
    """Copy an array on the device, also to another dtype."""
    n = source.size
    copy_kernel()(blocks(n), THREADS, source.reshape(n), target.reshape(n))


@cache
def copy_kernel() -> CudaKernel:
    """Compile copying; a thread for an element."""

    def copy_element(source, target):
        i = cuda.grid(1)
        if i < len(source):
            target[i] = source[i]

    return CudaKernel(copy_element, WIDE)


@cache
def corners_kernel() -> CudaKernel:
    """Compile the gathering of corners; a thread for a face."""

    def corners(
        faces,  # (F, 3)
        vertices,  # (V, 2)
        wide,  # (F, 6) out, in float64
        params,  # (F, 6) out
    ):
        k = cuda.grid(1)
        if k < len(faces):
            for i in range(6):
                params[k, i] = wide[k, i] = vertices[faces[k, i // 2], i % 2]

    return CudaKernel(corners, WIDE)


@cache
def colors_kernel() -> CudaKernel:
    """Compile the gathering of colours; a thread for a face."""

    def colors(
        params,  # (F, 6)
        faces,  # (F, 3)
        vertex_color,  # (V, 3)
        color,  # (F, 9) out
    ):
        k = cuda.grid(1)
        if k < len(faces):
            gather_color(params, faces, vertex_color, color, k)

    return CudaKernel(colors, WIDE)


@cache
def colors_adjoint_kernel() -> CudaKernel:
    """Compile the adjoint of the gathering of colours; a thread for a face."""

    def colors_adjoint(
        params,  # (F, 6)
        faces,  # (F, 3)
        vertex_color,  # (V, 3)
        g_color,  # (F, 9)
        g_params,  # (F, 6) in, out
        g_corner_color,  # (F, 9) out
    ):
        k = cuda.grid(1)
        if k < len(faces):
            gather_color_adjoint(params, faces, vertex_color, g_color, g_params, g_corner_color, k)

    return CudaKernel(colors_adjoint, WIDE)


@cache
def vertices_kernel(n: int) -> CudaKernel:
    """Compile the sum of n values of corners for every vertex; a thread for a vertex."""

    def vertices(
        start,  # (V + 1,)
        corners,  # (3 F,): of every vertex, in the order of faces
        g_corners,  # (F, 3 n)
        g_vertices,  # (V, n) out
    ):
        v = cuda.grid(1)
        if v < len(start) - 1:
            for i in range(n):
                total = 0.0
                for j in range(start[v], start[v + 1]):
                    total += g_corners[corners[j] // 3, n * (corners[j] % 3) + i]
                g_vertices[v, i] = total

    return CudaKernel(vertices, WIDE)
