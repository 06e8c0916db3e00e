"""`sdfraster compare`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result

from sdfraster import metrics
from sdfraster.io import read_image, write_image

Run = Callable[..., Result]


def test_text_and_json(tmp_path: Path, rng: np.random.Generator, run: Run) -> None:
    for name in ("a.png", "b.png"):
        write_image(rng.random((16, 20, 3)), tmp_path / name)
    a, b = (read_image(tmp_path / name, np.float64) for name in ("a.png", "b.png"))
    wanted = {"psnr": metrics.psnr(a, b), "ssim": metrics.ssim(a, b), "mae": metrics.mae(a, b)}
    assert json.loads(run("compare", tmp_path / "a.png", tmp_path / "b.png", "--json").stdout) == wanted
    assert f"PSNR {wanted['psnr']:.2f} dB" in run("compare", tmp_path / "a.png", tmp_path / "b.png").stdout


def test_equal_pictures_are_valid_json(run: Run) -> None:
    text = run("compare", "sample:chelsea", "sample:chelsea", "--json").stdout
    assert "Infinity" not in text
    assert json.loads(text)["psnr"] is None
    assert "PSNR inf dB" in run("compare", "sample:chelsea", "sample:chelsea").stdout


def test_alpha_is_compared_when_only_one_has_it(tmp_path: Path, run: Run) -> None:
    write_image(np.zeros((12, 12, 3)), tmp_path / "a.png")
    write_image(np.zeros((12, 12, 4)), tmp_path / "b.png")
    result = json.loads(run("compare", tmp_path / "a.png", tmp_path / "b.png", "--json").stdout)
    assert result["mae"] == pytest.approx(0.25)


def test_bad_input(tmp_path: Path, data_error: Callable[..., str]) -> None:
    write_image(np.zeros((3, 5, 3)), tmp_path / "small.png")
    (tmp_path / "text.png").write_text("hello")
    assert "sample:chelsea is 451 x 300" in data_error("compare", "sample:chelsea", tmp_path / "small.png")
    assert "no such file" in data_error("compare", tmp_path / "small.png", tmp_path / "no.png")
    assert "not an image file" in data_error("compare", tmp_path / "text.png", tmp_path / "small.png")
    assert "folder" in data_error("compare", tmp_path, tmp_path)
    assert "chelsea" in data_error("compare", "sample:cat", "sample:cat")


def test_a_drawing_of_other_proportions_is_not_compared(tmp_path: Path, data_error: Callable[..., str]) -> None:
    drawing = tmp_path / "a.svg"
    drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M0 0h3v3z"/></svg>')
    write_image(np.zeros((12, 18, 3)), tmp_path / "b.png")
    message = data_error("compare", tmp_path / "b.png", drawing)
    assert "a drawing must have the proportions of what it is compared with, but " in message
