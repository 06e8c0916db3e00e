"""Symmetric fits: shapes come in pairs, the second the mirror image of the first at the vertical middle of the picture.

Both are variables, but the gradient is made symmetric: then every optimiser that treats all values alike moves both in
the same way, and what it minimises is still the loss against the picture as it is.
"""

from __future__ import annotations

import numpy as np

from ...anatomy import over_parameters
from ...layer import Layer
from ...plan import DerivedPlan, ScenePlan
from ...scene import Scene
from ...shapes import Array


def with_mirror_images(layer: Layer, width: float) -> Layer:
    """Return each shape of a layer and, on top of it, its mirror image in a picture of this width."""
    pairs = layer[np.repeat(np.arange(len(layer)), 2)]
    params, color, opacity = (array.copy() for array in pairs.values)
    second = over_parameters(pairs, np.arange(len(pairs)) % 2 == 1)
    across = pairs.by_parameter(lambda parameter: parameter.role.axis == 0)
    params[second] *= pairs.by_role(lambda role: role.mirrors)[0][second]
    params[second & across] += width
    color[1::2] *= _signs(layer)[1]
    return pairs.with_values(params, color, opacity)


def symmetric(scene: Scene) -> Scene:
    """Return a scene of pairs in which every second shape is exactly the mirror image of the one before."""
    layers = [with_mirror_images(layer[::2], scene.width) for layer in scene.layers]
    return Scene(scene.width, scene.height, layers, scene.background)


class SymmetricPlan(DerivedPlan):
    """A plan whose gradient is that of a scene of pairs which move together.

    Parameters
    ----------
    plan : ScenePlan
        For shapes that move each by itself.
    """

    def __init__(self, plan: ScenePlan) -> None:
        super().__init__(plan)
        self._signs = [_signs(layer) for layer in self.layout.template.layers]

    def value_and_grad(self, x: Array, target: Array, rho: float, picture: bool = False) -> float:
        """Return the loss, and set `gradient`; see `ScenePlan.value_and_grad`."""
        value = super().value_and_grad(x, target, rho, picture)
        self._make_symmetric()
        return value

    def vjp(self, x: Array, g_canvas: Array, rho: float) -> None:
        """Set `gradient` to that of a loss of the picture; see `ScenePlan.vjp`."""
        super().vjp(x, g_canvas, rho)
        self._make_symmetric()

    def _make_symmetric(self) -> None:
        """Make the gradients of the two shapes of every pair those of a common move."""
        for view, (of_params, of_color) in zip(self.layout.views(self.gradient)[0], self._signs, strict=True):
            for g, sign in ((view.params, of_params), (view.color, of_color), (view.opacity, 1.0)):
                mean = 0.5 * (g[::2] + sign * g[1::2])
                g[::2], g[1::2] = mean, sign * mean


def _signs(layer: Layer) -> tuple[Array, Array]:
    """Return by what the parameters (P,) and the colour of a shape are multiplied in its mirror image."""
    of_params = np.array([parameter.role.mirrors for parameter in layer.parameters], layer.dtype)
    of_color = np.ones(layer.rule.values, layer.dtype)
    of_color[list(layer.rule.mirrored)] = -1.0
    return of_params, of_color.reshape(layer.rule.shape)
