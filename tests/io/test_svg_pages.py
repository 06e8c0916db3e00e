"""SVG in pages: several drawings at once, and in boxes of another aspect ratio."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import resvg_py
from PIL import Image

import sdfraster as sr
from sdfraster.io import svg_text

SIDE = 24
MESH_COLORS = {
    "flat": {"color": [[1, 0, 0], [0, 0, 1]]},
    "vertex": {"vertex_color": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]},
}


def drawn(text: str) -> np.ndarray:
    """Return what resvg draws (H, W, 4)."""
    return np.asarray(Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=text)))).convert("RGBA"))


def ids(text: str) -> set[str]:
    return set(re.findall(r' id="([^"]*)"', text))


def gradients(offset: float = 0.0) -> sr.Scene:
    """Return a scene with an id for each of its two shapes, and one for its clip."""
    color = np.zeros((2, 3, 3))
    color[..., 2], color[:, 0, 0] = 0.5 + offset, 0.3
    return sr.Scene(SIDE, SIDE, sr.Layer("circle", [[8, 8, 5], [20, 20, 8]], color), (1, 1, 1))


def mesh(points: Any = ((0, 0), (1, 0), (1, 1), (0, 1)), shade: str = "flat", opacity: Any = 1.0) -> sr.Mesh:
    """Return two triangles; `points` are in canvases."""
    return sr.Mesh(SIDE * np.array(points, np.float64), [[0, 1, 2], [0, 2, 3]], opacity=opacity, **MESH_COLORS[shade])


RIM = ((0.2, 0.2), (0.9, 0.1), (0.8, 0.8), (0.1, 0.9))


@pytest.mark.parametrize(
    "scenes", [(gradients(), gradients(0.1)), (sr.Scene(SIDE, SIDE, mesh(RIM)), sr.Scene(SIDE, SIDE, mesh(RIM[::-1])))]
)
def test_ids_of_two_drawings_differ_and_those_of_one_do_not(scenes: Any) -> None:
    first, second = (ids(svg_text(scene)) for scene in scenes)
    assert len(first) >= 3
    assert not first & second
    assert svg_text(scenes[0]) == svg_text(scenes[0].astype(np.float64))


def test_two_drawings_in_one_page_look_as_each_alone() -> None:
    texts = [svg_text(gradients()), svg_text(gradients(0.1))]
    places = (text.replace("<svg ", f'<svg x="{k * SIDE}" ', 1) for k, text in enumerate(texts))
    page = f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * SIDE}" height="{SIDE}">{"".join(places)}</svg>'
    np.testing.assert_array_equal(drawn(page), np.concatenate([drawn(text) for text in texts], axis=1))


def test_ids_begin_as_asked_for(tmp_path: Path) -> None:
    text = svg_text(gradients(), "cat-1.")
    assert ids(text) == {"cat-1.g0", "cat-1.g1", "cat-1.clip"}
    assert set(re.findall(r"url\(#([^)]*)\)", text)) == ids(text)
    assert ids(svg_text(gradients(), "")) == {"g0", "g1", "clip"}
    sr.save(gradients(), tmp_path / "x.svg", id_prefix="cat-1.")
    assert (tmp_path / "x.svg").read_text() == text


@pytest.mark.parametrize("prefix", ["1a", "-a", "a b", 'a"', "a#", "\u00e9", "a\n", 7])
def test_prefixes_that_are_none(tmp_path: Path, prefix: Any) -> None:
    with pytest.raises(ValueError, match="id_prefix must be a letter"):
        sr.save(gradients(), tmp_path / "x.svg", id_prefix=prefix)
    assert not list(tmp_path.iterdir())


def in_a_box(text: str, width: int, height: int) -> str:
    """Return a drawing in a box of another size, as an <img> with width and height has it."""
    return re.sub(r'width="\d+" height="\d+"', f'width="{width}" height="{height}"', text, count=1)


def assert_as_drawn(picture: np.ndarray, text: str) -> None:
    """Check that a picture is what resvg draws.

    It cuts curves at the border of what it draws into, so few pixels have one or two of their 16 samples more or less.
    """
    ours, theirs = (on_grey(pixels) for pixels in (picture, drawn(text)))
    difference = np.abs(ours - theirs).max(axis=2)
    assert difference.max() <= 34.0
    assert (difference > 1.0).mean() < 0.015


def on_grey(pixels: np.ndarray) -> np.ndarray:
    return pixels[..., :3] * (pixels[..., 3:] / 255.0) + 128.0 * (1.0 - pixels[..., 3:] / 255.0)


LEAVING = [
    *(
        sr.Layer(kind, [sr.primitive(kind).sample(np.random.default_rng(3), SIDE, 4.0, 8.0)], [[1, 0, 0]], 0.7)
        for kind in sr.kinds()
    ),
    sr.Layer("circle", [[-30, 12, 9]], [[1, 0, 0]]),  # nothing of it is on the canvas
    sr.Layer("line", [[4, 2, 20, 2, 6]], [[1, 0, 0]]),  # only by its width
    sr.Layer("stroke", [[4, 2, 8, 2, 12, 3, 20, 2, 6]], [[1, 0, 0]]),
    mesh(),  # whose underlay does
    mesh(shade="vertex", opacity=0.5),
    mesh(((-0.4, 0.2), (1.2, 0.1), (0.8, 0.8), (0.1, 0.9))),
    mesh(((-0.4, 0.2), (1.2, 0.1), (0.8, 0.8), (0.1, 0.9)), opacity=[0.5, 1.0]),
]


@pytest.mark.parametrize("background", [None, (1, 1, 0)])
@pytest.mark.parametrize("size", [(4 * SIDE, SIDE), (SIDE, 3 * SIDE), (2 * SIDE, SIDE)])
@pytest.mark.parametrize("layer", LEAVING)
def test_nothing_is_drawn_beside_the_canvas(layer: Any, size: tuple[int, int], background: Any) -> None:
    text = svg_text(sr.Scene(SIDE, SIDE, layer, background))
    width, height = size
    left, top = (width - SIDE) // 2 if width > height else 0, (height - SIDE) // 2 if height > width else 0
    picture = drawn(in_a_box(text, *size)).copy()
    canvas = picture[top : top + SIDE, left : left + SIDE].copy()
    assert_as_drawn(canvas, text)
    picture[top : top + SIDE, left : left + SIDE] = 0
    assert not picture.any()


@pytest.mark.parametrize("background", [None, (1, 1, 0)])
@pytest.mark.parametrize("layer", LEAVING)
def test_the_clip_changes_nothing_in_a_box_of_its_own_aspect(layer: Any, background: Any) -> None:
    text = svg_text(sr.Scene(SIDE, SIDE, layer, background))
    plain, count = re.subn(r"<clipPath.*\n|<g clip-path.*\n", "", text)
    assert count == 2
    assert_as_drawn(drawn(text), plain.replace("</g>\n</svg>", "</svg>"))


@pytest.mark.parametrize(
    "layer",
    [
        sr.Layer("circle", [[12, 12, 12], [40, 12, 9]], np.ones((2, 3)), [1.0, 0.0]),
        sr.Layer("rectangle", [[12, 12, 24, 24, np.pi / 2, 0]], [[1, 1, 1]]),
        sr.Layer("line", [[3, 3, 21, 3, 6]], [[1, 1, 1]]),
        sr.Layer("path", [[2, 12, -1, 12, 2, 2, 12, 2, 22, 2, 22, 12]], [[1, 1, 1]]),  # a control point outside
        sr.Layer("circle", [[12, 12, 12.0004]], [[1, 1, 1]]),
        mesh(RIM),
        mesh(opacity=0.0),
        mesh(opacity=[0.5, 1.0]),
    ],
)
def test_drawings_that_stay_on_the_canvas_have_no_clip(layer: Any) -> None:
    assert "clip" not in svg_text(sr.Scene(SIDE, SIDE, layer))
