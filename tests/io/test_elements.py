"""Which element of an SVG draws which shape."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import resvg_py

import sdfraster as sr
from sdfraster.io.elements import shapes_of, text_of
from sdfraster.io.svg import svg_text
from tests.scenes import COMBINATIONS, layer


def pixels(text: str) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_string=text))


@pytest.mark.parametrize("combination", COMBINATIONS)
def test_every_shape_that_is_seen_has_its_element(rng: np.random.Generator, combination: tuple[str, str, str]) -> None:
    shapes = layer(rng, combination, 64, 48)
    scene = sr.Scene(64, 48, [shapes[:4], shapes], (0.5, 0.5, 0.5))
    root, found = shapes_of(scene)
    assert [(shape.layer, shape.number) for shape in found] == [
        (n, k) for n in (0, 1) for k, opacity in enumerate(scene.layers[n].opacity) if opacity > 0.0
    ]
    assert pixels(text_of(root)) == pixels(svg_text(scene))
    for shape in (found[0], found[-1]):  # it is drawn as the shape alone is
        alone = sr.Scene(64, 48, [scene.layers[shape.layer][[shape.number]]], (0.5, 0.5, 0.5))
        expected = re.findall(
            r"<(?!rect width|svg|g |/|defs|clipPath)[^>]+>", svg_text(alone).partition("</defs>")[2] or svg_text(alone)
        )[-1]
        ours = ElementTree.tostring(shape.element, encoding="unicode")
        numbers = re.compile(r"-?\d+\.?\d*(?=[ ,\"])")
        assert (
            numbers.findall(re.sub(r'(fill|stroke)="url.*?"|xmlns\S+', "", ours))[:2] == numbers.findall(expected)[:2]
        )


def test_faces_of_a_mesh_have_what_is_below_them() -> None:
    vertices = np.array([[0, 0], [60, 0], [60, 40], [0, 40]], float)
    mesh = sr.Mesh(vertices, [[0, 1, 2], [0, 2, 3]], [[1.0, 0, 0], [0, 0, 1.0]])
    circle = sr.Layer("circle", [[9, 9, 2]], [[1, 0, 0]])
    _, found = shapes_of(sr.Scene(60, 40, [mesh, circle], None))
    assert [(shape.layer, shape.number) for shape in found] == [(0, 0), (0, 1), (1, 0)]
    for shape in found[:2]:
        assert shape.below is not None
        assert shape.below.get("d") == shape.element.get("d")
    assert found[2].below is None
