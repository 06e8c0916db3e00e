"""What each shape of a picture is worth: the decibels that are lost without it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .prepared.cache import borrowed
from .prepared.targets import picture_like, shared
from .rendering import check_options, draw, picture_shape
from .scene import Scene

LEAST = 1e-12  # squared error that counts as none: 120 dB


def worth(scene: Scene, target: Any, filter_radius: float = 1.0, filter: str = "parabolic") -> NDArray[np.float64]:
    """Return by how many decibels the PSNR falls without each shape of a scene of one layer, all else as it is.

    Exact, and computed for all shapes in one visit of every tile. A shape that the others hide is worth nothing, and
    one that does harm is worth less.

    Parameters
    ----------
    scene : Scene
        The shapes, in one layer.
    target : ndarray, shape (height, width, 3) or (height, width, 4)
        The picture that they redraw.
    filter_radius, filter
        Those of `render`.

    Returns
    -------
    ndarray, shape (N,)
        In dB. Values beyond 0..1 are not clamped in the error.

    Raises
    ------
    ValueError
        If the scene has not exactly one layer.
    DataError
        If the target does not go with the scene.
    """
    check_options(filter_radius, filter)
    if len(scene.layers) != 1:
        raise ValueError(f"scene must have one layer, not {len(scene.layers)}")
    picture = picture_like(scene, target)
    with borrowed("cpu", scene, filter) as plan:
        x = plan.layout.vector(scene)
        drawn = draw(plan, x, filter_radius, np.empty(picture_shape(scene), scene.dtype))
        growth = plan.leave_one_out(x, shared.tiles(target, scene), filter_radius)
    error = max(float(((drawn - picture).astype(np.float64) ** 2).mean()), LEAST)
    decibels: NDArray[np.float64] = 10.0 * np.log10(np.maximum(error + growth, LEAST) / error)
    return decibels
