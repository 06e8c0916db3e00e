"""Scenes as SVG: one element per shape, in paint order, which any browser or vector editor opens.

SVG can express constant colours, gradients and opacity exactly (to 8 bits), linear colours nearly (see `paint`), and
mean layers only as if they were over layers; but for meshes, which must not show what is behind them between their
faces.

A mesh is painted twice. Where face 1 and, later, face 2 cover the parts c and 1 - c of a pixel over a colour U, the
renderer shows ``(1 - c) s2 + c (c s1 + (1 - c) U)``, which is the mean ``c s1 + (1 - c) s2`` if U is s1. So below the
faces there is an underlay of the same faces in reverse order, the earlier over the later, with hairlines of their own
colour, and without antialiasing, so that it has no gaps. A mesh of 124 faces of one colour, drawn over magenta by
resvg and by Chromium, differs from that colour by up to 66 (of 255) if faces are painted once, by 8 with hairlines
alone, which also move every edge between different colours, and by 25 with ``plus-lighter`` in an isolated group, which
resvg does not know. With the underlay nothing shows what is behind, but Chromium is still off by up to 7 where many
faces meet: its rasterizer (Skia) rounds a plain colour down each time that it covers a part of a pixel. It blends
gradients exactly, so the upper faces have gradients of a single stop, which are a plain colour by the standard (and
swatches in Inkscape), one for each colour: then it is 0 in both.

`expressible` gives the scene as an SVG renderer draws it; it and the writer share `_painted`, so that they cannot
disagree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..mesh import Mesh
from ..primitives import PathData, Rotation, primitive
from ..scene import Layer, Scene
from . import paint
from .atomic import write_atomic
from .paint import Paint
from .place import Place
from .rim import leaves_the_canvas, rim

STROKED = re.compile(r'( fill=("[^"]*"))')  # a face that gets a line of its own colour


def write_svg(scene: Scene, path: Place) -> None:
    """Write the scene as SVG.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    write_atomic(path, svg_text(scene).encode())


def svg_text(scene: Scene) -> str:
    """Return the scene as SVG text; shapes of opacity 0 are left out."""
    w, h = scene.width, scene.height
    definitions: dict[str, str] = {}
    shapes: list[str] = []
    if scene.background is not None:
        shapes.append(f'<rect width="{w}" height="{h}" fill="{paint.hexadecimal(scene.background)}"/>')
    for layer in scene.layers:
        if isinstance(layer, Mesh):
            shapes += _mesh(layer, definitions, w, h)
        else:
            shapes += [_element(layer, *painted, definitions) for painted in _painted(layer) if painted[2] > 0.0]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">'
    defs = ["<defs>", *definitions.values(), "</defs>"] if definitions else []
    return "\n".join([head, *defs, *shapes, "</svg>", ""])


def expressible(scene: Scene) -> Scene:
    """Return the scene as an SVG renderer draws it, to find out how much the export loses.

    Mean layers become over layers (meshes of one opacity do not), colours are rounded to 8 bits, linear colours become
    those of the gradients written. One difference remains: a linear colour that leaves 0..1 inside its shape is clamped
    per shape in SVG.
    """
    layers: list[Layer | Mesh] = []
    for layer in scene.layers:
        flat = layer.layer() if isinstance(layer, Mesh) else layer
        painted = list(_painted(flat))
        color = np.array([fill.color for _, fill, _ in painted]).reshape(flat.color.shape)
        opacity = np.array([value for _, _, value in painted])
        if isinstance(layer, Mesh) and _seamless(layer):
            layers.append(replace(layer, color=color, vertex_color=None, opacity=opacity))
        else:
            layers.append(replace(flat, color=color, opacity=opacity, composite="over"))
    background = None if scene.background is None else paint.quantized(scene.background)
    drawn = Scene(scene.width, scene.height, layers, background)
    return drawn.astype(scene.dtype)


def _element(
    layer: Layer, p: Any, fill: Paint, opacity: float, definitions: dict[str, str], *, swatch: bool = False
) -> str:
    """Return the element of a shape, and define its gradient; a swatch makes one of a plain fill too."""
    tag, attributes = primitive(layer.kind).svg(p)
    geometry = " ".join(f'{name}="{_value(value)}"' for name, value in attributes.items())
    rule = "" if layer.fill_rule == "nonzero" else f' fill-rule="{layer.fill_rule}"'
    side = "stroke" if "stroke-width" in attributes else "fill"
    name = fill.stops[0][1]
    if fill.line or swatch:
        key = f"g{len(definitions)}" if fill.line else f"c{name[1:]}"
        definitions[key] = _gradient(fill, key, attributes.get("transform")) if fill.line else _swatch(fill, key)
        name = f"url(#{key})"
    alpha = f' {side}-opacity="{_number(opacity)}"' if opacity < 1.0 else ""
    return f'<{tag} {geometry}{rule} {side}="{name}"{alpha}/>'


def _mesh(mesh: Mesh, definitions: dict[str, str], width: int, height: int) -> list[str]:
    """Return the elements of a mesh: the faces over their underlay, or the faces alone if they differ in opacity.

    A rim inside of the canvas is cut by a mask, because the underlay reaches beyond it. (A clip path would do in resvg,
    but Chromium cuts each face by itself with it, and the rim gets thicker by up to 0.3 of a pixel.)
    """
    layer = mesh.layer()
    painted = [item for item in _painted(layer) if item[2] > 0.0]
    if not _seamless(mesh):
        return [_element(layer, *item, definitions) for item in painted]
    if not painted:
        return []
    opacity = painted[0][2]
    faces = [_element(layer, p, fill, 1.0, definitions, swatch=True) for p, fill, _ in painted]
    under = [STROKED.sub(r"\1 stroke=\2", face) for face in reversed(faces)]
    attributes = "" if opacity == 1.0 else f' opacity="{_number(opacity)}"'
    lines = rim(mesh)
    if not all(leaves_the_canvas(line, width, height) for line in lines):
        key = f"m{len(definitions)}"
        data = "".join(f"M{_value(line.ravel().tolist())}Z" for line in lines)
        definitions[key] = f'<mask id="{key}"><path d="{data}" fill="#fff" fill-rule="evenodd"/></mask>'
        attributes += f' mask="url(#{key})"'
    return [
        f"<g{attributes}>",
        '<g shape-rendering="crispEdges" stroke-linejoin="round">',
        *under,
        "</g>",
        *faces,
        "</g>",
    ]


def _seamless(mesh: Mesh) -> bool:
    """Return whether SVG can paint the mesh without seams: as one group of opaque faces."""
    return mesh.composite == "mean" and len(set(mesh.opacity.tolist())) <= 1


def _painted(layer: Layer) -> Iterator[tuple[list[float], Paint, float]]:
    """Yield parameters, paint and opacity of each shape, all as Python floats and as precise as they are written."""
    shape = primitive(layer.kind)
    for p, color, opacity in zip(layer.params.tolist(), layer.color, layer.opacity.tolist(), strict=True):
        if color.ndim == 1:
            fill = paint.constant(color)
        else:
            fill = (paint.gradient if layer.shading == "gradient" else paint.linear)(shape, p, color)
        yield p, fill, round(opacity, 3)


def _gradient(fill: Paint, name: str, turn: Rotation | None) -> str:
    """Return the gradient of an element; one that is turned would turn its gradient too."""
    back = "" if turn is None else f' gradientTransform="{_value(turn.inverse)}"'
    line = " ".join(f'{key}="{_number(value)}"' for key, value in zip(("x1", "y1", "x2", "y2"), fill.line, strict=True))
    stops = "".join(f'<stop offset="{_number(at, 6)}" stop-color="{color}"/>' for at, color in fill.stops)
    return f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse"{back} {line}>{stops}</linearGradient>'


def _swatch(fill: Paint, name: str) -> str:
    """Return a plain fill as a gradient of one stop."""
    return f'<linearGradient id="{name}"><stop stop-color="{fill.stops[0][1]}"/></linearGradient>'


def _value(value: Any) -> str:
    """Return a number, a word, a turn, path data, or a flat sequence of coordinates as "x,y x,y"."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, Rotation):  # 5 digits: less than 0.001 pixels over 5000
        return f"rotate({_number(value.degrees, 5)} {_number(value.cx)} {_number(value.cy)})"
    if isinstance(value, PathData):
        first, rest = value.points[:2], value.points[2:]
        return f"M{_value(first)} C{_value((*rest, *first))}Z" if value.closed else f"M{_value(first)} C{_value(rest)}"
    numbers = [_number(item) for item in value]
    return " ".join(f"{x},{y}" for x, y in zip(numbers[::2], numbers[1::2], strict=True))


def _number(value: float, digits: int = 3) -> str:
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
