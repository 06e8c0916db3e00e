"""Whether a drawing leaves its canvas.

The root of an SVG clips to the box that it is shown in, not to its viewBox. In a box of another aspect ratio (an
``<img>`` with width and height, say) there is room beside the canvas, and what lies there would be seen.
"""

from __future__ import annotations

from ..layer import Layer
from ..mesh import Mesh
from ..primitives import primitive
from .rim import rim, runs_outside
from .written import seamless

UNSEEN = 0.5e-3  # pixels, and opacity


def leaves(shapes: Layer | Mesh, width: int, height: int) -> bool:
    """Return whether anything of a `rounded` layer or mesh is drawn outside of the canvas."""
    if isinstance(shapes, Mesh) and seamless(shapes) and all(runs_outside(line, width, height) for line in rim(shapes)):
        return bool(shapes.opacity.any())  # faces are underlaid with hairlines, which no mask cuts then
    layer = shapes.layer() if isinstance(shapes, Mesh) else shapes
    shape = primitive(layer.kind)
    visible = layer[layer.opacity >= UNSEEN].shapes()
    return any(_beyond(shape.hull(p), width, height) and _beyond(shape.bounds(p), width, height) for p in visible)


def _beyond(box: tuple[float, float, float, float], width: int, height: int) -> bool:
    x0, y0, x1, y1 = box
    return min(x0, y0) < -UNSEEN or x1 > width + UNSEEN or y1 > height + UNSEEN
