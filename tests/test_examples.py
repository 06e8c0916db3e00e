"""The examples that need nothing but sdfraster and SciPy."""

from __future__ import annotations

from pathlib import Path

import pytest

import sdfraster as sr

from .examples import example

pytestmark = pytest.mark.compiled


def test_scipy_measures_ellipses(tmp_path: Path) -> None:
    assert example("search").main(str(tmp_path / "x.json")) < 1e-4
    assert len(sr.load(tmp_path / "x.json").layers[0]) == 2


def test_a_loop_of_ones_own(tmp_path: Path) -> None:
    before, after = example("loop").main(str(tmp_path / "x.svg"), steps=60)
    assert after < 0.5 * before
    assert len(sr.load(tmp_path / "x.svg").layers) >= 1
