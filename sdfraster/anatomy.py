"""What is known of the shapes of a layer from the roles of their parameters: points, sides, axes and extents."""

from __future__ import annotations

import numpy as np

from .layer import Layer
from .primitives import primitive
from .shapes import Array


def position_columns(layer: Layer) -> list[int]:
    """Return the columns of coordinates in the parameters of a layer: x and y of one point after the other."""
    return [k for k, parameter in enumerate(layer.parameters) if parameter.role.axis is not None]


def size_columns(layer: Layer) -> list[int]:
    """Return the columns of lengths without which nothing of a shape is left."""
    return [k for k, parameter in enumerate(layer.parameters) if parameter.size]


def sides(layer: Layer) -> tuple[list[int], list[float]]:
    """Return the columns of the lengths along both axes, and how far from the centre sides are by a length of 1.

    Both are empty for kinds without sides: those of more than one point, and circles.
    """
    lengths = size_columns(layer)
    if len(position_columns(layer)) > 2 or len(lengths) < 2:
        return [], []
    unit = [1.0 if k in lengths else 0.0 for k in range(len(layer.parameters))]
    return lengths, list(primitive(layer.kind).bounds(unit)[2:])


def points_of(layer: Layer) -> Array:
    """Return the points (N, K, 2) that shapes are made of."""
    columns = position_columns(layer)
    return layer.geometry[:, columns].reshape(len(layer), len(columns) // 2, 2)


def rings_of(layer: Layer) -> list[list[Array]]:
    """Return the points (K, 2) of every contour of every shape of a layer of outlines."""
    counts = [[p.size // 2] for p in layer.params] if layer.contours is None else layer.contours
    return [
        np.split(p[: p.size // 2 * 2].reshape(-1, 2), np.cumsum(each)[:-1])
        for p, each in zip(layer.params, counts, strict=True)
    ]


def over_parameters(layer: Layer, values: Array) -> Array:
    """Return an array of the shape of the geometry of a layer with the value of its shape (N,) in every place."""
    return np.repeat(values, layer.sizes).reshape(layer.geometry.shape)


def longest_axis(points: Array) -> Array:
    """Return the angle (N,) of the axis along which each set of points (N, K, 2) has its largest moment of inertia."""
    x, y = np.moveaxis(points - points.mean(axis=1, keepdims=True), 2, 0)
    angle: Array = 0.5 * np.arctan2(2.0 * (x * y).mean(axis=1), (x * x).mean(axis=1) - (y * y).mean(axis=1))
    return angle


def extents(layer: Layer) -> tuple[Array, Array]:
    """Return the directions of first axes (N, 2), and half the lengths of the shapes along both of their axes (N, 2).

    A shape with an angle lies as that says, others along the largest moment of inertia of their points.
    """
    shape, params = primitive(layer.kind), layer.params.astype(np.float64)
    points = points_of(layer).astype(np.float64)
    turns = [k for k, parameter in enumerate(layer.parameters) if parameter.role.turns]
    if turns:
        angle = params[:, turns[0]].copy()
        params[:, turns[0]] = 0.0
    else:
        angle = longest_axis(points)
    directions = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    c, s = directions[:, :1], directions[:, 1:]
    lying = np.stack([c * points[..., 0] + s * points[..., 1], c * points[..., 1] - s * points[..., 0]], axis=2)
    params[:, position_columns(layer)] = lying.reshape(len(layer), -1)
    boxes = np.array([shape.bounds(p) for p in params.tolist()])
    return directions, 0.5 * (boxes[:, 2:] - boxes[:, :2])
