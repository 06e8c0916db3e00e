"""Backgrounds of fits that are more than a colour.

One that slopes is a rectangle beyond the picture whose colour changes linearly, as the lowest layer. So it is part of
the scene: every engine draws it, files have it, and fits and standard errors know it by its colour. A picture that is
known lies behind the shapes while they are found. It is no part of the scene, which is transparent.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import DataError
from ..layer import Layer
from ..pictures import as_picture
from ..pictures.files import SAMPLE, read_image
from ..scene import Scene
from ..shapes import Array

LINEAR = "linear"  # the background that is one, and the rule of its colour
KIND = "rectangle"
BEYOND = 1.0  # widths and heights of the picture that it reaches beyond, which is farther than any filter
MOST_ROWS = 64  # of pixels that say how it starts
ROUNDS, NEAR = 8, 1.5  # of looking for pixels that show it, and how near they are, in median errors


@dataclass(frozen=True, eq=False)
class Backing:
    """A picture behind the shapes of a fit.

    Attributes
    ----------
    image : ndarray, shape (H, W, 3)
        The picture, of the size of the one that is redrawn.
    scene : Scene or None
        What it shows, if it is a scene that the shapes are put on top of.
    """

    image: Array
    scene: Scene | None = None


def is_picture(background: Any) -> bool:
    """Return whether a background asked for is a picture, or may be one that is not read yet."""
    if background is None or is_sloping(background):
        return False
    if isinstance(background, (Backing, os.PathLike)) or hasattr(background, "read") or hasattr(background, "getbands"):
        return True
    if isinstance(background, str):
        return background.startswith(SAMPLE) or ("." in background and "(" not in background)
    return hasattr(background, "__array__") and bool(np.ndim(background) > 1)


def backing(background: Any, image: Array) -> Backing:
    """Return a picture asked for as a background, read, for one (H, W, C) that is redrawn.

    Raises
    ------
    DataError
        If it cannot be read, is transparent, or of another size.
    """
    if isinstance(background, Backing):
        return background
    behind = as_picture(background, image.dtype, "background") if np.ndim(background) > 1 else read_image(background)
    if behind.shape != (*image.shape[:2], 3):
        wanted = f"{image.shape[1]} x {image.shape[0]}"
        own = f"{behind.shape[1]} x {behind.shape[0]} with {behind.shape[2]} channels"
        raise DataError(f"background must be an opaque picture of the size of the other, {wanted}, not {own}")
    return Backing(behind.astype(image.dtype))


def picture_behind(background: Any) -> Array | None:
    """Return the picture that is the background, if it is one that was read."""
    return background.image if isinstance(background, Backing) else None


def scene_behind(background: Any) -> Scene | None:
    """Return the scene that is the background, if it is one."""
    return background.scene if isinstance(background, Backing) else None


def is_sloping(background: Any) -> bool:
    """Return whether a background asked for is one that slopes."""
    return isinstance(background, str) and background == LINEAR


def backdrop(width: int, height: int, image: Array) -> Layer:
    """Return a sloping background of a canvas, in the colours of a picture (H, W, 3) of any size.

    It is the plane of least squares, found again without the pixels that are far from it, which show shapes.
    """
    params = [[0.5 * width, 0.5 * height, (1.0 + 2.0 * BEYOND) * width, (1.0 + 2.0 * BEYOND) * height, 0.0, 0.0]]
    unit = (0.5 + BEYOND) * min(width, height)
    rows, columns = (np.unique(np.linspace(0, n - 1, MOST_ROWS).astype(int)) for n in image.shape[:2])
    v = ((rows + 0.5) / image.shape[0] - 0.5) * height / unit
    u = ((columns + 0.5) / image.shape[1] - 0.5) * width / unit
    places = np.stack([*np.broadcast_arrays(u, v[:, None], 1.0)], axis=-1).reshape(-1, 3)
    seen = image[np.ix_(rows, columns)].reshape(-1, 3).astype(np.float64)
    near = np.ones(len(seen), bool)
    for _ in range(ROUNDS):
        color = np.linalg.lstsq(places[near], seen[near], rcond=None)[0]
        off = np.abs(places @ color - seen).max(axis=1)
        near = off <= NEAR * np.median(off)
    return Layer(KIND, np.array(params, image.dtype), color.T[None], shading=LINEAR)


def has_backdrop(scene: Scene) -> bool:
    """Return whether the lowest layer of a scene of two is such a background."""
    if len(scene.layers) != 2:
        return False
    layer = scene.layers[0]
    alike = isinstance(layer, Layer) and len(layer) == 1 and (layer.kind, layer.color_rule) == (KIND, LINEAR)
    if not alike or layer.opacity[0] < 1.0:
        return False
    x, y, w, h, angle, corner = layer.params[0].tolist()
    covers = min(x, scene.width - x) + 0.5 * w >= scene.width and min(y, scene.height - y) + 0.5 * h >= scene.height
    return bool(covers and angle == corner == 0.0)


def with_backdrop(scene: Scene, image: Array) -> Scene:
    """Return a scene on a sloping background, its own or one in the colours of a picture of its size."""
    if has_backdrop(scene):
        return scene
    return scene.replace(layers=[backdrop(scene.width, scene.height, image).astype(scene.dtype), *scene.layers])
