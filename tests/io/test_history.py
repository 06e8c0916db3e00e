"""The history of a fit as a file: it comes back, and what is none is refused in one line."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import sdfraster as sr
from sdfraster.errors import DataError
from sdfraster.io import read_history, save

GOOD = {"format": "sdfraster-history", "version": 1, "loss": [0.5], "seconds": [0.1], "psnr": [None], "count": [3]}


def fitted(history: np.ndarray) -> Any:
    """Return what stands for the result of a fit."""
    scene = sr.Scene(8, 8, [sr.Layer("circle", [[4, 4, 2]], [[1, 0, 0]])], (0.0, 0.0, 0.0))
    options = SimpleNamespace(filter="parabolic", radius=1.0, device="cpu")
    return SimpleNamespace(scene=scene, history=history, options=options)


@pytest.mark.parametrize("steps", [0, 1, 7])
def test_numbers_come_back_bit_for_bit(tmp_path: Path, rng: np.random.Generator, steps: int) -> None:
    history = np.column_stack([rng.random((steps, 3)), rng.integers(1, 99, steps)])
    history[::2, 2] = np.nan
    save(fitted(history), tmp_path / "x.history.json")
    again = read_history(tmp_path / "x.history.json")
    assert again.shape == (steps, 4)
    np.testing.assert_array_equal(again, history)


def test_it_is_plain_json(tmp_path: Path) -> None:
    save(fitted(np.array([[0.5, 0.1, np.inf, 3.0]])), tmp_path / "x.json", format="history.json")
    assert json.loads((tmp_path / "x.json").read_text()) == GOOD
    assert '"count": [3]' in (tmp_path / "x.json").read_text()  # no 3.0


def test_a_scene_has_none(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"x.history.json: .history.json files are about a fit"):
        save(fitted(np.zeros((0, 4))).scene, tmp_path / "x.history.json")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "sdfraster-scene"}, r"not a history of a fit, which has .*; `fit --history FILE` writes one"),
        ({"version": 2}, "version must be 1, not 2"),
        ({"psnr": None}, "psnr must be a list of numbers, or null"),
        ({"loss": [True]}, "loss must be a list of numbers, or null"),
        ({"seconds": ["1"]}, "seconds must be a list of numbers, or null"),
        ({"count": []}, "all columns must have as many entries, but they have: loss 1, seconds 1, psnr 1, count 0"),
    ],
)
def test_what_is_no_history_is_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(json.dumps(GOOD | changes))
    with pytest.raises(DataError, match=rf"^\S+x.json: {said}$"):
        read_history(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a JSON file"),
        ("[]", "not a history of a fit"),
        ('{"loss": NaN}', "NaN is not allowed"),
        ('{"loss": 1, "loss": 2}', "a key appears twice"),
        ("[" * 100_000, r"not a history of a fit \(nested too deeply\)"),
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(DataError, match=rf"^\S+x.json: {said}"):
        read_history(tmp_path / "x.json")
