"""`sdfraster trace`."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from sdfraster.cli.main import main

from sdfraster.io import read_image, write_image

Run = Callable[..., Result]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    image = np.ones((20, 24, 3))
    image[5:15, 6:18] = (0.8, 0.0, 0.2)
    write_image(image, tmp_path / "logo.png")
    return tmp_path / "logo.png"


def test_a_logo_becomes_svg(picture: Path, tmp_path: Path, run: Run) -> None:
    out, nodes = tmp_path / "logo.svg", tmp_path / "nodes.png"
    result = run("trace", picture, "-o", out, "--show-nodes", nodes)
    assert result.exit_code == 0
    assert re.fullmatch(rf"1 shape in [\d.]+ s; wrote {re.escape(f'{out}, {nodes}')}\n", result.stdout)
    assert 'fill="#c03"' in out.read_text()
    assert read_image(nodes).shape[1] >= 24


@pytest.mark.parametrize("name", ["n.svg", "n.xyz", "n"])
def test_nodes_are_a_png(picture: Path, tmp_path: Path, run: Run, name: str) -> None:
    out = tmp_path / "new.svg"
    result = run("trace", picture, "-o", out, "--show-nodes", tmp_path / name)
    assert result.exit_code == 2
    assert "must end with .png" in result.stderr
    assert not out.exists()


def test_nodes_are_not_written_over_the_picture_or_a_result(picture: Path, tmp_path: Path, run: Run) -> None:
    before, out = picture.read_bytes(), tmp_path / "new.png"
    for nodes, message in ((picture, "is the picture itself"), (out, "are one file")):
        result = run("trace", picture, "-o", out, "--show-nodes", nodes)
        assert result.exit_code == 2
        assert message in result.stderr
    assert picture.read_bytes() == before
    assert not out.exists()


def test_a_logo_in_given_colours(picture: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "logo.svg"
    assert run("trace", picture, "-o", out, "--colors", "rgb(255, 0, 0), white").exit_code == 0
    assert 'fill="red"' in out.read_text()


def test_shapes_that_abut(picture: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "logo.svg"
    assert run("trace", picture, "-o", out, "--cutout").exit_code == 0
    around, within = re.findall(r'<path d="([^"]*)"', out.read_text())
    assert (around.count("z"), within.count("z")) == (2, 1)  # the ground has a hole
    assert "<rect" not in out.read_text()


def test_any_format_of_a_scene(picture: Path, tmp_path: Path, run: Run) -> None:
    outputs = tmp_path / "logo.json", tmp_path / "large.png"
    assert run("trace", picture, *(f"-o{name}" for name in outputs), "--scale", 2).exit_code == 0
    assert read_image(outputs[1]).shape[:2] == (40, 48)


def test_standard_output(picture: Path, run: Run) -> None:
    assert run("trace", picture, "-o", "-", "--format", "svg").stdout.startswith("<svg")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "logo.ply"), "hold meshes only"),
        (("-o", "logo.svg", "--detail", "2"), "not in the range 0.0<=x<=1.0"),
        (("-o", "logo.svg", "--detail", "1", "--tolerance", "1"), "give one of them"),
        (("-o", "logo.svg", "--colors", "0"), "colors must have at least 1 colour, not 0"),
        (("-o", "logo.svg", "--colors", "navy,reddish"), "colours like '#ff8000' or (1, 0.5, 0), not 'reddish'\n"),
    ],
)
def test_bad_options(picture: Path, run: Run, arguments: tuple[str, ...], message: str) -> None:
    result = run("trace", picture, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.fixture
def no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(*_: object) -> None:
        raise AssertionError("the trace has begun")

    monkeypatch.setattr(import_module("sdfraster.tracing.trace"), "draw", work)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "x.mp4"), "x.mp4: a video needs imageio-ffmpeg"),
        (("-o", "x.webp", "--scale", "1000"), "x.webp: WEBP has at most 16,383 pixels a side"),
        (("-o", "x.jpg", "--cutout"), "x.jpg: JPEG has no transparency"),
    ],
)
@pytest.mark.usefixtures("no_trace")
def test_what_cannot_be_written_is_refused_before_the_work(
    picture: Path, data_error: Callable[..., str], monkeypatch: pytest.MonkeyPatch, arguments: Any, message: str
) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    monkeypatch.chdir(picture.parent)
    assert message in data_error("trace", picture, "-o", "y.svg", *arguments)


def test_a_format_that_does_not_hold_what_was_found_keeps_nothing_else_from_being_written(
    tmp_path: Path, data_error: Callable[..., str]
) -> None:
    image = np.ones((60, 60, 3))
    image[np.tri(60, dtype=bool)] = (0.8, 0.0, 0.2)
    write_image(image, tmp_path / "logo.png")
    no, out, nodes = (tmp_path / name for name in ("x.geometrize.json", "x.svg", "n.png"))
    said = data_error("trace", tmp_path / "logo.png", "-o", no, "-o", out, "--show-nodes", nodes)
    assert "x.geometrize.json: Geometrize knows only the kinds circle, ellipse, rectangle, triangle, no path" in said
    assert (no.exists(), out.exists(), nodes.exists()) == (False, True, True)


def test_a_picture_that_is_none(tmp_path: Path, data_error: Callable[..., str]) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    assert "a.png" in data_error("trace", tmp_path / "a.png", "-o", tmp_path / "a.svg")


def test_a_fault_of_ours_is_no_wrong_usage(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError("shapes do not match")

    monkeypatch.setattr(import_module("sdfraster.tracing.trace"), "draw", broken)
    result = CliRunner().invoke(main, ["trace", str(picture), "-o", "logo.svg"])
    assert result.exit_code == 1
    assert isinstance(result.exception, ValueError)
