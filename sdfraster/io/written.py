"""The scene as an SVG file holds it: numbers rounded, colours of 8 bits, over layers only (but for meshes).

The writer begins here, and so does whoever asks what the export loses; they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ..layer import Layer
from ..mesh import Mesh
from ..model.composite import COMPOSITES, OVER
from ..model.paint import Paint, quantized
from ..primitives import primitive
from ..scene import Scene
from .digits import PRECISION, Digits

USUAL = Digits()


class Painted(NamedTuple):
    """One shape, as precise as it is written, in Python floats."""

    params: Any  # as the functions of the primitive take them
    fill: Paint
    opacity: float


def rounded(shapes: Any, digits: Digits = USUAL) -> Any:
    """Return a layer or a mesh in float64, with its geometry as precise as it is written.

    That is pixels and turns; other numbers are not in the file, only what is drawn with them.
    """
    geometry, color, opacity = shapes.astype(np.float64).values
    values = geometry.copy()
    for which, written in (("turns", digits.turn), ("scales", digits.rounded)):
        places = shapes.by_parameter(lambda item, which=which: getattr(item.role, which)).astype(bool)
        values[places] = [written(value) for value in geometry[places].tolist()]
    return shapes.with_values(values, color, opacity)


def painted(layer: Layer, digits: Digits = USUAL) -> Iterator[Painted]:
    """Yield the shapes of a `rounded` layer."""
    shape, paint = primitive(layer.kind), layer.rule.paint
    for p, color, opacity in zip(layer.shapes(), layer.color, layer.opacity.tolist(), strict=True):
        yield Painted(p, paint(shape, p, color), round(opacity, digits.opacities))


def seamless(mesh: Mesh) -> bool:
    """Return whether SVG can paint the mesh without seams: as one group of opaque faces."""
    return COMPOSITES[mesh.composite].grouped and len(set(mesh.opacity.tolist())) <= 1


def expressible(scene: Scene, precision: int = PRECISION) -> Scene:
    """Return the scene as it is written to SVG, to find out how much the export loses.

    Mean layers become over layers (meshes of one opacity do not), geometry is rounded, colours are rounded to 8 bits,
    linear colours become those of the gradients written. One difference remains: a linear colour that leaves 0..1
    inside its shape is clamped per shape in SVG.
    """
    layers: list[Layer | Mesh] = []
    digits = Digits(precision)
    for layer in (rounded(layer, digits) for layer in scene.layers):
        flat = layer.layer() if isinstance(layer, Mesh) else layer
        shapes = list(painted(flat, digits))
        color = np.array([shape.fill.color for shape in shapes]).reshape(flat.color.shape)
        opacity = np.array([shape.opacity for shape in shapes])
        if isinstance(layer, Mesh) and seamless(layer):
            layers.append(replace(layer, color=color, vertex_color=None, opacity=opacity))
        else:
            composite = flat.composite if COMPOSITES[flat.composite].in_svg else OVER
            layers.append(replace(flat, color=color, opacity=opacity, composite=composite))
    background = None if scene.background is None else quantized(scene.background)
    return Scene(scene.width, scene.height, layers, background).astype(scene.dtype)
