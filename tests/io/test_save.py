"""Saving pictures of scenes, at any scale."""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.errors import DataError
from sdfraster.io import check_picture, load, read_image, save, scaled
from sdfraster.model.composite import COMPOSITES
from sdfraster.primitives.curve import TOLERANCE
from sdfraster.rendering import render_strips
from tests import naive

SCENE = sr.Scene(12, 8, sr.Layer("circle", [[6, 4, 3]], [[1, 0.5, 0]], 0.5), (0, 0, 1))


def test_png(tmp_path: Path) -> None:
    save(SCENE, tmp_path / "x.png")
    np.testing.assert_allclose(read_image(tmp_path / "x.png"), naive.render(SCENE), atol=0.51 / 255)


def test_png_with_render_options_and_scale(tmp_path: Path) -> None:
    save(SCENE, tmp_path / "x.png", scale=2.0, filter="box", filter_radius=0.5)
    wanted = naive.render(scaled(SCENE, 2.0), 0.5, "box")
    assert wanted.shape == (16, 24, 3)
    np.testing.assert_allclose(read_image(tmp_path / "x.png"), wanted, atol=0.51 / 255)


def test_transparent_png(tmp_path: Path) -> None:
    scene = sr.Scene(12, 8, SCENE.layers, background=None)
    save(scene, tmp_path / "x.png")
    image = read_image(tmp_path / "x.png")
    assert image.shape == (8, 12, 4)
    np.testing.assert_allclose(image, naive.render(scene), atol=1.01 / 255)


def test_scale_leaves_json_alone(tmp_path: Path) -> None:
    save(SCENE, tmp_path / "x.json", scale=3.0)
    assert load(tmp_path / "x.json").width == 12


def test_picture_too_large(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"x\.png.*1200000 x 800000 is larger than the limit"):
        save(SCENE, tmp_path / "x.png", scale=1e5)
    far = sr.Scene(12, 8, sr.Layer("circle", [[3e38, 0, 1]], [[0, 0, 0]]))
    with pytest.raises(DataError, match=r"x\.png: the scene cannot be drawn at scale 2"):
        save(far, tmp_path / "x.png", scale=2.0)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", [None, 3])
def test_what_is_no_place(place: Any) -> None:
    for use in (sr.load, lambda place: sr.save(sr.Scene(4, 4), place)):
        with pytest.raises(ValueError, match=f"path must be a path or a binary stream, not {type(place).__name__}"):
            use(place)
        with pytest.raises(sr.DataError, match="path is empty; the name of a file was expected"):
            use("")


def test_what_is_no_scene(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="scene must be a Scene, or what a fit found, not NoneType"):
        sr.save(None, tmp_path / "x.svg")


def test_unknown_suffix_and_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="unknown output format"):
        save(SCENE, tmp_path / "x.bmp")
    with pytest.raises(DataError, match="does not exist"):
        save(SCENE, tmp_path / "nowhere" / "x.svg")


@pytest.mark.parametrize("kind", sr.kinds())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scaled_shapes_have_scaled_distances(rng: np.random.Generator, kind: str, dtype: type) -> None:
    shape = sr.primitive(kind)
    params = np.array([shape.sample(rng, 10.0, 12.0, 5.0)], dtype)
    scene = scaled(sr.Scene(20, 30, sr.Layer(kind, params, [[1, 0, 0]])), 2.5)
    assert (scene.width, scene.height, scene.dtype) == (50, 75, dtype)
    small, large = params[0].tolist(), scene.layers[0].params[0].tolist()
    curved = shape.outline is not None and shape.outline.degree > 1
    error = (1.0 + 2.5) * TOLERANCE if curved else 1e-4  # both are cut into pieces, at their own size
    for x, y in rng.uniform(0.0, 20.0, (10, 2)).tolist():
        assert shape.distance(large, 2.5 * x, 2.5 * y) == pytest.approx(2.5 * shape.distance(small, x, y), abs=error)


def test_scaled_sizes_are_rounded_and_never_zero() -> None:
    scene = scaled(sr.Scene(101, 1), 0.25)
    assert (scene.width, scene.height) == (25, 1)


@pytest.mark.parametrize("factor", [0.0, -1.0, float("nan"), float("inf")])
def test_bad_factors(factor: float) -> None:
    with pytest.raises(ValueError, match="factor must be a positive number"):
        scaled(SCENE, factor)


@pytest.mark.parametrize("format", ["svg", "json", "png", "jpg", "webp"])
def test_streams_and_names_without_a_suffix(tmp_path: Path, format: str) -> None:
    sr.save(SCENE, tmp_path / f"x.{format}")
    wanted = (tmp_path / f"x.{format}").read_bytes()
    stream = io.BytesIO()
    sr.save(SCENE, stream, format=format)
    sr.save(SCENE, tmp_path / "x", format=format)
    assert stream.getvalue() == wanted
    assert (tmp_path / "x").read_bytes() == wanted
    with pytest.raises(DataError, match="unknown output format"):
        sr.save(SCENE, stream)


def test_pictures_and_scenes_from_streams(tmp_path: Path) -> None:
    for name in ("x.png", "x.json"):
        sr.save(SCENE, tmp_path / name)
    stream = io.BytesIO((tmp_path / "x.png").read_bytes())
    np.testing.assert_array_equal(read_image(stream), read_image(tmp_path / "x.png"))
    loaded = sr.load(io.BytesIO((tmp_path / "x.json").read_bytes()))
    np.testing.assert_array_equal(loaded.layers[0].params, SCENE.layers[0].params)
    for read in (read_image, sr.load):
        with pytest.raises(DataError):
            read(io.BytesIO(b""))


def many(kind: str, background: tuple[float, ...] | None, dtype: type, rng: np.random.Generator) -> sr.Scene:
    """Return shapes on a picture of more than one strip."""
    shape = sr.primitive(kind)
    params = np.array(
        [shape.sample(rng, *rng.uniform(0.0, 150.0, 2), rng.uniform(3.0, 60.0)) for _ in range(40)], dtype
    )
    layers = [
        sr.Layer(kind, params[k::2], rng.random((20, 3)), rng.uniform(0.3, 1.0, 20), c)
        for k, c in enumerate(COMPOSITES)
    ]
    return sr.Scene(150, 139, layers, background)


@pytest.mark.compiled
@pytest.mark.parametrize("background", [(0.2, 0.7, 0.4), None])
@pytest.mark.parametrize("kind", sr.kinds())
def test_strips_are_the_same_bits(
    kind: str, background: tuple[float, ...] | None, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = many(kind, background, np.float32, rng)
    whole = sr.render(scene)
    for tiles in (1, 25, 37):  # one row of ten tiles, two, three
        monkeypatch.setattr("sdfraster.rendering.STRIP_TILES", tiles)
        strips = list(render_strips(scene))
        assert len(strips) == -(-9 // max(1, tiles // 10))
        assert [rows.start for rows, _ in strips][1:] == [rows.stop for rows, _ in strips][:-1]
        np.testing.assert_array_equal(np.concatenate([strip for _, strip in strips]), whole)
        np.testing.assert_array_equal(sr.render(scene), whole)


@pytest.mark.compiled
def test_strips_of_meshes_and_of_nothing(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    mesh = sr.Mesh([[0, 0], [150, 5], [140, 139], [9, 120]], [[0, 1, 2], [0, 2, 3]], vertex_color=rng.random((4, 3)))
    for scene in (sr.Scene(150, 139, mesh, None), sr.Scene(150, 139)):
        monkeypatch.setattr("sdfraster.rendering.STRIP_TILES", 10_000)
        whole = sr.render(scene)
        monkeypatch.setattr("sdfraster.rendering.STRIP_TILES", 20)
        np.testing.assert_array_equal(sr.render(scene), whole)


@pytest.mark.compiled
@pytest.mark.parametrize("background", [(0.2, 0.7, 0.4), None])
def test_saving_takes_at_most_16_bytes_a_pixel(
    background: tuple[float, ...] | None, tmp_path: Path, rng: np.random.Generator
) -> None:
    """Beside the 4 bytes of Pillow, which are not NumPy's, and some 50 MB for what is drawn at a time."""
    scene = scaled(many("circle", background, np.float32, rng), 20.0)
    save(SCENE, tmp_path / "x.png")  # so that kernels are compiled
    tracemalloc.start()
    save(scene, tmp_path / "x.png")
    traced = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert traced - (tmp_path / "x.png").stat().st_size < 12 * scene.width * scene.height


def test_the_limit_counts_the_memory_of_each_format(tmp_path: Path) -> None:
    check_picture(tmp_path / "x.png", 20_000, 20_000, False)
    with pytest.raises(DataError, match=r"12000 x 12000 is larger than the limit: to write it as WEBP .* 6.5 GB"):
        check_picture(tmp_path / "x.webp", 12_000, 12_000, False)
    with pytest.raises(DataError, match=r"30000 x 30000 is larger than the limit: to write it as PNG .* 7.2 GB"):
        check_picture(tmp_path / "x.png", 30_000, 30_000, False)
