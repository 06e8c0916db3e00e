"""Pictures of flat art, drawn by an independent renderer."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

Draw = Callable[..., Any]


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Return ``draw(svg, width)``: the picture that resvg makes of SVG text, or of the inside of one of 96 x 96."""
    resvg = pytest.importorskip("resvg_py")

    def drawn(svg: str, size: int | None = None) -> Image.Image:
        if not svg.startswith("<svg"):
            svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96">{svg}</svg>'
        data = resvg.svg_to_bytes(svg_string=svg, **({} if size is None else {"width": size}))
        return Image.open(io.BytesIO(bytes(data))).convert("RGBA")

    return drawn
