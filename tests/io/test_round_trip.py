"""What is written as SVG and read again: the same picture, and the same text when it is written once more."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from scipy.spatial import Delaunay

import sdfraster as sr
from sdfraster.io import expressible, svg_text
from sdfraster.io.page import Page
from sdfraster.metrics import psnr
from sdfraster.primitives import kinds, primitive

SIDE, COUNT = 120, 8
BACKGROUND = (0.2, 0.4, 0.6)


def colors(shading: str, rng: np.random.Generator) -> np.ndarray:
    """Return colours of a rule, for all shapes."""
    if shading == "gradient":
        values = rng.uniform(0.0, 1.0, (COUNT, 3, 3))
        values[:, 2] = (0.4, 0.2, 0.5)
    elif shading == "radial":
        values = rng.uniform(0.0, 1.0, (COUNT, 5, 3))
        values[:, 2:] = ((0.7, 0.1, 0.0), (0.0, 0.8, 0.1), (0.1, 0.2, 0.0))
    elif shading == "linear":
        values = rng.uniform(-0.1, 0.1, (COUNT, 3, 3))
        values[..., 2] = rng.uniform(0.3, 0.7, (COUNT, 3))
    else:
        values = rng.uniform(0.0, 1.0, (COUNT, 3))
    return values


def scene(kind: str, shading: str, background: Any = BACKGROUND) -> sr.Scene:
    rng = np.random.default_rng(3)
    params = [primitive(kind).sample(rng, *rng.uniform(20.0, 100.0, 2), 8.0) for _ in range(COUNT)]
    rule = {} if shading == "constant" else {"shading": shading}
    layer = sr.Layer(kind, np.array(params), colors(shading, rng), rng.uniform(0.3, 1.0, COUNT), **rule)
    return sr.Scene(SIDE, SIDE, layer, background)


@pytest.mark.parametrize("shading", ["constant", "linear", "gradient", "radial"])
@pytest.mark.parametrize("kind", kinds())
def test_written_read_and_written_is_the_same_text(kind: str, shading: str) -> None:
    text = sr.to_svg(scene(kind, shading, None if shading == "radial" else BACKGROUND))
    read = sr.from_svg(text)
    assert read.unsupported == ()
    assert sr.to_svg(read) == text


@pytest.mark.compiled
def test_the_picture_is_the_same() -> None:
    one = scene("circle", "constant")
    drawn, written = (sr.render(each) for each in (sr.from_svg(sr.to_svg(one)), expressible(one)))
    assert psnr(drawn, written.astype(np.float32)) > 60.0


MARGIN = 4.0
SHADES = {"flat": (0.0, 1.0), "vertex": (0.1, 0.9), "linear": (-0.05, 0.05)}  # and from where to where colours go


def mesh(shade: str, rng: np.random.Generator, margin: float = MARGIN, opacity: float = 1.0) -> sr.Scene:
    """Return a mesh over the canvas but for a margin."""
    near, far = margin, SIDE - margin
    corners = [[near, near], [far, near], [far, far], [near, far]]
    points = np.concatenate([corners, rng.uniform(near + 8.0, far - 8.0, (COUNT, 2))])
    faces = Delaunay(points).simplices
    shapes = {"flat": (len(faces), 3), "vertex": (len(points), 3), "linear": (len(faces), 3, 3)}
    color = rng.uniform(*SHADES[shade], shapes[shade])
    if shade == "linear":
        color[..., 2] += 0.5
    name = "vertex_color" if shade == "vertex" else "color"
    return sr.Scene(SIDE, SIDE, sr.Mesh(points, faces, opacity=opacity, **{name: color}), BACKGROUND)


@pytest.mark.parametrize(("margin", "opacity"), [(MARGIN, 1.0), (-MARGIN, 0.5)])
@pytest.mark.parametrize("shade", SHADES)
def test_meshes_come_back_as_meshes(shade: str, margin: float, opacity: float, rng: np.random.Generator) -> None:
    written = mesh(shade, rng, margin, opacity)
    for page in (None, Page(group="none")):
        text = svg_text(written, page=page)
        read = sr.from_svg(text)
        (layer,) = read.layers
        assert isinstance(layer, sr.Mesh)
        assert len(layer.vertices) == COUNT + 4
        assert read.unsupported == ()
        assert svg_text(read, page=page) == text


@pytest.mark.compiled
@pytest.mark.parametrize("shade", SHADES)
def test_the_picture_of_a_mesh_is_the_same(shade: str, rng: np.random.Generator) -> None:
    one = mesh(shade, rng)
    drawn, written = (sr.render(each.astype(np.float32)) for each in (sr.from_svg(sr.to_svg(one)), expressible(one)))
    assert psnr(drawn, written) > 60.0


@pytest.mark.parametrize(
    ("old", "new"),
    [("crispEdges", "auto"), ('z" fill=', 'z" class="a" fill='), ('z" fill=', 'h1z" fill='), ('z" fill=', '" fill=')],
)
def test_what_is_like_a_mesh_but_none_is_drawn_as_it_is(old: str, new: str, rng: np.random.Generator) -> None:
    text = sr.to_svg(mesh("flat", rng, -MARGIN)).replace(old, new, 1)
    assert isinstance(sr.from_svg(text).layers[0], sr.Mesh) == ("class" in new)


@pytest.mark.parametrize("shade", SHADES)
def test_meshes_of_polygons_which_were_written_before_are_read(shade: str, rng: np.random.Generator) -> None:
    text = sr.to_svg(mesh(shade, rng))
    before = re.sub('<path d="M([^"z]*)z" fill="(?!#fff)', r'<polygon points="\1" fill="', text)
    assert before.count("<polygon") == 2 * len(sr.from_svg(text).layers[0].faces)
    assert svg_text(sr.from_svg(before)) == text


def test_rounded_ends_stay_what_they_are() -> None:
    half = sr.Layer(
        "rectangle", [[50.0, 40.0, 9.13, 60.0, 0.3, 4.57], [40.0, 50.0, 6.67, 9.0, 0.0, 5.0]], np.zeros((2, 3))
    )
    text = sr.to_svg(sr.Scene(SIDE, SIDE, half, BACKGROUND))
    assert sr.from_svg(text).layers[0].kind == "rectangle"
    assert sr.to_svg(sr.from_svg(text)) == text


def test_a_mask_that_is_no_rim_is_told_of(rng: np.random.Generator) -> None:
    text = sr.to_svg(mesh("flat", rng))
    assert text.count("<mask") == 1
    with pytest.warns(sr.DataWarning, match="masks"):
        sr.from_svg(text.replace('d="M', 'd="M50 50h9v9zM'))
