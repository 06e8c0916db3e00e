"""What notebooks and consoles show: scenes as SVG where that is exact, else as PNG; fits with their pictures."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

import sdfraster as sr
from sdfraster.io import notebook

DISCS = sr.Layer("circle", [[10, 8, 5], [20, 9, 4], [15, 14, 3]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [1.0, 0.5, 0.25])
TRIANGLES = [[0, 1, 2], [0, 2, 3]]
CORNERS = [[2.0, 2.0], [28.0, 3.0], [27.0, 18.0], [3.0, 17.0]]
INEXACT = [
    sr.Layer("circle", DISCS.params, DISCS.color, composite="mean"),
    sr.Layer("circle", DISCS.params, np.full((3, 3, 3), 0.2)),
    sr.Mesh(CORNERS, TRIANGLES, vertex_color=np.eye(4, 3)),
]


@pytest.mark.parametrize("layer", [DISCS, sr.Mesh(CORNERS, TRIANGLES, np.eye(2, 3))])
def test_what_svg_expresses_is_shown_as_svg(layer: sr.Layer | sr.Mesh) -> None:
    scene = sr.Scene(30, 20, layer, (1, 1, 1))
    svg = scene._repr_svg_()
    assert svg == sr.to_svg(scene)
    assert ElementTree.fromstring(svg or "").get("width") == "30"
    assert scene._repr_png_() is None


@pytest.mark.parametrize("layer", INEXACT)
def test_all_else_is_shown_as_png(layer: sr.Layer | sr.Mesh) -> None:
    scene = sr.Scene(30, 20, [DISCS, layer], (1, 1, 1))
    assert scene._repr_svg_() is None
    shown = np.asarray(Image.open(io.BytesIO(scene._repr_png_() or b"")))
    np.testing.assert_allclose(shown, 255.0 * sr.render(scene).clip(0.0, 1.0), atol=0.501)


def test_a_large_scene_is_shown_as_png(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = sr.Scene(30, 20, DISCS)
    monkeypatch.setattr(notebook, "LARGEST", len(sr.to_svg(scene)) - 1)
    assert scene._repr_svg_() is None
    assert (scene._repr_png_() or b"").startswith(b"\x89PNG")


def test_a_fit_is_shown_with_its_pictures() -> None:
    target = sr.render(sr.Scene(30, 20, DISCS, (1, 1, 1)))
    result = sr.fit(target, count=2, iterations=3)
    html = result._repr_html_()
    ElementTree.fromstring(f"<div>{html}</div>")
    pictures = [np.asarray(Image.open(io.BytesIO(b64decode(data)))) for data in re.findall(r'base64,([^"]*)"', html)]
    for shown, picture in zip(pictures, (result.target, result.image), strict=True):
        np.testing.assert_allclose(shown, 255.0 * picture.clip(0.0, 1.0), atol=0.501)
    assert result.iterations == 3
    assert f"{result.psnr:.2f} dB" in html
    assert repr(result).startswith("FitResult(Scene(30 x 20: 2 of circle, constant colours, over; on (")
    assert "\n" not in repr(result)


def test_one_line_in_a_console() -> None:
    mesh = sr.Mesh(CORNERS, TRIANGLES, vertex_color=np.eye(4, 3))
    assert repr(DISCS) == "Layer(3 of circle, constant colours, over, float32)"
    assert repr(mesh) == "Mesh(2 faces on 4 vertices, colours of vertices, mean, float32)"
    scene = sr.Scene(30, 20, [DISCS, mesh], (0, 0.5, 1))
    assert repr(scene) == (
        "Scene(30 x 20: 3 of circle, constant colours, over; 2 faces on 4 vertices, colours of vertices, mean; "
        "on (0.0, 0.5, 1.0), float32)"
    )
    assert repr(sr.Scene(3, 2, (), None)) == "Scene(3 x 2: no layers; transparent, float32)"
