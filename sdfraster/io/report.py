"""A report of a fit: one page of HTML that needs nothing else, not even a network.

It compares picture and result, shows the drawing as live SVG with what each shape is worth, the way there, curves,
options, and offers the files. The text of the page is in the folder ``pages``. What scripts need to know is one block
of compressed JSON. Pictures are without loss, and smaller where they would be too large, which the page then says.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import fields
from html import escape
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from math import isfinite, nan
from string import Template
from typing import TYPE_CHECKING, Any

import numpy as np

from ..mesh import MESH, Mesh
from ..record import Frame
from ..scene import Scene
from .atomic import write_atomic
from .elements import shapes_of, text_of
from .embedded import data_uri, packed, page_part, pair
from .film import Film
from .formats import Format, Wanted
from .json import json_text
from .page import Page
from .place import Place
from .svg import svg_text
from .written import painted, rounded

if TYPE_CHECKING:
    from ..fitting import FitResult

PICTURES = 650_000  # bytes that both pictures may take
SEARCH = 450_000  # characters that the SVG of the search may take, compressed
FRAMES = 40
POINTS = 2000  # of a curve
SMALL = 100  # pixels of the longer side, below which a tenth of one is seen
STYLES = "page.css", "report.css"
SCRIPTS = "start.js", "compare.js", "drawing.js", "search.js", "curves.js", "files.js"
PACKAGES = "sdfraster", "numpy", "numba", "scipy", "pillow"


def write_report(scene: Scene, place: Place, wanted: Wanted) -> None:
    """Write the report of a fit.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    fit: Any = wanted.fit
    write_atomic(place, _page(fit, dict(wanted.about)).encode())


def _page(fit: FitResult, about: dict[str, str]) -> str:
    from PIL import Image

    target, drawn = pair(fit.target, np.clip(fit.image, 0.0, 1.0), PICTURES)
    shown = Image.open(BytesIO(drawn)).size
    height, width, _ = fit.target.shape
    values = {
        "title": escape(
            f"{about.get('picture', 'a picture')} in {described(fit.options.kind, len(fit.scene.layers[0]))}"
        ),
        "style": "\n".join(map(page_part, STYLES)),
        "script": "\n".join(map(page_part, SCRIPTS)),
        "figures": "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in _figures(fit)),
        "target": data_uri(target, "image/webp"),
        "result": data_uri(drawn, "image/png"),
        "width": str(width),
        "height": str(height),
        "reduced": ""
        if shown == (width, height)
        else f"Shown at {shown[0]} x {shown[1]} pixels of {width} x {height}.",
        "about": _rows(about.items()),
        "options": _rows(_options(fit)),
        "versions": _rows(_versions()),
        "data": packed(_data(fit)),
    }
    return Template(page_part("report.html")).substitute(values)


def described(kind: str, count: int) -> str:
    """Return so many shapes of a kind in words."""
    if kind == MESH:
        return f"a mesh of {count} triangles"
    return counted(count, kind)


def counted(count: int, what: str) -> str:
    """Return so many things in words."""
    return f"{count} {what}{'s' if count != 1 else ''}"


def _figures(fit: FitResult) -> Iterator[tuple[str, str]]:
    """Yield what is said first, as title and value."""
    yield "Shapes", f"{len(fit.scene.layers[0])}"
    yield "PSNR", _decibels(fit.psnr)
    yield "PSNR as SVG", _decibels(fit.svg_psnr)
    yield "SSIM", f"{fit.ssim:.3f}"
    yield "Steps", f"{fit.iterations}{' (interrupted)' if fit.interrupted else ''}"
    yield "Time", f"{fit.seconds:.2f} s"


def _decibels(value: float) -> str:
    return f"{value:.2f} dB" if isfinite(value) else "infinite"


def _rows(pairs: Any) -> str:
    """Return rows of a table for titles and values."""
    return "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in pairs)


def _options(fit: FitResult) -> Iterator[tuple[str, str]]:
    """Yield the options of a fit that are set."""
    for item in fields(fit.options):
        value = getattr(fit.options, item.name)
        if isinstance(value, np.ndarray):
            value = f"array of shape {value.shape}"
        if isinstance(value, dict):
            value = ", ".join(f"{key}={each}" for key, each in value.items())
        if value is not None and value is not False and str(value) != "":
            yield item.name, str(value)


def _versions() -> Iterator[tuple[str, str]]:
    yield "Python", platform.python_version()
    for name in PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def _data(fit: FitResult) -> dict[str, Any]:
    """Return what the scripts are to know."""
    prefix = "live-"
    root, shapes = shapes_of(fit.scene, prefix)
    for n, shape in enumerate(shapes):
        shape.element.set("data-shape", str(n))
    worth = fit.worth.tolist()
    layer = fit.scene.layers[0]
    kind = "face" if isinstance(layer, Mesh) else layer.kind
    colors = _colors(fit.scene)
    return {
        "width": fit.scene.width,
        "height": fit.scene.height,
        "svg": svg_text(fit.scene),
        "scene": json_text(fit.scene),
        "live": text_of(root),
        "kind": kind,
        "shapes": [[shape.number, colors[shape.number], round(worth[shape.number], 4)] for shape in shapes],
        "frames": _search(fit),
        "history": _history(fit),
    }


def _colors(scene: Scene) -> list[list[str]]:
    """Return the colours of every shape as they are written: one, or those of its gradient."""
    layer = rounded(scene.layers[0])
    flat = layer.layer() if isinstance(layer, Mesh) else layer
    return [[color for _, color in shape.fill.stops] for shape in painted(flat)]


def _search(fit: FitResult) -> list[dict[str, Any]]:
    """Return moments of the search with their SVG, fewer if these would be large, and the result, which has none."""
    coarse = Page(precision=1 if max(fit.scene.width, fit.scene.height) >= SMALL else 2)
    frames = [{**_moment(frame), "svg": svg_text(frame.scene, f"at{n}-", coarse)} for n, frame in enumerate(fit.frames)]
    while len(packed(frames)) > SEARCH and len(frames) > 2:
        frames = [*frames[:-1:2], frames[-1]]
    last = Frame(fit.iterations, fit.seconds, nan, fit.psnr, fit.scene)
    return [*frames, _moment(last)]


def _moment(frame: Frame) -> dict[str, Any]:
    return {
        "step": frame.iteration,
        "seconds": _number(frame.seconds),
        "psnr": _number(frame.psnr),
        "count": len(frame.scene.layers[0]),
    }


def _history(fit: FitResult) -> list[list[float | None]]:
    """Return step, loss, seconds, PSNR and count of the search, of as many steps as can be told apart."""
    steps = len(fit.history)
    chosen = np.unique(np.linspace(0, steps - 1, min(steps, POINTS)).round().astype(int)).tolist() if steps else []
    return [[k + 1, *map(_number, fit.history[k].tolist())] for k in chosen]


def _number(value: float | None) -> float | None:
    """Return a number as JSON can hold it, with as many digits as can be seen."""
    return None if value is None or not isfinite(value) else float(f"{value:.5g}")


def _frames(film: Film) -> int:
    return FRAMES


FILE_FORMATS = (Format(".html", write_report, frames=_frames, of_fit=True, svg=True),)
