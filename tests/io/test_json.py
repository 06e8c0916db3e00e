"""Scene files come back bit for bit, and everything that is not exactly a scene is refused by name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.errors import DataError
from sdfraster.io import json_text, load, read_json, save, write_json


def example(dtype: Any = np.float32, background: Any = (0.1, 0.2, 0.3)) -> sr.Scene:
    rng = np.random.default_rng(5)
    layers = []
    for kind in sr.kinds():
        for composite, shape in (("over", (4, 3)), ("mean", (4, 3, 3))):
            params = np.array([sr.primitive(kind).sample(rng, 20.0, 10.0, 7.0) for _ in range(4)], dtype)
            color = rng.normal(size=shape).astype(dtype)
            layers.append(sr.Layer(kind, params, color, rng.random(4).astype(dtype), composite))
    layers.append(replace(layers[1], composite="over", shading="gradient"))
    layers.append(replace(layers[0], color=rng.random((4, 19)).astype(dtype), shading="radial"))
    return sr.Scene(40, 20, layers, background if background is None else np.array(background, dtype))


def assert_same(a: sr.Scene, b: sr.Scene) -> None:
    assert (a.width, a.height, a.dtype, len(a.layers)) == (b.width, b.height, b.dtype, len(b.layers))
    assert (a.background is None) == (b.background is None)
    if a.background is not None and b.background is not None:
        assert a.background.tobytes() == b.background.tobytes()
    for x, y in zip(a.layers, b.layers, strict=True):
        assert (x.kind, x.composite, x.fill_rule, x.shading) == (y.kind, y.composite, y.fill_rule, y.shading)
        for name in ("params", "color", "opacity"):
            assert getattr(x, name).shape == getattr(y, name).shape
            assert getattr(x, name).tobytes() == getattr(y, name).tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("background", [None, (0.1, 0.2, 0.3)])
def test_round_trip(tmp_path: Path, dtype: type, background: Any) -> None:
    scene = example(dtype, background)
    save(scene, tmp_path / "x.json")
    assert_same(load(tmp_path / "x.json"), scene)


@pytest.mark.parametrize(("dtype", "bits"), [(np.float32, np.uint32), (np.float64, np.uint64)])
def test_any_bit_pattern_comes_back(tmp_path: Path, rng: np.random.Generator, dtype: type, bits: type) -> None:
    values = rng.integers(0, np.iinfo(bits).max, 60_000, bits, endpoint=True).view(dtype)
    values = values[np.isfinite(values)][: 3 * 15_000].reshape(-1, 3)
    values[0] = [-0.0, np.finfo(dtype).max, np.finfo(dtype).smallest_subnormal]
    count = len(values)
    scene = sr.Scene(9, 9, sr.Layer("circle", np.ones((count, 3), dtype), values))
    write_json(scene, tmp_path / "x.json")
    assert_same(read_json(tmp_path / "x.json"), scene)


def test_float32_is_written_short() -> None:
    text = json_text(sr.Scene(8, 8, sr.Layer("circle", [[0.1, 0.2, 0.3]], [[0.7, 1, 1e-9]])))
    assert '"params": [[0.1, 0.2, 0.3]]' in text
    assert '"color": [[0.7, 1.0, 1e-09]]' in text


def test_empty_scene_and_empty_layer(tmp_path: Path) -> None:
    for layers in ([], [sr.Layer("circle", [], [])]):
        scene = sr.Scene(3, 2, layers, background=None)
        write_json(scene, tmp_path / "x.json")
        assert_same(read_json(tmp_path / "x.json"), scene)


LAYER = {
    "kind": "circle",
    "composite": "over",
    "params": [[4, 4, 2]],
    "color": [[1, 0, 0]],
    "opacity": [1],
}
SCENE = {
    "format": "sdfraster-scene",
    "version": 1,
    "width": 8,
    "height": 8,
    "dtype": "float32",
    "background": [0, 0, 0],
    "layers": [LAYER],
}


def test_the_example_of_another_program_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(SCENE, indent=4).encode())
    assert len(read_json(tmp_path / "x.json").layers[0]) == 1


def refused(folder: Path, text: str | bytes, *parts: str) -> None:
    path = folder / "scene.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataError) as caught:
        read_json(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    for part in parts:
        assert part in message


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ({"format": "other"}, ["sdfraster-scene"]),
        ({"version": 3}, ["version must be 1 or 2, not 3"]),
        ({"version": "1"}, ["version must be 1 or 2, not '1'"]),
        ({"dtype": "float16"}, ["dtype", "float16"]),
        ({"dtype": ["float32"]}, ["dtype"]),
        ({"width": 0}, ["width", "not 0"]),
        ({"width": 8.0}, ["width", "8.0"]),
        ({"height": True}, ["height", "True"]),
        ({"background": [0, 0]}, ["background", "(2,)"]),
        ({"background": "black"}, ["background", "black"]),
        ({"background": [0, 0, 1e39]}, ["background", "too large for float32"]),
        ({"layers": {}}, ["layers must be a list"]),
        ({"layers": [7]}, ["layers[0] must be an object"]),
        ({"extra": 1}, ["unknown keys 'extra'"]),
    ],
)
def test_bad_scene_fields(tmp_path: Path, change: dict[str, Any], parts: list[str]) -> None:
    refused(tmp_path, json.dumps(SCENE | change), *parts)


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ({"kind": "blob"}, ["unknown kind 'blob'", "circle"]),
        ({"kind": 3}, ["kind must be a text"]),
        ({"composite": "under"}, ["composite", "under"]),
        ({"composite": None}, ["composite"]),
        ({"params": [[4, 4]]}, ["params", "(N, 3)"]),
        ({"params": [[4, 4, 2], [1, 2]]}, ["params", "rows of equal length"]),
        ({"params": [[4, 4, "2"]]}, ["params", "numbers only"]),
        ({"params": [[4, 4, True]]}, ["params", "numbers only"]),
        ({"params": [[4, 4, None]]}, ["params", "numbers only"]),
        ({"params": [[4, 4, -2]]}, ["r of a circle must be from 0"]),
        ({"params": [[4, 4, 10**400]]}, ["params", "too large"]),
        ({"params": [[4, 4, 1e300]]}, ["params", "too large for float32"]),
        ({"color": [[1, 0]]}, ["color", "(1, 3)"]),
        ({"opacity": [2]}, ["opacity", "from 0 to 1"]),
        ({"opacity": [1, 1]}, ["opacity", "(1,)"]),
        ({"colour": []}, ["unknown keys 'colour'"]),
        ({"fill_rule": 1}, ["fill_rule must be a text, not 1"]),
        ({"fill_rule": "evenodd"}, ["fill_rule of a circle layer", "evenodd"]),
        ({"kind": "polygon"}, ["params of a polygon layer", "6, 8, 10", "(1, 3)"]),
    ],
)
def test_bad_layer_fields(tmp_path: Path, change: dict[str, Any], parts: list[str]) -> None:
    refused(tmp_path, json.dumps(SCENE | {"layers": [LAYER, LAYER | change]}), "layers[1]", *parts)


def test_fill_rule_is_written_where_it_matters(tmp_path: Path) -> None:
    layers = [sr.Layer("polygon", np.ones((1, 8)), [[1, 0, 0]], fill_rule=rule) for rule in ("nonzero", "evenodd")]
    scene = sr.Scene(8, 8, layers)
    assert json_text(scene).count('"fill_rule"') == json_text(scene).count('"fill_rule": "evenodd"') == 1
    write_json(scene, tmp_path / "x.json")
    assert_same(read_json(tmp_path / "x.json"), scene)


@pytest.mark.parametrize("key", [key for key in SCENE if key not in ("format", "version")])
def test_missing_scene_keys(tmp_path: Path, key: str) -> None:
    refused(tmp_path, json.dumps({name: value for name, value in SCENE.items() if name != key}), f"lacks {key}")


@pytest.mark.parametrize("key", list(LAYER))
def test_missing_layer_keys(tmp_path: Path, key: str) -> None:
    layer = {name: value for name, value in LAYER.items() if name != key}
    refused(tmp_path, json.dumps(SCENE | {"layers": [layer]}), f"layers[0] lacks {key}")


@pytest.mark.parametrize("token", ["NaN", "Infinity", "-Infinity"])
def test_non_finite_tokens(tmp_path: Path, token: str) -> None:
    refused(tmp_path, json.dumps(SCENE).replace("[4, 4, 2]", f"[4, 4, {token}]"), token, "finite")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "not a JSON file"),
        ("hello", "not a JSON file"),
        ('{"format": "sdfraster-scene", ', "not a JSON file"),
        (b"\x89PNG\r\n\x1a\n\xff\xff", "not UTF-8"),
        ("[]", "not a scene file"),
        ("null", "not a scene file"),
        ("[" * 100_000, "nested too deeply"),
        ('{"format": "sdfraster-scene", "version": 1, "version": 1}', "appears twice"),
        ("1" * 5000, "digits"),
    ],
)
def test_not_a_scene_file(tmp_path: Path, text: str | bytes, part: str) -> None:
    refused(tmp_path, text, part)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no\.json: there is no such file"):
        read_json(tmp_path / "no.json")
    (tmp_path / "x.json").mkdir()
    with pytest.raises(DataError, match=r"x\.json: is a folder"):
        read_json(tmp_path / "x.json")


def test_load_of_other_formats() -> None:
    with pytest.raises(DataError, match=r"read from \.json, \.svg and \.svgz files, not from \.png"):
        load("x.png")
