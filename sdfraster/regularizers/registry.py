"""Terms that a fit adds to its loss for the sake of the shapes themselves, each with its gradient.

A regulariser is built for a layer and then called with its values: it returns a number without unit and adds the
gradient of that to `g`, laid out like the values. All are means, over shapes or pixels, so that a weight keeps its
meaning when there are more of them; the loss of a good fit is of the order of 0.001. A pixel is one of the picture,
also on coarser levels of the pyramid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import inf
from numbers import Real

import numpy as np

from ..anatomy import position_columns, size_columns
from ..layer import Layer
from ..mesh import MESH
from ..plan import DerivedPlan, ScenePlan
from ..primitives import primitive
from ..scene import Scene
from ..shapes import Array
from ..vector import LayerView
from .overlap import Overlap
from .smoothness import crossing, curvature

WANTED_SIZE = 1.0  # pixels
TINY = 1e-12  # pixels, or units of colour, instead of none

Regularizer = Callable[[LayerView, LayerView, float], float]
WeightedTerms = tuple[float, Sequence[Regularizer]]  # a weight, and one term for each layer


def opacity(layer: Layer) -> Regularizer:
    """Want opacities of 0 or 1: the mean of 4 o (1 - o), which is 1 at one half."""

    def term(x: LayerView, g: LayerView, rho: float) -> float:
        o, n = x.opacity, max(1, len(x.opacity))
        g.opacity[:] += 4.0 * (1.0 - 2.0 * o) / n
        return float((4.0 * o * (1.0 - o)).sum() / n)

    return term


def size(layer: Layer, pixel: float = 1.0) -> Regularizer:
    """Want no shape below a pixel: the mean of (1 - s)^2 over the sizes s below 1.

    The sizes of a shape are the lengths without which it vanishes (radius, width, ...); of kinds that only have points,
    the root of their mean square distance from the mean point. Lengths of the layer count as `pixel` times as large.
    """
    if layer.contours is not None:
        return _size_of_ragged(layer, WANTED_SIZE / pixel)
    columns, position = size_columns(layer), position_columns(layer)
    least = WANTED_SIZE / pixel

    def term(x: LayerView, g: LayerView, rho: float) -> float:
        n = max(1, len(x.params))
        if columns:
            short = np.maximum(0.0, 1.0 - x.params[:, columns] / least)
            g.params[:, columns] -= 2.0 * short / (least * short.shape[1] * n)
            return float((short**2).mean(axis=1).sum() / n)
        points = x.params.take(position, axis=1).reshape(len(x.params), -1, 2)
        away = points - points.mean(axis=1, keepdims=True)
        spread = np.sqrt((away**2).sum(axis=(1, 2)) / away.shape[1])
        short = np.maximum(0.0, 1.0 - spread / least)
        slope = 2.0 * short / (least * n * away.shape[1] * np.maximum(spread, TINY))
        g.params[:, position] -= (slope[:, None, None] * away).reshape(len(x.params), len(position))
        return float((short**2).sum() / n)

    return term


def _size_of_ragged(layer: Layer, least: float) -> Regularizer:
    """Return `size` of a layer of outlines with different numbers of points; lengths below `least` are short."""
    widths = np.flatnonzero(layer.by_parameter(lambda parameter: parameter.size))
    x_places = np.flatnonzero(layer.by_parameter(lambda parameter: parameter.role.axis == 0))
    places = np.stack([x_places, x_places + 1])
    owner, n = np.repeat(np.arange(len(layer)), layer.sizes // 2), len(layer)
    count = layer.sizes // 2

    def term(x: LayerView, g: LayerView, rho: float) -> float:
        if len(widths):
            short = np.maximum(0.0, 1.0 - x.params[widths] / least)
            g.params[widths] -= 2.0 * short / (least * n)
            return float((short**2).sum() / n)
        points = x.params[places].astype(np.float64)
        away = points - np.stack([np.bincount(owner, axis) / count for axis in points])[:, owner]
        spread = np.sqrt(np.bincount(owner, (away**2).sum(axis=0)) / count)
        short = np.maximum(0.0, 1.0 - spread / least)
        slope = 2.0 * short / (least * n * count * np.maximum(spread, TINY))
        g.params[places] -= slope[owner] * away
        return float((short**2).sum() / n)

    return term


def gamut(layer: Layer) -> Regularizer:
    """Want colours from 0 to 1: the mean squared excess, of linear colours within the unit circle of their frame.

    There they go from e - h to e + h with the offset e and the length h of the slope.
    """
    rule = layer.rule
    tones, slopes = np.array(rule.tones), np.array(rule.slopes)

    def term(x: LayerView, g: LayerView, rho: float) -> float:
        color, g_color = (view.color.reshape(-1, rule.values) for view in (x, g))
        offset = color.take(tones, axis=1)
        n = max(1, offset.size)
        by_place = color.take(slopes, axis=1) if rule.slopes else np.zeros((*offset.shape, 2), offset.dtype)
        slope = np.sqrt((by_place**2).sum(axis=-1))
        above, below = np.maximum(0.0, offset + slope - 1.0), np.maximum(0.0, slope - offset)
        g_color[:, tones] += 2.0 * (above - below) / n
        if rule.slopes:
            g_slope = 2.0 * (above + below) / n / np.maximum(slope, TINY)
            g_color[:, slopes] += g_slope[..., None] * by_place
        return float((above**2 + below**2).sum() / n)

    return term


# name -> (layer, width, height, side of a pixel in pixels of the picture) -> regulariser
REGULARIZERS: dict[str, Callable[..., Regularizer]] = {
    "opacity": lambda layer, width, height, pixel=1.0: opacity(layer),
    "size": lambda layer, width, height, pixel=1.0: size(layer, pixel),
    "gamut": lambda layer, width, height, pixel=1.0: gamut(layer),
    "crossing": lambda layer, width, height, pixel=1.0: crossing(layer),
    "curvature": lambda layer, width, height, pixel=1.0: curvature(layer, pixel),
    "overlap": lambda layer, width, height, pixel=1.0: Overlap(layer, width, height),
}
OF_CURVES = ("crossing", "curvature")
ANGLE = "angle"  # of meshes, see `fitting.mesh.level`


def check_regularizers(weights: Mapping[str, float], kind: str) -> None:
    """Raise ValueError unless these are weights of regularisers that a kind of shapes, or a mesh, can have."""
    if not isinstance(weights, Mapping):
        raise ValueError(f"regularizers must be a mapping of names to weights, not {weights!r}")
    if kind == MESH:
        for name, weight in weights.items():
            if name != ANGLE or not (isinstance(weight, Real) and 0.0 <= weight < inf):
                raise ValueError(f"regularizers of a mesh can only be {ANGLE}, at least 0, not {name}: {weight}")
        return
    for name, weight in weights.items():
        if name not in REGULARIZERS:
            raise ValueError(f"regularizers must be among {', '.join(REGULARIZERS)}, not {name!r}")
        if not (isinstance(weight, Real) and 0.0 < weight < inf):
            raise ValueError(f"regularizers must have weights above 0, but that of {name} is {weight!r}")
        if name in OF_CURVES and not primitive(kind).curved:
            raise ValueError(f"regularizers: {name} is for kinds made of curves, path and stroke, not {kind}")


def weighted_terms(scene: Scene, weights: Mapping[str, float], pixel: float = 1.0) -> list[WeightedTerms]:
    """Return what regularisers, by name, add to the loss of scenes of one layout.

    Parameters
    ----------
    scene : Scene
        Any of them, of layers without meshes.
    weights : mapping
        Weight of every regulariser by name.
    pixel : float
        Side of a pixel of the scene, in pixels of the picture.
    """
    return [
        (weight, [REGULARIZERS[name](layer, scene.width, scene.height, pixel) for layer in scene.layers])
        for name, weight in weights.items()
    ]


class RegularizedPlan(DerivedPlan):
    """A plan whose loss includes regularisers, which are computed on the CPU.

    Parameters
    ----------
    plan : ScenePlan
        For the loss without them.
    terms : sequence of (float, sequence of callables)
        Weights of terms, and each term for every layer.
    """

    def __init__(self, plan: ScenePlan, terms: Sequence[WeightedTerms]) -> None:
        super().__init__(plan)
        self._terms = terms

    def value_and_grad(self, x: Array, target: Array, rho: float, picture: bool = False) -> float:
        """Return the loss with its regularisers, and set `gradient`; see `ScenePlan.value_and_grad`."""
        value = super().value_and_grad(x, target, rho, picture)
        for weight, terms in self._terms:
            g = np.zeros_like(self.gradient)
            for term, x_layer, g_layer in zip(terms, self.layout.views(x)[0], self.layout.views(g)[0], strict=True):
                value += weight * term(x_layer, g_layer, rho)
            self.gradient += g.dtype.type(weight) * g
        return value
