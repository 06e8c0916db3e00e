"""Scenes as SVG: one element per shape, in paint order, which any browser or vector editor opens.

SVG can express constant colours, gradients and opacity exactly (to 8 bits), linear colours nearly (see
`model.shadings.linear`), and mean layers only as if they were over layers; but for meshes, which must not show what is
behind them between their faces.

A mesh is painted twice. Where face 1 and, later, face 2 cover the parts c and 1 - c of a pixel over a colour U, the
renderer shows ``(1 - c) s2 + c (c s1 + (1 - c) U)``, which is the mean ``c s1 + (1 - c) s2`` if U is s1. So below the
faces there is an underlay of the same faces in reverse order, the earlier over the later, with hairlines of their own
colour, and without antialiasing, so that it has no gaps. A mesh of 124 faces of one colour, drawn over magenta by
resvg and by Chromium, differs from that colour by up to 66 (of 255) if faces are painted once, by 8 with hairlines
alone, which also move every edge between different colours, and by 25 with ``plus-lighter`` in an isolated group, which
resvg does not know. With the underlay nothing shows what is behind, but Chromium is still off by up to 7 where many
faces meet: its rasterizer (Skia) rounds a plain colour down each time that it covers a part of a pixel. It blends
gradients exactly, so the upper faces have gradients of a single stop, which are a plain colour by the standard (and
swatches in Inkscape), one for each colour: then it is 0 in both. The underlay covers every pixel wholly or not at all,
so plain colours will do.

So the file is larger than that of the faces alone: 3.4 times with flat faces, 1.3 times with gradients (linear colours,
or those of vertices), from 64 to 2,000 faces.

What the elements are made of comes from `written`. Nothing is drawn outside of the canvas: see `leaving`. Ids differ
between drawings, so that several can stand in one page: see `ids`.
"""

from __future__ import annotations

from typing import Any

from ..layer import Layer
from ..mesh import Mesh
from ..model.paint import Paint, hexadecimal
from ..primitives import PathData, Rotation, primitive
from ..scene import Scene, check_scene
from . import ids
from .atomic import write_atomic
from .formats import Format, Wanted
from .leaving import leaves
from .path_data import path_text
from .place import Place
from .rim import rim, runs_outside
from .svg_in import read_svg
from .written import DIGITS, TURN_DIGITS, Painted, painted, rounded, seamless

SHARE_DIGITS = 6  # after the point, of what is measured in a whole: offsets, and places in a circle of radius 1
CLIP = ids.MARK + "clip"


def write_svg(scene: Scene, path: Place, id_prefix: str | None = None) -> None:
    """Write the scene as SVG, see `svg_text`.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    write_atomic(path, svg_text(scene, id_prefix).encode())


def svg_text(scene: Scene, id_prefix: str | None = None) -> str:
    """Return the scene as SVG text; shapes of opacity 0 are left out.

    Parameters
    ----------
    scene : Scene
        What to write.
    id_prefix : str, optional
        What all ids begin with: a letter, then letters, digits, ``.``, ``_`` and ``-``; or nothing. If not given, six
        letters that belong to the drawing: the same for the same drawing, others for another.

    Raises
    ------
    ValueError
        If ids cannot begin so.
    """
    check_scene(scene)
    ids.check_prefix(id_prefix)
    w, h = scene.width, scene.height
    definitions: dict[str, str] = {}
    shapes: list[str] = []
    if scene.background is not None:
        shapes.append(f'<rect width="{w}" height="{h}" fill="{hexadecimal(scene.background)}"/>')
    outside = False
    for layer in map(rounded, scene.layers):
        if isinstance(layer, Mesh):
            shapes += _mesh(layer, definitions, w, h)
        else:
            shapes += [_element(layer, shape, definitions) for shape in painted(layer) if shape.opacity > 0.0]
        outside = outside or leaves(layer, w, h)
    if outside:
        definitions[CLIP] = f'<clipPath id="{CLIP}"><path d="M0,0H{w}V{h}H0Z"/></clipPath>'
        shapes = [f'<g clip-path="url(#{CLIP})">', *shapes, "</g>"]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">'
    defs = ["<defs>", *definitions.values(), "</defs>"] if definitions else []
    return ids.named("\n".join([head, *defs, *shapes, "</svg>", ""]), id_prefix)


def _element(layer: Layer, shape: Painted, definitions: dict[str, str]) -> str:
    """Return the element of a shape, and define its gradient if it has one."""
    tag, attributes = primitive(layer.kind).svg(shape.params)
    name = _paint(shape.fill, definitions, attributes.get("transform"))
    geometry = " ".join(f'{key}="{_value(value)}"' for key, value in attributes.items())
    rule = "" if layer.fill_rule == "nonzero" else f' fill-rule="{layer.fill_rule}"'
    side = "stroke" if "stroke-width" in attributes else "fill"
    alpha = f' {side}-opacity="{_number(shape.opacity)}"' if shape.opacity < 1.0 else ""
    return f'<{tag} {geometry}{rule} {side}="{name}"{alpha}/>'


def _mesh(mesh: Mesh, definitions: dict[str, str], width: int, height: int) -> list[str]:
    """Return the elements of a mesh: the faces over their underlay, or the faces alone if they differ in opacity.

    A rim inside of the canvas is cut by a mask, because the underlay reaches beyond it. (A clip path would do in resvg,
    but Chromium cuts each face by itself with it, and the rim gets thicker by up to 0.3 of a pixel.)
    """
    layer = mesh.layer()
    shapes = [shape for shape in painted(layer) if shape.opacity > 0.0]
    if not seamless(mesh):
        return [_element(layer, shape, definitions) for shape in shapes]
    if not shapes:
        return []
    opacity = shapes[0].opacity
    faces, under = [], []
    for shape in shapes:
        points, name = _value(shape.params), _paint(shape.fill, definitions)
        upper = name if shape.fill.server else _swatch(name, definitions)
        faces.append(f'<polygon points="{points}" fill="{upper}"/>')
        under.append(f'<polygon points="{points}" fill="{name}" stroke="{name}"/>')
    attributes = "" if opacity == 1.0 else f' opacity="{_number(opacity)}"'
    lines = rim(mesh)
    if not all(runs_outside(line, width, height) for line in lines):
        key = f"{ids.MARK}m{len(definitions)}"
        data = "".join(f"M{_value(line.ravel().tolist())}Z" for line in lines)
        definitions[key] = f'<mask id="{key}"><path d="{data}" fill="#fff" fill-rule="evenodd"/></mask>'
        attributes += f' mask="url(#{key})"'
    return [
        f"<g{attributes}>",
        '<g shape-rendering="crispEdges" stroke-linejoin="round">',
        *reversed(under),
        "</g>",
        *faces,
        "</g>",
    ]


def _paint(fill: Paint, definitions: dict[str, str], turn: Rotation | None = None) -> str:
    """Return what an element is painted with: a colour, or a gradient that is defined here.

    An element that is turned would turn its gradient too, so that is turned back.
    """
    if fill.server is None:
        return fill.stops[0][1]
    key, (tag, numbers, matrix) = f"{ids.MARK}g{len(definitions)}", fill.server
    turns = [] if turn is None else [_value(turn.inverse)]
    turns += [] if matrix is None else [f"matrix({' '.join(map(_number, matrix))})"]
    own = f' gradientTransform="{" ".join(turns)}"' if turns else ""
    digits = DIGITS if matrix is None else SHARE_DIGITS
    attributes = " ".join(f'{name}="{_number(value, digits)}"' for name, value in numbers.items())
    stops = "".join(f'<stop offset="{_number(at, SHARE_DIGITS)}" stop-color="{color}"/>' for at, color in fill.stops)
    definitions[key] = f'<{tag} id="{key}" gradientUnits="userSpaceOnUse"{own} {attributes}>{stops}</{tag}>'
    return f"url(#{key})"


def _swatch(color: str, definitions: dict[str, str]) -> str:
    """Return a colour as a gradient of one stop, which is defined here."""
    key = f"{ids.MARK}c{color[1:]}"
    definitions[key] = f'<linearGradient id="{key}"><stop stop-color="{color}"/></linearGradient>'
    return f"url(#{key})"


def _value(value: Any) -> str:
    """Return a number, a word, a turn, path data, or a flat sequence of coordinates as "x,y x,y"."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, Rotation):
        return f"rotate({_number(value.degrees, TURN_DIGITS)} {_number(value.cx)} {_number(value.cy)})"
    if isinstance(value, PathData):
        return path_text(value, _number, 10.0**-DIGITS)
    numbers = [_number(item) for item in value]
    return " ".join(f"{x},{y}" for x, y in zip(numbers[::2], numbers[1::2], strict=True))


def _number(value: float, digits: int = DIGITS) -> str:
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _write(scene: Scene, place: Place, wanted: Wanted) -> None:
    write_svg(scene, place, wanted.id_prefix)


FILE_FORMATS = (Format(".svg", _write, read_svg, ids=True, svg=True),)
