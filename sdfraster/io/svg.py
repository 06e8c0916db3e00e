"""Scenes as SVG: one element per shape, in paint order, which any browser or vector editor opens.

SVG can express constant colours and opacity exactly (to 8 bits), linear colours nearly (see `paint`), and mean layers
only as if they were over layers. `expressible` gives the scene as an SVG renderer draws it; it and the writer share
`_painted`, so that they cannot disagree.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ..primitives import PathData, Rotation, primitive
from ..scene import Layer, Scene
from . import paint
from .atomic import write_atomic
from .paint import Paint


def write_svg(scene: Scene, path: str | os.PathLike[str]) -> None:
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
    gradients: list[str] = []
    shapes: list[str] = []
    if scene.background is not None:
        shapes.append(f'<rect width="{w}" height="{h}" fill="{paint.hexadecimal(scene.background)}"/>')
    for layer in scene.layers:
        rule = "" if layer.fill_rule == "nonzero" else f' fill-rule="{layer.fill_rule}"'
        for p, fill, opacity in _painted(layer):
            if opacity > 0.0:
                tag, attributes = primitive(layer.kind).svg(p)
                geometry = " ".join(f'{name}="{_value(value)}"' for name, value in attributes.items())
                side = "stroke" if "stroke-width" in attributes else "fill"
                name = fill.stops[0][1]
                if fill.line:
                    name = f"url(#g{len(gradients)})"
                    gradients.append(_gradient(fill, f"g{len(gradients)}", attributes.get("transform")))
                alpha = f' {side}-opacity="{_number(opacity)}"' if opacity < 1.0 else ""
                shapes.append(f'<{tag} {geometry}{rule} {side}="{name}"{alpha}/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">'
    defs = ["<defs>", *gradients, "</defs>"] if gradients else []
    return "\n".join([head, *defs, *shapes, "</svg>", ""])


def expressible(scene: Scene) -> Scene:
    """Return the scene as an SVG renderer draws it, to find out how much the export loses.

    Mean layers become over layers, colours are rounded to 8 bits, linear colours become those of the gradients
    written. One difference remains: a linear colour that leaves 0..1 inside its shape is clamped per shape in SVG.
    """
    layers = []
    for layer in scene.layers:
        painted = list(_painted(layer))
        color = np.array([fill.color for _, fill, _ in painted]).reshape(layer.color.shape)
        opacity = np.array([value for _, _, value in painted])
        layers.append(replace(layer, color=color, opacity=opacity, composite="over"))
    background = None if scene.background is None else paint.quantized(scene.background)
    drawn = Scene(scene.width, scene.height, layers, background)
    return drawn.astype(scene.dtype)


def _painted(layer: Layer) -> Iterator[tuple[list[float], Paint, float]]:
    """Yield parameters, paint and opacity of each shape, all as Python floats and as precise as they are written."""
    shape = primitive(layer.kind)
    for p, color, opacity in zip(layer.params.tolist(), layer.color, layer.opacity.tolist(), strict=True):
        fill = paint.constant(color) if color.ndim == 1 else paint.linear(shape, p, color)
        yield p, fill, round(opacity, 3)


def _gradient(fill: Paint, name: str, turn: Rotation | None) -> str:
    """Return the gradient of an element; one that is turned would turn its gradient too."""
    back = "" if turn is None else f' gradientTransform="{_value(turn.inverse)}"'
    line = " ".join(f'{key}="{_number(value)}"' for key, value in zip(("x1", "y1", "x2", "y2"), fill.line, strict=True))
    stops = "".join(f'<stop offset="{_number(at, 6)}" stop-color="{color}"/>' for at, color in fill.stops)
    return f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse"{back} {line}>{stops}</linearGradient>'


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
