"""Files in and out: pictures, and scenes as SVG, JSON, pictures or geometry; the suffix of a path says which."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from ..drawing.scenes import from_svg
from ..errors import DataError
from ..pictures.files import on_background, read_image
from ..scene import Scene
from .film import Film
from .formats import FORMATS, Wanted, check_picture, check_writable, suffix_of
from .history import read_history
from .ids import check_prefix
from .json import json_text, read_json, write_json
from .page import Page
from .place import Place, check_path
from .png import write_image
from .scale import scaled
from .sources import SHARP, is_drawing, pictures_of
from .svg import svg_text, write_svg
from .svg import svg_text as to_svg
from .svg_in import is_svg, read_paths, read_svg
from .written import expressible

if TYPE_CHECKING:
    from ..fitting import FitResult

__all__ = [
    "FORMATS",
    "SHARP",
    "SVG_SUFFIXES",
    "Film",
    "Page",
    "check_picture",
    "check_writable",
    "expressible",
    "from_svg",
    "is_drawing",
    "json_text",
    "load",
    "on_background",
    "pictures_of",
    "read_history",
    "read_image",
    "read_json",
    "read_paths",
    "save",
    "scaled",
    "suffix_of",
    "svg_text",
    "to_svg",
    "write_image",
    "write_json",
    "write_svg",
]


def save(
    scene: Scene | FitResult,
    path: Place,
    scale: float = 1.0,
    id_prefix: str | None = None,
    format: str | None = None,
    film: Film | None = None,
    about: Mapping[str, str] | None = None,
    *,
    page: Page | None = None,
    **render_options: Any,
) -> None:
    """Write a scene, or what a fit found: as SVG, JSON (lossless), a picture, an animation, geometry, or a report.

    Pictures are PNG, JPEG and WebP. Geometry is OBJ and PLY, of meshes, with colours of vertices and y upwards, and
    ``.geometrize.json``, a list of shapes of one colour that other painters read. Animations are GIF, APNG, MP4 and
    ``.animated.svg``. Of a fit there are a report, a page of HTML in one file, and ``.history.json``, how it went step
    by step.

    Parameters
    ----------
    scene : Scene or FitResult
        What to write. Reports, and animations of a search, need the result of a fit that was asked to ``record``.
        Pictures of such a result are drawn with the filter and on the device of its options.
    path : path or binary stream
        A file appears complete or not at all; an older one is replaced. Pipes, devices and streams are written into.
    scale : float
        Pictures are drawn again this much larger; other files hold the scene itself and ignore it.
    id_prefix : str, optional
        What the ids in an SVG begin with; other files have none. If not given, letters that differ between drawings,
        so that several can stand in one HTML page.
    format : {"svg", "svgz", "json", "obj", "ply", "png", "jpg", "jpeg", "webp", ...}, optional
        If the suffix of the path does not say it.
    film : Film, optional
        How animations run.
    about : mapping of str to str, optional
        What a report is to say besides, by title, such as ``{"picture": "photo.jpg"}``.
    page : Page, optional
        Title and description, size on paper, precision and groups: of an SVG; of a PNG or JPEG its size on paper.
    **render_options
        Passed to `render` for pictures.

    Raises
    ------
    DataError
        If the format is unknown, is about a fit where there is none, the file cannot be written or the picture would be
        too large.
    ValueError
        If ids cannot begin with `id_prefix`.
    """
    if not isinstance(getattr(scene, "scene", scene), Scene):
        raise ValueError(f"scene must be a Scene, or what a fit found, not {type(scene).__name__}")
    check_prefix(id_prefix)
    what = FORMATS[check_writable(path, format=format)]
    film, page = film or Film(), page or Page()
    what.check_film(path, film)
    if isinstance(scene, Scene):
        if what.of_fit:
            raise DataError(f"{path}: {what.suffix} files are about a fit; save its result, not its scene")
        what.write(scene, path, Wanted(scale, id_prefix, render_options, film, page=page))
        return
    chosen = scene.options
    drawn = {"filter": chosen.filter, "filter_radius": chosen.radius, "device": chosen.device, **render_options}
    what.write(scene.scene, path, Wanted(scale, id_prefix, drawn, film, scene, about or {}, page))


def load(path: str | os.PathLike[str] | BinaryIO, strict: bool = False) -> Scene:
    """Read a scene from a .json, .svg or .svgz file, or from a binary stream that holds one of these.

    Parameters
    ----------
    path : path or binary stream
        Where it is.
    strict : bool
        Whether it is an error if something in a drawing cannot be drawn; the scene's ``unsupported`` says what.

    Raises
    ------
    DataError
        If it is missing, damaged, of another format, or, if `strict`, cannot be drawn in all that it has.
    ModuleNotFoundError
        If a drawing has style sheets, and the extra ``svg`` is not installed.

    Warns
    -----
    DataWarning
        If something in a drawing cannot be drawn.
    """
    check_path(path, "read")
    if not isinstance(path, (str, os.PathLike)):
        return read_svg(path, strict) if _holds_svg(path) else read_json(path)
    suffix = suffix_of(path)
    read = FORMATS[suffix].read if suffix in FORMATS else None
    if read is None:
        *others, last = (each.suffix for each in FORMATS.values() if each.read is not None)
        known = f"{', '.join(others)} and {last}"
        raise DataError(f"{path}: scenes are read from {known} files, not from {suffix or 'files without a suffix'}")
    return read(path, strict)


def _holds_svg(stream: BinaryIO) -> bool:
    """Return whether a stream holds an SVG; one that cannot be read twice does not."""
    if not stream.seekable():
        return False
    place = stream.tell()
    start = stream.read(1024)
    stream.seek(place)
    return is_svg(start)
