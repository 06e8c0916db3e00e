"""The picture that renderers make of a scene's SVG, without one."""

from __future__ import annotations

from dataclasses import replace

import numba
import numpy as np

from .engine.composites.in_bytes import CELL, HAIRLINE, POINT, SIDE
from .engine.layer import LayerPlan, Screen
from .engine.tiles import pack, tile_grid, unpack
from .io.digits import PRECISION
from .io.scale import scaled
from .io.written import expressible
from .layer import Layer
from .mesh import Mesh
from .model.coverage import SVG_RADIUS
from .primitives import primitive
from .rendering import render
from .scene import Scene
from .shapes import Array
from .vector import Layout

FILTER = "parabolic"  # of meshes
THIN = 1.0  # pixels: strokes up to this width are hairlines
STEPS = 8  # straight pieces of a Bezier curve, for its direction


def svg_picture(scene: Scene, precision: int = PRECISION) -> Array:
    """Draw a scene as it is written to SVG, and as resvg draws that: in 8 bits, shape over shape, see `in_bytes`.

    Meshes, of which a renderer shows every pixel once, are drawn as by `render`.

    Parameters
    ----------
    scene : Scene
        What is written.
    precision : int
        Digits after the point of its coordinates.

    Returns
    -------
    ndarray, shape (height, width, 3) or (height, width, 4)
        RGB, or premultiplied RGBA as it comes out of a PNG file.
    """
    written = expressible(scene, precision)
    width, height, background = scene.width, scene.height, written.background
    picture: Array = np.zeros((height, width, 4 if background is None else 3), scene.dtype)
    if background is not None:
        picture[:] = background
    for layer in written.layers:
        if isinstance(layer, Mesh):
            drawn = render(Scene(width, height, layer, None), SVG_RADIUS[FILTER], FILTER).clip(0.0, 1.0)
            picture = drawn[..., : picture.shape[2]] + (1.0 - drawn[..., 3:]) * picture
        else:
            picture = _paint_in_bytes(as_hairlines(layer), picture)
    picture = np.rint(255.0 * picture) / scene.dtype.type(255.0)
    if background is None:
        alpha = picture[..., 3:]
        picture[..., :3] = np.rint(255.0 * picture[..., :3] / np.maximum(alpha, 1.0 / 255.0)) / 255.0 * alpha
    return picture


def as_hairlines(layer: Layer) -> Layer:
    """Return a layer with its thin strokes as Skia and tiny-skia draw them.

    They draw strokes up to a pixel wide as a line that covers one pixel of each column, or row if it is steep, and so
    is thinner where it is oblique; with an opacity of their width.
    """
    if not _stroked(layer):
        return layer
    last = np.cumsum(layer.sizes) - 1
    params, opacity = layer.geometry.ravel(), layer.opacity.copy()
    thin = params[last] <= THIN
    if not thin.any():
        return layer
    width = last[thin]
    opacity[thin] *= np.floor(255.0 * np.floor(256.0 * params[width]) / 256.0) / 255.0
    params = params.copy()
    params[width] = [_steepness(layer.kind, np.array(p)) for p in layer[thin].shapes()]
    return replace(layer, params=params.reshape(layer.geometry.shape), opacity=opacity)


def _stroked(layer: Layer) -> bool:
    """Return whether the shapes are points, and the width of a brush that runs through these."""
    *points, width = layer.parameters
    return width.name == "width" and all(item.role.axis is not None for item in points)


def _steepness(kind: str, p: Array) -> float:
    """Return the share of the larger of both directions in the length of a line or a curve of cubic Beziers."""
    points = p[:-1].reshape(-1, 2)
    if primitive(kind).outline is not None:
        t = np.arange(STEPS + 1)[:, None] / STEPS
        s = 1.0 - t
        curves = [points[k : k + 4] for k in range(0, len(points) - 1, 3)]
        pieces = [s**3 * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t**3 * d for a, b, c, d in curves]
        points = np.concatenate(pieces)
    steps = np.abs(np.diff(points, axis=0))
    length = float(np.hypot(*steps.T).sum())
    return float(steps.max(axis=1).sum()) / length if length > 0.0 else 1.0


def _paint_in_bytes(layer: Layer, picture: Array) -> Array:
    """Return a picture, with values from 0 to 1, after a layer is painted over it."""
    height, width, channels = picture.shape
    large = scaled(Scene(width, height, layer, None), SIDE)
    layout, grid = Layout(large), tile_grid(large.width, large.height)
    (values,), _ = layout.views(layout.vector(large))
    screen = Screen(*grid, channels, numba.get_num_threads())
    plan = LayerPlan(large.layers[0], values, values, "box", "mse", screen, in_bytes=True)
    reach = layer.dtype.type(HAIRLINE if _stroked(layer) else POINT)
    plan.bin(reach, (0, grid[1]), 1, np.zeros(grid[0] * grid[1], np.uint8))
    canvas = pack(picture.astype(layer.dtype), CELL)
    plan.paint(reach, grid[0], canvas[:0], canvas)
    return unpack(canvas, width, height, CELL)
