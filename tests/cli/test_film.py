"""Options of animations on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image

import sdfraster as sr

Run = Callable[..., Result]
QUICK = ("--count", 3, "--iterations", 9)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Return the path of a tiny picture."""
    path = tmp_path / "image.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 255, (20, 30, 3), np.uint8)).save(path)
    return path


def frames(path: Path) -> int:
    with Image.open(path) as film:
        return getattr(film, "n_frames", 1)


def test_a_fit_is_shown_as_animations_of_its_search(tmp_path: Path, image: Path, run: Run) -> None:
    names = ("x.gif", "x.webp", "x.apng", "x.animated.svg", "x.json")
    outputs = [word for name in names for word in ("-o", tmp_path / name)]
    result = run(
        "fit", image, *outputs, *QUICK, "--fps", 8, "--seconds", 0.5, "--hold", 0.5, "--frame-size", 15, "--json"
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["iterations"] == 9
    for name in names[:3]:
        assert 2 <= frames(tmp_path / name) <= 4
        with Image.open(tmp_path / name) as film:
            assert film.size == (15, 10)
    assert "@keyframes" in (tmp_path / "x.animated.svg").read_text()


def test_a_webp_is_a_picture_if_nothing_is_to_move(tmp_path: Path, image: Path, run: Run) -> None:
    assert run("fit", image, "-o", tmp_path / "x.webp", *QUICK, "--animate", "none").exit_code == 0
    assert frames(tmp_path / "x.webp") == 1


def test_a_scene_is_built(tmp_path: Path, run: Run) -> None:
    circles = sr.Layer("circle", [[8, 8, 3], [20, 8, 3], [14, 14, 4]], [[1, 0, 0]] * 3)
    sr.save(sr.Scene(30, 20, [circles], (0, 0, 0)), tmp_path / "x.json")
    command = ("render", tmp_path / "x.json")
    assert run(*command, "-o", tmp_path / "x.gif", "--fps", 10, "--seconds", 1).exit_code == 0
    assert frames(tmp_path / "x.gif") == 4
    assert run(*command, "-o", tmp_path / "x.webp").exit_code == 0
    assert frames(tmp_path / "x.webp") == 1
    assert run(*command, "-o", tmp_path / "y.webp", "--animate", "build").exit_code == 0
    assert frames(tmp_path / "y.webp") > 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "x.png", "--fps", "9"], "--fps is for animations (.animated.svg, .apng, .gif, .mp4, .webp), and none"),
        (["-o", "x.svg", "--animate", "build"], "--animate is for animations"),
        (["-o", "x.svg", "--once"], "--loop is for animations"),
        (["-o", "x.gif", "--fps", "nan"], "nan is not a number"),
        (["-o", "x.gif", "--fps", "99"], "is not in the range"),
        (["-o", "x.gif", "--seconds", "600", "--frame-size", "4096"], "may take 805.3 GB of memory"),
        (["-o", "x.gif", "--fps", "60"], ".gif files show at most 50 pictures a second, not 60"),
        (["-o", "x.gif", "--animate", "none"], ".gif files can show search or build, not none"),
        (["-o", "x.animated.svg", "--animate", "search"], ".animated.svg files can show build, not search"),
    ],
)
def test_what_cannot_be_is_usage(tmp_path: Path, run: Run, arguments: list[str], message: str) -> None:
    arguments = [str(tmp_path / word) if word.startswith("x.") else word for word in arguments]
    result = run("fit", "sample:chelsea", *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_reports_are_of_fits(tmp_path: Path, run: Run) -> None:
    result = run("render", tmp_path / "x.json", "-o", tmp_path / "x.html")
    assert result.exit_code == 2
    assert ".html files are about a fit: write them with `sdfraster fit`" in result.stderr
