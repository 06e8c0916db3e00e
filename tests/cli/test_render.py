"""`sdfraster render`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

import sdfraster as sr
from sdfraster.io import read_image, save, scaled, svg_text
from tests import naive

Run = Callable[..., Result]
SCENE = sr.Scene(12, 8, sr.Layer("circle", [[6, 4, 3]], [[1, 0.5, 0]], 0.5), (0, 0, 1))


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    """Return the path of a scene file."""
    save(SCENE, tmp_path / "scene.json")
    return tmp_path / "scene.json"


def test_several_outputs(tmp_path: Path, scene: Path, run: Run) -> None:
    result = run("render", scene, "-o", tmp_path / "x.png", "-o", tmp_path / "x.svg", "-o", tmp_path / "x.json")
    names = ", ".join(str(tmp_path / name) for name in ("x.png", "x.svg", "x.json"))
    assert (result.exit_code, result.output) == (0, f"wrote {names}\n")
    np.testing.assert_allclose(read_image(tmp_path / "x.png"), naive.render(SCENE), atol=0.51 / 255)
    assert (tmp_path / "x.svg").read_text() == svg_text(SCENE)
    assert (tmp_path / "x.json").read_bytes() == scene.read_bytes()


def test_ids_begin_as_asked_for(tmp_path: Path, scene: Path, run: Run) -> None:
    leaving = sr.Scene(12, 8, sr.Layer("circle", [[6, 4, 5]], [[1, 0.5, 0]]))
    save(leaving, scene)
    assert run("render", scene, "-o", tmp_path / "x.svg", "--id-prefix", "cat-").exit_code == 0
    assert (tmp_path / "x.svg").read_text() == svg_text(leaving, "cat-")
    assert 'id="cat-' in svg_text(leaving, "cat-")


def test_options(tmp_path: Path, scene: Path, run: Run) -> None:
    path = tmp_path / "x.png"
    assert run("render", scene, "-o", path, "--scale", 2, "--filter", "tent", "--filter-radius", 2).exit_code == 0
    np.testing.assert_allclose(read_image(path), naive.render(scaled(SCENE, 2.0), 2.0, "tent"), atol=0.51 / 255)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["-o", "x.bmp"],
        ["-o", "x"],
        ["-o", "x.png", "--scale", "0"],
        ["-o", "x.png", "--scale", "nan"],
        ["-o", "x.png", "--filter", "gauss"],
        ["-o", "x.png", "--filter-radius", "-1"],
        ["-o", "x.svg", "--id-prefix", "1"],
        ["-o", "x.png", "--id-prefix", "a"],
    ],
)
def test_usage_errors(scene: Path, run: Run, arguments: list[str]) -> None:
    assert run("render", scene, *arguments).exit_code == 2


def test_bad_input(tmp_path: Path, scene: Path, data_error: Callable[..., str]) -> None:
    (tmp_path / "broken.json").write_text('{"format":\n')
    output = ("-o", tmp_path / "x.png")
    assert "no.json: there is no such file" in data_error("render", tmp_path / "no.json", *output)
    assert "broken.json: not a JSON file" in data_error("render", tmp_path / "broken.json", *output)
    assert "x.svg: there is no such file" in data_error("render", tmp_path / "x.svg", *output)
    assert "does not exist" in data_error("render", scene, "-o", tmp_path / "nowhere" / "x.png")
    assert not (tmp_path / "x.png").exists()


def test_the_output_is_checked_before_the_input_is_read(tmp_path: Path, data_error: Callable[..., str]) -> None:
    assert "nowhere" in data_error("render", tmp_path / "no.json", "-o", tmp_path / "nowhere" / "x.png")
