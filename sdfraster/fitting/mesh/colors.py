"""The equations that the colours of a mesh solve: their diagonal, by which steps of colours are scaled."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...model.shading import MIN_FRAME
from ...shapes import Array
from .face_error import FaceError
from .triangulation import Faces, edges

LIGHT = 0.05  # weight of a face, in mean ones, below which its colour moves no faster
FELT = 0.3  # pixels: how much farther than its outline a face is felt


def precondition(g: Any, points: Array, faces: Faces, error: FaceError, radius: float, pixels: int) -> Any:
    """Return a gradient by colours divided by the (block) diagonal of the second derivative of the loss.

    Parameters
    ----------
    g : ndarray
        Gradient by the colours of faces, or of vertices, in the shape that these have.
    points : ndarray, shape (V, 2)
        Vertices.
    faces : ndarray, shape (F, 3)
        Faces.
    error : FaceError
        What colours the faces have, and what pixels count.
    radius : float
        Radius of the pixel filter.
    pixels : int
        Of the picture, whose mean square the loss is.
    """
    corners = points.astype(np.float64)[faces]
    e, double = edges(corners)
    lengths = np.sqrt((e * e).sum(axis=-1))
    mass = 0.5 * double + FELT * radius * lengths.sum(axis=-1)
    weight = error.largest_weight(corners)
    if weight is not None:
        mass = mass * np.maximum(weight, LIGHT)
    scale = 0.5 * pixels * 3
    if error.shade == "flat":
        return g * (scale / mass)[:, None]
    if error.shade == "vertex":  # rows of the mass matrix of the finite element summed up
        mass = np.bincount(faces.ravel(), np.repeat(mass / 3.0, 3), len(g))
        return g * (scale / np.maximum(mass, 1e-6))[:, None]
    unit = np.maximum(double / (3.0 * lengths.max(axis=-1)), MIN_FRAME)
    local = corners - corners.mean(axis=1, keepdims=True)
    spread = np.einsum("fki,fkj->fij", local, local) / 12.0 + 0.2 * radius**2 * np.eye(2)
    out = np.empty_like(g)
    slopes = g[:, :, :2] * (unit**2 / mass)[:, None, None]
    out[:, :, :2] = scale * np.einsum("fij,fcj->fci", np.linalg.inv(spread), slopes)
    out[:, :, 2] = g[:, :, 2] * (scale / mass)[:, None]
    return out
