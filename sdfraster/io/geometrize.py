"""Shapes as Geometrize writes them, a JSON that painters of games and of robots read.

``{"shapes": [{"type": 32, "data": [x, y, r], "color": [r, g, b, a], "score": 1}, ...]}``, painted in order; the first
one is a rectangle of the size of the canvas in the colour of the background. Types are bits: 1 a rectangle (x0, y0, x1,
y1), 2 one that is turned (and an angle in degrees), 4 a triangle, 8 an ellipse (x, y, rx, ry), 16 one that is turned,
32 a circle. Others, such as lines, have no width there. Scores are errors of Geometrize's search, of which there was
none; readers leave out shapes whose score is not above 0.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from math import degrees
from typing import Any

import numpy as np

from ..errors import DataError
from ..layer import Layer
from ..model.paint import quantized
from ..model.shading import CONSTANT
from ..scene import Scene
from .atomic import write_atomic
from .digits import Digits
from .formats import Format, Wanted
from .place import Place
from .written import painted, rounded

SCORE = 1
ROUND = "no rectangles with round corners, which fits with --fixed corner=0 do not have"
RECTANGLE, TURNED_RECTANGLE, TRIANGLE, ELLIPSE, TURNED_ELLIPSE, CIRCLE = (1 << k for k in range(6))


def _rectangle(p: Sequence[float]) -> tuple[int, list[float]]:
    x, y, width, height, angle, corner = p
    if corner > 0.0:
        raise ValueError(ROUND)
    box = [x - 0.5 * width, y - 0.5 * height, x + 0.5 * width, y + 0.5 * height]
    return (TURNED_RECTANGLE, [*box, degrees(angle) % 360.0]) if angle else (RECTANGLE, box)


def _ellipse(p: Sequence[float]) -> tuple[int, list[float]]:
    *axes, angle = p
    return (TURNED_ELLIPSE, [*axes, degrees(angle) % 360.0]) if angle else (ELLIPSE, axes)


SHAPES: dict[str, Callable[[Sequence[float]], tuple[int, list[float]]]] = {
    "circle": lambda p: (CIRCLE, list(p)),
    "ellipse": _ellipse,
    "rectangle": _rectangle,
    "triangle": lambda p: (TRIANGLE, list(p)),
}


def geometrize_text(scene: Scene, precision: int) -> str:
    """Return the scene as Geometrize writes shapes, one a line.

    Raises
    ------
    ValueError
        If it holds what that format cannot hold.
    """
    digits = Digits(precision)
    behind = [0, 0, 0, 0] if scene.background is None else [*_bytes(scene.background), 255]
    shapes = [_shape(RECTANGLE, [0, 0, scene.width, scene.height], behind)]
    for layer in scene.layers:
        shapes += _layer(layer, digits)
    return '{"shapes":[\n' + ",\n".join(json.dumps(shape, separators=(",", ":")) for shape in shapes) + "\n]}\n"


def _layer(layer: Any, digits: Digits) -> Iterator[dict[str, Any]]:
    """Yield the shapes of a layer."""
    if not isinstance(layer, Layer):
        raise ValueError(f"only the kinds {', '.join(SHAPES)}, no meshes")
    _check_kind(layer.kind, layer.color_rule)
    for p, fill, opacity in painted(rounded(layer, digits), digits):
        kind, data = SHAPES[layer.kind](p)
        color = [*_bytes(fill.color), round(255.0 * opacity)]
        yield _shape(kind, [round(value, digits.lengths) for value in data], color)


def _check_kind(kind: str, color: str) -> None:
    """Refuse shapes that Geometrize does not know."""
    if kind not in SHAPES:
        raise ValueError(f"only the kinds {', '.join(SHAPES)}, no {kind} layers")
    if color != CONSTANT:
        raise ValueError(f"only shapes of one colour, no {color} colours")


def _shape(kind: int, data: list[Any], color: list[int]) -> dict[str, Any]:
    return {"type": kind, "data": data, "color": color, "score": SCORE}


def _bytes(color: Any) -> list[int]:
    values: list[int] = np.rint(255.0 * quantized(color)).astype(int).tolist()
    return values


@contextmanager
def _refusing(place: Place) -> Iterator[None]:
    """Say which file cannot hold what is refused."""
    try:
        yield
    except ValueError as error:
        raise DataError(f"{place}: Geometrize knows {error}; write .svg or .json") from None


def _write(scene: Scene, place: Place, wanted: Wanted) -> None:
    with _refusing(place):
        text = geometrize_text(scene, wanted.page.precision)
    write_atomic(place, text.encode())


def _holds(place: Place, kind: str, color: str, held: Collection[str] | None) -> None:
    with _refusing(place):
        _check_kind(kind, color)
        if kind == "rectangle" and held is not None and "corner" not in held:
            raise ValueError(ROUND)


FILE_FORMATS = (Format(".geometrize.json", _write, holds=_holds, page=("precision",)),)
