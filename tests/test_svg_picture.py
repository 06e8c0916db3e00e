"""The picture that renderers make of an SVG, against that of resvg: of dark layers, thin shapes, and all kinds."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
import resvg_py
from PIL import Image

import sdfraster as sr
from sdfraster.engine.composites.in_bytes import blend, divided, premultiplied
from sdfraster.io import expressible, read_image, svg_text
from sdfraster.metrics import psnr
from sdfraster.model.coverage import SVG_RADIUS
from sdfraster.svg_picture import svg_picture

SIZE = 120, 90


def resvg(scene: sr.Scene) -> np.ndarray:
    data = bytes(resvg_py.svg_to_bytes(svg_string=svg_text(scene), dpi=96))
    with Image.open(io.BytesIO(data)) as opened:
        return read_image(opened, np.float64)


def smooth(scene: sr.Scene) -> np.ndarray:
    """Return the scene as written, drawn by our own filter in floats."""
    return sr.render(expressible(scene), SVG_RADIUS["parabolic"]).clip(0.0, 1.0)


def shapes(kind: str, count: int, size: float, rng: np.random.Generator, color: Any, **more: Any) -> sr.Layer:
    at = rng.uniform(0.0, 1.0, (count, 2)) * SIZE
    params = [sr.primitive(kind).sample(rng, x, y, size) for x, y in at.tolist()]
    return sr.Layer(kind, params, color, rng.uniform(0.2, 1.0, count), **more)


@pytest.mark.compiled
@pytest.mark.parametrize("kind", sr.kinds())
def test_every_kind_is_drawn_as_resvg_draws_it(kind: str, rng: np.random.Generator) -> None:
    """Strokes are less so: resvg draws their sides coarsely."""
    scene = sr.Scene(*SIZE, shapes(kind, 40, 9.0, rng, rng.uniform(0.0, 0.2, (40, 3))), (0.1, 0.1, 0.3))
    ours, theirs = svg_picture(scene), resvg(scene)
    better, limit = (-1.0, 49.0) if kind == "stroke" else (3.0, 55.0)
    assert psnr(ours, theirs) > max(psnr(smooth(scene), theirs) + better, limit)


@pytest.mark.compiled
@pytest.mark.parametrize("kind", ["circle", "triangle", "polygon"])
def test_transparent_pictures(kind: str, rng: np.random.Generator) -> None:
    """Outlines are steps of alpha there, so that one sample of a curve counts more."""
    scene = sr.Scene(*SIZE, shapes(kind, 40, 9.0, rng, rng.uniform(0.0, 0.2, (40, 3))), None)
    ours, theirs = svg_picture(scene), resvg(scene)
    assert psnr(ours, theirs) > max(psnr(smooth(scene), theirs), 45.0)


@pytest.mark.compiled
@pytest.mark.parametrize("shading", ["linear", "gradient"])
def test_colours_that_change(shading: str, rng: np.random.Generator) -> None:
    """Also where they leave 0..1, where SVG clamps each shape."""
    color = np.concatenate([rng.uniform(-1.0, 1.0, (30, 3, 2)), rng.uniform(0.0, 1.0, (30, 3, 1))], axis=2)
    if shading == "gradient":
        color[:, :2] = rng.uniform(0.0, 1.0, (30, 2, 3))
    scene = sr.Scene(*SIZE, shapes("triangle", 30, 12.0, rng, color, shading=shading))
    theirs = resvg(scene)
    assert psnr(svg_picture(scene), theirs) > max(psnr(smooth(scene), theirs), 40.0) + 1.0


@pytest.mark.compiled
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dark_pictures_of_many_layers(dtype: Any, rng: np.random.Generator) -> None:
    """Every layer rounds up: in 63 layers a very dark picture gets much brighter than it should be."""
    layer = shapes("circle", 63, 40.0, rng, rng.uniform(0.0, 0.03, (63, 3)))
    scene = sr.Scene(*SIZE, layer, (0.01, 0.01, 0.01)).astype(dtype)
    target = np.rint(255.0 * sr.render(scene)) / 255.0
    drawn, ours = resvg(scene), svg_picture(scene)
    assert ours.dtype == dtype
    assert psnr(smooth(scene), target) > psnr(drawn, target) + 5.0
    assert psnr(ours, target) == pytest.approx(psnr(drawn, target), abs=0.05)


def hairlines(kind: str, width: float, rng: np.random.Generator) -> sr.Layer:
    """Return 60 shapes about 40 pixels long in all directions."""
    params = []
    for x, y, turn in zip(
        *rng.uniform(0.0, 1.0, (2, 60)) * np.array(SIZE)[:, None], rng.uniform(0, np.pi, 60), strict=True
    ):
        c, s = 20.0 * np.cos(turn), 20.0 * np.sin(turn)
        ends = [x - c, y - s, x + c, y + s]
        params.append(
            {
                "line": [*ends, width],
                "rectangle": [x, y, 40.0, width, turn, 0.0],
                "ellipse": [x, y, 20.0, 0.5 * width, turn],
                "triangle": [*ends, x - c - width * s / 20.0, y - s + width * c / 20.0],
                "polygon": [*ends, x - c - width * s / 20.0, y - s + width * c / 20.0],
            }[kind]
        )
    return sr.Layer(kind, params, np.zeros((60, 3)), rng.uniform(0.5, 1.0, 60))


@pytest.mark.compiled
@pytest.mark.parametrize("width", [0.1, 0.3, 0.6, 1.0])
@pytest.mark.parametrize("kind", ["line", "rectangle", "ellipse", "triangle", "polygon"])
def test_hairlines(kind: str, width: float, rng: np.random.Generator) -> None:
    """Against the picture that they should be, PSNR is that of what resvg draws."""
    scene = sr.Scene(*SIZE, hairlines(kind, width, rng), (1.0, 1.0, 1.0))
    target = smooth(sr.Scene(*SIZE, hairlines("rectangle", width, np.random.default_rng(20240229)), (1.0, 1.0, 1.0)))
    assert psnr(svg_picture(scene), target) == pytest.approx(psnr(resvg(scene), target), abs=0.3)


@pytest.mark.compiled
@pytest.mark.parametrize("kind", ["stroke", "path"])
def test_outlines_of_different_sizes_are_drawn_as_alone(kind: str, rng: np.random.Generator) -> None:
    """Hairlines too."""
    sample = sr.primitive(kind).sample
    params = [np.array(sample(rng, *rng.uniform(20.0, 70.0, 2), 12.0, n)) for n in (3, 1, 4, 2)]
    if kind == "stroke":
        params[1][-1] = params[2][-1] = 0.4
    color = rng.random((4, 3))
    apart = [sr.Layer(kind, p[None], c[None], 0.8) for p, c in zip(params, color, strict=True)]
    ours, expected = (
        svg_picture(sr.Scene(*SIZE, each, (1, 1, 1))) for each in (sr.Layer(kind, params, color, 0.8), apart)
    )
    np.testing.assert_array_equal(ours, expected)


@pytest.mark.compiled
def test_meshes_and_several_layers(rng: np.random.Generator) -> None:
    mesh = sr.Mesh(
        [[10, 10], [100, 20], [90, 80], [20, 70]], [[0, 1, 2], [0, 2, 3]], [[0.9, 0.2, 0.1], [0.1, 0.3, 0.8]], 0.6
    )
    layers = [
        shapes("circle", 20, 9.0, rng, rng.random((20, 3))),
        mesh,
        shapes("triangle", 20, 9.0, rng, rng.random((20, 3))),
    ]
    for background in (None, (0.3, 0.2, 0.9)):
        scene = sr.Scene(*SIZE, layers, background)
        assert psnr(svg_picture(scene), resvg(scene)) > 42.0


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 5), (17, 4)])
def test_any_size(width: int, height: int) -> None:
    scene = sr.Scene(width, height, sr.Layer("circle", [[width, height, 2.5]], [[1, 0, 0]]), (0, 0, 1))
    assert svg_picture(scene).shape == (height, width, 3)
    assert np.abs(svg_picture(scene) - resvg(scene)).max() < 0.13
    empty = sr.Scene(width, height, sr.Layer("circle", [], []), (0.2, 0.4, 0.6))
    np.testing.assert_allclose(svg_picture(empty), resvg(empty), atol=1e-6)


def test_arithmetic_of_bytes() -> None:
    assert [divided(a * 255.0) for a in range(256)] == list(range(256))
    assert divided(1.0) == 1.0
    assert premultiplied(127.0) == 0.0
    for byte in (0, 1, 100, 254, 255):
        value = byte / 255.0
        assert blend(value, 0.3, 0.7, 0.0, divided) == pytest.approx(value)
        assert blend(0.3, value, 1.0, 255.0, divided) == pytest.approx(value)


@pytest.mark.compiled
def test_a_fit_knows_the_psnr_of_its_svg() -> None:
    target = (0.1 * read_image("sample:chelsea")[100:140, 150:210]).astype(np.float32)
    for picture, background in ((target, None), (np.dstack([target, np.full(target.shape[:2], 0.6)]), (1.0, 1.0, 1.0))):
        result = sr.fit(picture, count=20, iterations=60, background=background)
        assert result.svg_psnr == pytest.approx(psnr(resvg(result.scene), result.target), abs=0.05)
        assert result.target.shape == result.image.shape
