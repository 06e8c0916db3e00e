"""Any scene: its JSON comes back bit for bit, and its SVG is one that a renderer draws at the size of the canvas."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import resvg_py
from hypothesis import given, settings
from PIL import Image

import sdfraster as sr
from sdfraster.io import json_text, read_json, svg_text
from tests.strategies import examples, repeatable, scenes


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_json_comes_back(dtype: type, tmp_path: Path) -> None:
    path = tmp_path / "x.json"

    @settings(repeatable, max_examples=examples(50))
    @given(scenes(dtype=dtype))
    def comes_back(scene: sr.Scene) -> None:
        path.write_text(json_text(scene))
        again = read_json(path)
        assert (again.width, again.height, again.dtype) == (scene.width, scene.height, scene.dtype)
        np.testing.assert_array_equal(again.background, scene.background)
        for layer, old in zip(again.layers, scene.layers, strict=True):
            assert type(layer) is type(old)
            for name, value in vars(old).items():
                same = getattr(layer, name)
                if name == "params" and old.contours is not None:  # parts of the geometry
                    continue
                assert same.tobytes() == value.tobytes() if isinstance(value, np.ndarray) else same == value, name

    comes_back()


@settings(repeatable, max_examples=examples(50))
@given(scenes())
def test_svg_is_drawn(scene: sr.Scene) -> None:
    text = svg_text(scene)
    root = ElementTree.fromstring(text)
    assert (root.get("width"), root.get("height")) == (str(scene.width), str(scene.height))
    with Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=text)))) as drawn:
        assert drawn.size == (scene.width, scene.height)
        alpha = np.asarray(drawn.convert("RGBA"))[..., 3]
    assert scene.background is None or alpha.min() == 255
