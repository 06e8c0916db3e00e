"""The oracle: the rendering rule of the design, pixel by pixel and straight from its equations, in float64.

No tiles, no bins, nothing shared with the engine or with ``sdfraster.model``: only the geometry of the primitives, and
the triangles that a mesh says it is made of.
Slow on purpose; keep images below about 64 x 64. The number of Python steps is pixels times shapes.
"""

from __future__ import annotations

from math import hypot
from typing import Any

import numpy as np

from sdfraster import Layer, Mesh, Scene, primitive

SHORTEST_UNIT = 1e-3  # pixels; frames of degenerate shapes have no length of their own


def coverage(t: float, filter: str) -> float:
    """Return the mass of the filter's density from t = d / rho up to 1."""
    t = min(max(t, -1.0), 1.0)
    if filter == "parabolic":  # integral of 3/4 (1 - t^2)
        return (1.0 - t) ** 2 * (2.0 + t) / 4.0
    if filter == "tent":  # integral of 1 - |t|
        return (1.0 - t) ** 2 / 2.0 if t > 0.0 else 1.0 - (1.0 + t) ** 2 / 2.0
    if filter == "box":  # integral of 1/2
        return (1.0 - t) / 2.0
    raise ValueError(f"filter must be parabolic, tent or box, not {filter!r}")


def disc_excess(h: float, filter: str) -> float:
    """Return e(h): the mean over x in -h..h of the filter's mean |x + t|, less h, which fades out towards h = 1."""
    mean = {
        "parabolic": 3 / 8 + h**2 / 4 - h**4 / 40,
        "tent": 1 / 3 + h**2 / 3 - h**3 / 12,
        "box": 1 / 2 + h**2 / 6,
    }[filter]
    return (2.0 * mean - h) * (1.0 - h**16)


def shape_coverage(kind: str, p: list[float], d: float, rho: float, filter: str) -> float:
    """Return the coverage at distance d; where a shape is thinner than the filter, both of its edges count."""
    strip = primitive(kind).strip
    if strip is None or strip(p)[0] >= 2.0 * rho:
        return coverage(d / rho, filter)
    width, length, rest = strip(p)
    h = width / (2.0 * rho)
    excess = rho * np.pi / 2.0 * disc_excess(h, filter) + rest * (1.0 - h) ** 2
    return length / (length + excess) * (coverage(d / rho, filter) - coverage((d + width) / rho, filter))


def shade(kind: str, p: list[float], color: Any, shading: str, x: float, y: float) -> np.ndarray:
    """Return the RGB of one shape at (x, y): constant, ``a u + b v + e`` per channel in its frame, or a gradient."""
    if np.shape(color) == (3,):
        return np.asarray(color)
    cx, cy, unit = primitive(kind).frame(p)
    unit = max(unit, SHORTEST_UNIT)
    place = np.array([(x - cx) / unit, (y - cy) / unit, 1.0])
    if shading == "linear":
        return color @ place
    values = color.ravel()
    geometry = {"gradient": 3, "radial": 8}[shading]  # radial: and the offset of the first stop
    stops = 2 if color.ndim == 2 else (len(values) - geometry + (1 if shading == "radial" else 2)) // 4
    colors, rest = values[: 3 * stops].reshape(stops, 3), values[3 * stops :]
    first = () if shading == "radial" else (0.0,)
    offsets = np.maximum.accumulate(np.clip([*first, *rest[geometry:], 1.0], 0.0, 1.0))
    t = rest[:3] @ place if shading == "gradient" else cone(*(rest[:6].reshape(2, 3) @ place), *rest[6:8])
    after = int((offsets <= t).sum())  # stops that are passed
    if after in (0, stops):
        return colors[0 if after == 0 else -1]
    s = (t - offsets[after - 1]) / (offsets[after] - offsets[after - 1])
    return (1.0 - s) * colors[after - 1] + s * colors[after]


def cone(x: float, y: float, fx: float, fy: float) -> float:
    """Return t of the circle, of radius t around (1 - t) f, that (x, y) lies on: between the focus and far away."""
    scale = min(1.0, 0.99 / max(hypot(fx, fy), 1e-9))
    fx, fy = fx * scale, fy * scale
    low, high = 0.0, 1.0
    while hypot(x - (1.0 - high) * fx, y - (1.0 - high) * fy) > high:
        low, high = high, 2.0 * high
    while low < (middle := 0.5 * (low + high)) < high:
        inside = hypot(x - (1.0 - middle) * fx, y - (1.0 - middle) * fy) <= middle
        low, high = (low, middle) if inside else (middle, high)
    return high


def composed(layer: Layer) -> list[tuple[Layer, list[tuple[list[float], np.ndarray, float]]]]:
    """Return the shapes that are composed at once, as parameters, colour and opacity: each by itself, or all."""
    shapes = list(zip(layer.shapes(), layer.color.astype(float), layer.opacity.tolist(), strict=True))
    return [(layer, shapes)] if layer.composite == "mean" else [(layer, [each]) for each in shapes]


def render(scene: Scene, filter_radius: float = 1.0, filter: str = "parabolic") -> np.ndarray:
    """Return (H, W, 3), or premultiplied (H, W, 4) if the scene has no background."""
    transparent = scene.background is None
    groups = [
        group for layer in scene.layers for group in composed(layer.layer() if isinstance(layer, Mesh) else layer)
    ]
    image = np.zeros((scene.height, scene.width, 4))  # premultiplied RGB and alpha
    image[:] = 0.0 if scene.background is None else [*scene.background.astype(float), 1.0]
    for j in range(scene.height):
        for i in range(scene.width):
            x, y = i + 0.5, j + 0.5
            for layer, group in groups:
                shape = primitive(layer.kind)
                rule = (layer.fill_rule,) if shape.outline is not None and shape.outline.filled else ()
                s_sum, a_sum, p_sum = 0.0, 0.0, np.zeros(4)
                for p, color, o in group:
                    c = shape_coverage(layer.kind, p, shape.distance(p, x, y, *rule), filter_radius, filter)
                    s_sum += c
                    if c * o != 0.0:
                        a_sum += c * o
                        p_sum += c * o * np.append(shade(layer.kind, p, color, layer.shading, x, y), 1.0)
                if a_sum != 0.0:
                    m = max(1.0, s_sum)
                    image[j, i] = p_sum / m + (1.0 - a_sum / m) * image[j, i]
    return image if transparent else image[..., :3]
