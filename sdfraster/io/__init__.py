"""Files in and out: pictures, and scenes as SVG, JSON, pictures or geometry; the suffix of a path says which."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import DataError
from ..pictures.files import on_background, read_image
from ..scene import Scene
from .atomic import SUFFIXES, check_writable
from .geometry import write_obj, write_ply
from .ids import check_prefix
from .json import json_text, read_json, write_json
from .place import Place
from .png import check_picture, write_image, write_strips
from .scale import scaled
from .svg import svg_text, write_svg
from .written import expressible

__all__ = [
    "SUFFIXES",
    "check_picture",
    "check_writable",
    "expressible",
    "json_text",
    "load",
    "on_background",
    "read_image",
    "read_json",
    "save",
    "scaled",
    "svg_text",
    "write_image",
    "write_json",
    "write_svg",
]

GEOMETRY = {".obj": write_obj, ".ply": write_ply}


def save(
    scene: Scene,
    path: Place,
    scale: float = 1.0,
    id_prefix: str | None = None,
    format: str | None = None,
    **render_options: Any,
) -> None:
    """Write a scene: as SVG, JSON (lossless), a picture (PNG, JPEG, WebP), or geometry of meshes.

    The latter are OBJ and PLY, with colours of vertices and y upwards.

    Parameters
    ----------
    scene : Scene
        What to write.
    path : path or binary stream
        A file appears complete or not at all; an older one is replaced. Pipes, devices and streams are written into.
    scale : float
        Pictures are drawn again this much larger; other files hold the scene itself and ignore it.
    id_prefix : str, optional
        What the ids in an SVG begin with; other files have none. If not given, letters that differ between drawings,
        so that several can stand in one HTML page.
    format : {"svg", "json", "obj", "ply", "png", "jpg", "jpeg", "webp"}, optional
        If the suffix of the path does not say it.
    **render_options
        Passed to `render` for pictures.

    Raises
    ------
    DataError
        If the format is unknown, the file cannot be written or the picture would be too large.
    ValueError
        If ids cannot begin with `id_prefix`.
    """
    check_prefix(id_prefix)
    suffix = check_writable(path, format=format)
    if suffix == ".svg":
        write_svg(scene, path, id_prefix)
    elif suffix == ".json":
        write_json(scene, path)
    elif suffix in GEOMETRY:
        GEOMETRY[suffix](scene, path)
    else:
        check_picture(path, scene.width * scale, scene.height * scale, scene.background is None, format)
        from ..rendering import render_strips

        try:
            drawn = scene if scale == 1.0 else scaled(scene, scale)
        except ValueError as error:  # coordinates that become too large
            raise DataError(f"{path}: the scene cannot be drawn at scale {scale:g}: {error}") from None
        size = drawn.height, drawn.width, 4 if drawn.background is None else 3
        write_strips(render_strips(drawn, **render_options), path, *size, format)


def load(path: str | os.PathLike[str] | BinaryIO) -> Scene:
    """Read a scene from a .json file, or from a binary stream.

    Raises
    ------
    DataError
        If it is missing, damaged or of another format.
    """
    if not isinstance(path, (str, os.PathLike)):
        return read_json(path)
    suffix = Path(path).suffix.lower()
    if suffix == ".svg":
        raise DataError(f"{path}: SVG files cannot be read yet; load the .json file of the scene")
    if suffix != ".json":
        raise DataError(f"{path}: scenes are read from .json files, not from {suffix or 'files without a suffix'}")
    return read_json(path)
