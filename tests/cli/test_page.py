"""Titles, sizes, precision and groups on the command line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from sdfraster.cli.main import main

import sdfraster as sr

SCENE = sr.Scene(60, 30, sr.Layer("circle", [[10.123456, 9, 4], [30, 9, 4]], [[1, 0, 0], [0, 0, 1]]), (1, 1, 1))


def render(folder: Path, *options: str, suffix: str = "svg") -> Any:
    sr.save(SCENE, folder / "scene.json")
    return CliRunner().invoke(main, ["render", str(folder / "scene.json"), "-o", str(folder / f"x.{suffix}"), *options])


def test_a_page_of_a_scene(tmp_path: Path) -> None:
    options = "--title", "Two dots", "--width", "20cm", "--precision", "4", "--group", "color", "--id-prefix", "a-"
    assert render(tmp_path, *options).exit_code == 0
    text = (tmp_path / "x.svg").read_text()
    assert 'width="20cm" height="10cm" viewBox="0 0 60 30" role="img"' in text
    assert "<title>Two dots</title>" in text
    assert "<desc>" not in text
    assert 'cx="10.1235"' in text
    assert '<g id="a-color-0000ff" class="color-0000ff" fill="#00f">' in text


def test_a_picture_as_large_as_paper(tmp_path: Path) -> None:
    assert render(tmp_path, "--width", "1in", "--dpi", "120", suffix="png").exit_code == 0
    with Image.open(tmp_path / "x.png") as opened:
        assert opened.size == (120, 60)
        assert opened.info["dpi"] == pytest.approx((120, 120), abs=0.02)


@pytest.mark.parametrize(
    ("options", "suffix", "message"),
    [
        (["--title", "x"], "png", ".svgz files, and none is written"),
        (["--precision", "1"], "png", "--precision is for "),
        (["--group", "layer"], "json", "--group is for "),
        (["--dpi", "300"], "webp", "--dpi is for "),
        (["--width", "wide"], "svg", "width must be a length such as 20cm"),
        (["--dpi", "0"], "svg", "dpi must be above 0"),
        (["--width", "1in", "--dpi", "99", "--scale", "2"], "png", "--scale contradicts --width with --dpi"),
    ],
)
def test_usage(tmp_path: Path, options: list[str], suffix: str, message: str) -> None:
    result = render(tmp_path, *options, suffix=suffix)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / f"x.{suffix}").exists()


@pytest.mark.compiled
def test_fits_say_what_they_are(tmp_path: Path) -> None:
    """By the name of the picture and the options, and nothing that changes from run to run."""
    folder = tmp_path / "private"
    folder.mkdir()
    Image.fromarray(np.full((20, 30, 3), 90, np.uint8)).save(folder / "a&b.png")
    common = ["fit", str(folder / "a&b.png"), "--count", "2", "--iterations", "2", "--seed", "5"]
    texts = []
    for more in ([], [], ["--title", "Grey"], ["--title", ""]):
        result = CliRunner().invoke(main, [*common, "-o", str(tmp_path / "x.svg"), *more])
        assert result.exit_code == 0, result.output
        texts.append((tmp_path / "x.svg").read_text())
    assert texts[0] == texts[1]
    assert "<title>a&amp;b.png</title>" in texts[0]
    said = re.findall("<desc>(.*)</desc>", texts[0])
    assert said == ["a&amp;b.png, redrawn by sdfraster: kind circle, count 2, iterations 2, seed 5"]
    assert "<title>Grey</title>" in texts[2]
    assert re.findall("<desc>(.*)</desc>", texts[2]) == said
    assert "<title>" not in texts[3]
    assert "<desc>" not in texts[3]
    assert "private" not in texts[0]
