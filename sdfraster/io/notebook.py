"""What notebooks show of scenes and fits."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Sequence
from html import escape

from ..layer import Layer
from ..mesh import Mesh
from ..model.composite import COMPOSITES
from ..scene import Scene
from ..shapes import Array
from .png import write_image
from .svg import svg_text
from .written import seamless

LARGEST = 1_000_000  # characters of SVG in a notebook


def svg_of(scene: Scene) -> str | None:
    """Return a scene as SVG, unless SVG cannot express it or it would be large."""
    if not all(map(_exact, scene.layers)):
        return None
    text = svg_text(scene)
    return text if len(text) <= LARGEST else None


def png_of(scene: Scene) -> bytes | None:
    """Return a scene as PNG, if it is not shown as SVG."""
    from ..rendering import render  # with Numba, which those who look for formats here do not need

    return _png(render(scene)) if svg_of(scene) is None else None


def html_of(pictures: Sequence[tuple[str, Array]], summary: str) -> str:
    """Return pictures beside each other, with their titles, and a line below."""
    cells = "".join(
        f'<figure style="margin: 0"><img alt="{escape(title)}" src="data:image/png;base64,'
        f'{b64encode(_png(picture)).decode()}"/><figcaption>{escape(title)}</figcaption></figure>'
        for title, picture in pictures
    )
    return f'<div style="display: flex; gap: 1em; flex-wrap: wrap">{cells}</div><p>{escape(summary)}</p>'


def _exact(layer: Layer | Mesh) -> bool:
    """Return whether SVG expresses a layer, but for rounding."""
    if isinstance(layer, Mesh):
        return seamless(layer) and layer.color is not None and layer.color.ndim == 2
    return COMPOSITES[layer.composite].in_svg and not layer.rule.svg_loss


def _png(picture: Array) -> bytes:
    stream = io.BytesIO()
    write_image(picture, stream, "png")
    return stream.getvalue()
