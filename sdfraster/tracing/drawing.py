"""What a trace draws: shapes in paint order, and the SVG text of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..model.paint import hexadecimal
from ..primitives import primitive
from .curves import Curve, derived
from .gradients import Paint
from .palette import Pixels

DIGITS = 2
STRAIGHT = 1e-6


class Shape(NamedTuple):
    """A shape: contours of a path, or the parameters of a primitive."""

    kind: str  # "path", or that of a primitive
    params: NDArray[np.float64] | None
    curves: list[Curve]
    paint: Paint


class Drawing(NamedTuple):
    """Shapes in paint order."""

    width: int
    height: int
    shapes: list[Shape]
    background: NDArray[np.float64] | None  # RGB


def svg_text(drawing: Drawing) -> str:
    """Return a drawing as SVG text."""
    w, h = drawing.width, drawing.height
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">']
    if drawing.background is not None:
        lines.append(f'<path fill="{hexadecimal(drawing.background)}" d="M0 0H{w}V{h}H0Z"/>')
    definitions: dict[str, str] = {}
    elements = [f"<{element(shape)} {_fill(shape.paint, definitions)}/>" for shape in drawing.shapes]
    if definitions:
        lines.append("<defs>" + "".join(definitions) + "</defs>")
    return "\n".join([*lines, *elements, "</svg>", ""])


def _fill(paint: Paint, definitions: dict[str, str]) -> str:
    """Return the attributes of a paint, and define its gradient: text to name."""
    if paint.kind == "flat":
        color = paint.colors[0]
        alpha = "" if color[3] >= 1.0 - 0.5 / 255.0 else f' fill-opacity="{number(color[3], 3)}"'
        return f'fill="{hexadecimal(color[:3])}"{alpha}'
    names = ("x1", "y1", "x2", "y2") if paint.kind == "linear" else ("cx", "cy", "r")
    place = " ".join(f'{name}="{number(value)}"' for name, value in zip(names, paint.where, strict=True))
    stops = ""
    for offset, color in zip(paint.offsets, paint.colors, strict=True):
        alpha = "" if color[3] >= 1.0 - 0.5 / 255.0 else f' stop-opacity="{number(color[3], 3)}"'
        stops += f'<stop offset="{number(offset, 3)}" stop-color="{hexadecimal(color[:3])}"{alpha}/>'
    name = f"g{len(definitions)}"
    tag = f"{paint.kind}Gradient"
    definitions[f'<{tag} id="{name}" gradientUnits="userSpaceOnUse" {place}>{stops}</{tag}>'] = name
    return f'fill="url(#{name})"'


def element(shape: Shape) -> str:
    """Return the tag and the geometry of a shape."""
    if shape.params is None:
        data = "".join(path_data(derived(curve).control, curve.line) for curve in shape.curves)
        return f'path d="{data}"'
    tag, attributes = primitive(shape.kind).svg(tuple(float(v) for v in shape.params))
    parts = [tag]
    for name, value in attributes.items():
        if name == "transform":
            if abs(value.degrees) > 1e-3:
                parts.append(f'transform="rotate({number(value.degrees, 3)} {number(value.cx)} {number(value.cy)})"')
        elif not (name == "rx" and tag == "rect" and value == 0.0):
            parts.append(f'{name}="{number(value)}"')
    return " ".join(parts)


def path_data(control: Pixels, line: NDArray[np.bool_]) -> str:
    """Return a closed contour of pieces (K, 4, 2) as path data."""
    control = np.round(control, DIGITS)
    data = [f"M{number(control[0, 0, 0])} {number(control[0, 0, 1])}"]
    for k, (_, a, b, end) in enumerate(control):
        start = control[k, 0]
        if line[k]:
            if k == len(control) - 1:
                break
            if start[1] == end[1]:
                data.append(f"H{number(end[0])}")
            elif start[0] == end[0]:
                data.append(f"V{number(end[1])}")
            else:
                data.append(f"L{number(end[0])} {number(end[1])}")
        else:
            data.append("C" + " ".join(f"{number(x)} {number(y)}" for x, y in (a, b, end)))
    return "".join(data) + "Z"


def number(value: float, digits: int = DIGITS) -> str:
    """Return a number in as few characters as it needs."""
    text = f"{float(value):.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return "0" if text == "-0" else text
