"""The report of a fit as a file; what it does in a browser is tested in `tests.browser`."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from sdfraster.cli.main import main

import sdfraster as sr
from sdfraster.errors import DataError
from sdfraster.io import report as module
from sdfraster.io.embedded import packed, pair


@pytest.fixture(scope="module")
def fitted() -> Any:
    target = np.random.default_rng(5).random((12, 16, 3))
    return sr.fit(target, count=4, iterations=12, record=6)


def test_the_command_line_writes_one(tmp_path: Path) -> None:
    image, path = tmp_path / "image <1>.png", tmp_path / "x.html"
    Image.fromarray(np.random.default_rng(3).integers(0, 255, (12, 16, 3), np.uint8)).save(image)
    words = ["fit", str(image), "-o", str(path), "--count", "3", "--iterations", "9"]
    assert CliRunner().invoke(main, words).exit_code == 0
    text = path.read_text()
    assert "<h1>image &lt;1&gt;.png in 3 circles</h1>" in text
    assert "image &lt;1&gt;.png&#x27; -o " in text  # the command, as the shell has it
    assert '<th scope="row">iterations</th><td>9</td>' in text


def test_it_needs_nothing_else_and_is_the_same_again(tmp_path: Path, fitted: Any) -> None:
    for name in ("a.html", "b.html"):
        sr.save(fitted, tmp_path / name)
    text = (tmp_path / "a.html").read_text()
    assert text == (tmp_path / "b.html").read_text()
    assert not re.findall(r"(?:src|href)=\"(?!data:|#)", text)
    assert set(re.findall(r"\w+://[^\"'\s]+", text)) <= {"http://www.w3.org/2000/svg"}
    assert "default-src 'none'" in text


@pytest.mark.parametrize("changes", [{"kind": "mesh", "count": 4}, {"iterations": 0}, {"composite": "mean"}])
def test_any_fit_has_one(tmp_path: Path, fitted: Any, changes: dict[str, Any]) -> None:
    clear = np.full((12, 16, 4), 0.5, np.float32)
    target = clear if "iterations" in changes else fitted.target
    result = sr.fit(target, **{"count": 4, "iterations": 2, "record": 3, **changes})
    sr.save(result, tmp_path / "x.html")
    assert (tmp_path / "x.html").stat().st_size > 10_000


def test_a_large_search_has_fewer_moments(monkeypatch: pytest.MonkeyPatch, fitted: Any) -> None:
    every = module._search(fitted)
    assert [moment["step"] for moment in every] == [*(frame.iteration for frame in fitted.frames), 12]
    monkeypatch.setattr(module, "SEARCH", len(packed(every[:-1])) // 2)
    some = module._search(fitted)
    assert 3 <= len(some) < len(every)
    assert [some[0], *some[-2:]] == [every[0], *every[-2:]]


def test_large_pictures_are_made_smaller_together() -> None:
    noise = np.random.default_rng(1).random((200, 300, 3))
    a, b = pair(noise, 1.0 - noise, most=50_000)
    assert len(a) + len(b) <= 50_000
    sizes = [Image.open(io.BytesIO(data)).size for data in (a, b)]
    assert sizes[0] == sizes[1]
    assert sizes[0][0] / sizes[0][1] == pytest.approx(1.5, abs=0.05)


@pytest.mark.compiled
def test_noise_in_256_shapes_takes_less_than_one_and_a_half_megabytes(tmp_path: Path) -> None:
    target = np.random.default_rng(7).random((600, 800, 3))
    sr.save(sr.fit(target, count=256, iterations=60, record=40), tmp_path / "x.html")
    assert 900_000 < (tmp_path / "x.html").stat().st_size < 1_500_000


def test_a_scene_alone_has_none(tmp_path: Path, fitted: Any) -> None:
    with pytest.raises(DataError, match=r"\.html files are about a fit; save its result, not its scene"):
        sr.save(fitted.scene, tmp_path / "x.html")
