"""Drawings as scenes, and from there to pictures."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.drawing import contour, forms
from sdfraster.drawing.forms import _settle as settled
from sdfraster.drawing.scenes import from_svg
from sdfraster.errors import DataError, DataWarning
from sdfraster.metrics import psnr
from sdfraster.model.paint import frame_of
from sdfraster.model.shading import SHADINGS
from sdfraster.primitives import primitive

from .oracle import picture, whole

STOPS = '<stop stop-color="red"/><stop offset=".4" stop-color="lime"/><stop offset="1" stop-color="blue"/>'
TEXT = whole('<circle cx="50" cy="50" r="20" fill="#f00" fill-opacity=".5"/><text>x</text>')


def test_layers_are_runs_of_a_kind() -> None:
    body = '<circle r="4"/><circle r="5"/><path d="M0 0h9v9z"/><path d="M0 0h9v9zM1 1h2v2z" fill-rule="evenodd"/>'
    scene = sr.from_svg(whole(body + '<path d="M0 0C1 2 3 4 9 9z"/><circle r="9"/>'))
    assert [(layer.kind, len(layer), layer.fill_rule) for layer in scene.layers] == [
        ("circle", 2, "nonzero"),
        ("polygon", 1, "nonzero"),
        ("polygon", 1, "evenodd"),
        ("path", 1, "nonzero"),
        ("circle", 1, "nonzero"),
    ]
    assert scene.layers[2].contours == ((3, 3),)
    assert scene.background is None


SMALL = (
    '<path d="M1 2L30 4 9 40z"/><path d="M3 4C1 20 30 40 50 9V30"/><polygon points="2 3 4 50 60 7 9 9"/>'
    '<path d="M2 2h9v9zM4 4h30v30H4"/><rect width="30" height="20" rx="4" transform="skewX(20)"/>'
    '<path d="M1 1l9 9-3-3z"/><path d="M1 1L9 9"/><path d="M5 5v9h9V5H5"/>'
)


@pytest.mark.parametrize("matrix", ["", 'transform="matrix(1.5 .2 -.3 .8 4 7)"'])
def test_small_contours_are_brought_to_the_canvas_together(matrix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(forms, "_settle", lambda waiting: asked.append(len(waiting)) or settled(waiting))
    text = whole(f"<g {matrix}>{SMALL}</g>")
    together = sr.from_svg(text)
    assert asked == [6]
    monkeypatch.setattr(contour, "FEW", 0)  # each by itself
    apart = sr.from_svg(text)
    assert asked == [6]
    for a, b in zip(together.layers, apart.layers, strict=True):
        assert (a.kind, a.contours) == (b.kind, b.contours)
        np.testing.assert_allclose(a.geometry, b.geometry, rtol=1e-6)


def test_a_gradient_has_the_colours_that_it_says() -> None:
    gradient = f'<linearGradient id="g" gradientUnits="userSpaceOnUse" x1="10" x2="60">{STOPS}</linearGradient>'
    scene = sr.from_svg(whole(gradient + '<rect x="10" y="10" width="80" height="50" fill="url(#g)"/>'))
    (layer,) = scene.layers
    assert layer.shading == "gradient"
    cx, cy, unit = frame_of(primitive("rectangle"), layer.params[0].tolist())
    at_middle = layer.rule.shade(layer.color[0].ravel().tolist(), (30.0 - cx) / unit, (20.0 - cy) / unit)
    np.testing.assert_allclose(at_middle, [0.0, 1.0, 0.0], atol=1e-6)


@pytest.mark.parametrize(
    ("stops", "feature"),
    [
        ('<stop stop-opacity=".5"/><stop offset="1" stop-color="red"/>', "gradients whose opacity changes"),
        (
            "".join(f'<stop offset="{k / 20}" stop-color="#{5 * k % 7}0f"/>' for k in range(21)),
            "gradients of more than 8",
        ),
    ],
)
def test_gradients_that_are_not_drawn(stops: str, feature: str) -> None:
    body = f'<radialGradient id="g">{stops}</radialGradient><rect width="9" height="9" fill="url(#g)"/>'
    with pytest.warns(sr.DataWarning, match=feature):
        scene = sr.from_svg(whole(body))
    assert scene.unsupported[0].startswith(feature)


def test_what_is_not_drawn_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "x.svg"
    path.write_text(TEXT)
    with pytest.warns(sr.DataWarning, match=r"x\.svg: not drawn as it is in the file: text \(<text>\)") as warned:
        scene = sr.load(path)
    assert len(warned) == 1
    assert scene.unsupported == ("text",)
    assert scene.astype(np.float64).unsupported == ("text",)
    with pytest.raises(sr.DataError, match=r"x\.svg: not drawn"):
        sr.load(path, strict=True)


def test_streams_and_compressed_files(tmp_path: Path) -> None:
    plain = whole('<circle cx="50" cy="50" r="20"/>').encode()
    for data in (plain, b"\xef\xbb\xbf" + plain, gzip.compress(plain)):
        assert sr.load(io.BytesIO(data)).layers[0].params.tolist() == [[50.0, 50.0, 20.0]]
    with pytest.raises(sr.DataError, match=r"no\.svg: there is no such file"):
        sr.load(tmp_path / "no.svg")


@pytest.mark.compiled
def test_pictures_are_those_of_resvg() -> None:
    body = (
        '<rect width="100" height="100" fill="#fed"/><circle cx="40" cy="40" r="30" fill="teal"/>'
        '<path d="M20 80C20 10 90 10 80 80S40 60 20 80z" fill="navy" fill-opacity=".5"/>'
    )
    drawn = sr.render(sr.from_svg(whole(body)), 0.645)
    assert psnr(drawn, picture(whole(body))) > 45.0


@pytest.mark.parametrize("shading", ["constant", "gradient", "radial"])
def test_shapes_across_the_edge_of_the_canvas_come_back(shading: str, rng: np.random.Generator) -> None:
    params = [[0.0, 5.0, 8.0], [20.0, 16.0, 9.0], [36.0, 28.0, 9.0]]
    color = SHADINGS[shading].start(rng.uniform(0.2, 0.8, (3, 3)), rng) + rng.uniform(-0.02, 0.02)
    more = {} if shading == "constant" else {"shading": shading}
    written = sr.to_svg(sr.Scene(40, 32, sr.Layer("circle", params, color, **more), (1, 1, 1)))
    scene = sr.from_svg(written)
    (layer,) = scene.layers
    np.testing.assert_allclose(layer.params, params, atol=0.006)
    assert sr.to_svg(scene) == written


def test_clip_paths_beyond_the_canvas_cut_nothing_and_others_do() -> None:
    clipped = '<clipPath id="c"><rect x="{}" width="120" height="100"/></clipPath><circle clip-path="url(#c)" r="9"/>'
    kinds = [[layer.kind for layer in sr.from_svg(whole(clipped.format(x))).layers] for x in (-9, 0, 1)]
    assert kinds == [["circle"], ["circle"], ["path"]]


def test_errors_in_shapes_are_told_of() -> None:
    bad = '<path d="M0 0h9v9zL3"/><circle r="-3"/><rect width="-2" height="3"/><rect width="0" height="3"/>'
    text = f'<svg xmlns="http://www.w3.org/2000/svg" width="12" height="12">{bad}</svg>'
    with pytest.warns(DataWarning, match=r"path data after an error \(<path>\); negative lengths \(<circle>, <rect>\)"):
        scene = from_svg(text)
    assert [len(layer) for layer in scene.layers] == [1]
    with pytest.raises(DataError, match="path data after an error"):
        from_svg(text, strict=True)


def test_compressed_files_are_read_and_written(tmp_path: Path) -> None:
    scene = sr.Scene(12, 9, [sr.Layer("circle", [[4.0, 5.0, 2.0]], ["red"])], "white")
    sr.save(scene, tmp_path / "a.svg", id_prefix="a")
    sr.save(scene, tmp_path / "a.svgz", id_prefix="a")
    packed = (tmp_path / "a.svgz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "a.svg").read_bytes()
    np.testing.assert_array_equal(sr.load(tmp_path / "a.svgz").layers[0].params, scene.layers[0].params)
    (tmp_path / "bomb.svgz").write_bytes(gzip.compress(b" " * (25 * 2**20)))
    with pytest.raises(DataError, match="holds more than 24 MB"):
        sr.load(tmp_path / "bomb.svgz")
