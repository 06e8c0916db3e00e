"""A scene as one flat vector, which is all an optimiser sees, and back.

Layer after layer: params (of a mesh: vertices), color (of shapes or vertices), opacity; then the background. `Layout`
knows where everything is; its views share memory with the vector, so nothing is copied between an optimiser and the
kernels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .mesh import Mesh
from .roles import BACKGROUND, Role
from .scene import Scene, SceneGradient
from .shapes import Array

LARGEST = 1e10  # pixels: kernels take no number for larger, whose squares and products float32 could not hold


class LayerView(NamedTuple):
    """The parts of a vector that belong to one layer."""

    params: Array  # (N, P), or (V,) as `Layer.values` have it, of a mesh (V, 2)
    color: Array  # (N, 3) or (N, 3, 3), of a mesh also (V, 3)
    opacity: Array  # (N,)


class Layout:
    """Where the values of a scene stand in its vector.

    Parameters
    ----------
    scene : Scene
        Any scene of the layout; another one fits if canvas, dtype, background or none, and the kind, composite, fill
        rule, shading, array shapes and contours of every layer are the same.
    """

    def __init__(self, scene: Scene) -> None:
        self.template = scene
        self._slices = []
        start = 0
        for layer in scene.layers:
            for array in layer.values:
                self._slices.append(slice(start, start + array.size))
                start += array.size
        self.size = start + (0 if scene.background is None else 3)

    def vector(self, scene: Scene) -> Array:
        """Return the values of a scene as a new vector (size,)."""
        arrays = [a.ravel() for layer in scene.layers for a in layer.values]
        if scene.background is not None:
            arrays.append(scene.background)
        return np.concatenate(arrays) if arrays else np.empty(0, scene.dtype)

    @staticmethod
    def hold(vector: Array, out: Array | None = None) -> Array:
        """Return a vector as the kernels want it: no number beyond `LARGEST`, which is beyond every picture."""
        held: Array = np.clip(vector, -LARGEST, LARGEST, out=out)
        return held

    def views(self, vector: Array) -> tuple[tuple[LayerView, ...], Array | None]:
        """Return the parts of a vector, layer after layer, and the background, as views."""
        parts = iter(self._slices)
        layers = tuple(
            LayerView(*(vector[next(parts)].reshape(array.shape) for array in layer.values))
            for layer in self.template.layers
        )
        return layers, None if self.template.background is None else vector[self.size - 3 :]

    def scene(self, vector: Array) -> Scene:
        """Return the scene of a vector, as a copy."""
        layers, background = self.views(vector)
        made = [old.with_values(*view) for old, view in zip(self.template.layers, layers, strict=True)]
        return Scene(self.template.width, self.template.height, made, background)

    def gradient(self, vector: Array) -> SceneGradient:
        """Return the gradient that a vector holds, laid out like the scene and sharing memory with the vector."""
        layers, background = self.views(vector)
        made = (layer.gradient(*view) for layer, view in zip(self.template.layers, layers, strict=True))
        return SceneGradient(tuple(made), background)

    def by_role(self, value_of: Callable[[Role], float]) -> Array:
        """Return a vector with what a function says of its role in every place."""
        vector = np.empty(self.size, self.template.dtype)
        layers, background = self.views(vector)
        for layer, view in zip(self.template.layers, layers, strict=True):
            for part, values in zip(view, layer.by_role(value_of), strict=True):
                part[:] = values
        if background is not None:
            background[:] = value_of(BACKGROUND)
        return vector

    def bounds(self) -> tuple[Array, Array]:
        """Return the lowest and highest valid value for every place of the vector."""
        return self.by_role(lambda role: role.lower), self.by_role(lambda role: role.upper)


def layout_key(scene: Scene) -> tuple[Any, ...]:
    """Return what scenes of one layout have in common, to be compared."""
    layers = []
    for layer in scene.layers:
        own: Any = layer.faces.tobytes() if isinstance(layer, Mesh) else None
        if own is None:
            own = layer.kind, layer.fill_rule, layer.shading, layer.contours
        layers.append((own, layer.composite, *(array.shape for array in layer.values)))
    return scene.width, scene.height, scene.dtype, scene.background is None, *layers
