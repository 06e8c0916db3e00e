"""`sdfraster plot`, and the files that it reads."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from sdfraster.cli.main import main

from sdfraster.io import chart, read_history

Run = Callable[..., Result]
BEGINNINGS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


def written(path: Path, **changes: Any) -> Path:
    """Write a history of three steps."""
    values = {"loss": [0.1, 0.01, 0.02], "seconds": [0.5, 0.6, 0.7], "psnr": [10.0, 20.0, 17.0], "count": [3, 4, 4]}
    path.write_text(json.dumps({"format": "sdfraster-history", "version": 1, **values, **changes}))
    return path


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Return the path of a history."""
    return written(tmp_path / "one.history.json")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return a list that gets the axes of every chart."""
    pytest.importorskip("matplotlib", reason='charts need pip install "sdfraster[plot]"')
    every: list[Any] = []
    draw = chart.draw

    def seen(histories: Any, axes: Any, *how: Any) -> None:
        draw(histories, axes, *how)
        every.append(axes)

    monkeypatch.setattr(chart, "draw", seen)
    return every


@pytest.fixture
def words(tmp_path: Path) -> tuple[Any, ...]:
    """Return what fits a picture."""
    image = tmp_path / "image.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 255, (12, 16, 3), np.uint8)).save(image)
    return "fit", image, "--count", 3, "--iterations", 5, "--json"


def test_a_fit_writes_its_history(tmp_path: Path, run: Run, words: tuple[Any, ...]) -> None:
    result = run(
        *words, "-o", tmp_path / "x.history.json", "--history", tmp_path / "history.json", "--history", tmp_path / "2"
    )
    assert (tmp_path / "2").read_bytes() == (tmp_path / "history.json").read_bytes()
    assert json.loads(result.stdout)["files"][-2] == str(tmp_path / "history.json")
    history = read_history(tmp_path / "history.json")
    assert history.shape == (5, 4)
    assert (np.diff(history[:, 1]) >= 0.0).all()
    assert (tmp_path / "history.json").read_bytes() == (tmp_path / "x.history.json").read_bytes()


@pytest.mark.compiled
def test_a_batch_writes_the_history_of_every_fit(tmp_path: Path, run: Run, words: tuple[Any, ...]) -> None:
    run(*words, "-o", tmp_path / "x.history.json")
    many = run(*words, "-o", tmp_path / "{stem}.scene.json", "--history", tmp_path / "{stem}.json")
    assert many.exit_code == 0, many.output
    alone, one_of_many = (read_history(tmp_path / name)[:, 0] for name in ("x.history.json", "image.json"))
    np.testing.assert_array_equal(one_of_many, alone)


def test_charts_have_the_format_of_their_suffix_and_the_same_bytes_again(
    tmp_path: Path, history: Path, run: Run, drawn: list[Any]
) -> None:
    for name in ("a", "B"):
        outputs = [word for suffix in BEGINNINGS for word in ("-o", tmp_path / f"{name}{suffix}")]
        assert run("plot", history, *outputs).stdout.count("wrote ") == len(BEGINNINGS)
    for suffix, beginning in BEGINNINGS.items():
        data = (tmp_path / f"a{suffix}").read_bytes()
        assert data.startswith(beginning)
        assert data == (tmp_path / f"B{suffix}").read_bytes()
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (1050, 630)
        assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 20
    assert ElementTree.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")
    assert run("plot", history, "-o", tmp_path / "C.PNG").exit_code == 0


@pytest.mark.parametrize(
    ("words", "x", "y", "scale"),
    [
        ((), [1, 2, 3], [10.0, 20.0, 17.0], "linear"),
        (("--what", "loss"), [1, 2, 3], [0.1, 0.01, 0.02], "log"),
        (("--what", "count", "--x", "seconds"), [0.5, 0.6, 0.7], [3, 4, 4], "linear"),
    ],
)
def test_what_is_asked_for_is_drawn(
    tmp_path: Path, history: Path, run: Run, drawn: list[Any], words: tuple[str, ...], x: Any, y: Any, scale: str
) -> None:
    assert run("plot", history, "-o", tmp_path / "x.svg", *words).exit_code == 0
    (line,) = drawn[0].get_lines()
    np.testing.assert_array_equal(line.get_xdata(), x)
    np.testing.assert_array_equal(line.get_ydata(), y)
    assert drawn[0].get_yscale() == scale
    assert drawn[0].get_legend() is None


def test_several_are_compared_by_name(tmp_path: Path, history: Path, run: Run, drawn: list[Any]) -> None:
    other = written(tmp_path / "two.json", psnr=[None] * 3, loss=[0.0, 1.0, 2.0])
    assert run("plot", history, other, "-o", tmp_path / "x.png").exit_code == 0
    assert [text.get_text() for text in drawn[0].get_legend().get_texts()] == ["one", "two"]
    assert drawn[0].get_ylabel() == "loss"  # one has no PSNR
    assert drawn[0].get_yscale() == "linear"  # and a loss of 0, which no logarithm shows
    (tmp_path / "folder").mkdir()
    same = written(tmp_path / "folder" / "one.json")
    assert run("plot", history, same, "-o", tmp_path / "x.png").exit_code == 0
    assert [text.get_text() for text in drawn[1].get_legend().get_texts()] == [str(history), str(same)]


def test_standard_input_is_read(tmp_path: Path, history: Path, drawn: list[Any]) -> None:
    words = ["plot", "-", "-o", str(tmp_path / "x.png")]
    assert CliRunner().invoke(main, words, input=history.read_bytes()).exit_code == 0
    assert len(drawn) == 1


def test_bad_data(tmp_path: Path, history: Path, data_error: Callable[..., str], drawn: list[Any]) -> None:
    file = tmp_path / "x.png"
    none = written(tmp_path / "none.json", psnr=[None] * 3)
    empty = written(tmp_path / "empty.json", loss=[], seconds=[], psnr=[], count=[])
    assert "no.json: there is no such file" in data_error("plot", tmp_path / "no.json", "-o", file)
    assert "is a folder, not a history of a fit" in data_error("plot", tmp_path, "-o", file)
    assert f"{empty}: has no steps" in data_error("plot", history, empty, "-o", file)
    assert f"{none}: has no psnr, which only fits of the squared error alone have; plot the loss\n" in data_error(
        "plot", history, none, "-o", file, "--what", "psnr"
    )
    assert "does not exist" in data_error("plot", history, "-o", tmp_path / "no" / "x.png")
    lost = written(tmp_path / "lost.json", psnr=[None] * 3, loss=[None] * 3)
    assert f"{lost}: has no loss\n" in data_error("plot", lost, "-o", file)
    assert not file.exists()


def test_bad_usage(tmp_path: Path, history: Path, run: Run) -> None:
    os.link(history, tmp_path / "x.svg")
    for words, said in (
        (("-o", "x.gif"), "x.gif: a chart is a file whose suffix is one of .pdf, .png, .svg"),
        (("-o", "-"), "-: a chart is a file"),
        (("-o", tmp_path / "x.svg"), "is a history itself"),
        (("-o", "x.png", "--what", "ssim"), "'ssim' is not one of 'psnr', 'loss', 'count'"),
    ):
        result = run("plot", history, *words)
        assert result.exit_code == 2
        assert said in result.stderr
    assert "read only once" in run("plot", "-", "-", "-o", tmp_path / "x.png").stderr


def test_what_charts_need_is_named(
    tmp_path: Path, history: Path, data_error: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    said = 'a chart needs matplotlib, which is not installed; run pip install "sdfraster[plot]"'
    assert said in data_error("plot", history, "-o", tmp_path / "x.png")
