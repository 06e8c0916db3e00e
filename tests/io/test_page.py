"""How drawings are presented: titles, sizes on paper, precision and groups."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import resvg_py
from PIL import Image

import sdfraster as sr
from sdfraster.io import Page, expressible

SIDE = 40
SVG = "{http://www.w3.org/2000/svg}"


def drawn(scene: sr.Scene, **page: Any) -> np.ndarray:
    """Return what resvg draws, in bytes."""
    text = sr.to_svg(scene, page=Page(**page))
    return np.asarray(Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=text)))).convert("RGBA"), int)


def scene(count: int = 40, colors: int = 3) -> sr.Scene:
    """Return discs and triangles of few colours."""
    rng = np.random.default_rng(3)
    palette = rng.random((colors, 3))
    layers = []
    for kind in ("circle", "triangle"):
        params = [sr.primitive(kind).sample(rng, *rng.uniform(0.0, SIDE, 2), 3.0) for _ in range(count)]
        layers.append(sr.Layer(kind, params, palette[rng.integers(0, colors, count)], 0.7))
    return sr.Scene(SIDE, SIDE, layers, (1, 1, 1))


def test_title_and_description_are_for_those_who_cannot_see() -> None:
    root = ElementTree.fromstring(sr.to_svg(scene(), page=Page(title="A <cat> & dog", description="256 circles")))
    assert root.get("role") == "img"
    assert [(each.tag, each.text) for each in root[:2]] == [
        (f"{SVG}title", "A <cat> & dog"),
        (f"{SVG}desc", "256 circles"),
    ]
    assert ElementTree.fromstring(sr.to_svg(scene())).get("role") is None
    assert sr.to_svg(scene(), page=Page(title="x")) == sr.to_svg(scene(), page=Page(title="x"))


@pytest.mark.parametrize(
    ("page", "size"),
    [
        ({"width": "20cm"}, ("20cm", "10cm")),
        ({"width": ".5 in"}, (".5in", ".25in")),
        ({"width": "300px"}, ("300px", "150px")),
        ({"width": "7"}, ("7", "3.5")),
        ({"dpi": 300}, (".2667in", ".1333in")),
        ({"width": "20cm", "dpi": 300}, ("20cm", "10cm")),
        ({}, ("80", "40")),
    ],
)
def test_sizes_on_paper(page: dict[str, Any], size: tuple[str, str]) -> None:
    root = ElementTree.fromstring(sr.to_svg(sr.Scene(80, 40), page=Page(**page)))
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == (*size, "0 0 80 40")


def test_pictures_say_how_large_they_are(tmp_path: Path) -> None:
    plain = sr.Scene(60, 30)
    for suffix in ("png", "jpg"):
        path = tmp_path / f"x.{suffix}"
        for page, size, dpi in (
            (Page(dpi=300), 60, 300),
            (Page(width="1in"), 60, 60),
            (Page(width="2.54cm", dpi=150), 150, 150),
        ):
            sr.save(plain, path, page=page)
            with Image.open(path) as opened:
                assert opened.width == size
                assert opened.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)
        sr.save(plain, path)
        with Image.open(path) as opened:
            assert opened.info.get("dpi", (1, 1)) == (1, 1)


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ({"width": "wide"}, "width must be a length such as 20cm, 8in or 210mm, not 'wide'"),
        ({"width": "0cm"}, "width must be a length"),
        ({"width": 20}, "width must be a length"),
        ({"width": "20em"}, "width must be a length"),
        ({"dpi": 0.0}, "dpi must be above 0"),
        ({"dpi": float("nan")}, "dpi must be above 0"),
        ({"precision": 7}, "precision must be a whole number of digits from 0 to 6, not 7"),
        ({"precision": 1.5}, "precision must be a whole number"),
        ({"group": "kind"}, "group must be one of none, color, layer, not 'kind'"),
        ({"title": "\0"}, "title must be a text without control characters"),
        ({"description": 5}, "description must be a text"),
    ],
)
def test_pages_that_are_none(page: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Page(**page)


@pytest.mark.parametrize("precision", range(5))
def test_precision_is_that_of_every_number(precision: int) -> None:
    """What is written with fewer digits is what the rounded scene is."""
    circle = sr.Layer("circle", np.array([[10.123456, 0.98763, 3.456789]]), [[1, 0, 0]], 0.12345)
    text = sr.to_svg(sr.Scene(20, 20, circle, None), page=Page(precision=precision))
    values = (10.123456, 0.98763, 3.456789)
    wanted = [f"{value:.{precision}f}".rstrip("0").rstrip(".") if precision else f"{value:.0f}" for value in values]
    wanted = [text.removeprefix("0") if text.startswith("0.") else text for text in wanted]
    assert 'cx="{}" cy="{}" r="{}"'.format(*wanted) in text
    rounded = expressible(sr.Scene(20, 20, circle, None), precision).layers[0]
    np.testing.assert_allclose(rounded.params, np.round([values], precision), atol=1e-12)


@pytest.mark.parametrize("group", ["layer", "color"])
def test_groups_have_ids_and_classes_and_look_the_same(group: str) -> None:
    grouped, plain = scene(), drawn(scene())
    np.testing.assert_array_equal(drawn(grouped, group=group), plain)
    root = ElementTree.fromstring(sr.to_svg(grouped, "x-", Page(group=group)))
    named = [each for each in root.iter(f"{SVG}g") if each.get("id")]
    ids = [each.get("id") for each in named]
    assert len(set(ids)) == len(ids)
    assert sum(len(each) for each in named) == 80
    if group == "layer":
        assert [(each.get("id"), each.get("class")) for each in named] == [
            ("x-layer1", "layer circle"),
            ("x-layer2", "layer triangle"),
        ]
    else:
        assert {each.get("class") for each in named} == {f"color-{(each.get('fill') or '')[1:]}" for each in named}
        assert len(named) < 60  # in runs there would be 60 or so
        assert not any(child.get("fill") for each in named for child in each)


def test_gradients_are_one_class() -> None:
    color = [[[1, 0, 0], [0, 0, 1], [0.5, 0, 0.5]]] * 2
    layer = sr.Layer("circle", [[10, 10, 5], [20, 20, 5]], color, shading="gradient")
    (defs, group) = ElementTree.fromstring(sr.to_svg(sr.Scene(30, 30, layer, None), page=Page(group="color")))
    assert group.get("class") == "gradient"
    assert len(group) == len(defs) == 2
