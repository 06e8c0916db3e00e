"""Whether a drawing leaves its canvas.

The root of an SVG clips to the box that it is shown in, not to its viewBox. In a box of another aspect ratio (an
``<img>`` with width and height, say) there is room beside the canvas, and what lies there would be seen.
"""

from __future__ import annotations

from ..layer import Layer
from ..mesh import Mesh
from ..primitives import Primitive, primitive
from .rim import rim, runs_outside
from .written import DIGITS, seamless

UNSEEN = 0.5 * 10.0**-DIGITS  # pixels


def leaves(shapes: Layer | Mesh, width: int, height: int) -> bool:
    """Return whether anything of a `rounded` layer or mesh is drawn outside of the canvas."""
    if isinstance(shapes, Mesh) and seamless(shapes) and all(runs_outside(line, width, height) for line in rim(shapes)):
        return bool(shapes.opacity.any())  # faces are underlaid with hairlines, which no mask cuts then
    layer = shapes.layer() if isinstance(shapes, Mesh) else shapes
    shape = primitive(layer.kind)
    visible = layer.params[layer.opacity >= UNSEEN].tolist()
    return any(_beyond(_hull(shape, p), width, height) and _beyond(shape.bounds(p), width, height) for p in visible)


def _hull(shape: Primitive, p: list[float]) -> tuple[float, float, float, float]:
    """Return a box that holds a shape, quickly: curves stay between their control points."""
    if shape.outline is None:
        box: tuple[float, float, float, float] = shape.bounds(p)
        return box
    last = 2 * shape.outline.points(len(p))
    r = 0.5 * p[-1] if shape.outline.stroked else 0.0
    xs, ys = p[0:last:2], p[1:last:2]
    return min(xs) - r, min(ys) - r, max(xs) + r, max(ys) + r


def _beyond(box: tuple[float, float, float, float], width: int, height: int) -> bool:
    x0, y0, x1, y1 = box
    return min(x0, y0) < -UNSEEN or x1 > width + UNSEEN or y1 > height + UNSEEN
