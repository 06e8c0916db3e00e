"""Scenes that fits start from, out of files."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from ..errors import DataError
from ..io import is_drawing, load
from ..io.svg_in import read_paths, read_sized
from ..scene import Scene
from ..shapes import Array
from .given import is_below, is_file
from .options import FitOptions

WHITE = (1.0, 1.0, 1.0)


def started(options: FitOptions, image: Array) -> FitOptions:
    """Return options for a picture (H, W, C) with the scene to start from, if they name its file.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    if not is_file(options.init):
        return options
    return replace(options, init=read_start(str(options.init), image, options.count))


def read_start(path: str | os.PathLike[str], image: Array, count: Any) -> Scene:
    """Return the scene of a file for a picture (H, W, C).

    Parameters
    ----------
    path : path
        Of the file.
    image : ndarray
        The picture; a drawing gets its size.
    count : int or None
        Shapes that are asked for; a drawing that has as many becomes paths.

    Raises
    ------
    DataError
        If it cannot be read, or is a drawing of other proportions.
    """
    if not is_drawing(path):
        return load(path)
    height, width, channels = image.shape
    scene = read_sized(path, (width, height))
    if scene.height != height:
        drawn = f"{scene.width} x {scene.height}"
        raise DataError(
            f"{path}: a drawing to start from must have the proportions of the picture, {width} x {height}; "
            f"drawn as wide as that it is {drawn}"
        )
    if not is_below(scene, count):
        scene = read_paths(path, (width, height))
    return scene.replace(background=WHITE) if scene.background is None and channels == 3 else scene
