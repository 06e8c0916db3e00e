"""What resvg draws of a file, and of the things that the reader makes of it: two ways to one picture."""

from __future__ import annotations

import io

import numpy as np
import resvg_py
from PIL import Image

from sdfraster.drawing.document import read_bytes
from sdfraster.drawing.paints import Flat, Linear, Paint
from sdfraster.drawing.reader import Drawing, drawing_of

DETAIL = 6
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '


def drawing(body: str, root: str = 'width="100" height="100"') -> Drawing:
    """Return the drawing of what is inside of an svg element."""
    return drawing_of(read_bytes(whole(body, root).encode()))


def whole(body: str, root: str = 'width="100" height="100"') -> str:
    """Return a file."""
    return f"{HEAD}{root}>{body}</svg>"


def picture(text: str) -> np.ndarray:
    """Return what resvg draws, over white; the average of a larger one, because it strokes curves roughly."""
    options = {"zoom": DETAIL, "languages": ["en"], "dpi": 96}
    with Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=text, **options)))) as opened:
        rgba = np.asarray(opened.convert("RGBA"), np.float32) / 255.0
    height, width = (side // DETAIL for side in rgba.shape[:2])
    rgba = rgba[: height * DETAIL, : width * DETAIL].reshape(height, DETAIL, width, DETAIL, 4).mean(axis=(1, 3))
    return rgba[..., :3] * rgba[..., 3:] + 1.0 - rgba[..., 3:]


def rewritten(drawn: Drawing) -> str:
    """Return a file of nothing but paths, with the things of a drawing."""
    shapes, definitions = [], []
    if drawn.background is not None:
        shapes.append(f'<rect width="100%" height="100%" fill="{_color(drawn.background)}"/>')
    for k, thing in enumerate(drawn.things):
        data = ""
        for contour in thing.form.outline():
            p = contour.points.ravel().tolist()
            data += f"M{p[0]} {p[1]}C" + " ".join(map(repr, p[2:])) + "Z"
        alpha = thing.paint.alpha if isinstance(thing.paint, Flat) else 1.0
        fill = _color(thing.paint.color) if isinstance(thing.paint, Flat) else f"url(#g{k})"
        definitions.append(_gradient(thing.paint, f"g{k}"))
        opacity = alpha * thing.opacity
        shapes.append(f'<path d="{data}" fill="{fill}" fill-rule="{thing.form.fill_rule}" fill-opacity="{opacity}"/>')
    size = f'width="{drawn.width}" height="{drawn.height}"'
    return whole("".join(definitions + shapes), size)


def _color(color: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255.0 * value):02x}" for value in color)


def _gradient(paint: Paint, name: str) -> str:
    if isinstance(paint, Flat):
        return ""
    stops = "".join(
        f'<stop offset="{stop.offset}" stop-color="{_color(stop.color)}" stop-opacity="{stop.alpha}"/>'
        for stop in paint.stops
    )
    tag, names = ("linearGradient", ("x1", "y1", "x2", "y2")), ("cx", "cy", "r", "fx", "fy", "fr")
    matrix = " ".join(map(repr, paint.matrix))
    common = f'id="{name}" gradientUnits="userSpaceOnUse" spreadMethod="{paint.spread}"'
    if isinstance(paint, Linear):
        tag_name, keys, values = tag[0], tag[1], paint.ends
    else:
        tag_name, keys, values = "radialGradient", names, (*paint.circle, *paint.focus)
    places = " ".join(f'{key}="{value!r}"' for key, value in zip(keys, values, strict=True))
    return f'<{tag_name} {common} gradientTransform="matrix({matrix})" {places}>{stops}</{tag_name}>'
