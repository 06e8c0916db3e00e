"""A drawing as a scene, which can be drawn, differentiated, fitted on and saved like any other."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..layer import Layer
from ..model.gradients import linear_gradient, radial_gradient
from ..primitives import primitive
from ..scene import Scene
from .drawing import Drawing, Shape, controls

SHADINGS = {"linear": "gradient", "radial": "radial"}  # of paints


def scene_of(drawing: Drawing) -> Scene:
    """Return a drawing as a scene in float64: a layer for shapes that follow each other and are of one sort.

    Gradients whose transparency changes have its mean, as shapes of scenes have one opacity.
    """
    made = [(shape, _params(shape)) for shape in drawing.shapes]
    colored = [(shape, params, _color(shape, params)) for shape, params in made]
    layers = []
    for (kind, _, shading), group in groupby(colored, lambda item: _sort(item[0], item[2])):
        members = list(group)
        params: Any = [contours for _, contours, _ in members]
        if kind == "stroke":
            params = [contours[0] for contours in params]
        elif kind != "path":
            params = np.array([contours[0] for contours in params])
        opacity = np.array([float(shape.paint.colors[:, 3].mean()) for shape, _, _ in members])
        color = np.array([values for _, _, values in members])
        more: dict[str, Any] = {} if shading is None else {"shading": shading}
        layers.append(Layer(kind, params, color, opacity, **more))
    return Scene(drawing.width, drawing.height, layers, drawing.background)


def _params(shape: Shape) -> list[NDArray[np.float64]]:
    """Return the parameters of each contour of a shape."""
    if shape.width is not None:
        return [_line(shape, shape.width)]
    if shape.params is not None:
        return [shape.params]
    return [control[:, :3].ravel() for control in controls(shape)]


def _line(shape: Shape, width: float) -> NDArray[np.float64]:
    """Return the parameters of the `stroke` that is a line."""
    (control,) = controls(shape)
    return np.concatenate([control[:, :3].ravel(), control[-1, 3], [width]])


def _kind(shape: Shape) -> str:
    """Return the kind of a shape in a scene."""
    return shape.kind if shape.width is None else "stroke"


def _color(shape: Shape, params: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the colours of a shape as layers have them."""
    paint = shape.paint
    if paint.kind == "flat":
        return paint.colors[0, :3]
    cx, cy, unit = primitive(_kind(shape)).frame(np.concatenate(params).tolist())
    frame = float(cx), float(cy), max(float(unit), 1e-6)
    stops = [(float(offset), color[:3]) for offset, color in zip(paint.offsets, paint.colors, strict=True)]
    if paint.kind == "linear":
        x1, y1, x2, y2 = paint.where.tolist()
        return linear_gradient(frame, (x1, y1, x2, y2), stops)
    cx, cy, r = paint.where.tolist()
    return radial_gradient(frame, (cx, cy, r), (cx, cy, 0.0), stops)


def _sort(shape: Shape, color: NDArray[np.float64]) -> tuple[str, tuple[int, ...], str | None]:
    """Return what the shapes of a layer have in common: kind, shape of the colours, and how these change."""
    return _kind(shape), color.shape, SHADINGS[shape.paint.kind] if color.ndim > 1 or len(color) > 3 else None
