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

So the file is larger than that of the faces alone: 3.9 times with flat faces, 1.3 times with gradients (linear colours,
or those of vertices), from 64 to 2,000 faces.

What the elements are made of comes from `written`, and is written in the fewest bytes: see `digits` and `path_data`.
What they share is said once, of the groups that a `page` asks for: see `groups`. Nothing is drawn outside of the
canvas: see `leaving`. Ids differ between drawings, so that several can stand in one page: see `ids`.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import Any

from ..css import shortest
from ..layer import Layer
from ..mesh import Mesh
from ..model.paint import Paint, hexadecimal
from ..primitives import PathData, Placement, Rotation, primitive
from ..scene import Scene, check_scene
from . import ids
from .atomic import write_atomic
from .digits import Digits, listed, number
from .formats import Format, Wanted
from .groups import Element, by_color, group
from .leaving import leaves
from .page import Page
from .path_data import path_text
from .place import Place
from .rim import rim, runs_outside
from .svg_in import read_svg
from .written import Painted, painted, rounded, seamless

CLIP = ids.MARK + "clip"
GRADIENTS = "gradient"  # the class of shapes that have no colour of their own
HALVES = "x", "y"  # attributes that are a centre less half a length, and so half a step off the others
ZERO = "x", "y", "cx", "cy"  # attributes that are 0 unless they are given
MARGIN = 1.0  # pixels around a shape that antialiasing may reach


def write_svg(scene: Scene, path: Place, id_prefix: str | None = None, page: Page | None = None) -> None:
    """Write the scene as SVG, see `svg_text`.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    write_atomic(path, svg_text(scene, id_prefix, page).encode())


def svg_text(scene: Scene, id_prefix: str | None = None, page: Page | None = None) -> str:
    """Return the scene as SVG text; shapes of opacity 0 are left out.

    Parameters
    ----------
    scene : Scene
        What to write.
    id_prefix : str, optional
        What all ids begin with: a letter, then letters, digits, ``.``, ``_`` and ``-``; or nothing. If not given, six
        letters that belong to the drawing: the same for the same drawing, others for another.
    page : Page, optional
        Its title, size on paper, precision and groups.

    Raises
    ------
    ValueError
        If ids cannot begin so.
    """
    check_scene(scene)
    ids.check_prefix(id_prefix)
    return ids.named(_Drawing(scene, page or Page()).text(), id_prefix)


class _Drawing:
    """A scene on its way to be written."""

    def __init__(self, scene: Scene, page: Page) -> None:
        self._scene, self._page, self._digits = scene, page, Digits(page.precision)
        self._definitions: dict[str, str] = {}
        self._servers: dict[str, str] = {}
        self._ids: dict[str, int] = {}

    def text(self) -> str:
        """Return the text."""
        w, h, page = self._scene.width, self._scene.height, self._page
        lines: list[str] = []
        if self._scene.background is not None:
            named = {} if page.group == "none" else {"id": self._id("background"), "class": "background"}
            fill = shortest(hexadecimal(self._scene.background))
            lines.append(str(Element("rect", {**named, "width": str(w), "height": str(h), "fill": fill})))
        outside = False
        for n, layer in enumerate(rounded(layer, self._digits) for layer in self._scene.layers):
            lines += self._mesh(layer, n) if isinstance(layer, Mesh) else self._layer(layer, n)
            outside = outside or leaves(layer, w, h)
        if outside:
            self._definitions[CLIP] = f'<clipPath id="{CLIP}"><path d="M0 0H{w}V{h}H0z"/></clipPath>'
            lines = [f'<g clip-path="url(#{CLIP})">', *lines, "</g>"]
        defs = ["<defs>", *self._definitions.values(), "</defs>"] if self._definitions else []
        return "\n".join([*self._head(), *defs, *lines, "</svg>", ""])

    def _head(self) -> list[str]:
        """Return the first line, and title and description."""
        w, h, page = self._scene.width, self._scene.height, self._page
        width, height = page.size(w, h)
        said = {"title": page.title, "desc": page.description}
        lines = [f"<{tag}>{escape(text, quote=False)}</{tag}>" for tag, text in said.items() if text is not None]
        role = ' role="img"' if lines else ""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {w} {h}"{role}>'
        return [head, *lines]

    def _layer(self, layer: Layer, n: int) -> list[str]:
        """Return the lines of a layer."""
        shapes = [shape for shape in painted(layer, self._digits) if shape.opacity > 0.0]
        elements = [self._element(layer, shape) for shape in shapes]
        if self._page.group == "none" or not elements:
            return group(elements)
        if self._page.group == "layer":
            return group(elements, {"id": self._id(f"layer{n + 1}"), "class": f"layer {layer.kind}"})
        return self._colors(elements, shapes, layer.kind)

    def _colors(self, elements: Sequence[Element], shapes: Sequence[Painted], kind: str) -> list[str]:
        """Return the lines of shapes, a group for shapes of one colour."""
        bounds = [primitive(kind).bounds(shape.params) for shape in shapes]
        boxes = [(x0 - MARGIN, y0 - MARGIN, x1 + MARGIN, y1 + MARGIN) for x0, y0, x1, y1 in bounds]
        colors = [GRADIENTS if shape.fill.server else shape.fill.stops[0][1] for shape in shapes]
        lines = []
        for color, members in by_color(colors, boxes):
            name = color.replace("#", "color-")
            lines += group([elements[k] for k in members], {"id": self._id(name), "class": name})
        return lines

    def _id(self, name: str) -> str:
        """Return an id, which nothing else has."""
        count = self._ids[name] = self._ids.get(name, 0) + 1
        return ids.MARK + (name if count == 1 else f"{name}-{count}")

    def _element(self, layer: Layer, shape: Painted) -> Element:
        """Return the element of a shape, and define its gradient if it has one."""
        tag, geometry = primitive(layer.kind).svg(shape.params)
        turn = geometry.get("transform")
        if isinstance(turn, Rotation) and shape.fill.server is None:  # a gradient would move with what is rounded here
            x, y = turn.shift
            geometry = {**geometry, "x": geometry["x"] + x, "y": geometry["y"] + y, "transform": Rotation(turn.degrees)}
        texts = {
            key: number(value, self._digits.lengths + 1) if key in HALVES else self._value(value)
            for key, value in geometry.items()
        }
        attributes = {key: text for key, text in texts.items() if text and (text != "0" or key not in ZERO)}
        if layer.fill_rule != "nonzero":
            attributes["fill-rule"] = layer.fill_rule
        side = "stroke" if "stroke-width" in attributes else "fill"
        attributes[side] = self._paint(shape.fill, turn)
        if shape.opacity < 1.0:
            attributes[f"{side}-opacity"] = number(shape.opacity, self._digits.opacities)
        return Element(tag, attributes)

    def _mesh(self, mesh: Mesh, n: int) -> list[str]:
        """Return the lines of a mesh: the faces over their underlay, or the faces alone if they differ in opacity.

        A rim inside of the canvas is cut by a mask, because the underlay reaches beyond it. (A clip path would do in
        resvg, but Chromium cuts each face by itself with it, and the rim gets thicker by up to 0.3 of a pixel.)
        """
        layer = mesh.layer()
        if not seamless(mesh):
            return self._layer(layer, n)
        shapes = [shape for shape in painted(layer, self._digits) if shape.opacity > 0.0]
        if not shapes:
            return []
        opacity = shapes[0].opacity
        faces, under = [], []
        for shape in shapes:
            data = f"M{self._value(shape.params)}z"  # as they are: faces share them
            name = self._paint(shape.fill)
            upper = name if shape.fill.server else self._swatch(name)
            faces.append(Element("path", {"d": data, "fill": upper}))
            under.append(Element("path", {"d": data, "fill": name, "stroke": name}))
        named = {} if self._page.group == "none" else {"id": self._id(f"layer{n + 1}"), "class": "layer mesh"}
        attributes = named if opacity == 1.0 else {**named, "opacity": number(opacity, self._digits.opacities)}
        lines = rim(mesh)
        if not all(runs_outside(line, self._scene.width, self._scene.height) for line in lines):
            key = f"{ids.MARK}m{len(self._definitions)}"
            data = "".join(f"M{self._value(line.ravel().tolist())}z" for line in lines)
            self._definitions[key] = f'<mask id="{key}"><path d="{data}" fill="#fff" fill-rule="evenodd"/></mask>'
            attributes = {**attributes, "mask": f"url(#{key})"}
        underlay = {"shape-rendering": "crispEdges", "stroke-linejoin": "round"}
        whole = str(Element("g", attributes)).replace("/>", ">")
        return [whole, *group(under[::-1], underlay), *map(str, faces), "</g>"]

    def _paint(self, fill: Paint, turn: Placement | Rotation | None = None) -> str:
        """Return what an element is painted with: a colour, or a gradient that is defined here.

        An element that is turned would turn its gradient too, so that is turned back.
        """
        if fill.server is None:
            return shortest(fill.stops[0][1])
        tag, numbers, matrix = (fill.server if turn is None else fill.server.moved(turn.inverse)).slid()
        digits, own = self._digits.gradients, {}
        if matrix is not None:
            own["gradientTransform"] = f"matrix({' '.join(number(value, digits) for value in matrix)})"
            digits = self._digits.shares
        attributes = {**own, **{name: number(value, digits) for name, value in numbers.items()}}
        stops = "".join(self._stop(*stop) for stop in fill.stops)
        text = "".join(f' {key}="{value}"' for key, value in attributes.items())
        body = f'gradientUnits="userSpaceOnUse"{text}>{stops}</{tag}>'
        return self._defined("g", body, f"<{tag}")

    def _stop(self, offset: float, color: str) -> str:
        at = number(offset, self._digits.shares)
        return str(Element("stop", {**({} if at == "0" else {"offset": at}), "stop-color": shortest(color)}))

    def _swatch(self, color: str) -> str:
        """Return a colour as a gradient of one stop, which is defined here."""
        return self._defined("c", f'><stop stop-color="{color}"/></linearGradient>', "<linearGradient")

    def _defined(self, letter: str, body: str, head: str) -> str:
        """Return the address of a definition, which is made unless there is one like it."""
        if body not in self._servers:
            key = f"{ids.MARK}{letter}{len(self._definitions)}"
            self._servers[body] = key
            apart = "" if body.startswith(">") else " "
            self._definitions[key] = f'{head} id="{key}"{apart}{body}'
        return f"url(#{self._servers[body]})"

    def _value(self, value: Any) -> str:
        """Return a number, a word, a turn, path data, or a flat sequence of coordinates."""
        if isinstance(value, str):
            return value
        if isinstance(value, (int, float)):
            return self._digits.length(value)
        if isinstance(value, (Placement, Rotation)):
            turned = number(value.degrees, self._digits.turns)
            turn = "" if turned == "0" else f"rotate({turned})"
            at = " ".join(map(self._digits.length, (value.cx, value.cy)))
            if isinstance(value, Placement):
                return f"translate({at}){turn}"
            return turn if value.cx == value.cy == 0.0 else turn.replace(")", f" {at})")
        if isinstance(value, PathData):
            return path_text(value, self._digits.lengths)
        return listed(map(self._digits.length, value))


def _write(scene: Scene, place: Place, wanted: Wanted) -> None:
    write_svg(scene, place, wanted.id_prefix, wanted.page)


def _write_compressed(scene: Scene, place: Place, wanted: Wanted) -> None:
    text = svg_text(scene, wanted.id_prefix, wanted.page)
    write_atomic(place, gzip.compress(text.encode(), mtime=0))  # the same bytes at any time


_SVG = Format(
    ".svg",
    _write,
    read_svg,
    ids=True,
    svg=True,
    page=("title", "description", "width", "dpi", "precision", "group"),
)
FILE_FORMATS = (_SVG, replace(_SVG, suffix=".svgz", write=_write_compressed))
