"""What each shape of a picture is worth: the decibels that are lost without it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .devices import make_plan
from .engine.tiles import pack
from .prepared.cache import borrowed
from .prepared.targets import picture_like, shared
from .rendering import check_options, draw, picture_shape
from .scene import Scene
from .shapes import Array

LEAST = 1e-12  # squared error that counts as none: 120 dB


def worth(
    scene: Scene, target: Any, filter_radius: float = 1.0, filter: str = "parabolic", behind: Array | None = None
) -> NDArray[np.float64]:
    """Return by how many decibels the PSNR falls without each shape of the top layer of a scene, all else as it is.

    Exact, and computed for all shapes in one visit of every tile. A shape that the others hide is worth nothing, and
    one that does harm is worth less.

    Parameters
    ----------
    scene : Scene
        The shapes, in the top layer.
    target : ndarray, shape (height, width, 3) or (height, width, 4)
        The picture that they redraw.
    filter_radius, filter
        Those of `render`.
    behind : ndarray, shape (height, width, 3), optional
        A picture that a transparent scene is put on.

    Returns
    -------
    ndarray, shape (N,)
        In dB. Values beyond 0..1 are not clamped in the error.

    Raises
    ------
    ValueError
        If the scene has no layer.
    DataError
        If the target does not go with the scene.
    """
    check_options(filter_radius, filter)
    if not scene.layers:
        raise ValueError("scene must have a layer, but there is none")
    if behind is not None:
        scene = scene.replace(background=np.zeros(3, scene.dtype))
    picture = picture_like(scene, target)
    with borrowed("cpu", scene, filter) if behind is None else nullcontext(make_plan("cpu", scene, filter)) as plan:
        if behind is not None:
            plan.put_on(pack(behind))
        x = plan.layout.vector(scene)
        drawn = draw(plan, x, filter_radius, np.empty(picture_shape(scene), scene.dtype))
        growth = plan.leave_one_out(x, shared.tiles(target, scene), filter_radius)
    error = max(float(((drawn - picture).astype(np.float64) ** 2).mean()), LEAST)
    decibels: NDArray[np.float64] = 10.0 * np.log10(np.maximum(error + growth, LEAST) / error)
    return decibels
