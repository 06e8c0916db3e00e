"""The examples do what only they can."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import sdfraster as sr
from tests.examples import example

torch: Any = pytest.importorskip("torch")


@pytest.mark.compiled
def test_circles_get_closer_in_features(tmp_path: Path) -> None:
    before, after = example("features").main(str(tmp_path / "x.png"), steps=40)
    assert after < 0.7 * before
    assert (tmp_path / "x.png").stat().st_size > 1000


@pytest.mark.compiled
def test_a_compiled_module(tmp_path: Path) -> None:
    before, after = example("module").main(str(tmp_path / "x.svg"), steps=80, backend="aot_eager")
    assert after < 0.01 * before
    assert (tmp_path / "x.svg").exists()


def test_modules_are_copied_and_saved(tmp_path: Path) -> None:
    shapes = example("module").Shapes(sr.Scene(12, 9, sr.Layer("circle", [[5, 4, 3]], ["red"]), "white"))
    torch.save(shapes.state_dict(), tmp_path / "x.pt")
    other = copy.deepcopy(shapes)
    with torch.no_grad():
        other.steps += 0.5
    assert not torch.equal(other(), shapes())
    other.load_state_dict(torch.load(tmp_path / "x.pt"))
    assert torch.equal(other(), shapes())
