"""From a scene with meshes to the layers of triangles that the kernels know, and back.

The kernels see vectors of the *expanded* scene. `Expansion` fills one from a vector of the scene, by gathering corners
and colours of faces from shared vertices, and carries the gradient the other way, adding up what faces share in the
order of the faces. Without a mesh both vectors are one and nothing is copied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from ..layer import Layer
from ..mesh import Mesh
from ..model.mesh import gather_colors, gather_colors_adjoint, gather_corners_adjoint
from ..scene import Scene
from ..shapes import Array
from ..vector import Layout
from .compile.kernel import serial


class Expansion:
    """The expanded scene and its vectors.

    Parameters
    ----------
    layout : Layout
        That of the scene's own vectors.
    scene : Scene
        The scene, with at least one layer.
    gradient : ndarray
        Gradient by the scene's own vector, which `adjoint` sets.

    Attributes
    ----------
    scene : Scene
        The scene with every mesh as a layer of triangles.
    layout : Layout
        That of the expanded scene.
    own_layout : Layout
        That of the scene itself.
    held : ndarray
        Its vector, as `forward` has taken it.
    plain : bool
        Whether there are no meshes, so that both scenes are one.
    x, gradient : ndarray, shape (layout.size,)
        Values of the expanded scene and gradient by them.
    """

    def __init__(self, layout: Layout, scene: Scene, gradient: Array) -> None:
        self.own_layout, self._gradient = layout, gradient
        self._meshes = [layer if isinstance(layer, Mesh) else None for layer in scene.layers]
        self.plain = all(mesh is None for mesh in self._meshes)
        self.scene = expanded_scene(scene)
        self.layout = Layout(self.scene)
        self.x = np.zeros(self.layout.size, scene.dtype)
        self.held = self.x if self.plain else np.zeros_like(gradient)
        self.gradient = gradient if self.plain else np.zeros_like(self.x)

    def forward(self, x: Array) -> None:
        """Set `x` from a vector of the scene."""
        Layout.hold(x, out=self.held)
        if self.plain:
            return
        layers, background = self.own_layout.views(self.held)
        expanded, expanded_background = self.layout.views(self.x)
        for mesh, given, out in zip(self._meshes, layers, expanded, strict=True):
            out.opacity[:] = given.opacity
            if mesh is None:
                out.params[:], out.color[:] = given.params, given.color
                continue
            out.params[:] = given.params[mesh.faces].reshape(-1, 6)
            if mesh.vertex_color is None:
                out.color[:] = given.color
            else:
                color = np.empty((len(mesh), 9))
                compiled(gather_colors)(wide(out.params), mesh.faces, wide(given.color), color)
                out.color[:] = color.reshape(-1, 3, 3)
        if background is not None and expanded_background is not None:
            expanded_background[:] = background

    def adjoint(self) -> None:
        """Set the gradient by the vector of the scene, given `gradient` by what `forward` has set."""
        if self.plain:
            return
        layers, background = self.own_layout.views(self._gradient)
        expanded, expanded_background = self.layout.views(self.gradient)
        values, _ = self.own_layout.views(self.held)
        for n, (mesh, out, given) in enumerate(zip(self._meshes, layers, expanded, strict=True)):
            out.opacity[:] = given.opacity
            if mesh is None:
                out.params[:], out.color[:] = given.params, given.color
                continue
            g_params, g_vertices = wide(given.params), np.zeros(out.params.shape)
            if mesh.vertex_color is None:
                out.color[:] = given.color
            else:
                params = wide(self.layout.views(self.x)[0][n].params)
                g_color, g_corner_color = wide(given.color).reshape(-1, 9), np.empty((len(mesh), 9))
                color, g_vertex_color = wide(values[n].color), np.zeros(out.color.shape)
                compiled(gather_colors_adjoint)(params, mesh.faces, color, g_color, g_params, g_corner_color)
                compiled(gather_corners_adjoint)(mesh.faces, g_corner_color, g_vertex_color)
                out.color[:] = g_vertex_color
            compiled(gather_corners_adjoint)(mesh.faces, g_params, g_vertices)
            out.params[:] = g_vertices
        if background is not None and expanded_background is not None:
            background[:] = expanded_background


def expanded_scene(scene: Scene) -> Scene:
    """Return a scene with every mesh as a layer of triangles."""
    layers = [_triangles(layer) if isinstance(layer, Mesh) else layer for layer in scene.layers]
    return Scene(scene.width, scene.height, layers, scene.background)


def _triangles(mesh: Mesh) -> Layer:
    """Return the layer of a mesh; if vertices have the colours, without those."""
    if mesh.color is None:
        mesh = replace(mesh, color=np.zeros((len(mesh), 3, 3)), vertex_color=None)
    return mesh.layer()


def wide(array: Array) -> Array:
    """Return a copy in float64."""
    return np.array(array, np.float64, order="C")


@cache
def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of `model.mesh` for float64."""
    return serial(function, np.dtype(np.float64), f"mesh {function.__name__}")
